/**
 * What this browser keeps of an officer's: sealed (AES-256-GCM) under a key that the node gives to him alone when
 * he signs in. The key lies here, unable to be exported, while he sits here; it goes when he signs out, when his
 * session ends, or when somebody else signs in. What was sealed stays, and waits for him.
 */
import { post } from "./api";

const DATABASE = "seamline.locker";
const SHELVES = ["keys", "waiting", "photos"] as const;
export type Shelf = (typeof SHELVES)[number];

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

interface Held {
  officer: string;
  key: CryptoKey;
}

let held: Held | null = null;

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("keys", { keyPath: "officer" });
      opening.result.createObjectStore("waiting", { keyPath: "id" });
      opening.result.createObjectStore("photos", { keyPath: "id" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error("IndexedDB"));
  });
}

/** One step on a shelf; when this returns, what it wrote is on disk. */
export async function onShelf<T>(shelf: Shelf, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const open = await database();
  try {
    return await new Promise<T>((resolve, reject) => {
      const step = open.transaction(shelf, mode, { durability: "strict" });
      const asked = act(step.objectStore(shelf));
      step.oncomplete = () => resolve(asked.result);
      step.onerror = step.onabort = () => reject(step.error ?? new Error("IndexedDB"));
    });
  } finally {
    open.close();
  }
}

/** Browsers give a page cryptography only on loopback and under TLS: elsewhere nothing can be kept from the next officer. */
export const lockable = (): boolean => globalThis.crypto?.subtle !== undefined;
export const unlockedFor = (officer: string): boolean => held?.officer === officer;

/** The key of the one who sits here: as it lies here, else from the node. Any other key goes. */
export async function unlock(officer: string): Promise<void> {
  if (!lockable() || unlockedFor(officer)) return;
  try {
    const here = await onShelf<Held | undefined>("keys", "readonly", (store) => store.get(officer) as IDBRequest<Held | undefined>);
    await onShelf("keys", "readwrite", (store) => store.clear());
    held = here ?? { officer, key: await ask() };
    await onShelf("keys", "readwrite", (store) => store.put(held));
  } catch {
    held = null; // a private window, or a node without lockers: then drafts are kept as they are, and nothing waits
  }
}

async function ask(): Promise<CryptoKey> {
  const { key } = await post<{ key: string }>("me/locker");
  const raw = Uint8Array.from(atob(key), (c) => c.charCodeAt(0));
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Nobody sits here: what is sealed can be opened no more, until its officer signs in again. */
export async function lock(): Promise<void> {
  held = null;
  await onShelf("keys", "readwrite", (store) => store.clear()).catch(() => undefined);
}

export async function seal(officer: string, bytes: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  if (!held || !unlockedFor(officer)) throw new Error("locked");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: named(officer) }, held.key, bytes) };
}

/** What was sealed for him; null where it is another's, or was sealed under a key that is gone. */
export async function unseal(officer: string, sealed: Sealed): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!held || !unlockedFor(officer)) return null;
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: named(officer) }, held.key, sealed.data));
  } catch {
    return null;
  }
}

const named = (officer: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(officer);
