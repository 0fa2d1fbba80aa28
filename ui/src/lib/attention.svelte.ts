/** What waits for this officer, most urgent first. */
import { get } from "./api";
import { clashes, clashId } from "./clashes.svelte";
import { gaps } from "./gaps.svelte";
import { recordPath } from "./route.svelte";
import type { Due } from "./types";

class Attention {
  items = $state.raw<Due[]>([]);
  /** How much of each waits, also of what is not listed. */
  counts = $state.raw<Record<string, number>>({});
  more = $state(false);
  total = $derived(Object.values(this.counts).reduce((sum, n) => sum + n, 0));
  note = $state("");
  loaded = $state(false);

  async load(): Promise<void> {
    try {
      const reply = await get<{ items: Due[]; counts: Record<string, number>; more: boolean; note: { text: string } }>("attention");
      [this.items, this.counts, this.more] = [reply.items, reply.counts, reply.more];
      this.note = reply.note.text;
      this.loaded = true;
    } catch {
      // The top bar says that the node is silent; the last answer stays on screen.
    }
  }
}

export const attention = new Attention();

/** Where something is done about it; undefined where that is not on a screen. */
export function pathOf(item: Due): string | undefined {
  const id = item.record?.id;
  if (item.what === "contact") return `#/contact/${id ?? ""}`;
  if (item.what === "unacknowledged") return `#/alerts/${id ?? ""}`;
  if (item.what === "test_alert_due") return "#/alerts";
  if (item.what === "clash") {
    const clash = clashes.items.find((c) => c.a.id === id && c.start === item.due);
    return clash ? `#/clashes/${encodeURIComponent(clashId(clash))}` : "#/clashes";
  }
  if (item.what === "gap") {
    const gap = gaps.items.find((g) => g.watch.id === id && g.start === item.due);
    return gap ? `#/gaps/${encodeURIComponent(gap.id)}` : "#/gaps";
  }
  if (["answer_due", "changed_since", "unanswered", "unclosed"].includes(item.what)) return `#/activities/${encodeURIComponent(id ?? "")}`;
  if (item.what === "milestone_late" || item.what === "milestone_due") return `#/programmes/${encodeURIComponent(id ?? "")}`;
  if (item.what === "complaint_due") return `#/complaints/${encodeURIComponent(id ?? "")}`;
  if (item.what.startsWith("request_")) return `#/requests/${encodeURIComponent(id ?? "")}`;
  if (item.what === "publication_due") return `#/statements/${encodeURIComponent(id ?? "")}`;
  if (["post_reserved", "handover_due"].includes(item.what)) return `#/posts/${encodeURIComponent(id ?? "")}`;
  if (["blind_consent", "blind_found"].includes(item.what)) return `#/blind/${encodeURIComponent(id ?? "")}`;
  const run = item.what === "blind_asked" ? item.record?.body["run"] : undefined;
  if (typeof run === "string") return `#/blind/${encodeURIComponent(run)}`;
  const post = item.what === "post_left" ? item.record?.body["post"] : undefined;
  if (typeof post === "string") return `#/posts/${encodeURIComponent(post)}`;
  return id ? recordPath(id) : undefined;
}
