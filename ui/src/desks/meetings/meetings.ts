/** What the node says of meetings (GET /api/meetings), and the steps in which their texts are drafted. */
import { members } from "../../lib/parties";
import type { Part, Row } from "../../lib/parts";
import { records } from "../../lib/records.svelte";
import type { Body, RecordItem } from "../../lib/types";

export interface SeriesOf {
  record: RecordItem;
  meetings: RecordItem[];
  next: { venue: string | null; chair: string | null; open: number };
}

export interface OpenMatter {
  what: "taken_back" | "action" | "milestone";
  minutes: string | null;
  no: string;
  text: Record<string, string>;
  sides: string[];
  due: number | null;
  overdue: boolean;
  /** Of a milestone past its day: its programme, when it is expected, why not before, and what holds it up. */
  programme: string | null;
  step: string | null;
  expected: number | null;
  why: string[];
  said: string[];
  blocked_by: string[];
}

/** GET /api/series/{id}: each outcome with what came of it. */
export interface Followed {
  record: RecordItem;
  not_done: OpenMatter[];
  agreed: {
    meeting: RecordItem;
    minutes: RecordItem;
    outcomes: {
      no: string;
      outcome: string;
      text: Record<string, string>;
      owner: string | null;
      open: string[];
      actions: { no: string; side: string; text: Record<string, string>; due: number; open: boolean }[];
      since: { how: "reports" | "takes_up" | "awaits" | "about"; record: RecordItem }[];
    }[];
  }[];
}

export interface Suggested {
  what: string;
  about: string;
  title: string;
  by: string | null;
  channel: string;
}

export interface MeetingOf {
  record: RecordItem;
  series: RecordItem | null;
  delegations: { party: string; record: RecordItem }[];
  quorum: { needed: number; by: Record<string, number>; missing: string[] };
  notices: RecordItem[];
  attendance: RecordItem[];
  minutes: RecordItem[];
  opens_with: OpenMatter[];
  suggested: Suggested[];
}

interface Step {
  id: string;
  parts: Part[];
}

const langs = (name: string, long = false): Part => ({ name, type: "langs", long });

export const seriesSteps = (): Step[] => [
  {
    id: "series",
    parts: [
      { name: "name", type: "line" }, { name: "parties", type: "parties" }, { name: "tier", type: "ident" },
      { name: "chairs", type: "parties" }, { name: "every_days", type: "number" }, { name: "quorum", type: "number" },
    ],
  },
];

const others = (): NonNullable<Part["offers"]> =>
  records.items.filter((r) => r.kind === "meeting").map((r) => ({ value: r.id, label: `${r.number ?? ""} ${r.title}` }));

export const meetingSteps = (): Step[] => [
  {
    id: "meeting",
    parts: [
      { name: "name", type: "line" }, { name: "when", type: "window" }, { name: "venue", type: "line" },
      { name: "host", type: "party", must: true }, { name: "chair", type: "party", must: true }, { name: "quorum", type: "number" },
      { name: "status", type: "code", list: "meeting_status", values: ["called", "held", "cancelled"], must: true },
      { name: "escalated", type: "choice", offers: others() }, { name: "returned", type: "choice", offers: others() },
      { name: "remarks", type: "text", long: true },
    ],
  },
  { id: "agenda", parts: [{ name: "agenda", type: "list", of: [{ name: "no", type: "ident" }, { name: "by", type: "party" }, langs("title")] }] },
];

export const delegationSteps = (): Step[] => [
  { id: "delegation", parts: [{ name: "posts", type: "list", of: [{ name: "post", type: "line" }, { name: "head", type: "flag" }] }, { name: "remarks", type: "text", long: true }] },
];

export const noticeSteps = (): Step[] => [
  { id: "notice", parts: [{ name: "to", type: "party" }, { name: "arrive", type: "window" }, { name: "where", type: "line" }, { name: "text", type: "text", long: true }] },
];

/** open: what the meeting opened with, which an outcome may take up. */
export function minutesSteps(open: readonly OpenMatter[]): (body: Row) => Step[] {
  const offers = open
    .filter((one) => one.what === "taken_back")
    .map((one) => ({ value: `${one.minutes}/${one.no}`, label: `${one.no} ${Object.values(one.text)[0] ?? ""}` }));
  const action: Part = {
    name: "actions", type: "list",
    of: [{ name: "no", type: "ident" }, { name: "side", type: "party" }, langs("text"), { name: "due", type: "instant" }],
  };
  return () => [
    {
      id: "minutes",
      parts: [
        { name: "name", type: "line" }, { name: "languages", type: "codes", list: "lang", values: ["en", "ar", "ckb"] },
        { name: "prevails", type: "code", list: "lang", values: ["en", "ar", "ckb"] }, { name: "heads", type: "names" }, langs("text", true),
        { name: "correction", type: "text", long: true },
      ],
    },
    {
      id: "outcomes",
      parts: [
        {
          name: "outcomes", type: "list",
          of: [
            { name: "no", type: "ident" }, { name: "outcome", type: "code", values: ["decided", "taken_back", "not_agreed"], must: true },
            langs("text", true), { name: "owner", type: "party" }, { name: "answer_by", type: "dates" }, { name: "takes_up", type: "choice", offers }, action,
          ],
        },
      ],
    },
  ];
}

/** Minutes begun from the meeting: its sides, and one outcome for each item of the agenda, in whose words nobody is bound. */
export function blankMinutes(meeting: RecordItem, series: RecordItem | null): Body {
  const agenda = (meeting.body.agenda as { no: string; title: Record<string, string>; about?: string }[] | undefined) ?? [];
  return {
    name: meeting.title, meeting: meeting.id, parties: (series?.body.parties as string[] | undefined) ?? members(meeting.channel),
    languages: ["en", "ar", "ckb"],
    outcomes: agenda.length ? agenda.map((line) => ({ no: line.no, outcome: "not_agreed", text: line.title, ...(line.about ? { about: line.about } : {}) })) : [{ no: "1", outcome: "decided" }],
  };
}

/** A text in the reader's language, or in any. */
export const inLang = (said: Record<string, string> | undefined, lang: string): string =>
  said?.[lang] ?? Object.values(said ?? {})[0] ?? "—";
