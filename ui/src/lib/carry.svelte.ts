/** Files that a courier carries: taken in, and written to take along. Large ones say how far they are. */
import { links } from "./links.svelte";
import { grey } from "./photo";
import { hand, transfer } from "./transfer";

export interface Missing {
  channel: string;
  lane: string;
  name: string;
  held: number;
  starts: number;
}

export interface CarryReport {
  from: { node: string; name: string } | null;
  /** By the writer's own clock, which nobody here trusts. */
  written: number | null;
  new: number;
  known: number;
  receipts: number;
  statements: number;
  evidence: number;
  blobs: number;
  fragments: number;
  others?: number;
  channels: { channel: string; lane: string; name: string; new: number; known: number }[];
  missing: Missing[];
  refused: { rule: string; fault: string; detail: string; kept: number }[];
  cut: boolean;
  /** There is something to take back. */
  answer: boolean;
}

/** One QR code: modules along a side, and the dark ones as SVG path data. what: record, or receipt. */
export interface Code {
  what: string;
  to: string;
  bytes: number;
  size: number;
  path: string;
}

export class Carry {
  busy = $state<"" | "reading" | "writing">("");
  /** 0 to 1; of what the browser can tell. */
  part = $state(0);
  report = $state.raw<CarryReport | null>(null);
  /** To be shown to whoever brought a photo of a code. */
  receipt = $state.raw<Code | null>(null);
  /** What was taken in, as the officer knows it. */
  name = $state("");
  wrote = $state.raw<{ name: string; entries: number; size: number; more: boolean; to: string[] } | null>(null);
  error = $state.raw<unknown>(null);

  async read(file: Blob, name: string): Promise<void> {
    [this.report, this.receipt, this.name] = [null, null, name];
    await this.work("reading", async () => {
      const reply = await transfer("bundles", file, (part) => (this.part = part));
      this.report = JSON.parse(await reply.data.text()) as CarryReport;
    });
  }

  /** A photo of a code on another screen. */
  async look(photo: Blob, name: string): Promise<void> {
    [this.report, this.receipt, this.name] = [null, null, name];
    await this.work("reading", async () => {
      const reply = await transfer("codes", await grey(photo), (part) => (this.part = part));
      const read = JSON.parse(await reply.data.text()) as { report: CarryReport; receipt: Code | null };
      [this.report, this.receipt] = [read.report, read.receipt];
    });
  }

  async write(to: string[], max: number | null): Promise<void> {
    this.wrote = null;
    await this.work("writing", async () => {
      const reply = await transfer("bundles/file", JSON.stringify({ to, max }), (part) => (this.part = part));
      hand(reply.data, reply.name);
      this.wrote = { name: reply.name, entries: reply.entries, size: reply.data.size, more: reply.more, to };
    });
  }

  async work(what: "reading" | "writing", act: () => Promise<void>): Promise<void> {
    [this.busy, this.part, this.error] = [what, 0, null];
    try {
      await act();
      void links.load();
    } catch (caught) {
      this.error = caught;
    } finally {
      this.busy = "";
    }
  }
}
