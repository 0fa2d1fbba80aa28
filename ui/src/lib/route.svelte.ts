/** Where the reader is, in the address after "#": a link to a record can be kept or sent, and so can the time it was looked at. */

import { deskOf } from "../desks";

export interface Route {
  /** List at the side. */
  list: "records" | "clashes" | "gaps" | "attention";
  /** What is open beside it. */
  open: "none" | "record" | "new" | "revise" | "clash" | "gap" | "import" | "watch" | "links" | "desk" | "wall";
  id: string;
  /** What follows the name of a desk. */
  path: string[];
  /** What a form was begun from; "" for a blank one. */
  seed: string;
}

/** An officer starts where what needs him is. */
const HOME: Route = { list: "attention", open: "none", id: "", path: [], seed: "" };
/** Browsers refuse an address that changes with every pixel of a drag. */
const CALM = 250;

/** A record is opened beside the list it was chosen from. */
function parse(hash: string, beside: Route["list"]): Route {
  const path = hash.replace(/^#\/?/, "").split("?")[0] ?? "";
  const words = path.split("/").map(decodeURIComponent);
  const [head = "", id = "", more = "", seed = ""] = words;
  if (deskOf(head)) return { ...HOME, list: beside, open: "desk", id: head, path: words.slice(1) };
  if (head === "clashes") return { ...HOME, list: "clashes", open: id ? "clash" : "none", id };
  if (head === "gaps") return { ...HOME, list: "gaps", open: id ? "gap" : "none", id };
  if (head === "watch") return { ...HOME, list: "gaps", open: "watch" };
  if (head === "wall") return { ...HOME, open: "wall" };
  if (head === "links") return { ...HOME, list: beside, open: "links", id };
  if (head === "import") return { ...HOME, list: "records", open: "import" };
  if (head === "new") return { ...HOME, list: beside, open: "new", id, seed: more };
  if (head === "records" && id) return { ...HOME, list: beside, open: more === "revise" ? "revise" : "record", id, seed };
  return head === "records" ? { ...HOME, list: "records" } : HOME;
}

/** West, south, east, north in degrees that an address shows; null where it says nothing of it. */
function viewIn(hash: string): [number, number, number, number] | null {
  const found = (new URLSearchParams(hash.split("?")[1] ?? "").get("view") ?? "").split(",").map(Number);
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = found;
  return found.length === 4 && west < east && south < north && west >= -180 && east <= 180 && south >= -85 && north <= 85 ? [west, south, east, north] : null;
}
const knownIn = (hash: string): boolean => new URLSearchParams(hash.split("?")[1] ?? "").get("known") === "then";

/** The time an address names; null where it says nothing of it. */
const timeIn = (hash: string): string | null => new URLSearchParams(hash.split("?")[1] ?? "").get("time");

class Router {
  now = $state.raw<Route>(parse(location.hash, "records"));
  /** The time that lists and map look at, as written by `when.svelte.ts`; "" is any time. */
  time = $state(timeIn(location.hash) ?? "");
  /** Only what had been said by the time that is looked at. */
  known = $state(knownIn(location.hash));
  /** Ground that the address asked to see, until the map has gone there. */
  view = $state.raw(viewIn(location.hash));
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener("hashchange", () => this.arrive());
  }
  go(path: string): void {
    location.hash = `#/${path}`;
  }
  /** Looks at another time; no step of its own in the browser's history. */
  look(time: string): void {
    this.time = time;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), CALM);
  }

  /** Looks at things as they had been said by that time, or as they are known now. */
  knowing(then: boolean): void {
    this.known = then;
    this.write();
  }
  /** The address of what is seen now, for somebody else to open: place, time, and as known when. */
  shared(bounds: readonly number[] | null): string {
    const more = [...this.asked(), ...(bounds ? [`view=${bounds.map((n) => n.toFixed(4)).join(",")}`] : [])].join("&");
    const path = location.hash.split("?")[0] || "#/";
    return `${location.href.split("#")[0] ?? ""}${path}${more ? `?${more}` : ""}`;
  }

  /** Links within the page name no time: it stays as it is. Only signing out empties the address. */
  private arrive(): void {
    this.now = parse(location.hash, this.now.list);
    const time = timeIn(location.hash);
    clearTimeout(this.timer);
    this.view = viewIn(location.hash) ?? this.view;
    if (time !== null) [this.time, this.known] = [time, knownIn(location.hash)];
    else if (location.hash.length > 1) this.write();
    else [this.time, this.known] = ["", false];
  }

  private write(): void {
    const path = location.hash.split("?")[0] || "#/";
    const asked = this.asked().join("&");
    history.replaceState(history.state, "", asked ? `${path}?${asked}` : path);
  }

  private asked(): string[] {
    if (!this.time) return [];
    // As people would write it: a colon and a stroke need no code in an address.
    const time = encodeURIComponent(this.time).replaceAll("%3A", ":").replaceAll("%2F", "/");
    return [`time=${time}`, ...(this.known ? ["known=then"] : [])];
  }
}

export const router = new Router();
export const recordPath = (id: string): string => `#/records/${encodeURIComponent(id)}`;
