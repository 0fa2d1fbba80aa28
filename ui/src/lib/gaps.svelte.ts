/** Gaps that this officer can see, for the list and the map. */
import { get, query } from "./api";
import { pointBox } from "./place";
import { records } from "./records.svelte";
import type { Gap } from "./types";
import { past, when } from "./when.svelte";

class Gaps {
  items = $state.raw<Gap[]>([]);
  /** What an answer rests on, in the reader's language. */
  note = $state("");
  loaded = $state(false);
  /** Those of the time that is looked at: what the map draws. */
  timely = $derived(this.items.filter((g) => when.meets(g)));
  /** What the panel lists. */
  shown = $derived(records.follow ? this.timely.filter((g) => records.inView(pointBox(g.where))) : this.timely);

  private asked: number | null = null;
  private known: number | null = null;

  /** The time looked at has changed: the node is asked again only where it has not told of it. */
  turned(): void {
    if (past(0) !== this.asked || when.known !== this.known) void this.load();
  }

  async load(): Promise<void> {
    [this.asked, this.known] = [past(0), when.known];
    try {
      const reply = await get<{ items: Gap[]; note: { text: string } }>(`gaps${query({ from: this.asked, as_of: this.known })}`);
      this.items = reply.items;
      this.note = reply.note.text;
      this.loaded = true;
    } catch {
      // The top bar says that the node is silent; the last answer stays on screen.
    }
  }
}

export const gaps = new Gaps();
/** Length × hours, in kilometre-hours. */
export const kmHours = (gap: Gap): string => (gap.length_hours / 1000).toFixed(gap.length_hours < 10_000 ? 1 : 0);
