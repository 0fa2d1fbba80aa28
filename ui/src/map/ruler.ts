/** The ruler of the time slider: what it spans, where its marks stand, what lies where. No state, no drawing. */
import { fromInput, offset, parts, time } from "../lib/dates";
import { figures, t } from "../lib/texts.svelte";
import type { TimeWindow } from "../lib/types";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Scale {
  id: "day" | "week" | "month" | "year" | "decades";
  length: number;
  /** What a click or a key chooses: the shortest span worth telling apart at this length. */
  step: number;
}

export const SCALES: readonly Scale[] = [
  { id: "day", length: DAY, step: 15 * MINUTE },
  { id: "week", length: 7 * DAY, step: HOUR },
  { id: "month", length: 30 * DAY, step: 6 * HOUR },
  { id: "year", length: 366 * DAY, step: DAY },
  { id: "decades", length: 24 * 366 * DAY, step: 7 * DAY },
];
const USUAL = 1;

/** Down to a whole step of the wall clock in that zone. */
export function snap(ms: number, step: number, zone: string): number {
  const ahead = offset(ms, zone) * MINUTE;
  return Math.floor((ms + ahead) / step) * step - ahead;
}

/** The shortest scale that shows the span with room to move it; a week where nothing is chosen. */
export function scaleFor(span: TimeWindow | null): number {
  if (!span) return USUAL;
  const least = (span.end - span.start) * 1.5;
  const found = SCALES.findIndex((s) => s.length >= least);
  return Math.max(found < 0 ? SCALES.length - 1 : found, USUAL);
}

/** Where a ruler of that length begins, so that a span stands in its middle. */
export const centred = (middle: number, scale: Scale): number => middle - scale.length / 2;

export interface Mark {
  at: number;
  label: string;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Local midnight, or the nearest instant after it that the wall clock shows. */
function midnight(year: number, month: number, day: number, zone: string): number {
  const date = new Date(Date.UTC(year, month - 1, day));
  const text = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}T00:00`;
  return fromInput(text, zone) ?? date.getTime();
}

/** Every so many units of the calendar or clock, with the words for each. */
function series(scale: Scale, start: number, every: number, zone: string, short: boolean): Mark[] {
  const p = parts(start, zone);
  const end = start + scale.length;
  const make: Record<Scale["id"], (i: number) => Mark> = {
    day: (i) => {
      const at = midnight(p.year, p.month, p.day, zone) + i * every * HOUR;
      return { at, label: time(at, zone) };
    },
    week: (i) => dayMark(midnight(p.year, p.month, p.day + i * every, zone), zone, short),
    month: (i) => dayMark(midnight(p.year, p.month, p.day + i * every, zone), zone, short),
    year: (i) => {
      const at = midnight(p.year, p.month + i * every, 1, zone);
      return { at, label: t(`month.${parts(at, zone).month}`) };
    },
    decades: (i) => {
      const first = Math.floor(p.year / every) * every;
      return { at: midnight(first + i * every, 1, 1, zone), label: figures(first + i * every) };
    },
  };
  const found: Mark[] = [];
  for (let i = 0; ; i++) {
    const mark = make[scale.id](i);
    if (mark.at >= end) return found;
    if (mark.at >= start) found.push(mark);
  }
}

function dayMark(at: number, zone: string, short: boolean): Mark {
  const p = parts(at, zone);
  return { at, label: short ? figures(`${p.day}/${p.month}`) : `${figures(p.day)} ${t(`month.${p.month}`)}` };
}

/** Steps between marks that people count in, and how wide the words of one are, px. */
const STEPS: Record<Scale["id"], { steps: number[]; wide: number }> = {
  day: { steps: [1, 2, 3, 6, 12], wide: 52 },
  week: { steps: [1, 2, 4], wide: 108 },
  month: { steps: [2, 5, 10, 15], wide: 108 },
  year: { steps: [1, 2, 3, 6], wide: 88 },
  decades: { steps: [1, 2, 4, 8], wide: 48 },
};
const UNITS: Record<Scale["id"], number> = { day: HOUR, week: DAY, month: DAY, year: 30.5 * DAY, decades: 365.25 * DAY };

/** Narrower than so many names of months, a ruler has days by their figures. */
const NAMES = 4;
const SHORT = 48;

/** Marks that have room on a ruler so many px wide. */
export function marks(scale: Scale, start: number, width: number, zone: string): Mark[] {
  const { steps, wide: named } = STEPS[scale.id];
  const short = (scale.id === "week" || scale.id === "month") && width < NAMES * named;
  const wide = short ? SHORT : named;
  const most = Math.max(1, width / wide);
  const every = steps.find((n) => scale.length / (n * UNITS[scale.id]) <= most) ?? steps.at(-1) ?? 1;
  // What would be cut off by the end of the ruler says less than nothing.
  return series(scale, start, every, zone, short).filter((m) => (1 - (m.at - start) / scale.length) * width > wide * 0.75);
}

/** How many of the windows touch each of so many equal parts of the ruler; what has no bounds is in none. */
export function density(windows: readonly TimeWindow[], start: number, length: number, count: number): number[] {
  const bins = new Array<number>(count).fill(0);
  for (const w of windows) {
    if (!Number.isFinite(w.start) || !Number.isFinite(w.end)) continue;
    const first = Math.max(0, Math.floor(((w.start - start) / length) * count));
    const last = Math.min(count - 1, Math.ceil(((w.end - start) / length) * count) - 1);
    for (let i = first; i <= last; i++) bins[i] = (bins[i] ?? 0) + 1;
  }
  return bins;
}
