/** Sides told apart by letters, pattern and place; never by colour (law 8). */
import { known } from "./texts.svelte";

/** Six hatchings, readable in one ink at 14 px and from across a room. */
export const PATTERNS = ["rising", "dots", "cross", "upright", "level", "falling"] as const;
export type Pattern = (typeof PATTERNS)[number];

export const members = (channel: string): string[] => channel.split("+").filter(Boolean);

/** The letters a party goes by: its id, which both sides write alike. */
export const letters = (party: string): string => party.toUpperCase();

/** Its name in the reader's language where the terms give one. */
export const partyName = (party: string): string =>
  members(party).map((p) => known(`party.${p}`) ?? letters(p)).join(" + ");

/** A party's pattern: by its place in the alphabet among the parties of this centre, the same on every node. */
export function patternOf(party: string, all: readonly string[]): Pattern {
  const index = Math.max(0, all.indexOf(party));
  return PATTERNS[index % PATTERNS.length] ?? "rising";
}

/** The reader's own side first, the others as their ids sort. */
export function ownFirst(parties: readonly string[], own: string): string[] {
  return [...parties].sort((a, b) => Number(b === own) - Number(a === own) || a.localeCompare(b));
}
