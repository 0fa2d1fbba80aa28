/** Two accounts of one event, as /api/same-events tells them. */
import type { RecordItem } from "../../lib/types";

export type Verdict = "agreed" | "differs" | "one_side";

export interface Pair {
  a: RecordItem;
  b: RecordItem;
  linked: { party: string; id: string; channel: string; at: number }[];
  likeness: { score: number; distance_m: number; apart_ms: number };
  counts: Record<Verdict, number>;
  common: (RecordItem & { stale: boolean })[];
}

export interface Pairs {
  items: Pair[];
  suggested: Pair[];
  note: { text: string };
}

export interface Row {
  field: string;
  verdict: Verdict;
  values: [unknown, unknown];
  apart: number | null;
  /** Of texts in one language: the words of each, and whether the other has them too. */
  runs: [[string, boolean][], [string, boolean][]] | null;
}

export interface Comparison extends Pair {
  fields: Row[];
  propose: { channel: string; accounts: { id: string; hash: string }[] } | null;
}

export const pairPath = (pair: Pair): string =>
  `#/events/${encodeURIComponent(pair.a.id)}/${encodeURIComponent(pair.b.id)}`;

/** What goes into a common account to begin with: what both say, and what the officer took of either side. */
export function draftOfCommon(found: Comparison, taken: Record<string, number>): Record<string, unknown> {
  const body: Record<string, unknown> = { accounts: found.propose?.accounts ?? [] };
  const harm: Record<string, unknown> = {};
  const synthetic = found.a.body["synthetic"] === true && found.b.body["synthetic"] === true;
  for (const row of found.fields) {
    const side = taken[row.field] ?? (row.verdict === "agreed" ? 0 : -1);
    if (side < 0) continue;
    const value = row.values[side];
    if (value === null || value === undefined) continue;
    if (["killed", "wounded", "missing", "civilians"].includes(row.field)) harm[row.field] = value;
    else body[row.field] = value;
  }
  if (Object.keys(harm).length) body["harm"] = harm;
  return synthetic ? { ...body, synthetic } : body;
}
