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
