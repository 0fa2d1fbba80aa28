/** What was typed and not yet saved: survives reload, crash and signing out, on this machine, for its officer alone. */
import { newId } from "./ids";
import { lockable, seal, unlockedFor, unseal } from "./locker";
import { router } from "./route.svelte";
import { officerId } from "./session.svelte";
import { unmarked } from "./texts.svelte";
import type { RecordItem } from "./types";

const PREFIX = "seamline.draft.";
const SEALED = "1:";

export interface Draft {
  id: string;
  channel: string;
  body: Record<string, unknown>;
  /** When it was typed; 0 for what the program put there and nobody has changed yet. */
  kept: number;
  /** The record that it is the next revision of, as it stood when that was begun. */
  of?: RecordItem | null;
}

const name = (officer: string, form: string): string => `${PREFIX}${officer}.${form}`;

/** Those of the one who sits here, open; on the machine they lie sealed. */
const open = new Map<string, Draft>();
let writing: Promise<void> = Promise.resolve();

const toText = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const toBytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

async function write(officer: string, key: string): Promise<void> {
  const draft = open.get(key);
  if (!draft) return; // dropped meanwhile
  const text = JSON.stringify(draft);
  try {
    if (!unlockedFor(officer)) return localStorage.setItem(key, text);
    const { iv, data } = await seal(officer, new TextEncoder().encode(text));
    if (open.get(key) === draft) localStorage.setItem(key, `${SEALED}${toText(iv)}.${toText(new Uint8Array(data))}`);
  } catch {
    // A full or forbidden store must not stop an officer from writing.
  }
}

async function read(officer: string, text: string): Promise<Draft | null> {
  try {
    if (!text.startsWith(SEALED)) return JSON.parse(text) as Draft; // from before there were keys
    const [iv = "", data = ""] = text.slice(SEALED.length).split(".");
    const found = await unseal(officer, { iv: toBytes(iv), data: toBytes(data).buffer });
    return found && (JSON.parse(new TextDecoder().decode(found)) as Draft);
  } catch {
    return null;
  }
}

const keysOf = (officer: string): string[] => Object.keys(localStorage).filter((key) => key.startsWith(name(officer, "")));

/** Opens what this officer left here; called before any form is on screen. */
export async function openDrafts(officer: string): Promise<void> {
  open.clear();
  for (const key of keysOf(officer)) {
    const text = localStorage.getItem(key) ?? "";
    const draft = await read(officer, text);
    if (!draft) continue;
    open.set(key, draft);
    if (lockable() && !text.startsWith(SEALED)) keepDraft(officer, key.slice(name(officer, "").length), draft);
  }
}

/** All that was typed is on the machine when this returns; then nothing of it is open. */
export async function closeDrafts(): Promise<void> {
  await writing;
  open.clear();
}

// Another tab of the same officer has changed one.
addEventListener("storage", (event) => {
  const officer = officerId();
  const key = event.key;
  if (!key?.startsWith(name(officer, ""))) return;
  if (event.newValue === null) open.delete(key);
  else void read(officer, event.newValue).then((draft) => draft && open.set(key, draft));
});

export function keepDraft(officer: string, form: string, draft: Draft): void {
  const key = name(officer, form);
  open.set(key, JSON.parse(JSON.stringify(draft)) as Draft);
  writing = writing.then(() => write(officer, key));
}

export const draftOf = (officer: string, form: string): Draft | null => structuredClone(open.get(name(officer, form)) ?? null);

export function dropDraft(officer: string, form: string): void {
  open.delete(name(officer, form));
  localStorage.removeItem(name(officer, form));
}

/** All that is open now. */
export const draftsHere = (): Draft[] => [...open.values()];

/**
 * Opens the form of a new record with something in it already; seed names where that came from. A person decides.
 * channel: where it belongs, if not where this officer says most things.
 */
export function startFrom(kind: string, seed: string, body: Record<string, unknown>, channel = ""): void {
  place(`new.${kind}.${seed}`, body, channel);
  router.go(`new/${kind}/${encodeURIComponent(seed)}`);
}

/** The same for the next revision of a record. */
export function reviseFrom(id: string, seed: string, body: Record<string, unknown>): void {
  place(`revise.${id}.${seed}`, body);
  router.go(`records/${encodeURIComponent(id)}/revise/${encodeURIComponent(seed)}`);
}

/** Words of the catalogue may be what a form begins with; the marks of direction in them may not. */
function writable(value: unknown): unknown {
  if (typeof value === "string") return unmarked(value);
  if (Array.isArray(value)) return value.map(writable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, writable(inner)]));
}

/** What was begun like this before and never touched makes room; what somebody has typed stays. */
function place(form: string, body: Record<string, unknown>, channel = ""): void {
  const officer = officerId();
  const forms = keysOf(officer).map((key) => key.slice(name(officer, "").length));
  for (const other of forms) if (draftOf(officer, other)?.kept === 0) dropDraft(officer, other);
  if (!draftOf(officer, form)) keepDraft(officer, form, { id: newId(), channel, body: writable(body) as Record<string, unknown>, kept: 0 });
}
