/**
 * What waits for a signal: reports, revisions and answers, sealed on this machine for their officer, sent in the order
 * they were written, each under the id or revision it had when it was typed, so that one sent twice is said once.
 */
import { post, Problem } from "./api";
import { draftOf, draftsHere, keepDraft, type Draft } from "./drafts";
import { live } from "./events.svelte";
import { ownId } from "./ids";
import { lockable, onShelf, seal, unlockedFor, unseal, type Sealed } from "./locker";
import { forgetPhotos, withPhotos, type Photo } from "./photo";
import { records } from "./records.svelte";
import { router } from "./route.svelte";
import { silent } from "./seat";
import { officerId, returned, session } from "./session.svelte";
import { officerKey, postSigned } from "./signing";
import type { Body, ProblemDocument, RecordItem } from "./types";

/** As POST /api/records takes it. */
export interface Report {
  id: string;
  kind: string;
  channel: string;
  lane: string;
  lang: string;
  body: Body;
  [more: string]: unknown;
}

/** What is said in one go, and how its officer comes back to it should it be refused. */
export interface Saying {
  report: Report;
  /** It is the next revision of the record that has that id, and stands at this one. */
  rev?: number;
  /** What it is about, where its own words do not say so. */
  about?: string;
  /** The name its draft is kept under, "" where nothing was typed; left out: the form of a new record. */
  form?: string;
}

export interface Waiting extends Saying {
  at: number;
  /** Where it was said, and what had been typed there. */
  back?: string;
  held?: Draft | null;
  /** What the node said when it was sent; it waits for its officer then, not for a signal. */
  refused: ProblemDocument | null;
}

interface Row extends Sealed {
  id: string;
  officer: string;
  at: number;
}

const AGAIN = 20_000;
const NAME = "seamline.outbox";

class Outbox {
  items = $state.raw<Waiting[]>([]);
  sending = $state("");
  /** The last that was sent reached nobody. */
  unheard = $state(false);
  private busy = false;

  /** Whether something can wait here at all: sealed, for its officer. */
  get can(): boolean {
    return lockable() && unlockedFor(officerId());
  }

