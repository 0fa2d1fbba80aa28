/** An answer of the node that a screen shows: asked for again when something changes, kept while the node is silent. */
import { get } from "./api";

export class Asked<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  private turn = 0;

  async load(path: string): Promise<void> {
    const turn = ++this.turn;
    try {
      const found = await get<T>(path);
      if (turn === this.turn) [this.value, this.error] = [found, null];
    } catch (caught) {
      if (turn === this.turn) this.error = caught;
    }
  }
}
