/** Ground that might be worth watching: asked of the node, looked at on the map, taken or left by a person. Nothing here is saved. */
import { get, query } from "./api";
import { startFrom } from "./drafts";
import { near } from "./format";
import { START, view } from "../map/view.svelte";
import { session } from "./session.svelte";
import type { Geometry, Near } from "./types";

interface Term {
  value: number | null;
}

export interface Suggestion {
  id: string;
  geometry: Geometry;
  where: [number, number];
  mgrs: string;
  place: Near | null;
  start_m: number | null;
  end_m: number | null;
  length_m: number;
  area_m2: number;
  /** 1 to 100; 100 is the heaviest of this answer. */
  weight: number;
  why: {
    past: Term & { incidents: number; areas: number; first: number | null; last: number | null };
    relief: Term & { hidden_percent: number | null };
    roads: Term & { distance_m: number | null };
  };
}

export interface Basis {
  bandwidth_m: number;
  /** What the spread of these very incidents would suggest; null without any. */
  reference_bandwidth_m: number | null;
  incidents: { reference: number; records: number; areas: number };
  timed: number;
  by_hour: number[];
  attribution: string[];
}

interface Answer {
  items: Suggestion[];
  basis: Basis;
  note: { text: string };
}

const CALM = 400;
const DAY = 86_400_000;
/** Bandwidths that the node takes, metres. */
export const [NARROWEST, WIDEST] = [1_000, 50_000];
export const SHARES = ["past", "relief", "roads"] as const;

class Suggest {
  /** A line in force, or "" for what the map shows. */
  line = $state("");
  bandwidth = $state(10_000);
  stretch = $state(10_000);
  /** Hours of day that count, as "18-6"; "" for all. */
  hours = $state("");
  shares = $state({ past: 70, relief: 15, roads: 15 });

  items = $state.raw<Suggestion[]>([]);
  basis = $state.raw<Basis | null>(null);
  note = $state("");
  error = $state.raw<unknown>(null);
  busy = $state(false);
  chosen = $state("");
  /** Their desk is open: only then the map draws them. */
  shown = $state(false);
  rejected = $state.raw<ReadonlySet<string>>(new Set());
  taken = $state.raw<ReadonlySet<string>>(new Set());
  /** What is still on the table. */
  open = $derived(this.items.filter((s) => !this.rejected.has(s.id)));

  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  async ask(): Promise<void> {
    const turn = ++this.turn;
    this.busy = true;
    this.error = null;
    try {
      const bbox = (view.bounds ?? START).map((n) => n.toFixed(5)).join(",");
      const ground = this.line ? { line: this.line, stretch_m: this.stretch } : { bbox };
      const answer = await get<Answer>(`watch/suggest${query({ ...ground, bandwidth_m: this.bandwidth, hours: this.hours, ...this.shares })}`);
      if (turn !== this.turn) return; // a later question has overtaken this answer
      [this.items, this.basis, this.note, this.chosen] = [answer.items, answer.basis, answer.note.text, ""];
    } catch (caught) {
      if (turn === this.turn) this.error = caught;
    } finally {
      if (turn === this.turn) this.busy = false;
    }
  }

  /** Something of the question has changed: asked again once the hand rests. */
  soon(): void {
    clearTimeout(this.timer);
    if (this.basis) this.timer = setTimeout(() => void this.ask(), CALM);
  }

  reject(id: string): void {
    this.rejected = new Set(this.rejected).add(id);
  }
  restore(): void {
    this.rejected = new Set();
  }
  clear(): void {
    clearTimeout(this.timer);
    this.turn += 1;
    [this.items, this.basis, this.note, this.error, this.busy] = [[], null, "", null, false];
    [this.rejected, this.taken, this.chosen] = [new Set(), new Set(), ""];
  }

  /** Into the form, where it is edited, and saved or not. */
  take(one: Suggestion): void {
    this.taken = new Set(this.taken).add(one.id);
    const name = one.place ? near(one.place) : one.mgrs;
    const body = { name, place: { geometry: one.geometry, accuracy_m: 100 }, hours: this.window(), weight: one.weight };
    startFrom("watch", `${one.id}.${this.bandwidth}`.replace(/[^\w.-]/g, "-"), body);
  }

  /** The next day, or in it the hours of day that were asked for. */
  private window(): { start: number; end: number } {
    const [from = 0, to = 24] = this.hours ? this.hours.split("-").map(Number) : [];
    const midnight = dayStart(Date.now() + DAY, session.zone);
    const length = (to > from ? to - from : to - from + 24) * 3_600_000;
    const start = midnight + from * 3_600_000;
    return { start, end: start + length };
  }
}

function dayStart(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" }).formatToParts(ms);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return ms - (ms % 1000) - ((part("hour") * 60 + part("minute")) * 60 + part("second")) * 1000;
}

export const suggest = new Suggest();
