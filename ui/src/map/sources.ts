/** Where MapLibre finds a reference layer: a document, or a layer of an archive of tiles read by ranges (PMTiles). */
import { addProtocol, type LayerSpecification, type SourceSpecification } from "maplibre-gl";
import { Protocol } from "pmtiles";
import type { LayerData } from "../lib/types";
import type { Shown } from "./layers.svelte";

addProtocol("pmtiles", new Protocol().tile);

/** Addresses of the node begin at its root, wherever a proxy has put that. */
const whole = (url: string): string => new URL(`.${url}`, location.href.split("#")[0]).href;

function isData(data: Shown["data"]): data is LayerData {
  return data.type !== "FeatureCollection";
}

/** Layers of one archive share one source, so that each tile is fetched once. */
function sourceOf(layer: Shown): string {
  return isData(layer.data) && layer.data.type !== "geojson" ? `tiles:${layer.data.url}` : `ref:${layer.id}`;
}

export function sourcesOf(shown: readonly Shown[]): Record<string, SourceSpecification> {
  const found: Record<string, SourceSpecification> = {};
  for (const layer of shown) found[sourceOf(layer)] = specification(layer.data);
  return found;
}

function specification(data: Shown["data"]): SourceSpecification {
  // Numbered, so that what the map cuts up is counted once (chart.ts); what names itself keeps its name.
  if (!isData(data)) return { type: "geojson", data, tolerance: 0.4, generateId: true };
  if (data.type === "geojson") return { type: "geojson", data: whole(data.url), tolerance: 0.4, generateId: true };
  const url = `pmtiles://${whole(data.url)}`;
  return data.type === "vector" ? { type: "vector", url } : { type: "raster-dem", url, encoding: data.encoding, tileSize: data.tile_size };
}

/** The drawing of a layer, bound to where its data is. */
export function bound(specs: LayerSpecification[], layer: Shown): LayerSpecification[] {
  const inside = isData(layer.data) && layer.data.type === "vector" ? { "source-layer": layer.data.layer } : {};
  return specs.map((spec) => ({ ...spec, source: sourceOf(layer), ...inside }) as LayerSpecification);
}
