/** Instants for people, as seamline/texts/dates.py writes them: Gregorian, 24 h, local zone and UTC. */
import { figures, t, unmarked } from "./texts.svelte";

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
// ACP 121 zone letters; J means "my own local time" and names no zone.
const EAST = "ABCDEFGHIKLM";
const WEST = "NOPQRSTUVWXY";

export interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB-u-nu-latn", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit",
    });
    formats.set(zone, found);
  }
  return found;
}

export function parts(ms: number, zone: string): Parts {
  const found: Record<string, number> = {};
  for (const part of format(zone).formatToParts(ms)) found[part.type] = Number(part.value);
  return {
    year: found.year ?? 0, month: found.month ?? 1, day: found.day ?? 1,
    hour: found.hour ?? 0, minute: found.minute ?? 0,
  };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** `14:05`, in the figures that fields and date-time groups are written in. */
export function wallClock(ms: number, zone: string): string {
  const p = parts(ms, zone);
  return `${two(p.hour)}:${two(p.minute)}`;
}

export const time = (ms: number, zone: string): string => figures(wallClock(ms, zone));

export function day(ms: number, zone: string): string {
  const p = parts(ms, zone);
  return unmarked(t("date.day", { day: figures(p.day), month: t(`month.${p.month}`), year: figures(p.year) }));
}

export function moment(ms: number, zone: string): string {
  return unmarked(t("date.moment", { day: day(ms, zone), time: time(ms, zone) }));
}

export function sameDay(a: number, b: number, zone: string): boolean {
  const p = parts(a, zone);
  const q = parts(b, zone);
  return p.day === q.day && p.month === q.month && p.year === q.year;
}

/** The hour alone while it is today. */
export function lately(ms: number, zone: string): string {
  return sameDay(ms, Date.now(), zone) ? time(ms, zone) : moment(ms, zone);
}

export function between(start: number, end: number, zone: string): string {
  const last = sameDay(start, end, zone) ? time(end, zone) : moment(end, zone);
  return unmarked(t("date.window", { start: moment(start, zone), end: last }));
}

/** Minutes that the zone is ahead of UTC at that instant. */
export function offset(ms: number, zone: string): number {
  const p = parts(ms, zone);
  const asUtc = Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute);
  return Math.round((asUtc - Math.floor(ms / 60000) * 60000) / 60000);
}

/** Date-time group, `221405C OCT 23`; in Z where the zone is not whole hours off. */
export function dtg(ms: number, zone: string): string {
  const hours = offset(ms, zone) / 60;
  const letter = hours === 0 ? "Z" : (hours > 0 ? EAST : WEST)[Math.abs(hours) - 1];
  const p = letter ? parts(ms, zone) : parts(ms, "UTC");
  return `${two(p.day)}${two(p.hour)}${two(p.minute)}${letter ?? "Z"} ${MONTHS[p.month - 1]} ${two(p.year % 100)}`;
}

/** What `<input type="datetime-local">` wants. */
export function toInput(ms: number | null | undefined, zone: string): string {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return "";
  const p = parts(ms, zone);
  return `${String(p.year).padStart(4, "0")}-${two(p.month)}-${two(p.day)}T${two(p.hour)}:${two(p.minute)}`;
}

/** The instant that a wall clock in the zone shows so; null for an unfinished entry. */
export function fromInput(text: string, zone: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, dayOf, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const wall = Date.UTC(year, month - 1, dayOf, hour, minute);
  // Twice: the first guess may fall on the other side of a change of the clock.
  const first = wall - offset(wall, zone) * 60000;
  return wall - offset(first, zone) * 60000;
}
