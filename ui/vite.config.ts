import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { compress } from "./compress.js";
import { worker } from "./worker.js";

// The bundle is served by the node itself, under a policy that allows no inline script, style or data font:
// nothing may be inlined, and every address is relative so that a reverse proxy may put it under a path.
export default defineConfig({
  plugins: [svelte(), worker(), compress()],
  base: "./",
  build: {
    outDir: "../seamline/web/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1300,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8890" } },
});
