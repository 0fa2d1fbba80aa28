/** Gaps that this officer can see, for the list and the map. */
import { get } from "./api";
import type { Gap } from "./types";

class Gaps {
  items = $state.raw<Gap[]>([]);
  /** What an answer rests on, in the reader's language. */
  note = $state("");
  loaded = $state(false);

  async load(): Promise<void> {
    try {
      const reply = await get<{ items: Gap[]; note: { text: string } }>("gaps");
      this.items = reply.items;
      this.note = reply.note.text;
      this.loaded = true;
    } catch {
      // The top bar says that the node is silent; the last answer stays on screen.
    }
  }
}

export const gaps = new Gaps();
