/** Complaints as /api/complaints tells them. */
import type { RecordItem } from "../../lib/types";

export interface Stage {
  step: string;
  taken_at: number | null;
  due: number | null;
  late: boolean;
}

export interface Case {
  record: RecordItem;
  open: boolean;
  started: number | null;
  stages: Stage[];
  next: Stage | null;
  steps: RecordItem[];
  outcomes: RecordItem[];
}

export interface Cases {
  items: Case[];
  note: { text: string };
}

export const casePath = (id: string): string => `#/complaints/${encodeURIComponent(id)}`;
