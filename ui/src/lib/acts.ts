/** What this officer may do to a record: offered by the screen, decided by the node. */
import { members } from "./parties";
import { session } from "./session.svelte";
import type { RecordItem } from "./types";

export interface Acts {
  revise: boolean;
  release: boolean;
  withdraw: boolean;
  grade: boolean;
  endorse: boolean;
  witness: boolean;
  object: boolean;
}

/** Wider channels this record could go to by this officer's hand. */
export function releaseChannels(item: RecordItem): string[] {
  const allowed = session.kind(item.kind)?.channels ?? [];
  return session.channels.filter(
    (c) => c !== item.channel && members(c).length > 1 && members(c).includes(session.own) && allowed.includes(c),
  );
}

export function actsFor(item: RecordItem): Acts {
  const kind = session.kind(item.kind);
  const ours = item.party === session.own || item.party === session.node?.party;
  const live = item.state !== "withdrawn" && item.current;
  const source = item.links?.source ?? null;
  return {
    revise: ours && live && Boolean(kind?.channels?.includes(item.channel)) && source === null,
    release: ours && live && source === null && kind?.releasable !== false && releaseChannels(item).length > 0,
    withdraw: ours && live && session.has("release"),
    grade: item.kind === "incident" && gradeChannel() !== null,
    endorse: live && session.has("signatory") && awaits(item, session.own),
    witness: live && session.has("signatory") && witnesses(item, session.own),
    object: live && session.has("signatory") && awaits(item, session.own) && !objects(item, session.own),
  };
}

/** It is agreed by endorsement, and this party's is needed and not given. */
export function awaits(item: RecordItem, party: string): boolean {
  return Boolean(item.endorsed?.needed.includes(party) && !item.endorsed.by.includes(party));
}

/** It is agreed by others, and this party may say that it was there. */
function witnesses(item: RecordItem, party: string): boolean {
  const asked = item.endorsed;
  return Boolean(asked && members(item.channel).includes(party) && !asked.needed.includes(party) && !asked.witnesses?.includes(party));
}

const objects = (item: RecordItem, party: string): boolean => Boolean(item.endorsed?.objections?.some((o) => o.party === party));

/** A reader grades in his own channel; a joint node has none. */
export function gradeChannel(): string | null {
  const channels = session.kind("grade")?.channels ?? [];
  return channels.includes(session.own) ? session.own : null;
}

/**
 * Which roles of his own side may write that kind there (channel "" for anywhere), where he may not: the node's word.
 * None where he may himself, and of many an officer is told of the one that may everywhere.
 */
export function whoMay(kind: string, channel: string): readonly string[] {
  const known = session.kind(kind);
  if (!known || (channel ? known.puts?.includes(channel) : known.puts?.length)) return [];
  const asked = channel ? [known.others?.[channel] ?? []] : Object.values(known.others ?? {});
  return asked.reduce<readonly string[]>((all, roles) => [...all, ...roles.filter((role) => !all.includes(role))], []);
}

/** Where a record of one's own side would go by its release officer's hand; "" where it is out, or goes nowhere. */
export function widerFor(item: RecordItem): string {
  const mine = item.party === session.own && item.state !== "withdrawn" && item.current && members(item.channel).length === 1;
  if (!mine || session.kind(item.kind)?.releasable === false) return "";
  return session.channels.findLast((one) => members(one).length > 1 && members(one).includes(session.own)) ?? "";
}
