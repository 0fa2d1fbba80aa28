/** The records on screen: one list for the panel and the map, kept fresh by live events. */
import { get, query } from "./api";
import { live } from "./events.svelte";
import { boundsOf, placeOf, touches, type Bounds } from "./place";
import { session } from "./session.svelte";
import type { RecordItem } from "./types";
import { when, windowOf } from "./when.svelte";

export interface Filter {
  kind: string;
  party: string;
  channel: string;
  q: string;
}

export const EMPTY: Filter = { kind: "", party: "", channel: "", q: "" };

/** Acts about records: told on the record's own page, never a line of the list. */
const ACTS = new Set([
  "contact_answer", "contact_step", "contact_close", "acknowledgement", "on_watch",
  "opened", "release", "withdrawal", "endorsement", "destruction", "anchor", "roster", "grade", "standing", "terms", "export",
  "same_event", "complaint_step", "progress", "request_step", "publication",
]);

/** The first page is what a screen shows without scrolling; the others follow. */
const FIRST = 8;
const PAGE = 500;
const MOST = 10_000;
/** As many ids as the node takes in one question. */
const MOST_ABOUT = 40;
/** What an event touched is asked for at once; all is asked for again after so long, and later the more there is. */
const AFRESH = 60_000;
const AFRESH_EACH = 60;
/** An event is followed at once, and a stream of them no oftener than this, ms. */
const SOON = 20;
const CALM = 250;
const FRESH = 20_000;
const ECHOES = [1_000, 3_000, 8_000];

interface Page {
  items: RecordItem[];
  next: string | null;
}

const keyOf = (item: RecordItem): string => `${item.channel} ${item.id}`;

function boxOf(item: RecordItem): Bounds | null {
  const place = placeOf(item.body);
  return place && boundsOf(place.geometry);
}

class Records {
  items = $state.raw<RecordItem[]>([]);
  filter = $state<Filter>({ ...EMPTY });
  loaded = $state(false);
  /** Only the first rows are here; the others are on their way. */
  partial = $state(false);
  failed = $state(false);
  more = $state(false);
  /** The list shows only what the map shows. */
  follow = $state(false);
  view = $state.raw<Bounds | null>(null);
  /** Ids that came in while the reader was here, until they have had their moment. */
  fresh = $state.raw<ReadonlySet<string>>(new Set());
  /** Counts every change at the node, so that an open page knows when to look again. */
  beat = $state(0);

  private seen = new Set<string>();
  /** As of when the node was asked. */
  private known: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private later: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;
  private followed = -Infinity;
  private arriving = false;
  private loading = false;
  private waiting: (() => void)[] = [];
  /** All that was found, by channel and id. */
  private held = new Map<string, RecordItem>();
  /** Ids that events named since; null: all is to be asked for. */
  private touched: Set<string> | null = new Set();
  /** There are more than the screen asks for at once: then the node is asked for the chosen time alone. */
  crowded = $state(false);
  private echoes: ReturnType<typeof setTimeout>[] = [];
  private early: { path: string; page: Promise<Page> } | null = null;

  /** Those of the time that is looked at: what the map draws. */
  timely = $derived(this.items.filter((item) => when.meets(windowOf(item))));

  /** What the panel lists. */
  shown = $derived(this.follow ? this.timely.filter((item) => this.inView(boxOf(item))) : this.timely);

  /** Whether the map shows that ground; where there is no map yet, nothing is left out. */
  inView(box: Bounds | null): boolean {
    return !this.view || (box !== null && touches(box, this.view));
  }

  /** Kinds that the list shows. */
  get kinds(): string[] {
    return session.kinds.map((k) => k.kind).filter((k) => !ACTS.has(k));
  }

  get filtered(): boolean {
    return Object.values(this.filter).some(Boolean) || when.choice.kind !== "any";
  }

  /** Asks for the first page before it is known for sure who sits here: on a thin line a turn is half a second. */
  ahead(): void {
    const path = this.question({ as_of: when.known, limit: FIRST });
    this.early = { path, page: get<Page>(path) };
    this.early.page.catch(() => undefined); // whoever takes it hears of it
  }

  /** Listens until the returned function is called. */
  watch(): () => void {
    return live.on((event) => {
      if (event.name === "link") return;
      const id = event.name === "record" ? event.data["id"] : null;
      if (typeof id === "string") this.about(id);
      else this.soon();
      if (id) this.stir();
    });
  }

  private about(id: string): void {
    this.touched?.add(id);
    this.again();
  }

