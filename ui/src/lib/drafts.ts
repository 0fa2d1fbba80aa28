/** What was typed and not yet saved: survives reload, crash and signing out, on this machine, per officer. */

const PREFIX = "seamline.draft.";

export interface Draft {
  id: string;
  channel: string;
  body: Record<string, unknown>;
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
