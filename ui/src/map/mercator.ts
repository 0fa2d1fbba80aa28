/** Web Mercator by hand, for a picture that has no map library behind it. Zoom as MapLibre counts it: 0 is the world on 512 px. */
import type { Bounds, Degrees } from "../lib/place";

export interface Camera {
  centre: Degrees;
  zoom: number;
}
export interface Size {
  width: number;
  height: number;
}

const world = (zoom: number): number => 512 * 2 ** zoom;
const radians = Math.PI / 180;

function toPixels([lon, lat]: Degrees, zoom: number): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (lat * radians) / 2));
  return [((lon + 180) / 360) * world(zoom), (0.5 - y / (2 * Math.PI)) * world(zoom)];
}

function fromPixels([x, y]: [number, number], zoom: number): Degrees {
  const north = (0.5 - y / world(zoom)) * 2 * Math.PI;
  return [(x / world(zoom)) * 360 - 180, (2 * Math.atan(Math.exp(north)) - Math.PI / 2) / radians];
}

/** Px from the upper left corner of a picture of that size. */
export function project(at: Degrees, camera: Camera, size: Size): [number, number] {
  const [x, y] = toPixels(at, camera.zoom);
  const [cx, cy] = toPixels(camera.centre, camera.zoom);
  return [x - cx + size.width / 2, y - cy + size.height / 2];
}

export function unproject([x, y]: [number, number], camera: Camera, size: Size): Degrees {
  const [cx, cy] = toPixels(camera.centre, camera.zoom);
  return fromPixels([cx + x - size.width / 2, cy + y - size.height / 2], camera.zoom);
}

export function boundsAt(camera: Camera, size: Size): Bounds {
  const [west, north] = unproject([0, 0], camera, size);
  const [east, south] = unproject([size.width, size.height], camera, size);
  return [west, south, east, north];
}

/** Zoom at which a picture so wide shows so many degrees. */
export const zoomFor = (degrees: number, width: number): number => Math.log2((360 * width) / (512 * degrees));

/** The nearest look at which all of these bounds, and some px around them, are in the picture. */
export function fitting(bounds: Bounds, size: Size, padding: number, nearest: number): Camera {
  const [x0, y0] = toPixels([bounds[0], bounds[3]], 0);
  const [x1, y1] = toPixels([bounds[2], bounds[1]], 0);
  const room = Math.min(Math.max(1, size.width - 2 * padding) / Math.max(x1 - x0, 1e-9), Math.max(1, size.height - 2 * padding) / Math.max(y1 - y0, 1e-9));
  // A rounding error below a whole zoom would be another one.
  return { centre: fromPixels([(x0 + x1) / 2, (y0 + y1) / 2], 0), zoom: Math.min(nearest, Math.round(Math.log2(room) * 1e4) / 1e4) };
}
