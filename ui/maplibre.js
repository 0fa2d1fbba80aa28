/**
 * Vite plugin: MapLibre from its source instead of its two bundles, each of which holds what both need. The page and its
 * worker share a part, and of the rest comes along what the map here is drawn with.
 */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { transformWithOxc } from "vite";

const WORKER = "virtual:map-worker";
/** As MapLibre translates its own TypeScript: fields without a value are types alone, imports are what they say. */
const TYPES = { removeClassFieldsWithoutInitializer: true, onlyRemoveTypeImports: true };
/** Nothing here is a globe, nor writes with letters of the map's own (images.ts draws them), nor reads tiles of that kind. */
const LEFT_OUT = {
  "geo/projection/globe_projection.ts": "export class GlobeProjection {}",
  "geo/projection/globe_transform.ts": "export const createGlobeTransform = null;",
  "geo/projection/globe_camera_helper.ts": "export class GlobeCameraHelper {}",
  "geo/projection/vertical_perspective_projection.ts": "export class VerticalPerspectiveProjection {}",
  "geo/projection/vertical_perspective_transform.ts": "export const createVerticalPerspectiveTransform = null;",
  "geo/projection/vertical_perspective_camera_helper.ts": "export class VerticalPerspectiveCameraHelper {}",
  "source/vector_tile_mlt.ts": "export class MLTVectorTile {}",
  "bidi-js": "export default () => null;",
  // Browsers that know the rest of this page unpack by themselves.
  fflate: "export const decompressSync = null;",
};

export function maplibre() {
  let source = "";
  let here = "";
  let built = false;
  let worker = "";
  return {
    name: "maplibre",
    enforce: "pre",
    configResolved(config) {
      here = join(config.root, "src/map");
      source = realpathSync(join(config.root, "node_modules/maplibre-gl/src"));
      built = config.command === "build";
    },
    buildStart() {
      if (built) worker = this.emitFile({ type: "chunk", id: join(source, "source/worker.ts"), name: "map-worker" });
    },
    async resolveId(id, importer) {
      if (id === WORKER) return `\0${WORKER}`;
      if (!built) return null;
      if (id === "maplibre-gl") return join(here, "maplibre.js");
      if (id in LEFT_OUT) return `\0node_modules/${id}`;
      if (id.startsWith("maplibre-gl/src/")) return join(source, id.slice("maplibre-gl/src/".length));
      return null;
    },
    load(id) {
      if (built) {
        const left = LEFT_OUT[id.startsWith(source) ? id.slice(source.length + 1) : id.replace("\0node_modules/", "")];
        if (left) return { code: left, moduleType: "js", moduleSideEffects: false };
      }
      if (id !== `\0${WORKER}`) return null;
      return built ? `export default import.meta.ROLLUP_FILE_URL_${worker}` : 'export { default } from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url"';
    },
    async transform(code, id) {
      if (!built || !id.startsWith(source) || !id.endsWith(".ts")) return null;
      const made = await transformWithOxc(code, id, { typescript: TYPES, target: "es2022" });
      // Classes that go between page and worker are made known where they are defined.
      return { code: made.code, map: made.map, moduleSideEffects: /\bregister\(|isWorker\(self\)/.test(code), moduleType: "js" };
    },
  };
}
