/** Records, clashes and gaps as the map's features. */
import { clashId } from "../lib/clashes.svelte";
import { isTear, precedenceOf, titleOf } from "../lib/format";
import { letters, members } from "../lib/parties";
import { boundsOf, geometryInDegrees, middleOf, placeOf, toDegrees, type Bounds, type Degrees } from "../lib/place";
import { session } from "../lib/session.svelte";
import type { Suggestion } from "../lib/suggest.svelte";
import { t } from "../lib/texts.svelte";
import type { Clash, Gap, Geometry, Place, RecordItem, TimeWindow } from "../lib/types";

type Collection = GeoJSON.FeatureCollection;

const collection = (features: GeoJSON.Feature[]): Collection => ({ type: "FeatureCollection", features });
const feature = (geometry: GeoJSON.Geometry, properties: Record<string, unknown>): GeoJSON.Feature => ({
  type: "Feature", geometry, properties,
});

/** Kinds that are events or plans; all others are ground. */
const SHOWN_OVER = new Set(["incident", "activity"]);
const AGREED = new Set(["sector", "watch"]);
const OVER = new Set(["expired", "closed"]);
const GONE = new Set([...OVER, "cancelled", "withdrawn"]);
/** Below this a point is a point; above it, its author says "somewhere in here". */
const CIRCLE_FROM_M = 400;

/** A ring of 48 corners around a position, radius in metres (flat enough at these sizes). */
export function circle(at: Degrees, metres: number): GeoJSON.Polygon {
  const [x, y] = at;
  const high = metres / 111_320;
  const wide = high / Math.cos((y * Math.PI) / 180);
  const ring: Degrees[] = [];
  for (let i = 0; i <= 48; i++) {
    const angle = (i / 24) * Math.PI;
    ring.push([x + wide * Math.cos(angle), y + high * Math.sin(angle)]);
  }
  return { type: "Polygon", coordinates: [ring] };
}

const LONGEST = 30;
const short = (text: string): string => ([...text].length > LONGEST ? `${[...text].slice(0, LONGEST - 1).join("").trim()}…` : text);

/**
 * Whether the map draws it unasked. What is over stays on the list alone, unless a time is looked at in which it was not over;
 * what the parties are to agree on is not drawn before they have endorsed it.
 */
export function isDrawn(item: RecordItem, timed: boolean): boolean {
  return !isProposed(item) && (!GONE.has(item.state) || (timed && OVER.has(item.state)));
}

const isProposed = (item: RecordItem): boolean => AGREED.has(item.kind) && item.state !== "in_force";

/** A point known well enough to have no outline: from afar nothing of it is drawn. */
export const hasSignOnly = (place: Place): boolean => place.geometry.type === "Point" && (place.accuracy_m ?? 0) < CIRCLE_FROM_M;

/** Ground that is looked up, and not something that happens or is planned. */
export const isGround = (item: Pick<RecordItem, "kind">): boolean => !SHOWN_OVER.has(item.kind);

/** Whether another party has it, as it is or as a release of it. In a joint room all is shared, and nothing says so. */
export const isShared = (item: Pick<RecordItem, "channel" | "links">): boolean =>
  !session.joint && (members(item.channel).length > 1 || (item.links?.released_as ?? []).length > 0);

interface Made {
  /** All that the two are made of beside the record itself. */
  key: string;
  shape: GeoJSON.Feature | null;
  sign: GeoJSON.Feature;
}

/** Made once for each revision and look: what has not changed is the same object, by which the map knows it (change.ts). */
const made = new WeakMap<RecordItem, Made>();

export function recordFeatures(items: readonly RecordItem[], chosen: ReadonlySet<string>, theme: string): { shapes: Collection; signs: Collection } {
  const shapes: GeoJSON.Feature[] = [];
  const signs: GeoJSON.Feature[] = [];
  for (const item of items) {
    const place = placeOf(item.body);
    const middle = place && middleOf(place.geometry);
    if (!place || !middle) continue;
    const title = isProposed(item) ? `${t("ui.map.proposed")} ${titleOf(item)}` : titleOf(item);
    const key = [theme, chosen.has(item.id), session.own, session.pattern(item.party), isShared(item), title].join("|");
    let drawn = made.get(item);
    if (drawn?.key !== key) made.set(item, (drawn = { key, ...draw(item, place, middle, chosen.has(item.id), theme, title) }));
    if (drawn.shape) shapes.push(drawn.shape);
    signs.push(drawn.sign);
  }
  return { shapes: collection(shapes), signs: collection(signs) };
}

