/** Live events (server-sent), read with fetch so that the last id survives every kind of break. */

import { signedOut } from "./api";

export interface NodeEvent {
  id: string;
  name: string;
  data: Record<string, unknown>;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;
const SILENCE = 60_000;

class Live {
  /** connected: events arrive; waiting: the line is down and tried again. */
  state = $state<"connecting" | "connected" | "waiting">("connecting");
  /** When the node was last heard here, ms. */
  heard = $state<number | null>(null);

  private last = "";
  private stopped = true;
  private abort: AbortController | null = null;
  private listeners = new Set<(event: NodeEvent) => void>();

  on(listener: (event: NodeEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.abort?.abort();
    this.last = "";
  }

  private async run(): Promise<void> {
    let wait = FIRST_WAIT;
    while (!this.stopped) {
      try {
        await this.listen(() => (wait = FIRST_WAIT));
      } catch {
        // Fall through: every end of the stream is handled alike.
      }
      if (this.stopped) return;
      this.state = "waiting";
      await new Promise((done) => setTimeout(done, wait));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  private async listen(opened: () => void): Promise<void> {
    this.abort = new AbortController();
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.last) headers["Last-Event-ID"] = this.last;
    const reply = await fetch("./api/events", { headers, signal: this.abort.signal, cache: "no-store" });
    // The stream is cut when a session ends: nobody looks on until the next question is refused.
    if (reply.status === 401) signedOut();
    if (!reply.ok || !reply.body) throw new Error(String(reply.status));
    this.state = "connected";
    this.heard = Date.now();
    opened();
    // A stream that resumes nothing says by itself that it is ready.
    if (this.last) this.tell({ id: "", name: "connected", data: {} });
    await this.read(reply.body.pipeThrough(new TextDecoderStream()).getReader());
  }

  private async read(reader: ReadableStreamDefaultReader<string>): Promise<void> {
    let rest = "";
    for (;;) {
      // A half-dead line (a suspended laptop) gives no error: silence beyond the node's keep-alive does.
      const timer = setTimeout(() => this.abort?.abort(), SILENCE);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      this.heard = Date.now();
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    let name = "message";
    let data = "";
    for (const line of block.split("\n")) {
      const [, field = "", value = ""] = /^([a-z]*): ?(.*)$/.exec(line) ?? [];
      if (field === "event") name = value;
      else if (field === "id") this.last = value;
      else if (field === "data") data += value;
    }
    if (!data) return;
    try {
      this.tell({ id: this.last, name, data: JSON.parse(data) as Record<string, unknown> });
    } catch {
      // Not for us: a newer node may say things that this screen does not know.
    }
  }

  private tell(event: NodeEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

export const live = new Live();
