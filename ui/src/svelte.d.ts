/** So that plain tsc, without svelte-check, knows what a component file is. */
declare module "*.svelte" {
  import type { Component } from "svelte";
  const component: Component<any>;
  export default component;
}

/** Where the map's worker is (ui/maplibre.js). */
declare module "virtual:map-worker" {
  const url: string;
  export default url;
}
