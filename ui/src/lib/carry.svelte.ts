/** Files that a courier carries: taken in, and written to take along. Large ones say how far they are. */
import { links } from "./links.svelte";
import { Problem, speaking } from "./api";
import type { ProblemDocument } from "./types";

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

interface Reply {
  data: Blob;
  name: string;
  entries: number;
  more: boolean;
}

/** fetch does not say how much of an upload has gone. progress: 0 to 1. */
export function transfer(path: string, body: Blob | string, progress: (part: number) => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    asked.open("POST", `./api/${path}`);
    asked.responseType = "blob";
    asked.setRequestHeader("Accept-Language", speaking());
    asked.setRequestHeader("Content-Type", typeof body === "string" ? "application/json" : "application/octet-stream");
    const tell = (event: ProgressEvent): void => progress(event.lengthComputable && event.total ? event.loaded / event.total : 0);
    asked.upload.onprogress = tell;
    asked.onprogress = tell;
    asked.onerror = () => reject(new Problem(0, {}));
    asked.onload = () => {
      const data = asked.response as Blob;
      const head = (name: string): string => asked.getResponseHeader(name) ?? "";
      if (asked.status >= 200 && asked.status < 300) {
        const name = /filename="([^"]+)"/.exec(head("content-disposition"))?.[1] ?? "seamline";
        resolve({ data, name, entries: Number(head("x-seamline-entries")), more: head("x-seamline-more") === "1" });
      } else {
        void data.text().then((text) => reject(new Problem(asked.status, documentOf(text))));
      }
    };
    asked.send(body);
  });
}

function documentOf(text: string): ProblemDocument {
  try {
    return JSON.parse(text) as ProblemDocument;
  } catch {
    return {};
  }
}

/** Hands bytes to the browser as a file of that name. */
export function hand(data: Blob, name: string): void {
  const place = document.createElement("a");
  place.href = URL.createObjectURL(data);
  place.download = name;
  place.click();
  // The browser reads it after this returns.
  setTimeout(() => URL.revokeObjectURL(place.href), 60_000);
}

export class Carry {
  busy = $state<"" | "reading" | "writing">("");
  /** 0 to 1; of what the browser can tell. */
  part = $state(0);
  report = $state.raw<CarryReport | null>(null);
  /** What was taken in, as the officer knows it. */
  name = $state("");
  wrote = $state.raw<{ name: string; entries: number; size: number; more: boolean; to: string[] } | null>(null);
  error = $state.raw<unknown>(null);

  async read(file: Blob, name: string): Promise<void> {
    [this.report, this.name] = [null, name];
    await this.work("reading", async () => {
      const reply = await transfer("bundles", file, (part) => (this.part = part));
      this.report = JSON.parse(await reply.data.text()) as CarryReport;
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
