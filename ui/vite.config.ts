import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { compress } from "./compress.js";
import { maplibre } from "./maplibre.js";
import { worker } from "./worker.js";

/** What the page begins with of what others wrote; the map's worker is an entry, too, and its parts are the map's. */
const OTHERS = /node_modules\/(svelte|clsx|esm-env|mgrs)\//;
const first = (id: string): boolean => (id.includes("node_modules") ? OTHERS.test(id) : !id.includes("rolldown/runtime"));

// The bundle is served by the node itself, under a policy that allows no inline script, style or data font:
// nothing may be inlined, and every address is relative so that a reverse proxy may put it under a path.
export default defineConfig({
  plugins: [maplibre(), svelte(), worker(), compress()],
  base: "./",
  build: {
    outDir: "../seamline/web/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1300,
    // What the page begins with comes as one: each further answer has a head of its own, and half a second to wait on a thin line.
    rolldownOptions: { output: { codeSplitting: { groups: [
      { name: "first", tags: ["$initial"], test: first },
      { name: "map-shared", tags: ["$initial"], test: /node_modules/, minShareCount: 2 },
    ] } } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8890" } },
});
