/** Structured texts (terms, agreements, minutes): what their editor asks for, and how their parts are called. */
import { fieldName, known } from "./texts.svelte";

export type PartType =
  | "ident" | "line" | "text" | "names" | "langs" | "number" | "instant" | "code" | "codes" | "party" | "parties"
  | "flag" | "list" | "choice" | "place" | "route" | "numbers" | "lists" | "window" | "dates" | "refs" | "spot";

export interface Part {
  name: string;
  type: PartType;
  /** Coded list of the labels, and the codes in it. */
  list?: string;
  values?: readonly string[];
  /** What a choice offers: what is saved, and how it reads. */
  offers?: readonly { value: string; label: string; also?: Record<string, unknown> }[];
  /** The parts of each in a list. */
  of?: readonly Part[];
  /** Longer than a line. */
  long?: boolean;
  must?: boolean;
}

export type Row = Record<string, unknown>;

/** A part's name in the reader's language. */
export const partName = (name: string): string => known(`ui.part.${name}`) ?? fieldName(name);

/** What is saved: nothing empty, at any depth. */
export function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy).filter((one) => !isNothing(one));
  if (typeof value === "object" && value !== null) {
    const kept = Object.entries(value).map(([name, one]) => [name, tidy(one)] as const);
    return Object.fromEntries(kept.filter(([, one]) => !isNothing(one)));
  }
  return value;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The next number of a list of numbered parts. */
export function nextNumber(rows: readonly Row[]): string {
  const taken = rows.map((row) => Number(row.no)).filter((n) => Number.isInteger(n));
  return String(Math.max(0, ...taken) + 1);
}
