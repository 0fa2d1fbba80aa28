/** How each reference layer is drawn. A layer that is not here is drawn plainly, by its geometry. */
import type { LayerSpecification } from "maplibre-gl";
import { nameExpression, SECOND_LINE } from "./names";
import type { Palette } from "./palette";

/** Drawing order, from the ground up. */
export const ORDER = [
  "relief", "lakes", "corridor", "disputed_districts", "districts", "governorates", "borders", "waterways", "rivers", "roads",
  "admin_edge", "line", "past_areas", "past_incidents", "villages", "places",
];

type Layers = LayerSpecification[];
const id = (source: string, part: string): string => `ref:${source}:${part}`;
/** The layer that a part of the drawing belongs to. */
export const layerOf = (part: string): string | undefined => /^ref:(.+):[^:]+$/.exec(part)?.[1];

function line(source: string, colour: string, width: unknown, extra: Record<string, unknown> = {}, minzoom = 0): LayerSpecification {
  return {
    id: id(source, "line"), type: "line", source: `ref:${source}`, minzoom,
    layout: { "line-join": "round", "line-cap": extra["line-dasharray"] ? "butt" : "round" },
    paint: { "line-color": colour, "line-width": width as number, ...extra },
  };
}

function fill(source: string, colour: string, opacity: number): LayerSpecification {
  return { id: id(source, "fill"), type: "fill", source: `ref:${source}`, paint: { "fill-color": colour, "fill-opacity": opacity } };
}

function labels(source: string, part: string, look: string, c: Palette, more: { filter?: unknown; minzoom?: number; layout?: Record<string, unknown> }): LayerSpecification {
  const plain = ["concat", "L|", c.theme, "|", look, "|", nameExpression()];
  const both = ["case", ["has", "translit"], ["concat", plain, "|", ["get", "translit"]], plain];
  return {
    id: id(source, part), type: "symbol", source: `ref:${source}`,
    ...(more.filter ? { filter: more.filter as never } : {}), minzoom: more.minzoom ?? 0,
    layout: {
      "icon-image": ["step", ["zoom"], plain, SECOND_LINE, both] as never,
      "icon-padding": 3, "symbol-sort-key": ["coalesce", ["get", "sort"], 0] as never, ...more.layout,
    },
  };
}

const grow = (...stops: number[]): unknown => ["interpolate", ["linear"], ["zoom"], ...stops];

function places(c: Palette): Layers {
  const dot = (part: string, filter: unknown, minzoom: number, radius: number): LayerSpecification => ({
    id: id("places", part), type: "circle", source: "ref:places", filter: filter as never, minzoom,
    paint: { "circle-radius": radius, "circle-color": c.halo, "circle-stroke-width": 1.3, "circle-stroke-color": c.text },
  });
  const rank = (n: number): unknown => ["==", ["get", "rank"], n];
  const above = { layout: { "icon-anchor": "bottom", "icon-offset": [0, -2] } };
  return [
    dot("d3", rank(3), 8.5, 1.8), dot("d2", rank(2), 7, 2.4), dot("d1", rank(1), 0, 3.2),
    labels("places", "l3", "village", c, { filter: rank(3), minzoom: 8.5, ...above }),
    labels("places", "l2", "town", c, { filter: rank(2), minzoom: 7, ...above }),
    // Whatever stands there: without its cities nobody knows what he looks at.
    labels("places", "l1", "city", c, { filter: rank(1), layout: { ...above.layout, "icon-allow-overlap": true } }),
  ];
}

/** Light from the north-west, as maps have it; heights from a coarse model, so it only hints. */
function relief(c: Palette): Layers {
  const height = ["interpolate", ["linear"], ["elevation"], 150, c.land, 900, c.high, 3000, c.higher];
  return [
    { id: id("relief", "tint"), type: "color-relief", source: "ref:relief", paint: { "color-relief-color": height as never, "color-relief-opacity": 0.8 } },
    {
      id: id("relief", "shade"), type: "hillshade", source: "ref:relief",
      paint: {
        "hillshade-shadow-color": c.shadow, "hillshade-highlight-color": c.light, "hillshade-accent-color": c.shadow,
        "hillshade-exaggeration": grow(5, 0.5, 9, 0.35, 12, 0.2) as never,
      },
    },
  ];
}

