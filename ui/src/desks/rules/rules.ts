/** Rules and facts as /api/rules and /api/findings tell them. */
import type { RecordItem } from "../../lib/types";

export interface Held {
  rule: RecordItem;
  /** From when until when it is in force; null: it is not, yet. */
  start: number | null;
  end: number | null;
  in_force: boolean;
}

export interface Rules {
  items: Held[];
  note: { text: string };
}

export interface Fact {
  id: string;
  kind: string;
  text: string;
  rule: RecordItem;
  record: RecordItem;
  party: string;
  to: string | null;
  distance_m: number | null;
  reached: number | null;
  reason: string;
  since: number;
  agenda: { id: string; party: string; number: string | null }[];
  seen_by: string[];
}

export interface Facts {
  items: Fact[];
  more: boolean;
  note: { text: string };
}
