/**
 * The keyboard. A letter alone goes somewhere, or opens what asks once more: none of them says anything to another
 * side. Letters are read by their place where the keyboard writes another script, so they work on every layout.
 */
import { pick } from "./pick.svelte";
import { prefs } from "./prefs.svelte";
import { router, type Route } from "./route.svelte";
import { session } from "./session.svelte";

export type Overlay = "none" | "palette" | "help" | "settings" | "tour";

class Keys {
  overlay = $state<Overlay>("none");
  /** What had the focus before, so that closing gives it back. */
  private before: HTMLElement | null = null;
  /** Typed for the palette before it stood there. */
  private early = "";

  open(overlay: Overlay): void {
    if (this.overlay === "none" && document.activeElement instanceof HTMLElement) this.before = document.activeElement;
    this.overlay = overlay;
    this.early = "";
  }
  /** Whoever presses Ctrl K types on at once: no letter of it goes elsewhere while the palette is fetched. */
  hold = (e: KeyboardEvent): void => {
    if (this.overlay !== "palette" || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
    if (e.key === "Escape") this.close();
    else if (e.key === "Backspace") this.early = this.early.slice(0, -1);
    else if ([...e.key].length === 1) this.early += e.key;
    else if (e.key !== "Enter") return;
    e.preventDefault();
    e.stopPropagation();
  };
  /** Once: what was typed so far. */
  typed(): string {
    const early = this.early;
    this.early = "";
    return early;
  }
  close(): void {
    this.overlay = "none";
    if (this.before?.isConnected) this.before.focus();
    this.before = null;
  }
}

export const keys = new Keys();

/** After "g": where that letter leads. */
export const GO: Readonly<Record<string, string>> = {
  h: "attention", r: "records", c: "clashes", g: "gaps", w: "watch", i: "links",
  a: "activities", u: "rules", p: "posts", o: "complaints", j: "joint", x: "texts", e: "events", l: "alerts",
  k: "contact", t: "hotline", s: "shift", m: "meetings", d: "agreements", y: "terms", b: "blind",
  f: "programmes", q: "requests", v: "statements", z: "officers", n: "audit",
};

const LISTS = new Set(["attention", "records", "clashes", "gaps", "watch", "links"]);

/** Whether the address can be gone to here: a list, or a desk that is switched on. */
export const offered = (path: string): boolean => LISTS.has(path) || session.desks.some((desk) => desk.id === path);
export const letterTo = (path: string): string | undefined => Object.keys(GO).find((letter) => GO[letter] === path);

/** What help is about: the name of the screen in front. */
export function screenOf(route: Route): string {
  if (!session.reads && route.open !== "links") return "steward";
  if (route.open === "desk") return route.id;
  if (route.open === "new" || route.open === "revise") return "form";
  return route.open === "none" ? route.list : route.open;
}

const FIRST = "main.open form [id^='f-'], main.open li > a";
const OPENS = 4_000;

/** Goes to a form, or to the choice of one, and puts the focus where there is something to type or choose. */
export function begin(path: string): void {
  router.go(path);
  const end = Date.now() + OPENS;
  const look = (): void => {
    const first = router.now.open === "new" ? document.querySelector<HTMLElement>(FIRST) : null;
    if (first) first.focus();
    else if (Date.now() < end) requestAnimationFrame(look);
  };
  setTimeout(look); // the address changes first
}

const FIELD = "input, select, textarea, [contenteditable]";
const WAIT = 1_500;
let since = 0;

/** The letter of a key, whatever the keyboard writes with it. */
export function letterOf(e: KeyboardEvent): string {
  if (/^[a-z]$/i.test(e.key)) return e.key.toLowerCase();
  return e.code.startsWith("Key") ? e.code.slice(3).toLowerCase() : "";
}

/** 1 to 9 of a key, in whatever figures; 0 for any other. */
export const figureOf = (e: KeyboardEvent): number => Number(/^(?:Digit|Numpad)([1-9])$/.exec(e.code)?.[1] ?? (/^[1-9]$/.test(e.key) ? e.key : 0));

/** Whether a key without Ctrl is a word of command now: not in a field, not behind a dialog, not switched off. */
export function commands(e: KeyboardEvent): boolean {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || !prefs.letters) return false;
  if (e.target instanceof HTMLElement && e.target.closest(FIELD)) return false;
  return !document.querySelector("dialog[open]");
}

