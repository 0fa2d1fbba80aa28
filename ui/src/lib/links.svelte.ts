/** What the links to the other nodes are doing: the second truth that is always on screen. */
import { get } from "./api";
import type { LinkInfo } from "./types";

/** As the node tells it; an older one leaves some of it out. */
interface Raw extends Partial<Omit<LinkInfo, "peer" | "waiting" | "trouble" | "fault" | "up">> {
  peer: string;
  name: string;
  enabled: boolean;
  last_contact: number | null;
  /** What the peer lacks of what it may read; null before it has said what it has. */
  waiting: { flash: number; routine: number } | null;
  trouble: LinkInfo["fault"];
}

/** The called side holds a line open for 25 s, so silence longer than this means that nobody is there. */
const SILENT = 75_000;

function tidy(row: Raw): LinkInfo {
  const { last_contact: last, trouble, waiting } = row;
  const fresh = last !== null && Date.now() - last < SILENT;
  return {
    peer: row.name || row.peer.slice(0, 8),
    fingerprint: row.peer,
    url: row.url ?? null,
    enabled: row.enabled,
    up: row.enabled && fresh && !(trouble && trouble.at > last),
    last_contact: last,
    waiting: (waiting?.flash ?? 0) + (waiting?.routine ?? 0),
    trouble: trouble && (last === null || trouble.at > last) ? trouble.text : "",
    fault: trouble,
    waits: row.waits ?? null,
    has: row.has ?? null,
    rate: row.rate ?? null,
    unread: row.unread ?? null,
    carried: row.carried ?? { written: null, read: null },
    refusals: row.refusals ?? [],
    channels: row.channels ?? [],
    part: row.part ?? 0,
    blob: row.blob ?? null,
    dial: row.dial ?? true,
    relay: row.relay ?? false,
    via: row.via ?? null,
    relayed: row.relayed ?? null,
  };
}

class Links {
  items = $state.raw<LinkInfo[]>([]);
  /** The latest word from any other node, ms; null before the first. */
  last = $derived(this.items.reduce<number | null>((m, l) => (l.last_contact && l.last_contact > (m ?? 0) ? l.last_contact : m), null));

  async load(): Promise<void> {
    try {
      const reply = await get<{ items: Raw[] } | Raw[]>("links");
      this.items = (Array.isArray(reply) ? reply : reply.items).map(tidy).sort((a, b) => a.peer.localeCompare(b.peer));
    } catch {
      // Kept as it was: a silent node is shown by the live state.
    }
  }
}

export const links = new Links();
