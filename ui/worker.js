/** Vite plugin: names the build in the page and in build.json, and writes out the service worker with what it keeps. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What must open where there is no signal, beside the page itself: the form of a report, what a place is drawn on, and what opens over any screen. */
const NEEDED = [
  "/src/main.ts", "/src/screens/FormPanel.svelte", "/src/map/MapPane.svelte", "/src/palette/Palette.svelte",
  "/src/help/Help.svelte", "/src/help/Settings.svelte", "/src/help/Tour.svelte", "/src/components/PrintDialog.svelte",
];
const LETTERS = /url\([^)]*?(letters-[\w.-]+\.woff2)\)/g;

/** The files that a part of the page needs, its own first. */
function* needed(bundle, name, seen) {
  const chunk = bundle[name];
  if (!chunk || seen.has(name)) return;
  seen.add(name);
  yield name;
  yield* chunk.viteMetadata?.importedCss ?? [];
  for (const other of chunk.imports ?? []) yield* needed(bundle, other, seen);
}

export function worker() {
  let root = "";
  let folder = "";
  let files = [];
  return {
    name: "worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
      folder = join(config.root, config.build.outDir);
    },
    generateBundle(_, bundle) {
      const seen = new Set();
      const holds = (chunk, end) => chunk.type === "chunk" && chunk.moduleIds.some((id) => id.split("?")[0].endsWith(end));
      const first = NEEDED.map((end) => {
        const found = Object.values(bundle).find((chunk) => holds(chunk, end)) ?? (end.endsWith("main.ts") ? Object.values(bundle).find((chunk) => chunk.isEntry) : null);
        if (!found) throw new Error(`no part of the bundle holds ${end}`);
        return found.fileName;
      });
      files = [...new Set(first.flatMap((name) => [...needed(bundle, name, seen)]))];
    },
    closeBundle: {
      order: "pre",
      handler() {
        const html = readFileSync(join(folder, "index.html"), "utf8");
        const template = readFileSync(join(root, "sw.js"), "utf8");
        const letters = files.filter((name) => name.endsWith(".css")).flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(LETTERS)].map((found) => `assets/${found[1]}`));
        const kept = ["./", ...new Set([...files, ...letters].map((name) => `./${name}`)), "./manifest.webmanifest", "./seamline.svg"];
        const build = createHash("sha256").update(html).update(template).update(kept.join()).digest("hex").slice(0, 12);
        writeFileSync(join(folder, "index.html"), html.replace("</title>", `</title>\n    <meta name="build" content="${build}" />`));
        writeFileSync(join(folder, "build.json"), JSON.stringify({ build }));
        writeFileSync(join(folder, "sw.js"), template.replace("__BUILD__", build).replace("__FILES__", JSON.stringify(kept)));
      },
    },
  };
}
