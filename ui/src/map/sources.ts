/** Where MapLibre finds a reference layer: a document, or a layer of an archive of tiles read by ranges (PMTiles). */
import { addProtocol, type LayerSpecification, type SourceSpecification } from "maplibre-gl";
import { PMTiles, Protocol, type RangeResponse, type Source } from "pmtiles";
import type { LayerData } from "../lib/types";
import { layers, type Shown } from "./layers.svelte";

const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

/** An archive whose beginning is known, read by parts, each under an address of its own: browsers keep those, and seldom ranges of one file. */
class Parts implements Source {
  constructor(private url: string, private head: string) {}

  getKey(): string {
    return this.url;
  }
  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    if (!offset) return { data: Uint8Array.from(atob(this.head), (c) => c.charCodeAt(0)).buffer };
    const reply = await fetch(`${this.url}?from=${offset}&length=${length}`, signal ? { signal } : {});
    if (!reply.ok) throw new Error(String(reply.status));
    return { data: await reply.arrayBuffer() };
  }
}

function archive(address: string): string {
  const url = whole(address);
  if (!protocol.get(url)) protocol.add(new PMTiles(new Parts(url, layers.heads[address] ?? "")));
  return `pmtiles://${url}`;
}

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
  const url = archive(data.url);
  return data.type === "vector" ? { type: "vector", url } : { type: "raster-dem", url, encoding: data.encoding, tileSize: data.tile_size };
}

/** The drawing of a layer, bound to where its data is. */
export function bound(specs: LayerSpecification[], layer: Shown): LayerSpecification[] {
  const inside = isData(layer.data) && layer.data.type === "vector" ? { "source-layer": layer.data.layer } : {};
  return specs.map((spec) => ({ ...spec, source: sourceOf(layer), ...inside }) as LayerSpecification);
}
