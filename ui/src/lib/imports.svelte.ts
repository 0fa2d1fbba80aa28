/** A foreign file on its way in: brought once, looked at, decided about, imported. */
import { get, post, Problem, query, request } from "./api";
import type { Body } from "./types";

export type ImportKind = "incident" | "site" | "post" | "activity" | "layer";
export const PRESETS: Record<string, ImportKind[]> = { ucdp: ["incident", "layer"] };

export interface Candidate {
  name: string;
  lat: number;
  lon: number;
  mgrs: string;
}

export interface Uncertain {
  name: string;
  sure: string;
  rows: number;
  first_line: number;
  candidates: Candidate[];
}

export interface Fault {
  line: number;
  column: string;
  value: string;
  remedy: string;
  code: string;
}

export interface Report {
  unit: "line" | "feature";
  dry_run: boolean;
  channel: string;
  rows: number;
  new: number;
  present: number;
  changed: number;
  refused: number;
  waiting: number;
  left_out: number;
  areas: number;
  mapped: Record<string, string>;
  not_mapped: string[];
  targets: string[];
  faults: Fault[];
  uncertain: Uncertain[];
  preview: { line: number; value: Body }[];
  layer: string | null;
}

interface Status {
  id: string;
  state: "running" | "checked" | "done" | "failed";
  done: number;
  of: number;
  report: Report | null;
  fault: { code: string; detail: string; field?: string; value?: string; remedy?: string } | null;
}

const LOOK = 400;
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export class Import {
  kind = $state<ImportKind>("incident");
  preset = $state("");
  source = $state("");
  attribution = $state("");
  licence = $state("");
  map = $state<Record<string, string>>({});
  decisions = $state<Record<string, string>>({});
  status = $state.raw<Status | null>(null);
  report = $state.raw<Report | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  private gone = false;

  /** Bring the file, and look at it: nothing is written. */
  async bring(file: File): Promise<void> {
    await this.follow(() => {
      const { kind, preset, source, attribution, licence } = this;
      return request<Status>("POST", `imports${query({ kind, preset, source, attribution, licence, dry_run: true })}`, file);
    });
  }

  /** The same file again: with another mapping, with decisions, and at last for good. */
  async again(dry: boolean): Promise<void> {
    const id = this.status?.id ?? "";
    const { kind, source, attribution, licence, map } = this;
    const decisions = Object.fromEntries(Object.entries(this.decisions).filter(([, where]) => where.trim()));
    const ask = { kind, source, attribution, licence, map, decisions, dry_run: dry, ...(this.preset ? { preset: this.preset } : {}) };
    await this.follow(() => post<Status>(`imports/${id}`, ask));
  }

  /** Leave the file; what was imported stays. */
  drop(): void {
    this.gone = true;
    if (this.status && this.status.state !== "running") void request("DELETE", `imports/${this.status.id}`).catch(() => undefined);
  }

  private async follow(begin: () => Promise<Status>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      let now = await begin();
      this.status = now;
      while (now.state === "running" && !this.gone) {
        await wait(LOOK);
        now = await get<Status>(`imports/${now.id}`);
        this.status = now;
      }
      if (now.fault) this.error = new Problem(400, { ...now.fault, title: now.fault.detail });
      else if (now.report) this.report = now.report;
    } catch (caught) {
      this.error = caught;
    } finally {
      this.busy = false;
    }
  }
}
