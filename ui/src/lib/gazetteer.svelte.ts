/** Names of places, for typing a place instead of pointing at it. From the node's own places layer. */
import { get } from "./api";
import { texts } from "./texts.svelte";
import type { Degrees } from "./place";

export interface Named {
  name: string;
  other: string;
  /** Its names in other languages, as mapped. */
  others: string[];
  translit: string;
  /** The layer that knows it. */
  layer: string;
  at: Degrees;
  rank: number;
  keys: string[];
}

const FOLD: Record<string, string> = {
  ي: "ی", ى: "ی", ې: "ی", ێ: "ی", ك: "ک", ڪ: "ک", ة: "ه", ە: "ه", ھ: "ه", ہ: "ه", ۀ: "ه", ٱ: "ا",
  ڕ: "ر", ڵ: "ل", ۆ: "و", ۊ: "و", ء: "", ـ: "", ı: "i",
};

/** One spelling for searching, as seamline/texts/spelling.py folds it. */
export function normalise(text: string): string {
  const letters = text.toLowerCase().replace(/./gu, (c) => FOLD[c] ?? c).normalize("NFKD");
  return letters.replace(/[\p{Mn}\p{Cf}]/gu, "").replace(/./gu, (c) => FOLD[c] ?? c).split(/\s+/).join(" ").trim();
}

let loading: Promise<Named[]> | null = null;

/** Towns, then the villages of the other file; a node without one of them still knows the other. */
async function load(): Promise<Named[]> {
  const parts = await Promise.all(["places", "villages"].map((id) => read(id).catch(() => [])));
  return parts.flat();
}

async function read(id: string): Promise<Named[]> {
  const layer = await get<GeoJSON.FeatureCollection<GeoJSON.Point>>(`layers/${id}`);
  return layer.features.map(({ geometry, properties }) => {
    const text = (key: string): string => String(properties?.[key] ?? "");
    const names = ["name", "name_en", "name_ar", "name_ckb"].map(text).filter(Boolean);
    const [name = "", ...others] = [...new Set(names)];
    return {
      name, others, other: text("name_en"), translit: text("translit"), layer: id,
      at: geometry.coordinates as Degrees, rank: Number(properties?.["rank"] ?? 9),
      // A transliteration helps to find a place, and is never shown for its name.
      keys: [...new Set([...names, text("translit")].filter(Boolean).map(normalise))],
    };
  });
}

export async function search(text: string, most = 8): Promise<Named[]> {
  const wanted = normalise(text);
  if (wanted.length < 2) return [];
  loading ??= load();
  const all = await loading;
  const scored: [number, Named][] = [];
  for (const place of all) {
    const starts = place.keys.some((k) => k.startsWith(wanted));
    if (starts || place.keys.some((k) => k.includes(wanted))) scored.push([place.rank + (starts ? 0 : 10), place]);
  }
  return scored.sort((a, b) => a[0] - b[0]).slice(0, most).map(([, place]) => place);
}

export const labelOf = (place: Named): string =>
  place.other && place.other !== place.name && texts.lang === "en" ? `${place.name} · ${place.other}` : place.name;
