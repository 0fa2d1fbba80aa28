/** Standard texts as /api/forms tells them. */

export interface FormLine {
  name: string;
  label: string;
  type: string;
  list: string | null;
}

export interface StandardForm {
  form: string;
  word: string;
  title: string;
  kind: string | null;
  lines: FormLine[];
}

export interface Understood {
  form: string | null;
  fields: Record<string, unknown>;
  doubts: Record<string, string>;
  unsure: string[];
  rest: string[];
  kind: string | null;
  body: Record<string, unknown>;
}

export interface StandardText {
  form: string;
  lang: string;
  fields: Record<string, unknown>;
  exercise: boolean;
  text: string;
}

/** Kinds that have a text of their own, and the forms each can be read out in. */
export const FORMS_OF: Record<string, string[]> = {
  incident: ["increp", "salute"],
  activity: ["patrol"],
  handover_sheet: ["handover"],
};

/** Hands a page to the browser as a file. */
export function save(data: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(data);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
