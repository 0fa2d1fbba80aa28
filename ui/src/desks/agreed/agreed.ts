/** What the node says of texts that parties agree (GET /api/terms, /api/agreements, …/compare). */
import type { Body, RecordItem } from "../../lib/types";

export interface Difference {
  path: string[];
  how: "changed" | "added" | "removed";
  before: unknown;
  after: unknown;
}

export interface AgreedText {
  record: RecordItem;
  stands: { rev: number; hash: string; at: number } | null;
  /** What stands; where nothing does, the newest. */
  body: Body;
  clauses: { no: string; state: string }[];
  /** What the newest revision would change of what stands. */
  changes: Difference[];
}

export interface AgreedTexts {
  items: AgreedText[];
  note: { text: string };
}

export interface Compared {
  before: RecordItem;
  after: RecordItem;
  differences: Difference[];
}
