/** The map speaks in the page's own colours: read from its CSS variables when the theme changes. */

export interface Palette {
  theme: string;
  land: string;
  /** Ground from some height on, lit and shaded slopes. */
  high: string;
  higher: string;
  light: string;
  shadow: string;
  edge: string;
  edgeStrong: string;
  water: string;
  waterText: string;
  road: string;
  text: string;
  halo: string;
  past: string;
  ink: string;
  surface: string;
  act: string;
  care: string;
  careLine: string;
  urgent: string;
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    theme: document.documentElement.dataset["theme"] ?? "day",
    land: read("map-land"), high: read("map-high"), higher: read("map-higher"), light: read("map-light"), shadow: read("map-shadow"),
    edge: read("map-edge"), edgeStrong: read("map-edge-strong"),
    water: read("map-water"), waterText: read("map-water-text"), road: read("map-road"),
    text: read("map-text"), halo: read("map-halo"), past: read("map-past"),
    ink: read("ink"), surface: read("raised"), act: read("act"),
    care: read("care"), careLine: read("care-line"), urgent: read("urgent"),
  };
}
