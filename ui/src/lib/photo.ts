/** Photos from a telephone: made small enough for a bad line, and codes in them made ready for the node. */
import { transfer } from "./transfer";

export interface Photo {
  hash: string;
  size: number;
  type: string;
  thumb?: string;
  thumb_size?: number;
}

/** Longest side in pixels: of a photo that is kept, of the small one before it, of one with a code in it. */
const KEPT = 2048;
const SMALL = 240;
const CODE = 1900;
/** Bytes under which a photo is kept as it is. */
const LIGHT = 1_000_000;
const MOST_SMALL = 65_536;

async function drawn(file: Blob, longest: number): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => canvas.toBlob((b) => (b ? resolve(b) : reject(new Error("canvas"))), "image/jpeg", quality));
}

async function put(data: Blob, progress: (part: number) => void): Promise<{ hash: string; size: number; type: string }> {
  const reply = await transfer("blobs", data, progress);
  return JSON.parse(await reply.data.text()) as { hash: string; size: number; type: string };
}

/** Drawn small, by hash: the node shows a photo only once a record names it. */
export const seen = new Map<string, HTMLCanvasElement>();

/** Brings a photo and its small picture to the node; what a record needs to name them. */
export async function bring(file: File, progress: (part: number) => void): Promise<Photo> {
  const light = file.size <= LIGHT && ["image/jpeg", "image/png"].includes(file.type);
  const small = await drawn(file, SMALL);
  const kept = light ? file : await jpeg(await drawn(file, KEPT), 0.82);
  const photo: Photo = await put(kept, progress);
  const thumb = await jpeg(small, 0.7);
  if (thumb.size < kept.size && thumb.size <= MOST_SMALL) {
    const named = await put(thumb, () => undefined);
    [photo.thumb, photo.thumb_size] = [named.hash, named.size];
  }
  seen.set(photo.hash, small);
  return photo;
}

/** The photo as grey pixels (binary PGM): the browser knows its format, so that the node need not. */
export async function grey(file: Blob): Promise<Blob> {
  const canvas = await drawn(file, CODE);
  const { width, height } = canvas;
  const rgba = canvas.getContext("2d", { willReadFrequently: true })?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = ((rgba[4 * i] ?? 0) * 77 + (rgba[4 * i + 1] ?? 0) * 150 + (rgba[4 * i + 2] ?? 0) * 29) >> 8;
  }
  return new Blob([`P5\n${width} ${height}\n255\n`, pixels]);
}
