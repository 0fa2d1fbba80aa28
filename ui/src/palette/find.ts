/** What the palette finds: a grid reference, a place by its name, a record by its number or its words. */
import { get, query } from "../lib/api";
import { titleOf } from "../lib/format";
import { labelOf, normalise, search } from "../lib/gazetteer.svelte";
import { kindIcon } from "../lib/icons";
import { pick, type Found } from "../lib/pick.svelte";
import { mgrsText, parseMgrs } from "../lib/place";
import { records } from "../lib/records.svelte";
import { router } from "../lib/route.svelte";
import { deskOf } from "../desks";
import type { RecordItem } from "../lib/types";
import type { Entry } from "./entries";

const MOST = 6;
const DEGREE_M = 111_320;
/** Ground shown around a place that is only a point. */
const AROUND_M = 1_500;

/** The map to that ground, which stands out there; from a desk that hides the map, to the picture first. */
export function lookAt(found: Found, wide = AROUND_M): void {
  const [x, y] = found.at;
  const half = Math.max(wide, AROUND_M) / DEGREE_M;
  const stretch = half / Math.cos((y * Math.PI) / 180);
  const now = router.now;
  if (now.open === "links" || (now.open === "desk" && deskOf(now.id)?.layout === "page")) router.go(now.list);
  // After the change of address, which puts the map back behind what is open on a phone.
  setTimeout(() => {
    pick.found = found;
    pick.show([x - stretch, y - half, x + stretch, y + half]);
  });
}

export function gridReference(typed: string): Entry[] {
  const found = parseMgrs(typed);
  if (!found) return [];
  const { at, accuracy } = found;
  const mgrs = mgrsText(at, Math.max(1, 5 - Math.log10(accuracy)));
  const ground = { at, layer: "", name: mgrs, others: [], translit: "", mgrs: "" };
  return [{ id: "place/grid", group: "place", icon: "pin", label: mgrs, run: () => lookAt(ground, accuracy) }];
}

export async function places(typed: string): Promise<Entry[]> {
  const found = await search(typed, MOST);
  return found.map((place, n) => ({
    id: `place/${n}`, group: "place", icon: "pin", label: labelOf(place), more: mgrsText(place.at, 3), run: () => lookAt({ ...place, mgrs: mgrsText(place.at, 4) }, 4_000),
  }));
}

const entry = (item: RecordItem): Entry => ({
  id: `record/${item.id}`, group: "record", icon: kindIcon(item.kind), label: titleOf(item), more: item.number ?? "",
  run: () => router.go(`records/${encodeURIComponent(item.id)}`),
});

const bare = (text: string): string => normalise(text).replace(/[\s./-]+/g, "");

/** Those on screen whose number it is, or begins or ends with it. */
export function numbered(typed: string): Entry[] {
  const wanted = bare(typed);
  if (!/\d/.test(wanted)) return [];
  const found = records.items.filter((item) => {
    const number = bare(item.number ?? "");
    return number.startsWith(wanted) || number.endsWith(wanted);
  });
  return found.slice(0, MOST).map(entry);
}

/** What the node finds by the words; what it may not show it does not find. */
export async function worded(typed: string): Promise<Entry[]> {
  const kind = records.kinds.join(",");
  const reply = await get<{ items: RecordItem[] }>(`records${query({ q: typed, kind, limit: MOST })}`);
  return reply.items.map(entry);
}
