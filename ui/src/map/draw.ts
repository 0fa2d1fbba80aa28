/** Drawing an area or a stretch, without a map: corners in, geometry out. Positions are 1e-7 degrees, as records hold them. */
import type { Geometry } from "../lib/types";

export type Corner = [number, number];
export type Drawn = "LineString" | "Polygon";

const SCALE = 1e7;
const METRES_PER_DEGREE = 111_195; // a sphere of 6371 km: good enough to judge a drawing by

export const fewest = (shape: Drawn): number => (shape === "Polygon" ? 3 : 2);

/** What is drawn so far, for the map: a corner, a line, an area. */
export function sketchOf(shape: Drawn, corners: readonly Corner[]): Geometry | null {
  const [first] = corners;
  if (!first) return null;
  if (corners.length === 1) return { type: "Point", coordinates: first };
  if (shape === "LineString" || corners.length === 2) return { type: "LineString", coordinates: [...corners] };
  return { type: "Polygon", coordinates: [[...corners, first]] };
}

/** The geometry to be saved; null while there are too few corners. */
export function finished(shape: Drawn, corners: readonly Corner[]): Geometry | null {
  return corners.length >= fewest(shape) ? sketchOf(shape, corners) : null;
}

/** The corners of a geometry that can be edited: a line, or an area in one piece without holes; otherwise null. */
export function cornersOf(geometry: Geometry | null | undefined): { shape: Drawn; corners: Corner[] } | null {
  if (geometry?.type === "LineString") return { shape: "LineString", corners: geometry.coordinates as Corner[] };
  let rings = geometry?.type === "Polygon" ? (geometry.coordinates as Corner[][]) : null;
  if (geometry?.type === "MultiPolygon") {
    const parts = geometry.coordinates as Corner[][][];
    if (parts.length === 1) rings = parts[0] ?? null;
  }
  const [ring] = rings ?? [];
  return ring && rings?.length === 1 ? { shape: "Polygon", corners: ring.slice(0, -1) } : null;
}

/** The middle of each side, and after which corner a new one there would come. */
export function middles(shape: Drawn, corners: readonly Corner[]): { after: number; at: Corner }[] {
  const sides = shape === "Polygon" && corners.length > 2 ? corners.length : corners.length - 1;
  return Array.from({ length: Math.max(0, sides) }, (_, i) => {
    const [a, b] = [corners[i] as Corner, corners[(i + 1) % corners.length] as Corner];
    return { after: i, at: [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)] };
  });
}

/** Metres east and north of the first position: flat, for small ground. */
function flat(corners: readonly Corner[]): Corner[] {
  const [origin = [0, 0] as Corner] = corners;
  const wide = METRES_PER_DEGREE * Math.cos((origin[1] / SCALE) * (Math.PI / 180));
  return corners.map((c) => [((c[0] - origin[0]) / SCALE) * wide, ((c[1] - origin[1]) / SCALE) * METRES_PER_DEGREE]);
}

/** Metres along the corners. */
export function lengthOf(corners: readonly Corner[]): number {
  const at = flat(corners);
  return at.slice(1).reduce((sum, b, i) => sum + Math.hypot(b[0] - (at[i] as Corner)[0], b[1] - (at[i] as Corner)[1]), 0);
}

/** Square metres within the corners. */
export function sizeOf(corners: readonly Corner[]): number {
  const at = flat(corners);
  const twice = at.reduce((sum, a, i) => {
    const b = at[(i + 1) % at.length] as Corner;
    return sum + a[0] * b[1] - b[0] * a[1];
  }, 0);
  return Math.abs(twice) / 2;
}

const turn = (a: Corner, b: Corner, c: Corner): number => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

/** Whether the outline of an area runs across itself: then nobody can say what is inside. */
export function crosses(shape: Drawn, corners: readonly Corner[]): boolean {
  const n = corners.length;
  if (shape !== "Polygon" || n < 4) return false;
  for (let i = 0; i < n; i++)
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue; // neighbours share a corner
      const [a, b] = [corners[i] as Corner, corners[(i + 1) % n] as Corner];
      const [c, d] = [corners[j] as Corner, corners[(j + 1) % n] as Corner];
      if (turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b)) return true;
    }
  return false;
}

/** Where on a line a position is nearest: after which corner, and how far on to the next (0 to 1). */
function nearest(line: readonly Corner[], at: Corner): { index: number; part: number; away: number; on: Corner } {
  let best = { index: 0, part: 0, away: Infinity, on: line[0] as Corner };
  const squeeze = Math.cos((at[1] / SCALE) * (Math.PI / 180));
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i] as Corner, line[i + 1] as Corner];
    const [x, y] = [(b[0] - a[0]) * squeeze, b[1] - a[1]];
    const along = ((at[0] - a[0]) * squeeze * x + (at[1] - a[1]) * y) / (x * x + y * y || 1);
    const part = Math.min(1, Math.max(0, along));
    const on: Corner = [Math.round(a[0] + (b[0] - a[0]) * part), Math.round(a[1] + (b[1] - a[1]) * part)];
    const away = Math.hypot((at[0] - on[0]) * squeeze, at[1] - on[1]);
    if (away < best.away) best = { index: i, part, away, on };
  }
  return best;
}

/** Every corner of a geometry: what a drawing may be caught by. */
export function marksOf(geometry: Geometry | null | undefined): Corner[] {
  if (!geometry) return [];
  const flatten = (of: unknown): Corner[] => (Array.isArray(of) ? (typeof of[0] === "number" ? [of as Corner] : of.flatMap(flatten)) : []);
  return flatten(geometry.coordinates);
}

/** The position on the nearest of these lines. */
export function snapped(lines: readonly (readonly Corner[])[], at: Corner): Corner {
  const found = lines.filter((l) => l.length > 1).map((l) => nearest(l, at));
  return found.reduce((best, one) => (one.away < best.away ? one : best), { index: 0, part: 0, away: Infinity, on: at }).on;
}

/** The stretch of a line between two positions near it, both ends on it, in the order they were given. */
export function stretch(line: readonly Corner[], from: Corner, to: Corner): Corner[] {
  const [a, b] = [nearest(line, from), nearest(line, to)];
  const back = b.index + b.part < a.index + a.part;
  const [low, high] = back ? [b, a] : [a, b];
  const between = line.slice(low.index + 1, high.index + 1);
  const all = [low.on, ...between, high.on].filter((c, i, list) => i === 0 || c[0] !== list[i - 1]?.[0] || c[1] !== list[i - 1]?.[1]);
  return back ? all.reverse() : all;
}
