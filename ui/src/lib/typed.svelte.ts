/** What is typed into a dialog or a line, kept as a form's draft is: it is there again after a reload or a closed dialog. */
import { draftOf, dropDraft, keepDraft } from "./drafts";
import { officerId } from "./session.svelte";
import type { Body } from "./types";

export interface Kept {
  /** The name it is kept under. */
  form: string;
  /** It has been said, or waits to be sent. */
  done: () => void;
}

/**
 * Called while a component is made. about: which dialog, and about what; read: all that is filled in, as it stands;
 * put: takes what was filled in before.
 */
export function typed<T extends Body>(about: string, read: () => T, put: (held: T) => void): Kept {
  const officer = officerId();
  const form = `typed.${about}`;
  const blank = JSON.stringify(read());
  let said = "";
  const held = draftOf(officer, form);
  if (held) put({ ...read(), ...held.body });
  $effect(() => {
    const now = JSON.stringify(read());
    if (now === said) return;
    if (now === blank) dropDraft(officer, form);
    else keepDraft(officer, form, { id: "", channel: "", body: JSON.parse(now) as Body, kept: Date.now() });
  });
  return {
    form,
    done: () => {
      said = JSON.stringify(read());
      dropDraft(officer, form);
    },
  };
}
