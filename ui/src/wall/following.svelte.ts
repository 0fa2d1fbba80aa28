/** What the wall shows, kept fresh without a hand: the same sources as the desks, plus the day and who has the watch. */
import { attention } from "../lib/attention.svelte";
import { Asked } from "../lib/asked.svelte";
import { clashes } from "../lib/clashes.svelte";
import { fromInput, toInput } from "../lib/dates";
import { duty } from "../lib/duty.svelte";
import { live } from "../lib/events.svelte";
import { gaps } from "../lib/gaps.svelte";
import { links } from "../lib/links.svelte";
import { pulse } from "../lib/pulse";
import { records } from "../lib/records.svelte";
import { session } from "../lib/session.svelte";
import type { RecordItem } from "../lib/types";

const CALM = 400;
const HOUR = 3_600_000;

export interface OnDuty {
  party: string;
  node: string;
  by: string;
  start: number;
  end: number;
  over: boolean;
  reach: string;
}

export const activities = new Asked<{ items: RecordItem[] }>();
export const onDuty = new Asked<{ items: OnDuty[] }>();

/** The local day that an instant is in, half-open; a day in which the clocks change is 23 or 25 hours long. */
export function dayOf(ms: number, zone: string): { start: number; end: number } {
  const midnight = (at: number): number => fromInput(`${toInput(at, zone).slice(0, 10)}T00:00`, zone) ?? at;
  const start = midnight(ms);
  return { start, end: midnight(start + 30 * HOUR) };
}

function look(): void {
  const day = dayOf(Date.now(), session.zone);
  for (const held of [clashes, gaps, attention]) void held.load();
  void activities.load(`records?kind=activity&from=${day.start}&to=${day.end}&limit=200`);
  void onDuty.load("duty");
}

/** Until the returned function is called. */
export function follow(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stops = [
    records.watch(),
    duty.watch(),
    live.on((event) => {
      if (event.name === "link") void links.load();
      clearTimeout(timer);
      timer = setTimeout(look, CALM);
    }),
  ];
  void records.load();
  void links.load();
  look();
  live.start();
  // Receipts, links and the day itself move on without a record.
  const still = pulse(() => {
    void links.load();
    look();
  });
  return () => {
    for (const stop of stops) stop();
    clearTimeout(timer);
    still();
    live.stop();
    records.reset();
  };
}
