/** Public statements as /api/statements tells them, and the steps in which one is drafted. */
import { members } from "../../lib/parties";
import type { Part, Row } from "../../lib/parts";
import type { Body, RecordItem } from "../../lib/types";
import type { Difference } from "../agreed/agreed";

export interface Words {
  rev: number;
  hash: string;
  at: number;
  body: Body;
  endorsed: Record<string, number>;
  since: number | null;
  published: Record<string, number>;
}

export interface Correction {
  rev: number;
  since: number;
  until: number;
  why: Record<string, string>;
  body: Body;
  changes: Difference[];
}

export interface StatementOf {
  record: RecordItem;
  one_sided: boolean;
  stands: Words | null;
  revisions: Words[];
  corrections: Correction[];
  may_publish: boolean;
}

export interface Statements {
  items: StatementOf[];
  note: { text: string };
}

export const FORMS = ["txt", "html", "pdf"] as const;
const LANGS = ["en", "ar", "ckb"];

/** correcting: it takes the place of words that all have endorsed, and says what it corrects. */
export const stepsOf = (correcting: boolean) => (body: Row): { id: string; parts: Part[] }[] => [
  {
    id: "statement",
    parts: [
      { name: "name", type: "line" }, ...(correcting ? [] : [{ name: "parties", type: "parties" } satisfies Part]),
      { name: "languages", type: "codes", list: "lang", values: LANGS },
      { name: "prevails", type: "code", list: "lang", values: (body.languages as string[] | undefined) ?? LANGS }, { name: "dated", type: "instant" },
    ],
  },
  {
    id: "wording",
    parts: [
      { name: "title_said", type: "langs" }, { name: "text", type: "langs", long: true },
      ...(correcting ? [{ name: "correction", type: "langs", long: true } satisfies Part] : []),
    ],
  },
];

export const blankStatement = (channel: string): Body => ({ parties: members(channel), languages: LANGS });

/** What the next revision begins with: the words, and an empty place for what it corrects. */
export function nextOf(item: RecordItem): Body {
  const { correction: _, ...rest } = item.body;
  return rest;
}

/** A text in the reader's language, or in any. */
export const inLang = (said: unknown, lang: string): string => {
  const all = (said ?? {}) as Record<string, string>;
  return all[lang] ?? Object.values(all)[0] ?? "—";
};