  private again(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.followed = performance.now();
      void this.catchUp();
    }, Math.max(SOON, this.followed + CALM - performance.now()));
  }

  /** Receipts follow a record within moments, and bring no event of their own. */
  private stir(): void {
    this.beat += 1;
    for (const later of this.echoes) clearTimeout(later);
    this.echoes = ECHOES.map((ms) => setTimeout(() => (this.beat += 1), ms));
  }

  soon(): void {
    this.touched = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.load();
    }, CALM);
  }

  /** What events named, and what that refers to, in place of what is here of it; all, where that cannot be told apart. */
  private async catchUp(): Promise<void> {
    const { touched, turn } = this;
    if (this.loading) return this.again();
    const chosen = Object.values(this.filter).some(Boolean) || this.crowded || when.known !== null;
    if (!touched || !this.loaded || chosen || touched.size > MOST_ABOUT) return this.load();
    this.touched = new Set();
    try {
      const asked = query({ kind: this.kinds.join(","), about: [...touched].join(",") });
      const found = (await get<Page>(`records${asked}`)).items;
      if (turn !== this.turn) return this.soon();
      this.take(found);
      this.later ??= setTimeout(() => this.soon(), Math.max(AFRESH, AFRESH_EACH * this.held.size));
    } catch {
      this.soon();
    }
  }

  private take(found: readonly RecordItem[]): void {
    const old = this.held;
    this.held = new Map(found.filter((item) => !old.has(keyOf(item))).map((item) => [keyOf(item), item]));
    for (const [key, item] of old) this.held.set(key, item);
    for (const item of found) this.held.set(keyOf(item), item);
    this.show([...this.held.values()]);
  }

  private show(found: readonly RecordItem[]): void {
    const items = this.tidy(found);
    this.mark(items);
    this.partial = this.arriving;
    if (items.length !== this.items.length || items.some((item, i) => item !== this.items[i])) this.items = items;
    this.loaded = true;
    this.failed = false;
    for (const tell of this.waiting.splice(0)) tell();
  }

  /** Once the first rows are here. */
  begun(): Promise<void> {
    return new Promise((tell) => (this.loaded ? tell() : this.waiting.push(tell)));
  }

  /** The time looked at has changed: the node is asked again only where not all of it is here. */
  turned(): void {
    if (this.crowded || this.known !== when.known) this.soon();
  }

  reset(): void {
    this.items = [];
    this.held.clear();
    clearTimeout(this.later);
    this.loaded = this.partial = this.arriving = false;
    this.seen.clear();
    this.fresh = new Set();
    this.filter = { ...EMPTY };
  }

  async load(): Promise<void> {
    // The first rows are on their way: what else there is to ask is asked after them.
    if (this.loading && !this.loaded) return this.soon();
    const turn = ++this.turn;
    clearTimeout(this.later);
    this.later = undefined;
    this.touched = new Set();
    this.loading = true;
    try {
      const found = await this.fetchAll(turn);
      if (turn !== this.turn) return; // a later filter has overtaken this answer
      this.held = new Map(found.map((item) => [keyOf(item), item]));
      this.arriving = false;
      this.show(found);
    } catch {
      if (turn === this.turn) this.failed = true;
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }

  private async fetchAll(turn: number): Promise<RecordItem[]> {
    this.known = when.known;
    let found = this.crowded && when.span ? null : await this.pages({}, turn);
    this.crowded = found === null || this.more;
    if (this.crowded && when.span) found = await this.pages({ from: when.since, to: when.until }, turn);
    return found ?? [];
  }

  private question(more: Record<string, string | number | null | undefined>): string {
    return `records${query({ ...this.filter, kind: this.filter.kind || this.kinds.join(","), ...more })}`;
  }

  /** The answer that is on its way already, or a new one. */
  private page(path: string): Promise<Page> {
    const early = this.early;
    this.early = null;
    return early?.path === path ? early.page.catch(() => get<Page>(path)) : get<Page>(path);
  }

  private async pages(time: { from?: number | null; to?: number | null }, turn: number): Promise<RecordItem[]> {
    const found: RecordItem[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await this.page(this.question({ ...time, as_of: when.known, limit: found.length ? PAGE : FIRST, cursor }));
      if (turn !== this.turn) return found;
      found.push(...page.items);
      cursor = page.next;
      if (cursor && !this.loaded) {
        this.arriving = true;
        this.show(found);
      }
    } while (cursor && found.length < MOST);
    this.more = cursor !== null;
    return found;
  }

  /**
   * What was released shows once, as the record it came from, unless its channel is asked for; and so does what
   * says one thing in several channels under one id.
   */
  private tidy(found: readonly RecordItem[]): RecordItem[] {
    const { channel } = this.filter;
    if (channel) return found.filter((item) => item.channel === channel);
    const ids = new Set(found.map((item) => item.id));
    const shown = found.filter((item) => !ids.has(item.links?.source?.id ?? ""));
    return [...new Map(shown.map((item) => [item.id, item])).values()];
  }

  private mark(found: RecordItem[]): void {
    const tag = (item: RecordItem): string => `${item.id}.${item.rev}`;
    const fresh = new Set(this.fresh);
    // What follows the first rows of a list that is being opened is not new.
    if (this.loaded && !this.partial) {
      for (const item of found) {
        if (this.seen.has(tag(item))) continue;
        fresh.add(item.id);
        setTimeout(() => this.settle(item.id), FRESH);
      }
    }
    for (const item of found) this.seen.add(tag(item));
    this.fresh = fresh;
  }

  /** Also called when its page is opened. */
  settle(id: string): void {
    if (!this.fresh.has(id)) return;
    this.fresh = new Set([...this.fresh].filter((other) => other !== id));
  }
}

export const records = new Records();
