/** The map itself, loaded only where there is a screen for it: MapLibre, our style, and nothing from elsewhere. */
import { Map as MapLibreMap, setWorkerUrl, type GeoJSONSource, type MapMouseEvent, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Bounds, Degrees } from "../lib/place";
import { drawOnDemand } from "./images";
import type { LayerData } from "./layers.svelte";
import { overlayLayers, SOURCES, type OverlaySource } from "./overlay";
import { palette, type Palette } from "./palette";
import { ORDER, referenceLayers } from "./reference";
import "./chart.css";

setWorkerUrl(workerUrl);

export interface Hit {
  what: "record" | "clash";
  id: string;
}

export interface Listeners {
  click: (at: Degrees, hit: Hit | null) => void;
  move: (at: Degrees | null, hit: Hit | null, point: [number, number]) => void;
  view: (bounds: Bounds, metresPerPixel: number) => void;
}

const START: Bounds = [42.35, 34.05, 45.75, 36.75];
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export class Chart {
  private map: MapLibreMap;
  private colours: Palette = palette();
  private references = new Map<string, LayerData>();
  private held = new Map<OverlaySource, GeoJSON.FeatureCollection>();
  private ready = false;
  private stale = false;

  constructor(container: HTMLElement, private listeners: Listeners, bounds: Bounds | null) {
    this.map = new MapLibreMap({
      container, style: this.style(), bounds: bounds ?? START, fitBoundsOptions: { padding: 60, maxZoom: 9 }, attributionControl: false, dragRotate: false,
      pitchWithRotate: false, touchPitch: false, maxZoom: 15, minZoom: 4.5, fadeDuration: 0, renderWorldCopies: false,
    });
    this.map.touchZoomRotate.disableRotation();
    drawOnDemand(this.map, () => this.colours);
    this.map.on("style.load", () => this.settle());
    this.map.on("click", (e) => this.listeners.click([e.lngLat.lng, e.lngLat.lat], this.hit(e)));
    this.map.on("mousemove", (e) => this.listeners.move([e.lngLat.lng, e.lngLat.lat], this.hit(e), [e.point.x, e.point.y]));
    this.map.on("mouseout", () => this.listeners.move(null, null, [0, 0]));
    this.map.on("moveend", () => this.tellView());
    this.map.once("load", () => this.tellView());
  }

  /** Reference layers to show, by id, with where their data is. */
  show(references: Map<string, LayerData>): void {
    this.references = references;
    this.restyle();
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
    if (this.ready) (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(data);
  }

  look(bounds: Bounds): void {
    this.map.resize(); // a panel may have opened in the same breath
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const point = bounds[0] === bounds[2] && bounds[1] === bounds[3];
    if (point && this.map.getZoom() >= 8.5) this.map.easeTo({ center: [bounds[0], bounds[1]], duration: calm ? 0 : 400 });
    else this.map.fitBounds(bounds, { padding: 90, maxZoom: point ? 10 : 11.5, duration: calm ? 0 : 600 });
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
    const known = ORDER.filter((id) => this.references.has(id));
    const strange = [...this.references.keys()].filter((id) => !ORDER.includes(id));
    const shown = [...strange, ...known];
    const sources: StyleSpecification["sources"] = {};
    for (const id of shown) sources[`ref:${id}`] = { type: "geojson", data: this.references.get(id) ?? EMPTY, tolerance: 0.4 };
    for (const id of SOURCES) sources[id] = { type: "geojson", data: this.held.get(id) ?? EMPTY };
    return {
      version: 8,
      sources,
      layers: [
        { id: "land", type: "background", paint: { "background-color": c.land } },
        ...shown.flatMap((id) => referenceLayers(id, c)),
        ...overlayLayers(c),
      ],
    };
  }

  private settle(): void {
    this.ready = true;
    if (this.stale) this.restyle();
    for (const [source, data] of this.held) this.put(source, data);
  }

  private hit(e: MapMouseEvent): Hit | null {
    if (!this.ready) return null;
    const layers = ["clashes", "signs", "signs-ground", "shape-fill"].filter((id) => this.map.getLayer(id));
    const found = this.map.queryRenderedFeatures(e.point, { layers })[0];
    const id = found?.properties["id"] as string | undefined;
    return id ? { what: found?.layer.id === "clashes" ? "clash" : "record", id } : null;
  }

  private tellView(): void {
    const b = this.map.getBounds();
    const metresPerPixel = (156_543.03 * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / 2 ** (this.map.getZoom() + 1);
    this.listeners.view([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], metresPerPixel);
  }
}
