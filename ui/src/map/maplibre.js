/** Of MapLibre what the map is drawn with (ui/maplibre.js puts this in the place of "maplibre-gl"). */
import { config } from "maplibre-gl/src/util/config.ts";
export { Map } from "maplibre-gl/src/ui/map.ts";
export { addProtocol } from "maplibre-gl/src/source/protocol_crud.ts";

export function setWorkerUrl(url) {
  config.WORKER_URL = url;
}
