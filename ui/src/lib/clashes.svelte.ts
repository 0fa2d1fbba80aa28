/** Clashes that this node can see, for the list and the map. */
import { get } from "./api";
import type { Clash } from "./types";

class Clashes {
  items = $state.raw<Clash[]>([]);
  loaded = $state(false);

  async load(): Promise<void> {
    try {
      const reply = await get<{ items: Clash[] }>("clashes");
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
