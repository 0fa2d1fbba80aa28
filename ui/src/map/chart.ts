/** The map itself, loaded only where there is a screen for it: MapLibre, our style, and nothing from elsewhere. */
import { Map as MapLibreMap, setWorkerUrl, type AddLayerObject, type GeoJSONSource, type MapGeoJSONFeature, type MapMouseEvent, type StyleSpecification } from "maplibre-gl";
import workerUrl from "virtual:map-worker";
import type { Bounds, Degrees } from "../lib/place";
import { drawOnDemand } from "./images";
import type { Shown } from "./layers.svelte";
import { overlayLayers, SOURCES, type OverlaySource } from "./overlay";
import { palette, type Palette } from "./palette";
import { named, NAMES, type Named } from "./names";
import { layerOf, ORDER, referenceLayers } from "./reference";
import { byId, change } from "./change";
import { bound, sourcesOf } from "./sources";
import { START, type Surface } from "./view.svelte";
import "./chart.css";

setWorkerUrl(workerUrl);

export interface Said {
  what: "record" | "clash" | "gap";
  id: string;
}
/** What is under the pointer: something said, by its id, or a place of a reference layer. */
export type Hit = Said | { what: "place"; id: string; place: Named };

export interface Listeners {
  /** under: all that was said there, the uppermost first. */
  click: (at: Degrees, hit: Hit | null, under: readonly Said[]) => void;
  move: (at: Degrees | null, hit: Hit | null, point: [number, number]) => void;
  view: (bounds: Bounds, zoom: number) => void;
  /** Whether all that was asked for is drawn. */
  rest: (all: boolean) => void;
  /** Ground and signs are there and can be moved; relief follows. */
  usable: () => void;
}

