/** What the pane shows of the world, whoever draws it: a live map, or a still picture. */
import { records } from "../lib/records.svelte";
import { pick } from "../lib/pick.svelte";
import type { Bounds, Degrees } from "../lib/place";

/** Where nothing else is known to look at. */
export const START: Bounds = [42.35, 34.05, 45.75, 36.75];
/** Ground that is only looked up (posts, sites, sectors) has a sign from this zoom on. */
export const GROUND_FROM = 8.2;

/** What a pane can do for the buttons and handles laid over it. Points are px from its upper left corner. */
export interface Surface {
  zoom: (by: number) => void;
  /** By so many halves of the pane, east and south; only where the pane cannot be dragged. */
  pan?: (east: number, south: number) => void;
  project: (at: Degrees) => [number, number];
  unproject: (point: [number, number]) => Degrees;
  /** Told at every movement, until the returned function is called. */
  moving: (act: () => void) => () => void;
}

class View {
  bounds = $state.raw<Bounds | null>(null);
  zoom = $state(0);
  metresPerPixel = $state(0);

  tell(bounds: Bounds, zoom: number): void {
    const middle: Degrees = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
    this.bounds = records.view = bounds;
    this.zoom = zoom;
    // Zoom 0 is the world on 512 px; Mercator stretches by the latitude.
    this.metresPerPixel = (40_075_016.7 * Math.cos((middle[1] * Math.PI) / 180)) / 512 / 2 ** zoom;
    pick.centre = middle;
  }
}

export const view = new View();
