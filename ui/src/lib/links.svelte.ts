/** What the links to the other nodes are doing: the second truth that is always on screen. */
import { get } from "./api";
import type { LinkInfo } from "./types";

type Raw = Record<string, unknown>;

function first(row: Raw, ...names: string[]): unknown {
  for (const name of names) if (row[name] !== undefined && row[name] !== null) return row[name];
  return null;
}

function tidy(row: Raw): LinkInfo {
  const state = first(row, "up", "connected", "state");
  return {
    peer: String(first(row, "peer", "name", "node", "id") ?? ""),
    party: String(first(row, "party", "owners") ?? ""),
    up: state === true || state === "up" || state === "live" || state === "connected",
    last_contact: first(row, "last_contact", "last_contact_at", "heard_at") as number | null,
    waiting: Number(first(row, "waiting", "pending", "queued") ?? 0),
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