const seen = (element: HTMLElement): boolean => element.checkVisibility();

/** What a list offers to the keyboard: its rows that lead somewhere, or the first link of each of its parts. */
function rowsIn(place: Element | null | undefined): HTMLElement[] {
  if (!(place instanceof HTMLElement) || !seen(place)) return [];
  const rows = [...place.querySelectorAll<HTMLElement>("a.row")].filter(seen);
  if (rows.length) return rows;
  const parts = [...place.querySelectorAll("article, tbody tr, li")];
  const first = parts.map((part) => part.querySelector<HTMLElement>("a[href], button")).filter((e) => e !== null);
  return [...new Set(first)].filter(seen);
}

/** The next row down (1) or up (-1) of the list that has the focus, else of the list in front. */
export function step(by: 1 | -1): void {
  const here = document.activeElement;
  const [open, side] = [document.querySelector("main.open"), document.querySelector("aside.side")];
  const places = [here?.matches("main") ? null : here?.closest("main, aside, section"), ...(router.now.open === "desk" ? [open, side] : [side, open])];
  const rows = places.map(rowsIn).find((found) => found.length) ?? [];
  const now = rows.findIndex((row) => row === here || row.contains(here));
  const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + by, 0), rows.length - 1);
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
}

function leave(): void {
  if (["new", "revise", "watch", "import"].includes(router.now.open) || pick.taker) return; // Escape there is the map's, and a form is not left by chance
  document.querySelector<HTMLElement>("main.open .head > a")?.click();
}

/** What a letter alone does; false where it does nothing. */
function act(letter: string): boolean {
  const path = Date.now() - since < WAIT ? GO[letter] : undefined;
  since = 0;
  if (path) {
    if (offered(path)) router.go(path);
    return true;
  }
  if (letter === "g") since = Date.now();
  else if (letter === "j" || letter === "k") step(letter === "j" ? 1 : -1);
  else if (letter === "n" && session.kinds.some((kind) => kind.writable)) begin("new");
  else return press(letter);
  return true;
}

/** What stands on the screen with that letter on it (data-key). */
function press(letter: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(`[data-key="${letter}"]`)].find(seen);
  found?.click();
  return found !== undefined;
}

/** The field that had the focus last: what was chosen in it may have gone from the screen with the choice. */
let last: Element | null = null;
addEventListener("focusin", (e) => (last = e.target instanceof Element ? e.target.closest(".field") : null));

/** From field to field of the form in front, past what only helps to fill them; after the last one its button. */
function along(by: 1 | -1): boolean {
  const form = document.querySelector<HTMLElement>("main.open form");
  if (!form) return false;
  const stops = [...form.querySelectorAll<HTMLElement>(".field, button[type=submit]")].filter(seen);
  const held = stops.findIndex((stop) => stop.contains(document.activeElement));
  const now = held < 0 ? stops.findIndex((stop) => stop === last) : held;
  const next = stops[Math.min(Math.max(now + by, 0), stops.length - 1)];
  const own = next?.querySelector<HTMLElement>("input:checked, input[id^='f-'], select[id^='f-'], textarea[id^='f-']");
  (own ?? next?.querySelector<HTMLElement>("input, select, textarea, button") ?? next)?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

/** Every key that no field and no dialog has taken. */
export function onKey(e: KeyboardEvent): void {
  if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && letterOf(e) === "k") {
    e.preventDefault();
    if (keys.overlay === "palette") keys.close();
    else if (!document.querySelector("dialog[open]")) keys.open("palette");
  } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && e.ctrlKey && !document.querySelector("dialog[open]")) {
    if (along(e.key === "ArrowDown" ? 1 : -1)) e.preventDefault();
  } else if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !document.querySelector("dialog[open]")) {
    document.querySelector<HTMLElement>("main.open form button[type=submit]")?.click();
  } else if (e.key === "F1" && !document.querySelector("dialog[open]")) {
    e.preventDefault();
    keys.open("help");
  } else if (!commands(e)) return;
  else if (e.key === "?" || e.key === "؟") keys.open("help");
  else if (e.key === "Escape") leave();
  else if (e.key === "/") search(e);
  else if (e.shiftKey) return;
  else if (act(letterOf(e))) e.preventDefault();
}

function search(e: KeyboardEvent): void {
  const field = [...document.querySelectorAll<HTMLElement>("input[type=search]")].find(seen);
  if (!field) return;
  e.preventDefault();
  field.focus();
}