function draw(item: RecordItem, place: Place, middle: Degrees, picked: boolean, theme: string, title: string): Omit<Made, "key"> {
  const own = item.party === session.own;
  // A proposal that is being read is sketched, and says that it is one.
  const proposed = isProposed(item);
  const tear = isTear(item) || proposed;
  // What a joint room said in its own name bears no side's hatching.
  const pattern = proposed || members(item.party).length > 1 ? "none" : session.pattern(item.party);
  const ground = isGround(item);
  const common = { id: item.id, ground, own, tear, pattern, chosen: picked };
  let shape: GeoJSON.Feature | null = null;
  if (place.geometry.type !== "Point") shape = feature(geometryInDegrees(place.geometry), common);
  else if (!hasSignOnly(place)) shape = feature(circle(middle, place.accuracy_m ?? 0), { ...common, tear: true, pattern: "none" });
  const flag = precedenceOf(item) === "flash" ? "flash" : tear ? "tear" : "";
  const image = ["M", theme, item.kind, letters(item.party), pattern, own ? (isShared(item) ? "shared" : "own") : "", flag].join("|");
  const label = short(title).replaceAll("|", "/");
  const sort = (picked ? -100 : 0) + (flag === "flash" ? -10 : 0) + (ground ? 10 : 0);
  return { shape, sign: feature({ type: "Point", coordinates: middle }, { ...common, image, label, sort: -sort }) };
}

/** The ground that what is going on takes up, for a first look; null when nothing is. */
export function extentOf(items: readonly RecordItem[]): Bounds | null {
  let all: Bounds | null = null;
  for (const item of items) {
    const place = GONE.has(item.state) ? null : placeOf(item.body);
    const box = place && boundsOf(place.geometry);
    if (box) all = all ? [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])] : box;
  }
  return all;
}

/** Gaps as patches; of one that is open here now and there later, what is open in the time looked at (null: any). */
export function gapFeatures(items: readonly Gap[], chosen: string, span: TimeWindow | null): Collection {
  return collection(items.flatMap((g) => {
    const then = span ? (g.open ?? []).filter((slice) => slice.start < span.end && slice.end > span.start) : [];
    const drawn = then.length ? then.map((slice) => slice.geometry) : [g.geometry];
    return drawn.map((geometry) => feature(geometryInDegrees(geometry as Geometry), { id: g.id, chosen: g.id === chosen }));
  }));
}

/** Ground that the node suggests to watch. */
export function ideaFeatures(items: readonly Suggestion[], chosen: string): Collection {
  return collection(items.map((s) => feature(geometryInDegrees(s.geometry), { weight: s.weight, chosen: s.id === chosen })));
}

export function clashFeatures(items: readonly Clash[], chosen: string): Collection {
  return collection(
    items.map((c) =>
      feature({ type: "Point", coordinates: toDegrees(c.where) }, { id: clashId(c), sure: c.possible ? "possible" : "", chosen: clashId(c) === chosen }),
    ),
  );
}

export function sketchFeatures(geometry: Geometry | null): Collection {
  if (!geometry) return collection([]);
  const shape = feature(geometryInDegrees(geometry), {});
  const ring = geometry.type === "LineString" ? (geometry.coordinates as [number, number][]) : geometry.type === "Polygon" ? ((geometry.coordinates as [number, number][][])[0] ?? []) : [];
  return collection([shape, ...ring.map((p) => feature({ type: "Point", coordinates: toDegrees(p) }, {}))]);
}

/** What a desk points out: lines between a plan and what counters it, rings round what changed. */
export function markFeatures(ties: readonly [Degrees, Degrees][], rings: readonly Degrees[]): Collection {
  return collection([
    ...ties.map((tie) => feature({ type: "LineString", coordinates: [...tie] }, {})),
    ...rings.map((at) => feature({ type: "Point", coordinates: at }, {})),
  ]);
}
