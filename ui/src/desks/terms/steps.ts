/** The steps in which terms of reference are drafted. None of what is asked here is decided by the program. */
import { DESKS } from "../index";
import { codesOf, listOf } from "../../lib/fields";
import { members } from "../../lib/parties";
import type { Part, Row } from "../../lib/parts";
import { session } from "../../lib/session.svelte";
import { t } from "../../lib/texts.svelte";
import type { Body } from "../../lib/types";

const names = (name: string): Part => ({ name, type: "names" });
const id: Part = { name: "id", type: "ident" };

/** The coded lists that a room may shorten: those that reports and plans are written with. */
function shortenable(): Part[] {
  const fields = ["incident", "activity", "site", "post", "request"].flatMap((kind) => session.kind(kind)?.fields ?? []);
  const lists = new Map(fields.filter((f) => f.type === "code" && codesOf(f).length > 3).map((f) => [listOf(f), codesOf(f)]));
  return [...lists].map(([name, values]) => ({ name, type: "codes", list: name, values }));
}

/** The line, its stretches and places, each under each party's own name. */
function ground(lines: readonly string[]): Part[] {
  return [
    { name: "lines", type: "list", of: [id, names("names"), { name: "corridor_m", type: "number" }, { name: "geometry", type: "route" }] },
    {
      name: "stretches", type: "list",
      of: [id, { name: "line", type: "code", values: lines, list: "line_id" }, names("names"), { name: "from_m", type: "number" }, { name: "to_m", type: "number" }, names("undertakes")],
    },
    { name: "place_names", type: "list", of: [id, names("names")] },
    { name: "frame", type: "spot" },
  ];
}

/** How wide, about, the cell is to which a tear line widens a place (km of an H3 cell's edge). */
const KM: Record<number, string> = { 5: "8.5", 6: "3.2", 7: "1.2", 8: "0.46", 9: "0.17" };
const cells = (): NonNullable<Part["offers"]> =>
  Object.entries(KM).map(([n, km]) => ({ value: n, label: t("ui.terms.cell", { km }), also: { released_cell: Number(n) } }));

const LAYERS = ["line", "incidents", "governorates", "places"];

/** lines: of the draft, whose stretches name them. */
export function stepsOf(body: Row): { id: string; parts: Part[] }[] {
  const lines = ((body.lines as Row[] | undefined) ?? []).map((line) => String(line.id ?? ""));
  const tiers = ((body.tiers as Row[] | undefined) ?? []).map((tier) => String(tier.id ?? ""));
  const types = codesOf(session.kind("activity")?.fields.find((f) => f.name === "type") ?? { name: "", type: "", required: false });
  const channels = session.channels.filter((c) => members(c).length > 1);
  return [
    { id: "who", parts: [{ name: "name", type: "line" }, { name: "parties", type: "parties" }, { name: "facilitators", type: "parties" }, names("centre"), { name: "preamble", type: "text", long: true }] },
    { id: "ground", parts: ground(lines) },
    {
      id: "words",
      parts: [
        { name: "languages", type: "codes", list: "lang", values: ["en", "ar", "ckb"] },
        { name: "prevails", type: "code", list: "lang", values: ["en", "ar", "ckb"] },
        { name: "zone", type: "line" },
        { name: "lists", type: "lists", of: shortenable() },
      ],
    },
    {
      id: "meet",
      parts: [
        { name: "tiers", type: "list", of: [id, names("names"), { name: "above", type: "code", values: tiers, list: "tier_id" }, { name: "quorum", type: "number" }] },
        { name: "chair", type: "code", values: ["alternates", "host", "facilitator"] },
        { name: "venues", type: "list", of: [id, { name: "host", type: "party" }, names("names"), { name: "secure", type: "flag" }] },
      ],
    },
    {
      id: "share",
      parts: [
        { name: "channels", type: "codes", values: channels },
        { name: "released_cell", type: "choice", offers: cells() },
        { name: "buffers", type: "numbers", list: "activity_type", values: types },
        { name: "complaint_hours", type: "numbers", list: "complaint_hours", values: ["acknowledged", "team", "visit", "outcome", "measure", "closed"] },
        { name: "retention_days", type: "number" },
      ],
    },
    {
      id: "desks",
      parts: [
        { name: "desks", type: "codes", values: DESKS.filter((desk) => !desk.always && !desk.role).map((desk) => desk.id), list: "desk" },
        { name: "layers", type: "codes", values: [...new Set([...LAYERS, ...((body.layers as string[] | undefined) ?? [])])], list: "layer" },
      ],
    },
  ];
}

/** A blank draft for the members of a channel; every party is named, and who may be a facilitator is asked. */
export const blankTerms = (channel: string): Body => ({
  parties: members(channel), languages: ["en", "ar", "ckb"], zone: session.zone, released_cell: 7, desks: [], layers: [],
});
