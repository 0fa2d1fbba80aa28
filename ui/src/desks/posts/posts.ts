/** The register of posts as /api/posts tells it. */
import { middleOf, placeOf, type Degrees } from "../../lib/place";
import type { RecordItem } from "../../lib/types";

export interface Stated {
  party: string;
  status: string;
  at: number;
  received_at: number | null;
  since: number | null;
  leaves: number | null;
  /** Null: a hand-over in force stands for it. */
  record: string | null;
  attested: boolean;
}

export interface Registered {
  post: RecordItem;
  status: string;
  holders: string[];
  silent: string[];
  stated: Stated[];
  leaving: { party: string; since: number; due: number | null; handed: number | null }[];
  handovers: { record: RecordItem; in_force: number | null }[];
  left: { record: RecordItem; waits_for: string[] }[];
  unreleased: RecordItem[];
  changed: number | null;
  changes: { id: string; what: string; party: string; status: string; at: number }[];
}

export interface Register {
  items: Registered[];
  more: boolean;
  since: number;
  note: { text: string };
}

export const HOLDINGS = ["held", "vacating", "shared", "empty", "not_ours"] as const;

export function placeOfPost(found: Registered): Degrees | null {
  const place = placeOf(found.post.body);
  return place && middleOf(place.geometry);
}
