/** Small wordings that several screens share. */
import { letters, members } from "./parties";
import { records } from "./records.svelte";
import { session } from "./session.svelte";
import { metres as digits } from "./units";
import { coded, figures, isolated, kindName, known, t } from "./texts.svelte";
import type { Near, RecordItem } from "./types";

/** "80 m", "12.4 km" in the reader's language. */
export function metres(m: number): string {
  const { value, unit } = digits(m);
  return t(`ui.unit.${unit}`, { n: figures(value) });
}

/** "3 km NE of Makhmour": the nearest named place, by its mapped name. */
export function near(place: Near): string {
  if (place.distance_m < 300) return place.name;
  return t("ui.near", { m: metres(place.distance_m), compass: t(`compass.${place.compass}`), place: place.name });
}

/** The coded type of a record, translated: "fire exchange" beside "incident". */
export function typeOf(item: Pick<RecordItem, "kind" | "body">): string {
  const code = item.body["type"];
  if (typeof code !== "string") return "";
  const list = session.kind(item.kind)?.fields.find((field) => field.name === "type")?.list;
  return known(`value.${item.kind}_type.${code}`) ?? coded(list ?? "type", code);
}

/** A record that another one names: its number and title where it is at hand, else the beginning of its id. */
export function referred(id: string): string {
  const found = records.items.find((r) => r.id === id);
  return found ? `${found.number} · ${found.title}` : id.slice(0, 8);
}

/** Who hands over or calls, and to whom; a code is written as its badge is. */
const pair = (from: unknown, to: unknown): string => isolated(`${letters(String(from))} → ${letters(String(to))}`);

/** What a party states of a post: the post by its name, then the state. */
function holdingTitle(body: RecordItem["body"]): string {
  const post = records.items.find((r) => r.id === body["post"])?.title;
  const state = coded("holding_state", String(body["status"]));
  return post ? `${isolated(post)} – ${state}` : state;
}

/** Of which milestones it tells, and what. */
function progressTitle(body: RecordItem["body"]): string {
  const lines = Array.isArray(body["progress"]) ? (body["progress"] as { no: string; status?: string }[]) : [];
  const told = lines.slice(0, 6).map((line) => `${isolated(line.no)} ${coded("progress", line.status ?? "under_way")}`);
  return [...told, ...(lines.length > 6 ? ["…"] : [])].join(t("ui.list.and"));
}

type Said = RecordItem["body"];
const code = (list: string, field: string) => (body: Said): string => coded(list, String(body[field]));

/** Kinds without a title of their own: what they say, in the reader's words. */
const SAYS: Readonly<Record<string, (body: Said) => string>> = {
  holding: holdingTitle,
  progress: progressTitle,
  handover: (body) => pair(body["giver"], body["taker"]),
  call: (body) => `${pair(body["caller"], body["called"])}: ${isolated(String(body["said"] ?? coded("call_outcome", String(body["outcome"]))))}`,
  standing: (body) => `${coded("role", String(body["role"] ?? "watch"))}: ${kindName(String(body["kind"]))} → ${isolated(members(String(body["to"])).map(letters).join(" + "))}`,
  answer: code("answer", "answer"),
  contact_answer: code("contact_answer", "answer"),
  contact_step: (body) => `${coded("contact_step", String(body["step"]))}: ${coded("step_said", String(body["said"]))}`,
  complaint_step: code("complaint_step", "step"),
  complaint_outcome: code("complaint_result", "result"),
  request_step: code("request_step", "step"),
};

/** A title a reader can hold on to, whatever the kind left blank. */
export function titleOf(item: Pick<RecordItem, "kind" | "title" | "body">): string {
  const says = SAYS[item.kind];
  if (says) return says(item.body);
  if (item.title && item.title !== item.kind) return item.title;
  return typeOf(item) || kindName(item.kind);
}

export function precedenceOf(item: Pick<RecordItem, "lane" | "body">): string {
  const said = item.body["precedence"];
  if (typeof said === "string") return said;
  return item.lane === "flash" ? "flash" : "routine";
}

export const isSynthetic = (item: Pick<RecordItem, "body">): boolean => item.body["synthetic"] === true;
export const isTear = (item: { mode?: string | null; body?: RecordItem["body"] }): boolean =>
  item.mode === "tear" || item.body?.["tear"] === true;

/** "640 B", "12 kB", "3.4 MB". */
export function bytes(n: number): string {
  const [value, unit] = n < 1000 ? [n, "b"] : n < 1_000_000 ? [n / 1000, "kb"] : [n / 1_000_000, "mb"];
  return t(`ui.bytes.${unit}`, { n: figures(value < 10 && unit !== "b" ? Math.round(value * 10) / 10 : Math.round(value)) });
}

/** How long something takes, in the largest unit that says enough. */
export function lasting(seconds: number): string {
  const s = Math.max(1, Math.round(seconds));
  if (s < 90) return t("ui.lasting.s", { n: figures(s) });
  if (s < 90 * 60) return t("ui.lasting.min", { n: figures(Math.round(s / 60)) });
  return s < 48 * 3600 ? t("ui.lasting.h", { n: figures(Math.round(s / 3600)) }) : t("ui.lasting.d", { n: figures(Math.round(s / 86400)) });
}
