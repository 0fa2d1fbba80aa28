/** That somebody sits here: what a screen must know to open where there is no signal, kept until he leaves or his session ends. */
import { Problem, request } from "./api";
import { closeDrafts, openDrafts } from "./drafts";
import { lock, unlock } from "./locker";
import type { KindInfo, Me, NodeInfo } from "./types";

const KEPT = "seamline.kept";
const LEFT = "seamline.left";

export interface Kept {
  node: NodeInfo;
  /** expires: when his session ends at the latest, ms. */
  me: Me & { expires?: number };
  kinds: KindInfo[];
}

/** He has signed in: his drafts are open when this returns. */
export async function sit(officer: string, kept: Kept): Promise<void> {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // A full store: then this screen opens only where the node is heard.
  }
  await rising;
  await unlock(officer);
  await openDrafts(officer);
}

/** Who sits here, where the node cannot be asked; null where nobody does, or his session has ended. */
export function sitting(): Kept | null {
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") as Kept | null;
  return kept && Date.now() < (kept.me.expires ?? 0) ? kept : null;
}

let rising: Promise<void> = Promise.resolve();

/** He leaves, or his session has ended. What he typed stays, sealed. */
export function rise(): Promise<void> {
  localStorage.removeItem(KEPT);
  rising = rising.then(closeDrafts).then(lock);
  return rising;
}

/** Ends the session at the node; where that cannot be reached, as soon as it can. */
export async function leave(): Promise<void> {
  await request("DELETE", "session").catch((error: unknown) => {
    if (silent(error)) localStorage.setItem(LEFT, "1");
  });
}

/** Ends a session that was left without a signal, before anybody is let in by its cookie. */
export async function finishLeaving(): Promise<void> {
  if (!localStorage.getItem(LEFT)) return;
  await request("DELETE", "session").catch((error: unknown) => {
    if (silent(error)) throw error;
  });
  localStorage.removeItem(LEFT);
}

/** There is no signal, or nobody behind the proxy: not an answer of the node's. */
export const silent = (error: unknown): boolean => error instanceof Problem && [0, 502, 503, 504].includes(error.status) && !error.document.code;

