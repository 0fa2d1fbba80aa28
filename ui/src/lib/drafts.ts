/** What was typed and not yet saved: survives reload, crash and signing out, on this machine, per officer. */
import { newId } from "./ids";
import { router } from "./route.svelte";
import { officerId } from "./session.svelte";

const PREFIX = "seamline.draft.";

export interface Draft {
  id: string;
  channel: string;
  body: Record<string, unknown>;
  /** When it was typed; 0 for what the program put there and nobody has changed yet. */
  kept: number;
}

const name = (officer: string, form: string): string => `${PREFIX}${officer}.${form}`;

export function keepDraft(officer: string, form: string, draft: Draft): void {
  try {
    localStorage.setItem(name(officer, form), JSON.stringify(draft));
  } catch {
    // A full or forbidden store must not stop an officer from writing.
  }
}

export function draftOf(officer: string, form: string): Draft | null {
  try {
    const held = localStorage.getItem(name(officer, form));
    return held ? (JSON.parse(held) as Draft) : null;
  } catch {
    return null;
  }
}

export function dropDraft(officer: string, form: string): void {
  localStorage.removeItem(name(officer, form));
}

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

/** What was begun like this before and never touched makes room; what somebody has typed stays. */
function place(form: string, body: Record<string, unknown>, channel = ""): void {
  const prefix = name(officerId(), "");
  const forms = Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  for (const other of forms) if (draftOf(officerId(), other)?.kept === 0) dropDraft(officerId(), other);
  if (!draftOf(officerId(), form)) keepDraft(officerId(), form, { id: newId(), channel, body, kept: 0 });
}
