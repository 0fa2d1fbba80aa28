/** Declared activities as /api/activities tells them. */
import { ownFirst } from "../../lib/parties";
import { middleOf, placeOf, type Degrees } from "../../lib/place";
import { session } from "../../lib/session.svelte";
import type { RecordItem } from "../../lib/types";
import type { Fact } from "../rules/rules";

export interface Answer {
  id: string;
  party: string;
  by: string;
  at: number;
  received_at: number;
  attested: boolean;
  answer: string;
  remarks: string;
  /** To what the activity said before; changed: the fields that differ, null where that is not known here. */
  earlier: boolean;
  changed: string[] | null;
  counters: RecordItem | null;
}

export interface Waiting {
  party: string;
  reached: number | null;
  due: number | null;
  source: "rule" | "activity" | "start";
  level: number;
  again: boolean;
}

export interface Declared {
  activity: RecordItem;
  answers: Answer[];
  waits_for: Waiting[];
  flags: string[];
  may_answer: boolean;
  /** Of one that was asked for by its id. */
  facts?: Fact[];
}

export interface Activities {
  items: Declared[];
  more: boolean;
  note: { text: string };
}

export const ANSWERS = ["no_conflict_seen", "request_change", "object", "propose_joint"] as const;
/** Answers that may name an activity of one's own instead. */
export const COUNTERING = new Set<string>(["request_change", "propose_joint"]);

export const activityPath = (id: string): string => `#/activities/${encodeURIComponent(id)}`;
export const sides = <T extends { party: string }>(items: readonly T[]): T[] => {
  const order = ownFirst(items.map((i) => i.party), session.own);
  return [...items].sort((a, b) => order.indexOf(a.party) - order.indexOf(b.party));
};

/** From the middle of a plan to the middle of each plan that counters it. */
export function ties(found: Declared): [Degrees, Degrees][] {
  const from = middle(found.activity);
  const to = found.answers.map((one) => one.counters && middle(one.counters));
  return from ? to.flatMap((at) => (at ? [[from, at] as [Degrees, Degrees]] : [])) : [];
}

function middle(item: RecordItem): Degrees | null {
  const place = placeOf(item.body);
  return place && middleOf(place.geometry);
}
