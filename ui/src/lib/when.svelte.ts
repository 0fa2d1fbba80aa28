/** The time that is looked at: one choice for the lists, the map and the slider, kept in the address. */
import { minutes } from "./minutes";
import { placeOf } from "./place";
import { router } from "./route.svelte";
import type { RecordItem, TimeWindow } from "./types";

/** now: this instant, and it moves on; last: so many hours up to now, likewise; span: half-open, of someone's choosing. */
export type Choice = { kind: "any" } | { kind: "now" } | { kind: "last"; hours: number } | ({ kind: "span" } & TimeWindow);

const HOUR = 3_600_000;
const ANY: Choice = { kind: "any" };

function instant(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** What an address means; anything else in it is any time. */
export function readChoice(text: string): Choice {
  if (text === "now") return { kind: "now" };
  const last = /^last-(\d{1,6})h$/.exec(text);
  if (last) return { kind: "last", hours: Number(last[1]) };
  const [start = Number.NaN, end = Number.NaN] = text.split("/").map(instant);
  return end > start ? { kind: "span", start, end } : ANY;
}

export function writeChoice(choice: Choice): string {
  const written = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  if (choice.kind === "span") return `${written(choice.start)}/${written(choice.end)}`;
  if (choice.kind === "last") return `last-${choice.hours}h`;
  return choice.kind === "now" ? "now" : "";
}

/** When the thing happened or will happen: the record's first window or instant, else when it was entered. */
export function whenOf(item: Pick<RecordItem, "body" | "at">): { start: number; end: number | null } {
  const body = item.body;
  for (const name of ["when", "occurred", "hours", "window", "since", "known"]) {
    const value = body[name];
    if (typeof value === "number") return { start: value, end: null };
    const span = value as TimeWindow | undefined;
    if (span && typeof span === "object" && typeof span.start === "number") return { start: span.start, end: span.end };
  }
  return { start: item.at, end: null };
}

/** When a record counts. Ground that was never given a time is there at all times; a stated holding lasts until it is stated anew. */
export function windowOf(item: Pick<RecordItem, "kind" | "body" | "at">): TimeWindow {
  const { start, end } = whenOf(item);
  if (end !== null) return { start, end: Math.max(end, start + 1) };
  const lasting = item.kind === "holding";
  if (!lasting && start === item.at && placeOf(item.body)) return { start: -Infinity, end: Infinity };
  return { start, end: lasting ? Infinity : start + 1 };
}

class When {
  /** The present, as fine as the screen shows it. */
  clock = $state(Date.now());
  choice = $derived(readChoice(router.time));
  /** Half-open; null for any time. */
  span = $derived.by((): TimeWindow | null => {
    if (this.choice.kind === "span") return { start: this.choice.start, end: this.choice.end };
    if (this.choice.kind === "now") return { start: this.clock, end: this.clock + 1 };
    return this.choice.kind === "last" ? { start: this.clock - this.choice.hours * HOUR, end: this.clock } : null;
  });
  /** What moves with the clock is looked for again by the minute, not by the tick. */
  since = $derived(this.span && Math.floor(this.span.start / 60_000) * 60_000);
  until = $derived(this.span && Math.ceil(this.span.end / 60_000) * 60_000);

  /** What had been said by then is looked at, ms: the end of the time that is chosen; null: what is known now. */
  known = $derived(router.known && this.span && this.span.end < this.clock ? (this.until ?? this.span.end) : null);

  constructor() {
    minutes((now) => (this.clock = now));
  }

  choose(choice: Choice): void {
    this.clock = Date.now();
    router.look(writeChoice(choice));
  }

  meets(window: TimeWindow): boolean {
    return !this.span || (window.start < this.span.end && window.end > this.span.start);
  }
}

export const when = new When();

/** From when on to ask a node that by itself tells only of the last so many ms; null where that is enough. */
export function past(usual: number): number | null {
  return when.since !== null && when.since < Date.now() - usual ? when.since : null;
}
