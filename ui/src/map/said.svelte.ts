/** What of all that was said is on the map now, and how much of each. */
import { clashes, clashId } from "../lib/clashes.svelte";
import { gaps } from "../lib/gaps.svelte";
import { mapMarks } from "../lib/marks.svelte";
import { members } from "../lib/parties";
import { boundsOf, placeOf, pointBox } from "../lib/place";
import { records } from "../lib/records.svelte";
import { router } from "../lib/route.svelte";
import { session } from "../lib/session.svelte";
import type { Geometry, RecordItem } from "../lib/types";
import { when, windowOf } from "../lib/when.svelte";
import { hasSignOnly, isDrawn, isGround } from "./features";
import { layers } from "./layers.svelte";
import { GROUND_FROM, view } from "./view.svelte";

function tally(names: Iterable<string>): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
}

class Said {
  /** A clash is its two plans: both stand out, and so does what a desk points out. */
  chosen = $derived(new Set([...router.now.id.split("~"), ...mapMarks.chosen]));
  records = $derived(records.items.filter((item) => this.draws(item)));
  clashes = $derived(layers.on("clashes") ? clashes.timely.concat(clashes.items.filter((c) => clashId(c) === router.now.id && !clashes.timely.includes(c))) : []);
  gaps = $derived(layers.on("gaps") ? gaps.items.filter((g) => when.meets(g) || g.id === router.now.id) : []);

  private visible = $derived(this.records.filter((item) => this.inView(item)));
  kinds = $derived(tally(this.visible.map((item) => item.kind)));
  parties = $derived(tally(this.visible.flatMap((item) => members(item.party))));
  clashesInView = $derived(this.clashes.filter((c) => records.inView(pointBox(c.where))).length);
  gapsInView = $derived(this.gaps.filter((g) => records.inView(boundsOf(g.geometry as Geometry))).length);
  /** Kinds that can stand on a map: those with a place of their own, and what a newer node may bring. */
  placed = $derived([...new Set([...session.kinds.filter((k) => k.placed).map((k) => k.kind), ...records.items.filter((i) => placeOf(i.body)).map((i) => i.kind)])]);

  private draws(item: RecordItem): boolean {
    if (this.chosen.has(item.id)) return true;
    return layers.on(`kind:${item.kind}`) && when.meets(windowOf(item)) && isDrawn(item, when.span !== null);
  }

  private inView(item: RecordItem): boolean {
    const place = placeOf(item.body);
    if (!place || !records.inView(boundsOf(place.geometry))) return false;
    return view.zoom >= GROUND_FROM || !isGround(item) || !hasSignOnly(place) || this.chosen.has(item.id);
  }
}

export const said = new Said();
