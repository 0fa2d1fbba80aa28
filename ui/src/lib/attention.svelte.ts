/** What waits for this officer, most urgent first. */
import { get } from "./api";
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
