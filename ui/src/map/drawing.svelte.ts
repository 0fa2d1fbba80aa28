/**
 * What is being drawn: a form begins it, the map's handles and the form's list of corners both change it.
 * Neither the form nor the map knows the other.
 */
import { pick } from "../lib/pick.svelte";
import { toUnits, type Degrees } from "../lib/place";
import { session } from "../lib/session.svelte";
import type { Geometry } from "../lib/types";
import { cornersOf, finished, sketchOf, snapped, stretch, type Corner, type Drawn } from "./draw";

const REMEMBERED = 200;

export class Drawing {
  shape = $state<Drawn>("Polygon");
  corners = $state.raw<Corner[]>([]);
  /** The corner that keys and the delete button act on. */
  chosen = $state<number | null>(null);
  /** A line that new corners follow; "" for none. */
  along = $state("");
  /** Given by the map: the mark within reach of a position, else the position itself. */
  caught: (at: Corner) => Corner = (at) => at;
  private past = $state.raw<Corner[][]>([]);

  constructor(shape: Drawn, geometry: Geometry | null | undefined, private changed: (geometry: Geometry | null) => void) {
    const held = cornersOf(geometry);
    [this.shape, this.corners] = held ? [held.shape, held.corners] : [shape, []];
  }

  get undoable(): boolean {
    return this.past.length > 0;
  }
  /** The map waits for corners. */
  get taking(): boolean {
    return pick.taker === this.take;
  }

  take = (at: Degrees): void => this.add(this.caught(toUnits(at)));

  begin(): void {
    pick.ask(this.take);
  }
  end(): void {
    pick.cancel(this.take);
    this.chosen = null;
  }

  add(at: Corner): void {
    const line = this.line(at);
    const last = this.corners.at(-1);
    const more = !line ? [at] : last ? stretch(line, last, at).slice(1) : [snapped([line], at)];
    this.put([...this.corners, ...more]);
    this.chosen = this.corners.length - 1;
  }
  insert(after: number, at: Corner): void {
    this.put([...this.corners.slice(0, after + 1), at, ...this.corners.slice(after + 1)]);
    this.chosen = after + 1;
  }
  remove(index: number): void {
    this.put(this.corners.filter((_, i) => i !== index));
    this.chosen = this.corners.length ? Math.min(index, this.corners.length - 1) : null;
  }
  /** A corner moves; `first` marks the start of a drag, so that one undo takes the whole of it back. */
  move(index: number, at: Corner, first = true): void {
    this.put(this.corners.map((c, i) => (i === index ? at : c)), first);
    this.chosen = index;
  }
  clear(shape: Drawn = this.shape): void {
    this.shape = shape;
    this.put([]);
    this.chosen = null;
  }
  undo(): void {
    const before = this.past.at(-1);
    if (!before) return;
    this.past = this.past.slice(0, -1);
    this.corners = before;
    if (this.chosen !== null && this.chosen >= before.length) this.chosen = before.length ? before.length - 1 : null;
    this.tell();
  }

  private put(corners: Corner[], step = true): void {
    if (step) this.past = [...this.past.slice(1 - REMEMBERED), this.corners];
    this.corners = corners;
    this.tell();
  }
  private tell(): void {
    pick.sketch = sketchOf(this.shape, this.corners);
    this.changed(finished(this.shape, this.corners));
  }
  private line(at: Corner): Corner[] | null {
    const parts = linesOf(this.along);
    if (!parts.length) return null;
    const on = snapped(parts, this.corners.at(-1) ?? at);
    // Of a line in pieces, the piece that the drawing is on.
    return parts.reduce((best, part) => (away(part, on) < away(best, on) ? part : best));
  }
}

const away = (line: Corner[], at: Corner): number => {
  const on = snapped([line], at);
  return Math.hypot(on[0] - at[0], on[1] - at[1]);
};

/** The pieces of an endorsed line. */
export function linesOf(id: string): Corner[][] {
  const geometry = session.node?.lines.find((l) => l.id === id)?.geometry as { type: string; coordinates: unknown } | undefined;
  if (geometry?.type === "LineString") return [geometry.coordinates as Corner[]];
  return geometry?.type === "MultiLineString" ? (geometry.coordinates as Corner[][]) : [];
}

class Desk {
  /** At most one thing is drawn at a time. */
  now = $state.raw<Drawing | null>(null);
}

export const desk = new Desk();