  /** On disk when this returns. */
  async put(said: Saying): Promise<void> {
    const held = said.form ? draftOf(officerId(), said.form) : null;
    await this.keep({ ...said, held, back: location.hash.replace(/^#\/?/, ""), at: Date.now(), refused: null });
    this.unheard = true;
    await this.load();
  }

  /** Whether an answer to that record, or a revision of it, waits here. */
  holds(id: string): boolean {
    return this.items.some((one) => !one.refused && (one.report.body["of"] === id || (one.rev !== undefined && one.report.id === id)));
  }

  /** The revision of that record that waits here: who revises it again goes on from there, and the later one goes. */
  revisionOf(id: string): Draft | null {
    return this.items.find((one) => one.rev !== undefined && one.report.id === id)?.held ?? null;
  }

  /** What waits goes first; is anything left that has not gone? */
  async behind(): Promise<boolean> {
    await this.flush();
    return this.can && this.items.some((one) => !one.refused);
  }

  private async keep(one: Waiting): Promise<void> {
    const officer = officerId();
    const sealed = await seal(officer, new TextEncoder().encode(JSON.stringify(one)));
    await onShelf("waiting", "readwrite", (shelf) => shelf.put({ id: one.report.id, officer, at: one.at, ...sealed } satisfies Row));
  }

  async load(): Promise<void> {
    if (!this.can) return void (this.items = []);
    const officer = officerId();
    const rows = await onShelf<Row[]>("waiting", "readonly", (shelf) => shelf.getAll() as IDBRequest<Row[]>);
    const mine = rows.filter((row) => row.officer === officer).sort((a, b) => a.at - b.at || a.id.localeCompare(b.id));
    const found: Waiting[] = [];
    for (const row of mine) {
      const bytes = await unseal(officer, row);
      if (bytes) found.push(JSON.parse(new TextDecoder().decode(bytes)) as Waiting);
    }
    if (officer === officerId()) this.items = found;
  }

  /** Sends what waits, the oldest first; stops where there is no signal, and goes on where the node said no. */
  async flush(): Promise<void> {
    if (this.busy || !this.can || !this.items.some((one) => !one.refused)) return;
    this.busy = true;
    try {
      // Two tabs at once would only repeat each other.
      if (navigator.locks) await navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => (lock ? this.send() : undefined));
      else await this.send();
    } finally {
      this.busy = false;
      this.sending = "";
    }
  }

  private async send(): Promise<void> {
    await this.load();
    for (const one of this.items.filter((each) => !each.refused)) {
      this.sending = one.report.id;
      try {
        await this.go(one);
        this.unheard = false;
      } catch (error) {
        this.unheard = silent(error);
        if (!(error instanceof Problem) || silent(error) || error.status === 401 || error.status >= 500) return;
        await this.keep({ ...one, refused: error.document });
      }
      await this.load();
    }
  }

  private async go(one: Waiting): Promise<void> {
    const officer = officerId();
    const body = await withPhotos(one.report.body, officer);
    // Kept before it goes: should the answer be lost, the same bytes go again.
    const whole = { ...one, report: { ...one.report, body } };
    await this.keep(whole);
    await posted(whole, officer);
    await this.remove(one.report.id);
    await forgetPhotos(this.named());
    records.soon();
  }

  private async remove(id: string): Promise<void> {
    await onShelf("waiting", "readwrite", (shelf) => shelf.delete(id));
    this.items = this.items.filter((one) => one.report.id !== id);
  }

  /** Back to where it was said, with all that was typed; nothing is thrown away. */
  async open(one: Waiting): Promise<void> {
    const { id, kind, channel, body } = one.report;
    const seed = id.slice(-8);
    const [form, back] = one.form === undefined ? [`new.${kind}.${seed}`, `new/${kind}/${seed}`] : [one.form, one.back ?? ""];
    // Where something else was begun since, that is said first.
    const free = !draftOf(officerId(), form);
    if (form && free) keepDraft(officerId(), form, one.held ?? { id, channel, body, kept: Date.now() });
    if (free) await this.remove(id);
    router.go(back);
  }

  /** Photos that something here still names. */
  private named(): Set<string> {
    const bodies = [...this.items.map((one) => one.report.body), ...draftsHere().map((draft) => draft.body)];
    return new Set(bodies.flatMap((body) => ((body["photos"] as Photo[] | undefined) ?? []).map((photo) => photo.hash)));
  }

  /** Keeps trying while somebody is signed in; the end of it. */
  watch(): () => void {
    const go = (): void => void this.flush();
    const stop = live.on((event) => {
      if (event.name !== "connected" && event.name !== "ready") return;
      void (session.away ? returned() : Promise.resolve()).then(go, () => undefined);
    });
    addEventListener("online", go);
    const timer = setInterval(go, AGAIN);
    void this.load().then(() => forgetPhotos(this.named())).then(go);
    return () => {
      stop();
      removeEventListener("online", go);
      clearInterval(timer);
      this.items = [];
    };
  }
}

export const outbox = new Outbox();

/** A revision whose answer was lost is stale when it goes again: the node says whether it was this very one. */
async function posted({ report: said, rev }: Saying, officer: string): Promise<RecordItem> {
  if (rev === undefined) return postSigned<RecordItem>("records", said, officer);
  const path = `records/${encodeURIComponent(said.id)}/revise`;
  const sent = { rev, body: said.body, lang: said.lang };
  try {
    return await postSigned<RecordItem>(path, sent, officer);
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return post<RecordItem>(path, { ...sent, again: true });
    throw error;
  }
}

/** Says it: at the node when this returns its item; null where there was no signal and it waits here now. */
export async function say(one: Saying): Promise<RecordItem | null> {
  const officer = officerId();
  const { report: typed, rev } = one;
  const room = session.joint && !(await officerKey(officer));
  const id = rev === undefined ? await ownId(typed.id, typed.channel, room ? (session.node?.party ?? "") : session.own) : typed.id;
  const said = { ...one, report: { ...typed, id } };
  try {
    if (await outbox.behind()) throw new Problem(0, {});
    return await posted({ ...said, report: { ...said.report, body: await withPhotos(said.report.body, officer) } }, officer);
  } catch (error) {
    if (!silent(error) || !outbox.can) throw error;
    await outbox.put(said);
    return null;
  }
}
