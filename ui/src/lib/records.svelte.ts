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

const PAGE = 200;
const MOST = 1000;
const CALM = 150;
const FRESH = 20_000;
const ECHOES = [1_000, 3_000, 8_000];

interface Page {
  items: RecordItem[];
  next: string | null;
}

function boxOf(item: RecordItem): Bounds | null {
  const place = placeOf(item.body);
  return place && boundsOf(place.geometry);
}

class Records {
  items = $state.raw<RecordItem[]>([]);
  filter = $state<Filter>({ ...EMPTY });
  loaded = $state(false);
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
  private turn = 0;
  /** There are more than the screen asks for at once: then the node is asked for the chosen time alone. */
  crowded = $state(false);
  private echoes: ReturnType<typeof setTimeout>[] = [];

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

  /** Listens until the returned function is called. */
  watch(): () => void {
    return live.on((event) => {
      this.soon();
      if (event.name !== "connected") this.stir();
    });
  }

  /** Receipts follow a record within moments, and bring no event of their own. */
  private stir(): void {
    this.beat += 1;
    for (const later of this.echoes) clearTimeout(later);
    this.echoes = ECHOES.map((ms) => setTimeout(() => (this.beat += 1), ms));
  }

  soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), CALM);
  }

  /** The time looked at has changed: the node is asked again only where not all of it is here. */
  turned(): void {
    if (this.crowded || this.known !== when.known) this.soon();
  }

  reset(): void {
    this.items = [];
    this.loaded = false;
    this.seen.clear();
    this.fresh = new Set();
    this.filter = { ...EMPTY };
  }

  async load(): Promise<void> {
    const turn = ++this.turn;
    try {
      const found = await this.fetchAll();
      if (turn !== this.turn) return; // a later filter has overtaken this answer
      this.mark(found);
      this.items = found;
      this.loaded = true;
      this.failed = false;
    } catch {
      if (turn === this.turn) this.failed = true;
    }
  }

  private async fetchAll(): Promise<RecordItem[]> {
    this.known = when.known;
    let found = this.crowded && when.span ? null : await this.pages({});
    this.crowded = found === null || this.more;
    if (this.crowded && when.span) found = await this.pages({ from: when.since, to: when.until });
    return this.tidy(found ?? []);
  }

  private async pages(time: { from?: number | null; to?: number | null }): Promise<RecordItem[]> {
    const found: RecordItem[] = [];
    let cursor: string | null = null;
    do {
      const asked: string = query({ ...this.filter, kind: this.filter.kind || this.kinds.join(","), ...time, as_of: when.known, limit: PAGE, cursor });
      const page: Page = await get<Page>(`records${asked}`);
      found.push(...page.items);
      cursor = page.next;
    } while (cursor && found.length < MOST);
    this.more = cursor !== null;
    return found;
  }

  /**
   * What was released shows once, as the record it came from, unless its channel is asked for; and so does what
   * says one thing in several channels under one id.
   */
  private tidy(found: RecordItem[]): RecordItem[] {
    const { channel } = this.filter;
    if (channel) return found.filter((item) => item.channel === channel);
    const ids = new Set(found.map((item) => item.id));
    const shown = found.filter((item) => !ids.has(item.links?.source?.id ?? ""));
    return [...new Map(shown.map((item) => [item.id, item])).values()];
  }

  private mark(found: RecordItem[]): void {
    const tag = (item: RecordItem): string => `${item.id}.${item.rev}`;
    const fresh = new Set(this.fresh);
    if (this.loaded) {
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
