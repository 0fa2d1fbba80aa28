/** What the node says of programmes (GET /api/programmes), and the steps in which one is drafted. */
import type { Part, Row } from "../../lib/parts";
import { records } from "../../lib/records.svelte";
import { figures } from "../../lib/texts.svelte";
import type { Body, RecordItem } from "../../lib/types";
import type { Difference } from "../agreed/agreed";

export const STATES = ["done", "late", "stopped", "slips", "under_way", "not_begun"] as const;
export type State = (typeof STATES)[number];
export const PROGRESS = ["not_begun", "under_way", "done", "stopped"];
export const HINDRANCES = ["decision", "law", "funds", "people", "training", "equipment", "site", "security", "other_work", "other"];
/** The steps of each track, in their order. */
export const TRACKS: Record<string, readonly string[]> = {
  points: ["drafted", "adopted", "in_use"],
  unit: ["authorised", "funded", "manned", "trained", "deployed"],
  centre: ["site", "staff", "links", "keys", "first_exchange", "first_check"],
};

export interface Counted {
  party: string;
  planned: number;
  count: number | null;
}

export interface Summary {
  milestones: number;
  states: Record<State, number>;
  blocked: number;
  /** Thousandths of the whole, by weight. */
  planned: number;
  actual: number;
}

export interface ProgrammeLine {
  record: RecordItem;
  stands: { rev: number; hash: string; at: number } | null;
  track: string;
  year: number;
  summary: Summary;
  counted: Counted[];
}

export interface Stated {
  no: string;
  status?: string;
  on?: number;
  expected?: number;
  count?: number;
  why?: string;
  text?: string;
  blocked_by?: string[];
  evidence?: string[];
}

export interface Milestone {
  no: string;
  step: string | null;
  title: Record<string, string>;
  owners: string[];
  weight: number;
  due: number;
  first_due: number | null;
  after: string[];
  planned: number | null;
  state: State;
  done: number | null;
  expected: number | null;
  blocked_by: string[];
  told: { party: string; at: number; record: string; said: Stated }[];
}

export interface Awaited {
  minutes: string;
  no: string;
  outcome: string;
  text: Record<string, string>;
  answer_by: Record<string, number>;
  open: boolean;
}

export interface Point {
  no: string;
  title: Record<string, string>;
  text: Record<string, string>;
  owners: string[];
  weight: number;
  awaits: Awaited | null;
  counted: Counted[];
  milestones: Milestone[];
}

export interface CurveRow {
  at: number;
  planned: number;
  first: number;
  actual: number | null;
}

export interface ProgrammeOf {
  record: RecordItem;
  stands: { rev: number; hash: string; at: number } | null;
  body: Body;
  baselines: { rev: number; year: number; at: number; why: string }[];
  summary: Summary;
  points: Point[];
  period: "month" | "quarter" | "half" | "year";
  curve: CurveRow[];
  reports: RecordItem[];
  changes: Difference[];
}

export interface PointsRead {
  rows: number;
  points: Row[];
  faults: { line: number; column: string; value: string; remedy: string; code: string }[];
  refused: number;
}

/** "63 %": thousandths as a person reads them. */
export const percent = (thousandths: number): string => `${figures(Math.round(thousandths / 10))} %`;

export function stepsOf(body: Row): { id: string; parts: Part[] }[] {
  const points = (body.points as { milestones?: { no?: string }[] }[] | undefined) ?? [];
  const numbers = points.flatMap((p) => (p.milestones ?? []).map((m) => m.no ?? "")).filter(Boolean);
  const track = String(body.track ?? "points");
  const outcomes = records.items.filter((r) => r.kind === "minutes").flatMap((r) =>
    ((r.body.outcomes as { no: string; text: Record<string, string> }[] | undefined) ?? []).map((o) => ({
      value: `${r.id}/${o.no}`, label: `${r.number ?? ""} ${o.no} ${Object.values(o.text)[0]?.slice(0, 60) ?? ""}`,
    })),
  );
  const milestone: Part[] = [
    { name: "no", type: "ident" }, { name: "step", type: "code", values: TRACKS[track] ?? [], list: "step" }, { name: "owners", type: "parties" },
    { name: "due", type: "instant" }, { name: "weight", type: "number" }, { name: "planned", type: "number" },
    { name: "title", type: "langs" }, { name: "after", type: "codes", values: numbers },
  ];
  return [
    {
      id: "programme",
      parts: [
        { name: "name", type: "line" }, { name: "parties", type: "parties" }, { name: "track", type: "code", values: Object.keys(TRACKS), must: true },
        { name: "year", type: "number" }, { name: "why", type: "text", long: true }, { name: "source", type: "line" }, { name: "remarks", type: "text", long: true },
      ],
    },
    {
      id: "points",
      parts: [
        {
          name: "points", type: "list",
          of: [
            { name: "no", type: "ident" }, { name: "weight", type: "number" }, { name: "owners", type: "parties" }, { name: "awaits", type: "choice", offers: outcomes },
            { name: "title", type: "langs" }, { name: "text", type: "langs", long: true }, { name: "milestones", type: "list", of: milestone },
          ],
        },
      ],
    },
  ];
}
