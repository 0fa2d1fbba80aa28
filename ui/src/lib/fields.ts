/** Fields as the node describes them: what forms and pages are drawn from. */
import type { Body, FieldInfo, KindInfo } from "./types";

/** Name of a field's coded list, for value.<list>.<code>. */
export const listOf = (field: FieldInfo): string => field.list ?? field.name;
export const codesOf = (field: FieldInfo): string[] => field.values ?? [];

const SHOWN_ELSEWHERE = new Set(["tear", "synthetic"]);

/** Fields that hold something, in the kind's order; then what a newer node sent that we do not know. */
export function filled(kind: KindInfo | undefined, body: Body): FieldInfo[] {
  const fields = kind?.fields ?? [];
  const names = new Set(fields.map((f) => f.name));
  const strange = Object.keys(body).filter((name) => !names.has(name));
  const all = [...fields, ...strange.map((name) => ({ name, type: "raw", required: false }))];
  return all.filter((f) => !SHOWN_ELSEWHERE.has(f.name) && !isEmpty(body[f.name]));
}

/** The body with what it means where it says nothing: who signs it signs that too. */
export function meant(kind: KindInfo | undefined, body: Body): Body {
  const silent = (kind?.fields ?? []).filter((f) => !(f.name in body) && !isEmpty(f.default));
  return { ...Object.fromEntries(silent.map((f) => [f.name, f.default])), ...body };
}

/** What is not asked for beside another answer: kind → field → its code → the fields left out. */
const BESIDE: Record<string, Record<string, Record<string, string[]>>> = {
  request: { ask: { support: ["question"], information: ["support", "quantity"] } },
};

/** Fields a form asks for: what must be said first, the rest after it. body: what was answered so far. */
export function asked(kind: KindInfo, body: Body = {}): { must: FieldInfo[]; may: FieldInfo[] } {
  const left = Object.entries(BESIDE[kind.kind] ?? {}).flatMap(([field, codes]) => codes[String(body[field])] ?? []);
  // A hash names what was read; a desk puts it in, nobody types it.
  const open = kind.fields.filter((f) => !f.read_only && !SHOWN_ELSEWHERE.has(f.name) && f.type !== "raw" && f.name !== "hash" && (!left.includes(f.name) || !isEmpty(body[f.name])));
  const early = (f: FieldInfo): boolean => f.required || ["precedence", "mode", "weight", "support", "question"].includes(f.name);
  return { must: open.filter(early), may: open.filter((f) => !early(f)) };
}

/** What a coded field means when nobody chose: shown chosen, so that the officer sees what he says. */
const PRESETS: Record<string, string> = {
  precedence: "routine", asked: "nothing", activity_mode: "presence", activity_status: "planned", post_type: "post",
};

export function blank(kind: KindInfo, now: number): Body {
  const body: Body = {};
  for (const field of kind.fields) {
    const preset = PRESETS[listOf(field)];
    if (field.type === "code" && preset && codesOf(field).includes(preset)) body[field.name] = preset;
    if (kind.kind === "watch" && field.name === "weight") body[field.name] = 1;
    if (field.name === "occurred") body[field.name] = { start: now - (now % 300_000) - 600_000, end: now - (now % 300_000) };
  }
  return body;
}

export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every((v) => v === null || v === undefined || v === "");
}

/** The body as it is sent: nothing empty, nothing invented. */
export function trimmed(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, v]) => !isEmpty(v) && v !== false));
}
