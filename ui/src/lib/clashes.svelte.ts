/** Clashes that this node can see, for the list and the map. */
import { get, query } from "./api";
import { pointBox } from "./place";
import { records } from "./records.svelte";
import type { Clash } from "./types";
import { past, when } from "./when.svelte";

/** Without another time, the node tells those of the last week and to come. */
const USUAL = 7 * 86_400_000;

/** Both plans, as they read now, had been said by the time that is looked at. */
const saidBy = (c: Clash): boolean => when.known === null || [c.a, c.b].every((side) => (side.at ?? 0) <= when.known!);

class Clashes {
  items = $state.raw<Clash[]>([]);
  loaded = $state(false);
  /** Those of the time that is looked at: what the map draws. */
  timely = $derived(this.items.filter((c) => when.meets(c) && saidBy(c)));
  /** What the panel lists. */
  shown = $derived(records.follow ? this.timely.filter((c) => records.inView(pointBox(c.where))) : this.timely);

  private asked: number | null = null;

  /** The time looked at has changed: the node is asked again only where it has not told of it. */
  turned(): void {
    if (past(USUAL) !== this.asked) void this.load();
  }

  async load(): Promise<void> {
    this.asked = past(USUAL);
    try {
      const reply = await get<{ items: Clash[] }>(`clashes${query({ from: this.asked })}`);
      this.items = reply.items;
      this.loaded = true;
    } catch {
      // The top bar says that the node is silent; the last answer stays on screen.
    }
  }
}

export const clashes = new Clashes();
/** A clash has no id of its own: it is its two plans. */
export const clashId = (c: Clash): string => `${c.a.id}~${c.b.id}`;
