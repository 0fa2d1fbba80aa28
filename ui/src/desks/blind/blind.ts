/** Blind checks as GET /api/blind gives them. */
import { post, Problem } from "../../lib/api";
import type { Near, RecordItem } from "../../lib/types";
import { officerId } from "../../lib/session.svelte";
import { officerKey, signDraft } from "../../lib/signing";
import { t } from "../../lib/texts.svelte";

export interface Universe {
  id: string;
  name: string;
  check: "clash" | "gap";
  sides: string[];
  facilitator: string;
  areas: string[];
  start: number;
  end: number;
  cells: number;
  cap: number;
  result_cap: number;
  term_days: number;
  state: string;
  endorsed: string[];
  witnessed: boolean;
  agreed: boolean;
  part: "party" | "witness" | null;
}
export interface Outcome {
  found: string;
  count: number | null;
  rule: string | null;
}
export interface Run {
  id: string;
  universe: string;
  name: string;
  check: "clash" | "gap";
  sides: string[];
  facilitator: string;
  start: number;
  end: number;
  areas: string[];
  days: number;
  at: number;
  by: string;
  until: number;
  amends: string | null;
  stage: string;
  waits_for: string[];
  void: string | null;
  fault: string | null;
  consented: string[];
  verdict: string | null;
  refused: { rule: string; party: string | null } | null;
  met: number | null;
  outcomes: Record<string, Outcome>;
  learnt_count: number | null;
  alarm: boolean;
}
export interface Spot {
  where: [number, number];
  accuracy_m: number;
  start: number;
  end: number;
  cell_hours: number;
  plans: RecordItem[];
  mgrs: string;
  place: Near | null;
}
export interface Learnt {
  count: number;
  marked: number;
  alarm: boolean;
  more: boolean;
  spots: Spot[];
}
/** day and sector count from 1; outcomes: null while it is open. */
export interface Audit {
  day: number;
  sector: number;
  wished: string[];
  outcomes: { party: string; code: string; cells: number }[] | null;
}
export interface OneRun extends Run {
  learnt: Learnt | null;
  audits: Audit[];
}
export interface Proposed {
  id: string;
  run: string;
  by: string;
  to: string[];
  at: number;
  where: [number, number];
  accuracy_m: number;
  start: number;
  end: number;
  remarks: string;
  mgrs: string;
  place: Near | null;
}
export interface Status {
  joint: boolean;
  universes: Universe[];
  runs: Run[];
  proposals: Proposed[];
}
export interface Numbers {
  marked: number;
  cells: number;
  cap: number;
  result_cap: number;
  other_most: number;
  facilitator: string;
  facilitator_most: number;
  together: number;
  until: number;
}
export interface Draft {
  signing: string;
  draft: { id: string; at: number };
  numbers: Numbers;
}

export const draftConsent = (run: string): Promise<Draft> => post<Draft>(`blind/${encodeURIComponent(run)}/draft`);

/** Signs exactly what was drafted, once it is that run's consent, with the key in this browser. */
export async function consent(run: string, drafted: Draft): Promise<void> {
  const held = await officerKey(officerId());
  if (!held) throw new Problem(0, { title: t("ui.blind.no_key"), detail: t("ui.blind.no_key") });
  const sig = await signDraft(held, drafted.signing, (said) => said.kind === "blind_consent" && (said.body as { run?: string }).run === run);
  await post(`blind/${encodeURIComponent(run)}/consent`, { ...drafted.draft, sig });
}
