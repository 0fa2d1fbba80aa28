/** What the node says of a value, for the person who typed it. */
import { Problem } from "./api";
import { silent } from "./seat";
import { fieldName, figures } from "./texts.svelte";

/** "body.clauses[1].owners" as "Clauses 2, Owners" in the reader's language. */
export function pathName(path: string): string {
  const steps = path.replace(/^body\.?/, "").split(".").filter(Boolean);
  return steps.map((step) => {
    const [, name = "", rest = ""] = /^([^[]*)(.*)$/.exec(step) ?? [];
    const places = [...rest.matchAll(/\[(\d+)\]/g)].map((found) => figures(Number(found[1]) + 1));
    return [name && fieldName(name), ...places].filter(Boolean).join(" ");
  }).join(" › ");
}

/** What is wrong with that field, and where within it; null where nothing is. */
export function wrongWith(error: unknown, field: string): string | null {
  const said = error instanceof Problem ? error.about(field) : null;
  if (said === null || !(error instanceof Problem)) return null;
  const within = (error.document.field ?? "").replace(/^body\./, "").slice(field.length).replace(/^\./, "");
  return within ? `${pathName(within)}: ${said}` : said;
}

/** Of what it is: the field by its name and the value as it was sent; "" where no field is to blame. */
export function whatOf(error: unknown): { field: string; value: string } {
  const { field = "", value } = error instanceof Problem ? error.document : {};
  const shown = typeof value === "string" && value !== "None" ? value : "";
  return { field: field ? pathName(field) : "", value: shown };
}

/** Nobody answered: the node itself, or what stands before it. */
export const unanswered = (error: unknown): boolean => error instanceof Problem && (error.status === 0 || silent(error));
