/** A form asks the map for a position; the map shows what the form holds. Neither knows the other. */
import type { Degrees } from "./place";
import type { Geometry } from "./types";

/** Ground that somebody asked to see: by its name or a grid reference. */
export interface Found {
  at: Degrees;
  /** Reference layer that knows it; "" for none. */
  layer: string;
  name: string;
  others: string[];
  translit: string;
  mgrs: string;
}

class Pick {
  /** Someone waits for a click on the map. */
  taker = $state.raw<((at: Degrees) => void) | null>(null);
  /** Geometry being drawn or edited, shown on the map above all else. */
  sketch = $state.raw<Geometry | null>(null);
  /** Where the map should look; a new object each time. */
  look = $state.raw<{ bounds: [number, number, number, number] } | null>(null);
  /** What was gone to stands out, until somebody closes its card. */
  found = $state.raw<Found | null>(null);
  /** On a phone: the map is looked at, and whatever is open waits behind it. */
  peek = $state(false);
  /** What the map is looking at, as a start for fields without a place. */
  centre: Degrees = [43.9, 35.6];

  ask(taker: (at: Degrees) => void): void {
    this.taker = taker;
  }
  /** Somebody wants to see that ground: the map goes there, and comes to the front where it was hidden. */
  show(bounds: [number, number, number, number] | null | undefined): void {
    if (!bounds) return;
    this.look = { bounds };
    this.peek = true;
  }
  /** Only the one that asked may call it off. */
  cancel(taker: (at: Degrees) => void): void {
    if (this.taker === taker) this.taker = null;
  }
}

export const pick = new Pick();
