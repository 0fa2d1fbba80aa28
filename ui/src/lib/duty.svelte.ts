/** What rings in a duty room: open contacts, and alerts that this room has not acknowledged. */
import { get, post } from "./api";
import { live } from "./events.svelte";
import { newId } from "./ids";
import { outbox, say } from "./outbox.svelte";
import { groupMgrs } from "./place";
import { pulse } from "./pulse";
import { officerId, session } from "./session.svelte";
import { officerKey, type Signature } from "./signing";
import { texts } from "./texts.svelte";
import type { Place, RecordItem, Told } from "./types";

export interface AskedParty {
  party: string;
  reached: number | null;
  due: number | null;
  overdue: boolean;
  answer: string | null;
  remarks: string;
  answered: number | null;
  closed: number | null;
}
export interface StepReply {
  party: string;
  said: string;
  at: number;
  call: string | null;
  remarks: string;
}
export interface Step {
  id: string;
  step: string;
  party: string;
  whom: string | null;
  at: number;
  call: string | null;
  remarks: string;
  replies: StepReply[];
}
export interface ContactTime {
  what: string;
  party: string;
  at: number;
  after_ms: number;
  step: string | null;
  waited_ms: number | null;
  late: boolean;
}
export interface Thread {
  contact: RecordItem;
  channels: string[];
  state: "open" | "closed" | "withdrawn";
  began: number;
  closed: number | null;
  parties: AskedParty[];
  others: { party: string; answer: string; at: number }[];
  steps: Step[];
  told: Told[];
  times: ContactTime[];
  mgrs: string;
  place: { name: string; distance_m: number; compass: string } | null;
}
export interface AlertTold extends Told {
  acknowledged: number | null;
  by: string | null;
  due: number | null;
  level: number | null;
}
export interface AlertItem {
  alert: RecordItem;
  told: AlertTold[];
  waits: boolean;
}

/** Entries after which something may ring, or ring no more. */
const RINGS = /^(contact|alert|acknowledgement|withdrawal)/;

class Duty {
  private asked = 0;
  private wide = 0;
  contacts = $state.raw<Thread[]>([]);
  alerts = $state.raw<AlertItem[]>([]);
  /** May he say at once that there is contact? */
  may = $state(false);
  /** The question "contact now?" that is on screen, by its number; 0: none. A new one stands for the one before. */
  asking = $state(0);
  open = $derived(this.contacts.filter((one) => one.state === "open"));
  /** An acknowledgement that waits for a signal was given here: it rings no more. */
  waiting = $derived(this.alerts.filter((one) => one.waits && !outbox.holds(one.alert.id)));
  /** Something here waits for this side: that is what sounds. */
  rings = $derived(this.open.some((one) => own(one)?.answer === null) || this.waiting.length > 0);

  ask(): void {
    this.asking = ++this.asked;
  }

  async load(): Promise<void> {
    try {
      const [contacts, alerts] = await Promise.all([
        get<{ items: Thread[]; may: boolean }>(this.wide ? "contacts" : "contacts?open=true"),
        get<{ items: AlertItem[] }>("alerts"),
      ]);
      [this.contacts, this.may, this.alerts] = [contacts.items, contacts.may, alerts.items];
    } catch {
      // The top bar says that the node is silent; what rang stays on screen.
    }
  }

  /** Those that are closed too, as long as somebody reads them: until the returned function is called. */
  all(): () => void {
    if (!this.wide++) void this.load();
    return () => void (this.wide -= 1);
  }

  /** Keeps it fresh while somebody is signed in; the end of it. */
  watch(): () => void {
    // An administrator alone reads nothing of what was said, so nothing of it is asked for.
    if (!session.reads) return () => undefined;
    const stop = live.on((event) => {
      if (event.name !== "record" || RINGS.test(String(event.data["kind"]))) void this.load();
    });
    const still = pulse(() => void this.load());
    void this.load();
    return () => {
      stop();
      still();
      [this.contacts, this.alerts] = [[], []];
    };
  }
}

export const duty = new Duty();

/** How one's own side stands on a contact. */
export const own = (one: Thread): AskedParty | undefined => one.parties.find((asked) => asked.party === session.own);

interface Drafts {
  id: string;
  at: number;
  signing: Record<string, string>;
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const toBase64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** Says one thing in every shared channel, signed in each with this officer's key where he has one here. */
export async function sayEverywhere(kind: string, body: Record<string, unknown>): Promise<{ items: RecordItem[] }> {
  const held = await officerKey(officerId());
  if (!held) return post("everywhere", { kind, body });
  const drafts = await post<Drafts>("everywhere/draft", { kind, body });
  const sigs: Record<string, Signature> = {};
  for (const [channel, bytes] of Object.entries(drafts.signing)) {
    const value = await crypto.subtle.sign({ name: "Ed25519" }, held.key, fromBase64(bytes));
    sigs[channel] = { key: held.fingerprint, value: toBase64(value) };
  }
  return post("everywhere", { kind, body, id: drafts.id, at: drafts.at, sigs });
}

/** Takes note of that very revision; it is no yes to anything. Null where there was no signal and it waits here. */
export function acknowledge(alert: RecordItem): Promise<RecordItem | null> {
  const body = { of: alert.id, hash: alert.hash };
  const report = { id: newId(), kind: "acknowledgement", channel: alert.channel, lane: alert.lane, lang: texts.lang, body };
  return say({ report, about: [alert.number, alert.title].filter(Boolean).join(" · "), form: "" });
}

export const synthetic = (body: RecordItem["body"]): Record<string, unknown> => (body["synthetic"] === true ? { synthetic: true } : {});
export const placeOfContact = (one: Thread): Place | undefined => one.contact.body["place"] as Place | undefined;
/** As its author gave it: no more digits than he knew. */
export const mgrsOfContact = (one: Thread): string => groupMgrs(placeOfContact(one)?.mgrs ?? one.mgrs);
