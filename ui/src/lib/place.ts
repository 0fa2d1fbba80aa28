/** Positions: 1e-7 degree integers as records hold them, degrees for the map, MGRS for people. */
import { forward, toPoint } from "mgrs";
import type { Body, Geometry, Place } from "./types";

export type Degrees = [number, number];
export type Bounds = [number, number, number, number];

const SCALE = 1e7;

export const toDegrees = (p: [number, number]): Degrees => [p[0] / SCALE, p[1] / SCALE];
export const toUnits = (p: Degrees): [number, number] => [Math.round(p[0] * SCALE), Math.round(p[1] * SCALE)];

/** Digits of MGRS that an accuracy deserves: 1 m is five and five, 10 km one and one. */
export function mgrsDigits(accuracy: number): number {
  if (accuracy < 10) return 5;
  if (accuracy < 100) return 4;
  if (accuracy < 1000) return 3;
  return accuracy < 10000 ? 2 : 1;
}

/** `38S MD 54321 12345`, grouped for reading aloud; "" outside the grid (poles). */
export function mgrsText(at: Degrees, digits = 5): string {
  try {
    return groupMgrs(forward(at, digits));
  } catch {
    return "";
  }
}

export function groupMgrs(text: string): string {
  const found = /^(\d{1,2}[C-X])([A-Z]{2})(\d*)$/.exec(text.replace(/\s+/g, "").toUpperCase());
  if (!found) return text;
  const [, zone = "", square = "", numbers = ""] = found;
  const half = numbers.length / 2;
  return [zone, square, numbers.slice(0, half), numbers.slice(half)].filter(Boolean).join(" ");
}

/** What a typed MGRS reference means, with the size of its square as accuracy; null if it is none. */
export function parseMgrs(text: string): { at: Degrees; accuracy: number } | null {
  const compact = text.replace(/[\s-]+/g, "").toUpperCase();
  const found = /^\d{1,2}[C-HJ-NP-X][A-HJ-NP-Z]{2}((?:\d\d){1,5})$/.exec(compact);
  if (!found) return null;
  try {
    const at = toPoint(compact);
    const digits = (found[1] ?? "").length / 2;
    return Number.isFinite(at[0]) && Number.isFinite(at[1]) ? { at, accuracy: 10 ** (5 - digits) } : null;
  } catch {
    return null;
  }
}

function isPlace(value: unknown): value is Place {
  const geometry = (value as Place | null)?.geometry;
  return typeof geometry === "object" && geometry !== null && "coordinates" in geometry;
}

/** The place a record speaks of: whichever field holds one. */
export function placeOf(body: Body): Place | null {
  for (const value of Object.values(body)) if (isPlace(value)) return value;
  return null;
}

function scaled(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return typeof value[0] === "number" ? toDegrees(value as [number, number]) : value.map(scaled);
}

/** The same geometry in degrees, as the map wants it. */
export function geometryInDegrees(geometry: Geometry): GeoJSON.Geometry {
  return { type: geometry.type, coordinates: scaled(geometry.coordinates) } as GeoJSON.Geometry;
}

function eachPosition(value: unknown, act: (p: [number, number]) => void): void {
  if (!Array.isArray(value)) return;
  if (typeof value[0] === "number") act(value as [number, number]);
  else for (const inner of value) eachPosition(inner, act);
}

/** West, south, east, north in degrees. */
export function boundsOf(geometry: Geometry): Bounds | null {
  let box: Bounds | null = null;
  eachPosition(geometry.coordinates, (p) => {
    const [x, y] = toDegrees(p);
    box = box
      ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
      : [x, y, x, y];
  });
  return box;
}

/** The middle of its bounds: good enough to put a sign or a reference there. */
export function middleOf(geometry: Geometry): Degrees | null {
  const box = boundsOf(geometry);
  return box ? [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] : null;
}

/** The bounds around all of them; null around nothing. */
export function around(boxes: readonly (Bounds | null | undefined)[]): Bounds | null {
  const real = boxes.filter((b): b is Bounds => Boolean(b));
  if (!real.length) return null;
  const edge = (side: 0 | 1 | 2 | 3, pick: (...n: number[]) => number): number => pick(...real.map((b) => b[side]));
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}

/** The bounds of a single position. */
export function pointBox(at: [number, number]): Bounds {
  const [x, y] = toDegrees(at);
  return [x, y, x, y];
}

export function touches(a: Bounds, b: Bounds): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** MGRS of a place as a reader needs it: what its author read, else worked out. */
export function mgrsOf(place: Place): string {
  if (place.mgrs) return groupMgrs(place.mgrs);
  const at = middleOf(place.geometry);
  const fine = place.geometry.type === "Point" ? mgrsDigits(place.accuracy_m ?? 0) : 3;
  return at ? mgrsText(at, fine) : "";
}
