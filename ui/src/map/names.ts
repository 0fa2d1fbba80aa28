/** Names on the ground: as mapped; a transliteration stands beside the name, marked, and never for it. */
import type { MapGeoJSONFeature } from "maplibre-gl";
import { mgrsText, type Degrees } from "../lib/place";
import { texts } from "../lib/texts.svelte";

/** A place of a reference layer, as its page on the map tells of it. */
export interface Named {
  layer: string;
  name: string;
  /** Its names in other languages, as mapped. */
  others: string[];
  translit: string;
  mgrs: string;
}

/** Where what was said is read. */
export const pathOf = ({ what, id }: { what: "record" | "clash" | "gap"; id: string }): string =>
  `${{ record: "records", clash: "clashes", gap: "gaps" }[what]}/${encodeURIComponent(id)}`;

/** What the transliteration is written behind, on the map and on the page. */
export const MARK = "≈";
/** Nearer than this, a label has room for a second line. */
export const SECOND_LINE = 11;

/** Parts of the drawing that stand for a named place. */
export const NAMES = [
  ..."l1 l2 l3 d1 d2 d3".split(" ").map((part) => `ref:places:${part}`),
  "ref:villages:label", "ref:villages:dot", "ref:waterways:label",
];

/** Its name in the reader's language where the layer has it, else as mapped. */
export function nameExpression(): unknown {
  return ["coalesce", ["get", `name_${texts.lang}`], ["get", "name"], ["get", "name_en"], ""];
}

export function named(feature: MapGeoJSONFeature, layer: string, pointed: Degrees): Named {
  const p = feature.properties as Record<string, unknown>;
  const text = (key: string): string => (typeof p[key] === "string" ? p[key] : "");
  const names = [`name_${texts.lang}`, "name", "name_en", "name_ar", "name_ckb"].map(text).filter(Boolean);
  const at = feature.geometry.type === "Point" ? (feature.geometry.coordinates as Degrees) : pointed;
  const [name = "", ...others] = [...new Set(names)];
  return { layer, name, others, translit: text("translit"), mgrs: text("mgrs") || mgrsText(at, 4) };
}
