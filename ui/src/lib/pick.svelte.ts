/** A form asks the map for a position; the map shows what the form holds. Neither knows the other. */
import type { Degrees } from "./place";
import type { Geometry } from "./types";

class Pick {
  /** Someone waits for a click on the map. */
  taker = $state.raw<((at: Degrees) => void) | null>(null);
  /** Geometry being drawn or edited, shown on the map above all else. */
  sketch = $state.raw<Geometry | null>(null);
  /** Where the map should look; a new object each time. */
  look = $state.raw<{ bounds: [number, number, number, number] } | null>(null);
  /** What the map is looking at, as a start for fields without a place. */
  centre: Degrees = [43.9, 35.6];

  ask(taker: (at: Degrees) => void): void {
    this.taker = taker;
  }
  /** Only the one that asked may call it off. */
  cancel(taker: (at: Degrees) => void): void {
    if (this.taker === taker) this.taker = null;
  }
}

export const pick = new Pick();
