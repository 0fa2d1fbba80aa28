/** What the parties said, above the ground: records, clashes, gaps, and the sketch of a form. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Palette } from "./palette";
import { GROUND_FROM } from "./view.svelte";

const when = (name: string, value: unknown): ExpressionSpecification => ["==", ["get", name], value] as never;

/** Chosen signs stand out; all are smaller from far away. */
const size = (n: number): unknown => ["case", ["==", ["get", "chosen"], true], n * 1.25, n];

export const SOURCES = ["shapes", "signs", "clashes", "gaps", "ideas", "ties", "sketch"] as const;
export type OverlaySource = (typeof SOURCES)[number];

function signs(id: string, filter: unknown, minzoom: number): LayerSpecification {
  return {
    id, type: "symbol", source: "signs", filter: filter as never, minzoom,
    layout: {
      "icon-image": ["get", "image"] as never, "icon-anchor": "bottom", "icon-allow-overlap": true,
      "symbol-sort-key": ["get", "sort"] as never,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 6, size(0.78), 9, size(1)] as never,
    },
  };
}

export function overlayLayers(c: Palette): LayerSpecification[] {
  const theme = c.theme;
  const emphasis = (plain: number, chosen: number): ExpressionSpecification => ["case", ["==", ["get", "chosen"], true], chosen, plain] as never;
  return [
    // Suggested, not said by anybody: no hatching, a fine dotted edge, heavier ground stronger.
    { id: "idea-fill", type: "fill", source: "ideas",
      paint: { "fill-color": c.act, "fill-opacity": ["*", ["get", "weight"], emphasis(0.0025, 0.004)] as never } },
    { id: "idea-line", type: "line", source: "ideas", paint: { "line-color": c.act, "line-width": emphasis(1, 2.5), "line-dasharray": [1, 1.5] } },
    { id: "gap-fill", type: "fill", source: "gaps", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": c.careLine, "fill-opacity": emphasis(0.14, 0.3) } },
    { id: "gap-line", type: "line", source: "gaps", paint: { "line-color": c.careLine, "line-width": emphasis(1.6, 3.5), "line-dasharray": [3, 1.5] } },
    { id: "shape-fill", type: "fill", source: "shapes", filter: ["all", ["==", ["geometry-type"], "Polygon"], when("ground", false)],
      paint: { "fill-pattern": ["concat", "H|", theme, "|", ["get", "pattern"]] as never, "fill-opacity": emphasis(0.7, 1) } },
    { id: "shape-halo", type: "line", source: "shapes", paint: { "line-color": c.halo, "line-width": emphasis(4, 6), "line-opacity": 0.8 } },
    { id: "shape-own", type: "line", source: "shapes", filter: ["all", when("own", true), when("tear", false)],
      paint: { "line-color": c.ink, "line-width": emphasis(2, 3.5) } },
    { id: "shape-other", type: "line", source: "shapes", filter: ["all", when("own", false), when("tear", false)],
      paint: { "line-color": c.ink, "line-width": emphasis(1.4, 3), "line-dasharray": [4, 2] } },
    { id: "shape-tear", type: "line", source: "shapes", filter: when("tear", true),
      paint: { "line-color": c.ink, "line-width": emphasis(1.4, 3), "line-dasharray": [1, 2] } },
    // Below the signs, since MapLibre gives room from the top down: a name yields to a sign.
    { id: "sign-labels", type: "symbol", source: "signs", minzoom: 9.5,
      layout: {
        "icon-image": ["concat", "L|", theme, "|record|", ["get", "label"]] as never, "icon-anchor": "top",
        "icon-offset": [0, 5], "icon-padding": 1, "symbol-sort-key": ["get", "sort"] as never,
      } },
    // Posts, sites and sectors crowd the view from afar, where what happens and what is planned must stand out.
    signs("signs-ground", ["all", when("ground", true), when("chosen", false)], GROUND_FROM),
    signs("signs", ["any", when("ground", false), when("chosen", true)], 0),
    { id: "clashes", type: "symbol", source: "clashes",
      layout: {
        "icon-image": ["concat", "C|", theme, "|", ["get", "sure"]] as never, "icon-allow-overlap": true,
        "icon-size": ["case", ["==", ["get", "chosen"], true], 1.35, 1] as never,
      } },
    // What a desk points out: a plan and what counters it, and places that changed.
    { id: "tie-line", type: "line", source: "ties", filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": c.careLine, "line-width": 2.5, "line-dasharray": [2, 1.5] } },
    { id: "ring", type: "circle", source: "ties", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 17, "circle-opacity": 0, "circle-translate": [0, -12], "circle-stroke-width": 3, "circle-stroke-color": c.careLine } },
    { id: "sketch-fill", type: "fill", source: "sketch", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": c.act, "fill-opacity": 0.18 } },
    { id: "sketch-line", type: "line", source: "sketch", paint: { "line-color": c.act, "line-width": 2.5 } },
    { id: "sketch-dot", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 6, "circle-color": c.act, "circle-stroke-width": 2.5, "circle-stroke-color": c.halo } },
  ];
}
