/** Photos and PDFs on their way to the node, made small enough for a bad line; codes in photos made ready for it. */
import { Problem } from "./api";
import { onShelf, seal, unlockedFor, unseal, type Sealed } from "./locker";
import { newId } from "./ids";
import { silent } from "./seat";
import { officerId } from "./session.svelte";
import { t } from "./texts.svelte";
import { transfer } from "./transfer";
import type { Body } from "./types";

export interface Photo {
  hash: string;
  size: number;
  type: string;
  thumb?: string;
  thumb_size?: number;
}

export interface Paper {
  hash: string;
  size: number;
  type: string;
  name: string;
}

/** Longest side in pixels: of a photo that is kept, of the small one before it, of one with a code in it. */
const KEPT = 2048;
const SMALL = 240;
const CODE = 1900;
/** Bytes under which a photo is kept as it is. */
const LIGHT = 1_000_000;

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

async function put(data: Blob, progress: (part: number) => void): Promise<Photo> {
  const reply = await transfer("blobs", data, progress);
  return JSON.parse(await reply.data.text()) as Photo;
}

/** A photo that waits here for a signal is named so until the node has it. */
const LOCAL = "local:";
/** One that was taken within this, ms, may be in a form that has not been kept yet. */
const YOUNG = 600_000;

interface KeptPhoto extends Sealed {
  id: string;
  officer: string;
  at: number;
}

async function keep(data: Blob): Promise<Photo> {
  const officer = officerId();
  const sealed = await seal(officer, new Uint8Array(await data.arrayBuffer()));
  const id = LOCAL + newId();
  await onShelf("photos", "readwrite", (shelf) => shelf.put({ id, officer, at: Date.now(), ...sealed } satisfies KeptPhoto));
  return { hash: id, size: data.size, type: "image/jpeg" };
}

/** The body with every photo that waited here brought to the node. */
export async function withPhotos(body: Body, officer: string): Promise<Body> {
  const photos = body["photos"] as Photo[] | undefined;
  if (!photos?.some((photo) => photo.hash.startsWith(LOCAL))) return body;
  const there: Photo[] = [];
  for (const photo of photos) {
    if (!photo.hash.startsWith(LOCAL)) {
      there.push(photo);
      continue;
    }
    const kept = await onShelf<KeptPhoto | undefined>("photos", "readonly", (shelf) => shelf.get(photo.hash) as IDBRequest<KeptPhoto | undefined>);
    const data = kept && (await unseal(officer, kept));
    if (!data) throw new Problem(422, { title: t("ui.photo.gone"), field: "photos", remedy: t("ui.photo.gone") });
    there.push(await put(new Blob([data], { type: photo.type }), () => undefined));
  }
  return { ...body, photos: there };
}

/** Those of this officer's that nothing names any more. */
export async function forgetPhotos(named: ReadonlySet<string>): Promise<void> {
  const all = await onShelf<KeptPhoto[]>("photos", "readonly", (shelf) => shelf.getAll() as IDBRequest<KeptPhoto[]>);
  for (const { id, officer, at } of all) {
    if (officer === officerId() && !named.has(id) && Date.now() - at > YOUNG) await onShelf("photos", "readwrite", (shelf) => shelf.delete(id));
  }
}

/** Drawn small, by hash: the node shows a photo only once a record names it. */
export const seen = new Map<string, HTMLCanvasElement>();

/** Brings a photo to the node, which draws it anew; what a record needs to name it and its small picture. */
export async function bring(file: File, progress: (part: number) => void): Promise<Photo> {
  const light = file.size <= LIGHT && ["image/jpeg", "image/png"].includes(file.type);
  const small = await drawn(file, SMALL);
  const kept = light ? file : await jpeg(await drawn(file, KEPT), 0.82);
  const photo = await put(kept, progress).catch(async (error: unknown) => {
    if (!silent(error) || !unlockedFor(officerId())) throw error;
    // Drawn anew before it is kept: a photo's file tells where and when it was taken, and by which telephone.
    return keep(light ? await jpeg(await drawn(file, KEPT), 0.82) : kept);
  });
  seen.set(photo.hash, small);
  return photo;
}

/** Brings a PDF to the node, as it is; what a record needs to name it. Its file's name is what it is called at first. */
export async function bringPdf(file: File, progress: (part: number) => void): Promise<Paper> {
  const { hash, size, type } = await put(file, progress);
  return { hash, size, type, name: file.name.replace(/\.pdf$/i, "").slice(0, 200) || "PDF" };
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
