/** What waits for this officer, most urgent first. */
import { get } from "./api";
import { clashes, clashId } from "./clashes.svelte";
import { gaps } from "./gaps.svelte";
import { recordPath } from "./route.svelte";
import type { Due } from "./types";

class Attention {
  items = $state.raw<Due[]>([]);
  note = $state("");
  loaded = $state(false);

  async load(): Promise<void> {
    try {
      const reply = await get<{ items: Due[]; note: { text: string } }>("attention");
      this.items = reply.items;
      this.note = reply.note.text;
      this.loaded = true;
    } catch {
      // The top bar says that the node is silent; the last answer stays on screen.
    }
  }
}

export const attention = new Attention();

/** Where something is done about it; undefined where that is not on a screen. */
export function pathOf(item: Due): string | undefined {
  const id = item.record?.id;
  if (item.what === "clash") {
    const clash = clashes.items.find((c) => c.a.id === id && c.start === item.due);
    return clash ? `#/clashes/${encodeURIComponent(clashId(clash))}` : "#/clashes";
  }
  if (item.what === "gap") {
    const gap = gaps.items.find((g) => g.watch.id === id && g.start === item.due);
    return gap ? `#/gaps/${encodeURIComponent(gap.id)}` : "#/gaps";
  }
  return id ? recordPath(id) : undefined;
}
