/** The steps in which an agreement is drafted, clause by clause. */
import type { Part } from "../../lib/parts";
import { records } from "../../lib/records.svelte";

const STATED = ["in_negotiation", "agreed", "suspended", "lapsed"];

export function stepsOf(): { id: string; parts: Part[] }[] {
  const rules = records.items.filter((r) => r.kind === "rule");
  const offers = rules.map((r) => ({ value: r.id, label: `${r.number ?? ""} ${r.title}`, also: { rule_hash: r.hash } }));
  const shown = new Set(["incident", "activity", "joint_report", "common_account", "handover", "post_left", "minutes", "note"]);
  const evidence = records.items.filter((r) => shown.has(r.kind)).map((r) => ({ value: r.id, label: `${r.number ?? ""} ${r.title}` }));
  return [
    {
      id: "who",
      parts: [
        { name: "name", type: "line" }, { name: "parties", type: "parties" }, { name: "start", type: "instant" }, { name: "end", type: "instant" },
        { name: "prevails", type: "code", list: "lang", values: ["en", "ar", "ckb"] }, { name: "preamble", type: "langs", long: true },
        { name: "source", type: "line" }, { name: "remarks", type: "text", long: true },
      ],
    },
    {
      id: "clauses",
      parts: [
        {
          name: "clauses", type: "list",
          of: [
            { name: "no", type: "ident" }, { name: "title", type: "langs" }, { name: "text", type: "langs", long: true },
            { name: "stated", type: "code", list: "clause_state", values: STATED, must: true }, { name: "owners", type: "names" },
            { name: "start", type: "instant" }, { name: "end", type: "instant" }, { name: "renewal", type: "line" },
            { name: "rule", type: "choice", offers }, { name: "evidence", type: "refs", offers: evidence },
          ],
        },
      ],
    },
  ];
}

/** A clause's title in the reader's language, or in any. */
export function titleIn(said: unknown, lang: string): string {
  const titles = (said ?? {}) as Record<string, string>;
  return titles[lang] ?? Object.values(titles)[0] ?? "—";
}
