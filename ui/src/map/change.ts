/** What became of a collection: so that the map is told of ten thousand signs once, and then of those that changed. */
import type { GeoJSONSourceDiff } from "maplibre-gl";

type Feature = GeoJSON.Feature;

/** More than this share changed: all of it is told anew. */
const MUCH = 0.25;

const idOf = (feature: Feature): string | undefined => feature.properties?.["id"] as string | undefined;

/** Things of a collection by their own ids; null where one has none, or two have the same. */
export function byId(collection: GeoJSON.FeatureCollection): Map<string, Feature> | null {
  const found = new Map<string, Feature>();
  for (const feature of collection.features) {
    const id = idOf(feature);
    if (id === undefined || found.has(id)) return null;
    found.set(id, feature);
  }
  return found;
}

/** What to tell of the later collection to who knows the earlier; null where all of it is to be told. The same thing is the same object. */
export function change(before: ReadonlyMap<string, Feature> | null, after: ReadonlyMap<string, Feature> | null): GeoJSONSourceDiff | null {
  if (!before?.size || !after) return null;
  const add: Feature[] = [];
  const remove = [...before.keys()].filter((id) => !after.has(id));
  for (const [id, feature] of after) {
    const old = before.get(id);
    if (old === feature) continue;
    if (old) remove.push(id); // removals come first, so what changed is taken away and put there anew
    add.push(feature);
  }
  return remove.length + add.length > MUCH * before.size ? null : { remove, add };
}
