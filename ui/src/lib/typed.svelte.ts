/** What is typed into a dialog or a line, kept as a form's draft is: it is there again after a reload or a closed dialog. */
import { draftOf, dropDraft, keepDraft } from "./drafts";
import { officerId } from "./session.svelte";

/**
 * Called while a component is made. about: which dialog, and about what; read: the words as they stand; put: takes those
 * of before. Returns what to call once they have been said.
 */
export function typed<T extends Record<string, string>>(about: string, read: () => T, put: (held: T) => void): () => void {
  const officer = officerId();
  const form = `typed.${about}`;
  const held = draftOf(officer, form);
  if (held) put(held.body as T);
  let said = false;
  $effect(() => {
    const now = read();
    if (said) return;
    if (Object.values(now).some((words) => words.trim())) keepDraft(officer, form, { id: "", channel: "", body: now, kept: Date.now() });
    else dropDraft(officer, form);
  });
  return () => {
    said = true;
    dropDraft(officer, form);
  };
}
