/** What happened to a record, in one line of time: what was said and revised, let go, told, endorsed. */
import { members } from "./parties";
import type { Body, RecordItem, Told } from "./types";

export type Event =
  | { what: "revision"; at: number; party: string; by: string; rev: number; changed: string[]; current: boolean; lost: boolean }
  | { what: "received"; at: number; party: string; rev: number }
  | { what: "released"; at: number; party: string; channel: string; mode: string; id: string }
  | { what: "sent" | "reached" | "opened" | "answered"; at: number; party: string; node: string; answer: string | null }
  | { what: "endorsed" | "witnessed"; at: number; party: string; rev: number }
  | { what: "objected"; at: number; party: string; rev: number; reason: string };

const STEPS = ["sent", "reached", "opened", "answered"] as const;
/** Of one instant, in the order in which it can have happened. */
const ORDER: Event["what"][] = ["revision", "received", "released", "sent", "reached", "opened", "answered", "endorsed", "witnessed", "objected"];

function changed(now: RecordItem, all: RecordItem[]): string[] {
  const before: Body | undefined = all.find((one) => one.hash === now.prev)?.body;
  if (!before) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(now.body)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now.body[name]));
}

function* told(rows: Told[] | undefined): Generator<Event> {
  for (const row of rows ?? []) {
    for (const what of STEPS) {
      const at = row[what];
      if (at) yield { what, at, party: row.party ?? "", node: row.node ?? "", answer: what === "answered" ? (row.answer ?? null) : null };
    }
  }
}

function* ofRevision(one: RecordItem, all: RecordItem[], own: string): Generator<Event> {
  const lost = !one.current && all.some((other) => other.rev === one.rev && other.current);
  yield { what: "revision", at: one.at, party: one.party, by: one.by, rev: one.rev, changed: changed(one, all), current: one.current, lost };
  if (one.received_at && one.received_at !== one.at && !members(one.party).includes(own)) yield { what: "received", at: one.received_at, party: own, rev: one.rev };
  yield* told(one.told);
  for (const yes of one.endorsed?.given ?? []) yield { what: yes.part === "witness" ? "witnessed" : "endorsed", at: yes.at, party: yes.party, rev: one.rev };
  for (const no of one.endorsed?.objections ?? []) yield { what: "objected", at: no.at, party: no.party, rev: one.rev, reason: no.reason };
}

/** item: as it stands; revisions: every one of it; copies: what was released of it. The newest last. */
export function storyOf(item: RecordItem, revisions: RecordItem[], copies: RecordItem[], own: string): Event[] {
  const found: Event[] = revisions.flatMap((one) => [...ofRevision(one, revisions, own)]);
  for (const to of item.links?.released_as ?? []) {
    if (to.at) found.push({ what: "released", at: to.at, party: item.party, channel: to.channel, mode: to.mode ?? "whole", id: to.id });
  }
  for (const copy of copies) found.push(...told(copy.told));
  return found.sort((a, b) => a.at - b.at || ORDER.indexOf(a.what) - ORDER.indexOf(b.what));
}
