/** Joint activities as /api/joint tells them. */
import type { Body, Near, RecordItem } from "../../lib/types";

export type Planned = RecordItem & { stale: boolean };

export interface Crossing {
  party: string;
  record: RecordItem;
  activity: string;
  track: number | null;
  boundary: { plan: string; activity: string; number: number; text: string };
  where: [number, number];
  mgrs: string;
  place: Near | null;
  start: number;
  end: number;
}

export interface Joint {
  activity: RecordItem;
  over: boolean;
  plan: Planned | null;
  reports: Planned[];
  crossings: Crossing[];
  clashes: number;
}

export interface Joints {
  items: Joint[];
  note: { text: string };
}

export const jointPath = (id: string): string => `#/joint/${encodeURIComponent(id)}`;

const synthetic = (item: RecordItem): Body => (item.body["synthetic"] === true ? { synthetic: true } : {});

/** What a plan begins with: the activity as it stands, its hours, each side's part. */
export function planOf(activity: RecordItem): Body {
  return { activity: activity.id, hash: activity.hash, when: activity.body["when"], parts: activity.body["parts"], ...synthetic(activity) };
}

export function reportOf(activity: RecordItem): Body {
  return { activity: activity.id, hash: activity.hash, when: activity.body["when"], ...synthetic(activity) };
}