const DRAWN: Record<string, (c: Palette) => Layers> = {
  relief,
  lakes: (c) => [fill("lakes", c.water, 0.75)],
  // Two sources know the same rivers: the coarse one from afar, the fine one from near, never both at once.
  rivers: (c) => [{ ...line("rivers", c.water, grow(5, 0.8, 8, 1.8)), maxzoom: 8 } as LayerSpecification],
  waterways: (c) => [
    line("waterways", c.water, grow(8, 1.4, 12, 3), {}, 8),
    labels("waterways", "label", "water", c, { minzoom: 9, layout: { "symbol-placement": "line-center", "icon-rotation-alignment": "viewport" } }),
  ],
  roads: (c) => [line("roads", c.road, grow(5, 1, 9, 2.2), { "line-dasharray": [5, 1.6] })],
  governorates: (c) => [line("governorates", c.edgeStrong, grow(5, 0.9, 9, 1.6), { "line-dasharray": [6, 2, 1.5, 2] })],
  districts: (c) => [
    line("districts", c.edge, grow(6, 0.5, 10, 1.1), { "line-dasharray": [3, 2] }, 6.2),
    labels("districts", "label", "district", c, { minzoom: 7.6, filter: ["==", ["get", "label"], true] }),
  ],
  borders: (c) => [line("borders", c.edgeStrong, grow(5, 1.4, 9, 2.4))],
  corridor: (c) => [fill("corridor", c.edgeStrong, 0.09), line("corridor", c.edgeStrong, 0.8, { "line-dasharray": [2, 3] })],
  line: (c) => [
    line("line", c.halo, grow(5, 4, 9, 7), { "line-opacity": 0.75 }),
    { ...line("line", c.ink, grow(5, 1.6, 9, 2.6), { "line-dasharray": [5, 3] }), id: id("line", "dash") },
    labels("line", "label", "water", c, { minzoom: 6, filter: ["has", "name"], layout: { "symbol-placement": "line-center", "icon-rotation-alignment": "viewport", "icon-anchor": "top", "icon-offset": [0, 8] } }),
  ],
  admin_edge: (c) => [line("admin_edge", c.past, 1.4, { "line-dasharray": [1, 2] })],
  disputed_districts: (c) => [fill("disputed_districts", c.past, 0.12), line("disputed_districts", c.past, 0.8)],
  past_areas: (c) => [fill("past_areas", c.past, 0.1), line("past_areas", c.past, 0.7, { "line-dasharray": [2, 2] })],
  past_incidents: (c) => [
    {
      id: id("past_incidents", "dot"), type: "circle", source: "ref:past_incidents",
      paint: {
        "circle-radius": grow(6, 1.8, 10, 4) as never, "circle-color": c.past, "circle-opacity": 0.4,
        "circle-stroke-width": 0.6, "circle-stroke-color": c.past,
      },
    },
  ],
  villages: (c) => [
    {
      id: id("villages", "dot"), type: "circle", source: "ref:villages", minzoom: 9.5,
      paint: { "circle-radius": 1.6, "circle-color": c.past },
    },
    labels("villages", "label", "village", c, { minzoom: 10.5, layout: { "icon-anchor": "bottom", "icon-offset": [0, -1] } }),
  ],
  places,
};

/** A layer nobody here knows, as one that was imported. Areas are outlines only: a hundred on one district would bury it. */
function plainly(source: string, c: Palette): Layers {
  const only = (...types: string[]): unknown => ["in", ["geometry-type"], ["literal", types]];
  return [
    line(source, c.edgeStrong, 1),
    {
      id: id(source, "dot"), type: "circle", source: `ref:${source}`, filter: only("Point", "MultiPoint") as never,
      paint: {
        "circle-radius": grow(6, 2, 10, 4) as never, "circle-color": c.past, "circle-opacity": 0.6,
        "circle-stroke-width": 0.6, "circle-stroke-color": c.halo,
      },
    },
    labels(source, "label", "village", c, { minzoom: 9.5, filter: ["all", only("Point"), ["any", ["has", "name"], ["has", "name_en"]]], layout: { "icon-anchor": "bottom", "icon-offset": [0, -1] } }),
  ];
}

export function referenceLayers(source: string, c: Palette): Layers {
  const drawn = DRAWN[source];
  return drawn ? drawn(c) : plainly(source, c);
}
