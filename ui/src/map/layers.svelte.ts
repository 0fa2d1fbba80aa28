/** Which layers there are, and which of them this reader has on. */
import { get } from "../lib/api";
import { geometryInDegrees } from "../lib/place";
import { session } from "../lib/session.svelte";
import type { LayerInfo } from "../lib/types";

const FREE = new Set(["Public domain", "CC0-1.0"]);
const HELD = "seamline.layers";

/** Where a layer's data is, or the data itself. */
export type LayerData = string | GeoJSON.FeatureCollection;

function dataOf(id: string): LayerData {
  const lines = session.node?.lines ?? [];
  if (id !== "line" || !lines.length) return new URL(`./api/layers/${id}`, location.href).href;
  // The line that the parties endorsed, by the reader's own name for it; the file is only its schematic stand-in.
  return {
    type: "FeatureCollection",
    features: lines.map((l) => ({ type: "Feature", geometry: geometryInDegrees(l.geometry), properties: { name: l.name } })),
  };
}

class Layers {
  all = $state.raw<LayerInfo[]>([]);
  /** Layers switched against their default, on this machine. */
  private turned = $state.raw<ReadonlySet<string>>(new Set(JSON.parse(localStorage.getItem(HELD) ?? "[]") as string[]));

  off = $derived(new Set(["records", "clashes", "gaps", ...this.all.map((l) => l.id)].filter((id) => !this.on(id))));
  shown = $derived(new Map(this.all.filter((l) => this.on(l.id)).map((l) => [l.id, dataOf(l.id)])));
  /** Whom to thank on the map itself; what asks for no thanks is named in the legend. */
  credits = $derived([...new Set(this.all.filter((l) => this.on(l.id) && !FREE.has(l.licence)).map((l) => l.attribution))]);

  on(id: string): boolean {
    const layer = this.all.find((l) => l.id === id);
    return (layer?.default_on ?? true) !== this.turned.has(id);
  }

  turn(id: string): void {
    const turned = new Set(this.turned);
    if (!turned.delete(id)) turned.add(id);
    this.turned = turned;
    localStorage.setItem(HELD, JSON.stringify([...turned]));
  }

  async load(): Promise<void> {
    try {
      const reply = await get<{ items: LayerInfo[] } | LayerInfo[]>("layers");
      this.all = Array.isArray(reply) ? reply : reply.items;
    } catch {
      // A map without reference layers still shows what was said.
    }
  }
}

export const layers = new Layers();
