/** Who sits here, at which node, and what he may do. */
import { switchedOn, type Desk } from "../desks";
import { get, post, Problem, whenSignedOut } from "./api";
import { members, ownFirst, patternOf, type Pattern } from "./parties";
import { speakOwn } from "./own";
import { finishLeaving, leave, rise, silent, sit, sitting } from "./seat";
import { keepOfficerKey } from "./signing";
import type { KindInfo, Me, NodeInfo } from "./types";

type Phase = "starting" | "unreachable" | "signed-out" | "signed-in";

const READERS = ["watch", "planner", "release", "signatory", "auditor"];

class Session {
  phase = $state<Phase>("starting");
  node = $state.raw<NodeInfo | null>(null);
  me = $state.raw<Me | null>(null);
  kinds = $state.raw<KindInfo[]>([]);
  /** Opened where the node could not be asked, and not asked since. */
  away = $state(false);
  parties = $derived(knownParties(this.node));

  get zone(): string {
    return this.node?.zone ?? "UTC";
  }
  get own(): string {
    return this.me?.party ?? "";
  }
  /** A joint node holds nothing private: saving there is releasing. */
  get joint(): boolean {
    return (this.node?.owners.length ?? 1) > 1;
  }
  has(role: string): boolean {
    return this.me?.roles.includes(role) ?? false;
  }
  /** An administrator alone reads nothing of what was said (DESIGN §8), so nothing of it is asked for. */
  get reads(): boolean {
    return READERS.some((role) => this.has(role));
  }
  /** The ways from the rail: what the terms switch on, and what comes with his roles. */
  get desks(): readonly Desk[] {
    return switchedOn(this.node?.desks ?? [], this.me?.roles ?? []);
  }
  pattern(party: string): Pattern {
    return patternOf(party, this.parties);
  }
  kind(name: string): KindInfo | undefined {
    return this.kinds.find((k) => k.kind === name);
  }
  /** Channels of this node, the reader's own narrow one first, then by width. */
  get channels(): string[] {
    const all = this.node?.channels ?? [];
    return [...all].sort((a, b) => members(a).length - members(b).length || a.localeCompare(b));
  }
  audience(channel: string): string[] {
    return ownFirst(members(channel), this.own);
  }
}

function knownParties(node: NodeInfo | null): string[] {
  if (!node) return [];
  return [...new Set([...node.owners, ...node.channels.flatMap(members)])].sort();
}

export const session = new Session();

function rows<T>(reply: { items: T[] } | T[]): T[] {
  return Array.isArray(reply) ? reply : reply.items;
}

/** known: told of who sat here when this page was left, before the node says whether he still does. */
export async function start(known: () => void): Promise<void> {
  whenSignedOut(() => {
    session.phase = "signed-out";
    void rise();
  });
  try {
    await finishLeaving();
    if (await reenter(known)) return;
    session.node = await get<NodeInfo>("node");
  } catch (error) {
    if (silent(error) && (await resume())) return;
    throw error;
  }
  if (!localStorage.getItem(seat())) {
    session.phase = "signed-out"; // nobody has sat here: asking who he is would only be refused
    return;
  }
  try {
    await enter();
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 403)) throw error;
    session.phase = "signed-out";
  }
}

/** Who sat here when this page was left is asked who he is together with all that his screen is drawn from. */
async function reenter(known: () => void): Promise<boolean> {
  const kept = sitting();
  session.node = kept?.node ?? null;
  if (!kept || !localStorage.getItem(seat())) return false;
  try {
    [session.me, session.kinds] = [kept.me, kept.kinds];
    if (session.reads) known();
    await enter();
    return true;
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 401 && error.status !== 403)) throw error;
    session.me = null;
    return false; // his session is over: the node says so again, and what a stranger may see of it
  }
}

/** Where the node cannot be asked, whoever sits here goes on with what is known of him. */
async function resume(): Promise<boolean> {
  const kept = sitting();
  if (!kept) return false;
  [session.node, session.me, session.kinds, session.away] = [kept.node, kept.me, kept.kinds, true];
  await sit(officerId(), kept);
  session.phase = "signed-in";
  return true;
}

/** The node is heard again: who sits here is asked of it. */
export async function returned(): Promise<void> {
  if (session.away) await enter();
}

/** Marks that this browser holds a session (the cookie itself is out of reach of scripts). */
const seat = (): string => `seamline.seat.${session.node?.name}`;

async function enter(): Promise<void> {
  const [me, node, kinds] = await Promise.all([get<Me>("me"), get<NodeInfo>("node"), get<{ items: KindInfo[] }>("kinds")]);
  [session.me, session.node, session.kinds] = [me, node, rows(kinds)];
  await sit(officerId(), { node: session.node, me: session.me, kinds: session.kinds });
  session.away = false;
  await speakOwn(officerId());
  session.phase = "signed-in";
}

interface Opened {
  officer_key?: string;
}

export async function signIn(officer: string, password: string): Promise<void> {
  await settle(await post<Opened | undefined>("session", { officer, password }));
}

export async function signInAs(role: string): Promise<void> {
  await settle(await post<Opened | undefined>("session/demo", { role }));
}

async function settle(reply: Opened | undefined): Promise<void> {
  await enter();
  localStorage.setItem(seat(), "1");
  if (reply?.officer_key && session.me) await keepOfficerKey(officerId(), reply.officer_key);
}

export const officerId = (): string => `${session.node?.name}/${session.me?.party}/${session.me?.officer}`;

export async function signOut(): Promise<void> {
  await leave();
  localStorage.removeItem(seat());
  session.me = null;
  session.phase = "signed-out";
  location.hash = "";
  await rise();
}