/** Sources of as many things as were said, of which few change at a time. */
const CHANGING = new Set<OverlaySource>(["signs", "shapes"]);
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export class Chart implements Surface {
  private map: MapLibreMap;
  private colours: Palette = palette();
  private held = new Map<OverlaySource, GeoJSON.FeatureCollection>();
  /** What the map knows of a source of many things, by id. */
  private told = new Map<OverlaySource, ReadonlyMap<string, GeoJSON.Feature> | null>();
  /** What a source of few things was last told, as it was written. */
  private written = new Map<OverlaySource, string>();
  private ready = false;
  private stale = false;
  /** Relief is the finest and the least needed of the ground: it is fetched once the rest stands. */
  private relief = false;

  /** references: layers to begin with, so that the first style is the right one. exact: the bounds are what the reader looks at, not what he should see. */
  constructor(container: HTMLElement, private listeners: Listeners, bounds: Bounds | null, exact: boolean, private references: readonly Shown[]) {
    this.map = new MapLibreMap({
      container, style: this.style(), bounds: bounds ?? START, fitBoundsOptions: exact ? {} : { padding: 60, maxZoom: 9 }, attributionControl: false, dragRotate: false,
      pitchWithRotate: false, touchPitch: false, maxZoom: 15, minZoom: 4.5, fadeDuration: 0, renderWorldCopies: false,
    });
    this.map.touchZoomRotate.disableRotation();
    if (exact && bounds) this.follow(bounds);
    drawOnDemand(this.map, () => this.colours);
    this.map.on("style.load", () => this.settle());
    this.map.on("click", (e) => this.listeners.click([e.lngLat.lng, e.lngLat.lat], this.hit(e), this.under(e)));
    // Ground that is being dragged is not pointed at: to look among ten thousand signs at each step would make it halt.
    this.map.on("mousemove", (e) => this.listeners.move([e.lngLat.lng, e.lngLat.lat], this.map.isMoving() ? null : this.hit(e), [e.point.x, e.point.y]));
    this.map.on("mouseout", () => this.listeners.move(null, null, [0, 0]));
    this.map.on("moveend", () => this.tellView());
    this.map.on("dataloading", () => this.listeners.rest(false));
    this.map.on("idle", () => this.idle());
  }

  /** Reference layers to show, with where their data is. */
  show(references: readonly Shown[]): void {
    const same = JSON.stringify(references) === JSON.stringify(this.references);
    this.references = references;
    if (!same) this.restyle();
  }

  private idle(): void {
    this.listeners.usable();
    if (this.relief || !this.references.length) return this.listeners.rest(true);
    this.relief = true;
    const reliefs = this.references.filter(isRelief);
    if (!reliefs.length) return this.listeners.rest(true);
    // Put in beneath the rest: a style of its own would be compared with all ten thousand signs.
    for (const [id, source] of Object.entries(sourcesOf(reliefs))) this.map.addSource(id, source);
    const above = this.map.getLayersOrder()[1];
    for (const layer of reliefs.flatMap((one) => bound(referenceLayers(one.id, this.colours), one))) this.map.addLayer(layer as AddLayerObject, above);
  }

  /** Before the first style has settled, MapLibre takes no other: then `settle` comes back to it. */
  private restyle(): void {
    this.stale = !this.ready;
    if (this.ready) this.map.setStyle(this.style(), { diff: true });
  }

  /** Colours or language have changed: every picture is drawn anew. */
  repaint(): void {
    this.colours = palette();
    this.ready = false;
    this.map.setStyle(this.style(), { diff: false });
  }

  put(source: OverlaySource, data: GeoJSON.FeatureCollection): void {
    this.held.set(source, data);
    const drawn = this.ready ? (this.map.getSource(source) as GeoJSONSource | undefined) : undefined;
    if (!drawn) return;
    if (!CHANGING.has(source) && this.same(source, data)) return;
    const after = CHANGING.has(source) ? byId(data) : null;
    const diff = change(this.told.get(source) ?? null, after);
    this.told.set(source, after);
    if (!diff) drawn.setData(data);
    else if (diff.add?.length || diff.remove?.length) drawn.updateData(diff);
  }

  /** What is asked for again is told again: only what is not as it was is drawn anew. */
  private same(source: OverlaySource, data: GeoJSON.FeatureCollection): boolean {
    const [before, now] = [this.written.get(source), JSON.stringify(data)];
    this.written.set(source, now);
    return before === now;
  }

  /** Brings ground into view, gently where the reader's machine allows it. */
  look(bounds: Bounds): void {
    this.map.resize(); // a panel may have opened in the same breath
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const point = bounds[0] === bounds[2] && bounds[1] === bounds[3];
    if (point && this.map.getZoom() >= 8.5) this.map.easeTo({ center: [bounds[0], bounds[1]], duration: calm ? 0 : 400 });
    else this.map.fitBounds(bounds, { padding: 90, maxZoom: point ? 10 : 11.5, duration: calm ? 0 : 600 });
  }

  /** To where the reader has got to elsewhere. */
  follow(bounds: Bounds): void {
    const at = this.map.cameraForBounds(bounds);
    // Below a whole zoom by a rounding error, all tiles would be fetched once more, coarser.
    if (at?.zoom !== undefined) this.map.jumpTo({ ...at, zoom: Math.round(at.zoom * 1e4) / 1e4 });
  }

  zoom(by: number): void {
    this.map.zoomTo(this.map.getZoom() + by);
  }

  cursor(name: string): void {
    this.map.getCanvas().style.cursor = name;
  }

  /** Where a position is on the pane, and which position is there: for what is laid over the map. */
  project(at: Degrees): [number, number] {
    const { x, y } = this.map.project(at);
    return [x, y];
  }
  unproject(point: [number, number]): Degrees {
    const { lng, lat } = this.map.unproject(point);
    return [lng, lat];
  }
  /** Told at every movement of the map, until the returned function is called. */
  moving(act: () => void): () => void {
    this.map.on("move", act);
    return () => this.map.off("move", act);
  }

  resize(): void {
    this.map.resize();
  }

  remove(): void {
    this.map.remove();
  }

  private style(): StyleSpecification {
    const c = this.colours;
    const height = (layer: Shown): number => ORDER.indexOf(layer.id);
    const shown = this.references.filter((layer) => this.relief || !isRelief(layer)).sort((a, b) => height(a) - height(b));
    const sources: StyleSpecification["sources"] = sourcesOf(shown);
    for (const id of SOURCES) {
      const data = this.held.get(id) ?? EMPTY;
      if (CHANGING.has(id)) this.told.set(id, byId(data));
      else this.written.set(id, JSON.stringify(data));
      sources[id] = { type: "geojson", data, ...(CHANGING.has(id) ? { promoteId: "id" } : {}) };
    }
    return {
      version: 8,
      sources,
      layers: [
        { id: "land", type: "background", paint: { "background-color": c.land } },
        ...shown.flatMap((layer) => bound(referenceLayers(layer.id, c), layer)),
        ...overlayLayers(c),
      ],
    };
  }

  private settle(): void {
    this.ready = true;
    this.tellView();
    if (this.stale) this.restyle();
    for (const [source, data] of this.held) this.put(source, data);
  }

  /** How many things of each reference layer are on the map now; of pictures, such as relief, there is nothing to count. */
  count(): Map<string, number> {
    if (!this.ready) return new Map();
    const drawn = this.references.filter((layer) => !isRelief(layer));
    const found = new Map(drawn.map((layer) => [layer.id, new Set<string>()]));
    for (const f of this.map.queryRenderedFeatures()) {
      const layer = layerOf(f.layer.id);
      const self = layer && identity(f);
      if (layer && self) found.get(layer)?.add(self);
    }
    return new Map([...found].map(([id, all]) => [id, all.size]));
  }

  /** Signs lie upon one another where much happens: none of them is out of reach. */
  private under(e: MapMouseEvent): Said[] {
    if (!this.ready) return [];
    const layers = ["clashes", "signs", "signs-ground"].filter((id) => this.map.getLayer(id));
    const found = this.map.queryRenderedFeatures(e.point, { layers }).map((f): [string, Said] => {
      const id = String(f.properties["id"]);
      return [id, { what: f.layer.id === "clashes" ? "clash" : "record", id }];
    });
    return [...new Map(found).values()];
  }

  private hit(e: MapMouseEvent): Hit | null {
    if (!this.ready) return null;
    const here = (ids: string[]): MapGeoJSONFeature | undefined =>
      this.map.queryRenderedFeatures(e.point, { layers: ids.filter((id) => this.map.getLayer(id)) })[0];
    const said = here(["clashes", "signs", "signs-ground", "shape-fill", "gap-fill"]);
    const id = said?.properties["id"] as string | undefined;
    if (said && id) return { what: said.layer.id === "clashes" ? "clash" : said.layer.id === "gap-fill" ? "gap" : "record", id };
    const place = here(NAMES);
    return place ? { what: "place", id: place.layer.id, place: named(place, layerOf(place.layer.id) ?? "", [e.lngLat.lng, e.lngLat.lat]) } : null;
  }

  private tellView(): void {
    const b = this.map.getBounds();
    this.listeners.view([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], this.map.getZoom());
  }
}

const isRelief = (layer: Shown): boolean => layer.data.type === "raster-dem";

/** What tells one thing of a layer from another, where tiles cut it into several; "" where nothing does. */
function identity(f: MapGeoJSONFeature): string {
  const p = f.properties;
  const own = p["id"] ?? p["code"] ?? f.id ?? p["name"] ?? p["name_en"];
  return own === undefined ? "" : String(own);
}
