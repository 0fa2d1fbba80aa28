/**
 * Officer signatures (DESIGN §5, "Who spoke"): made here, with a key that never leaves this browser.
 *
 * The node drafts the entry and hands back the exact bytes; the officer's key signs them; the finished
 * request carries the signature. The key lives in IndexedDB as a CryptoKey that cannot be exported.
 */
import { post, Problem } from "./api";
import { ownId } from "./ids";
import { t } from "./texts.svelte";

const DATABASE = "seamline";
const SHELF = "officer-keys";

interface HeldKey {
  officer: string;
  fingerprint: string;
  key: CryptoKey;
  /** The public half in hex, where it was made here. */
  open?: string;
}

interface Draft {
  /** base64 of the bytes to sign. */
  signing: string;
  /** The request again with the id and time that the bytes name. */
  draft: Record<string, unknown>;
}

export interface Signature {
  key: string;
  value: string;
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const toBase64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

function shelf(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(SHELF, { keyPath: "officer" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error("IndexedDB"));
  });
}

async function onShelf<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await shelf();
  try {
    return await new Promise<T>((resolve, reject) => {
      const asked = act(database.transaction(SHELF, mode).objectStore(SHELF));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error("IndexedDB"));
    });
  } finally {
    database.close();
  }
}

/** Takes in a PKCS#8 Ed25519 key (base64); from here on only the browser can use it, and no page can read it. */
export async function keepOfficerKey(officer: string, pkcs8: string): Promise<void> {
  const bytes = fromBase64(pkcs8);
  // The public half is read from an exportable twin that is dropped at once.
  const twin = await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", twin);
  if (!x) throw new Error("not an Ed25519 key");
  const open = fromBase64(x.replaceAll("-", "+").replaceAll("_", "/"));
  const fingerprint = hex(await crypto.subtle.digest("SHA-256", open)).slice(0, 32);
  const key = await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, false, ["sign"]);
  bytes.fill(0);
  const held: HeldKey = { officer, fingerprint, key };
  await onShelf("readwrite", (store) => store.put(held));
}

export async function officerKey(officer: string): Promise<HeldKey | null> {
  try {
    return (await onShelf<HeldKey | undefined>("readonly", (s) => s.get(officer) as IDBRequest<HeldKey | undefined>)) ?? null;
  } catch {
    return null; // private windows of some browsers have no IndexedDB: then nothing is signed
  }
}

/**
 * Makes this officer's key here: its private half never was and never will be outside this browser.
 * The public half (hex) is for his party's key holder, whose roster certifies it.
 */
export async function makeOfficerKey(officer: string): Promise<string> {
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"])) as CryptoKeyPair;
  const open = await crypto.subtle.exportKey("raw", pair.publicKey);
  const fingerprint = hex(await crypto.subtle.digest("SHA-256", open)).slice(0, 32);
  const made: HeldKey = { officer, fingerprint, key: pair.privateKey, open: hex(open) };
  await onShelf("readwrite", (store) => store.put(made));
  return hex(open);
}

async function sign(held: HeldKey, data: Uint8Array<ArrayBuffer>): Promise<Signature> {
  return { key: held.fingerprint, value: toBase64(await crypto.subtle.sign({ name: "Ed25519" }, held.key, data)) };
}

/** Whether the bytes to be signed endorse (or object to) what was shown here: a node could hand out others. */
function saysSo(bytes: Uint8Array, body: Record<string, unknown>): boolean {
  if (body.kind !== "endorsement" && body.kind !== "objection") return true;
  const said = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const asked = body.body as Record<string, unknown>;
  const inner = said.body as Record<string, unknown>;
  return said.kind === body.kind && said.channel === body.channel && inner.of === asked.of && inner.hash === asked.hash;
}

/** Signs bytes that the node drafted, if they say what was meant: a node could hand out others. */
export async function signDraft(held: HeldKey, signing: string, means: (said: Record<string, unknown>) => boolean): Promise<Signature> {
  const bytes = fromBase64(signing);
  if (!means(JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>)) {
    throw new Problem(0, { title: t("ui.endorse.other"), detail: t("ui.endorse.other") });
  }
  return sign(held, bytes);
}

/**
 * POSTs a writing request, signed when this officer's key is here. Without a key the entry speaks for the
 * node only; at a joint node the record then shows as not attested, and so it should.
 */
export async function postSigned<T>(path: string, body: Record<string, unknown>, officer: string): Promise<T> {
  const held = await officerKey(officer);
  if (!held) return post<T>(path, body);
  // Drafted under the id it has, so that one sent again is the same record; protected as the node's own ids are.
  if (path === "records" && typeof body.id === "string") body = { ...body, id: await ownId(body.id, String(body.channel), officer.split("/")[1] ?? "") };
  let drafted: Draft;
  try {
    drafted = await post<Draft>("records/draft", { ...body, path });
  } catch (error) {
    // A node that does not draft takes unsigned entries.
    if (error instanceof Problem && (error.status === 404 || error.status === 405)) return post<T>(path, body);
    throw error;
  }
  const bytes = fromBase64(drafted.signing);
  if (!saysSo(bytes, body)) throw new Problem(422, { title: t("ui.endorse.other") });
  const sig = await sign(held, bytes);
  return post<T>(path, { ...body, ...drafted.draft, sig });
}
