/** Which layers there are, and which of them this reader has on. */
import { get } from "../lib/api";
import { geometryInDegrees } from "../lib/place";
import { session } from "../lib/session.svelte";
import { known } from "../lib/texts.svelte";
import type { LayerData, LayerInfo } from "../lib/types";

const FREE = new Set(["Public domain", "CC0-1.0"]);
const HELD = "seamline.layers";

/** A layer to draw: its data, or where that is. */
export interface Shown {
  id: string;
  data: LayerData | GeoJSON.FeatureCollection;
}

function dataOf(layer: LayerInfo): Shown["data"] {
  const lines = session.node?.lines ?? [];
  if (layer.id !== "line" || !lines.length) return layer.data;
  // The line that the parties endorsed, by the reader's own name for it; the file is only its schematic stand-in.
  return {
    type: "FeatureCollection",
    features: lines.map((l) => ({ type: "Feature", geometry: geometryInDegrees(l.geometry), properties: { name: l.name } })),
  };
}

export const titleOf = (layer: LayerInfo): string => layer.name ?? known(layer.title) ?? layer.title;

class Layers {
  all = $state.raw<LayerInfo[]>([]);
  /** How each archive begins, by its address: where in it every tile is, in base64. */
  heads: Record<string, string> = {};
  /** Layers, and kinds of what was said, switched against their default on this machine. */
  private turned = $state.raw<ReadonlySet<string>>(new Set(JSON.parse(localStorage.getItem(HELD) ?? "[]") as string[]));

  lit = $derived(this.all.filter((l) => this.on(l.id)));
  shown = $derived(this.lit.map((l): Shown => ({ id: l.id, data: dataOf(l) })));
  /** Whom to thank on the map itself; what asks for no thanks is named in the legend. */
  credits = $derived([...new Set(this.lit.filter((l) => !FREE.has(l.licence)).map((l) => `${l.attribution} (${l.licence})`))]);

  /** By a layer's id; by "clashes", "gaps", or "kind:" and a record's kind for what was said. */
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

  private asking: Promise<void> | null = null;

  /** Once they are known, they are not asked for again. */
  known(): Promise<void> {
    return this.all.length ? Promise.resolve() : (this.asking ??= this.load().finally(() => (this.asking = null)));
  }

  async load(): Promise<void> {
    try {
      const told = await get<{ items: LayerInfo[]; heads: Record<string, string> }>("layers");
      [this.all, this.heads] = [told.items, told.heads];
    } catch {
      // A map without reference layers still shows what was said.
    }
  }
}

export const layers = new Layers();
