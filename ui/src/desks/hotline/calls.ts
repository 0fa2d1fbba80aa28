/** The hotline log as the node tells it. */
import type { RecordItem } from "../../lib/types";

export interface CallField {
  field: string;
  verdict: "agreed" | "differs" | "one_side";
  values: [unknown, unknown];
}
export interface CallPair {
  entries: RecordItem[];
  linked: boolean;
  fields: CallField[];
  differs: number;
}
export interface Calls {
  items: CallPair[];
  note: { text: string };
}
