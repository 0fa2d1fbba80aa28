/** Message catalogues, as seamline/texts has them: flat keys, {name} placeholders, CLDR plurals. */
import { get, Problem, speakIn } from "./api";
import { prefs } from "./prefs.svelte";
import type { Lang } from "./types";

export const LANGS: Lang[] = ["en", "ar", "ckb"];
export const LANG_NAMES: Record<Lang, string> = { en: "English", ar: "العربية", ckb: "کوردی" };

const HELP = "help.";
const HELD = "seamline.lang";

class Texts {
  lang = $state<Lang>("en");
  catalogue = $state.raw<Record<string, string>>({});
  /** The language in which help, glossary and tour have been fetched. */
  helped = $state<Lang | "">("");
  get rtl(): boolean {
    return this.lang !== "en";
  }
}

export const texts = new Texts();
speakIn(() => texts.lang);

export function preferredLang(): Lang {
  const held = localStorage.getItem(HELD);
  if (LANGS.includes(held as Lang)) return held as Lang;
  const wanted = navigator.languages.map((l) => l.split("-")[0]);
  if (wanted.includes("ckb") || wanted.includes("ku")) return "ckb";
  return wanted[0] === "ar" ? "ar" : "en";
}

/** Fetches the catalogue, then turns the page: never a screen half in one language, half in another. */
export async function useLang(lang: Lang): Promise<void> {
  const catalogue = await get<Record<string, string>>(`texts/${lang}?part=screens`);
  texts.catalogue = catalogue;
  texts.helped = "";
  texts.lang = lang;
  localStorage.setItem(HELD, lang);
  document.documentElement.lang = lang;
  document.documentElement.dir = texts.rtl ? "rtl" : "ltr";
}

/** Help, glossary and the rest that nobody needs before asking for it. */
export async function wantHelp(): Promise<void> {
  const lang = texts.lang;
  if (texts.helped === lang) return;
  const more = await get<Record<string, string>>(`texts/${lang}?part=help`);
  // Without a signal all that is kept is answered, and help may not be among it yet.
  if (!(`${HELP}attention` in more)) throw new Problem(0, {});
  if (texts.lang !== lang) return; // turned meanwhile: who asked for that asks again
  texts.catalogue = { ...texts.catalogue, ...more };
  texts.helped = lang;
}

/** A part of the page that comes with the words that are fetched late. */
export const worded = async <T>(part: Promise<T>): Promise<T> => (await Promise.all([part, wantHelp()]))[0];

/** Figures as the reader wants them: Eastern Arabic in a right-to-left text where he has chosen so. */
export function figures(said: string | number): string {
  const text = String(said);
  if (prefs.digits !== "eastern" || !texts.rtl) return text;
  return text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)));
}

/** Words that keep their own direction beside others. */
export const isolated = (text: string): string => `${FSI}${text}${PDI}`;

/** The same words without the marks of direction that `t` puts around what it fills in: no record may have them. */
export const unmarked = (text: string): string => text.replace(/[\u2068\u2069]/g, "");

export type Params = Record<string, string | number>;

// First strong isolate … pop isolate (UAX #9), by number: invisible letters have no place in source.
const FSI = String.fromCodePoint(0x2068);
const PDI = String.fromCodePoint(0x2069);

/** A parameter keeps its own direction inside a right-to-left sentence; a number has the reader's figures. */
function fill(message: string, params: Params): string {
  return message.replace(/\{([a-z_][a-z0-9_]*)\}/g, (whole, name: string) => {
    const given = params[name];
    if (given === undefined) return whole;
    const value = typeof given === "number" ? figures(given) : given;
    return texts.rtl ? `${FSI}${value}${PDI}` : String(value);
  });
}

/** The message in the reader's language; a missing one reads as its key, so it is found and added. */
export function t(key: string, params: Params = {}): string {
  return fill(texts.catalogue[key] ?? key, params);
}

/** The message, or null where the catalogue has none (names the terms may bring, codes of a newer node). */
export function known(key: string): string | null {
  return texts.catalogue[key] ?? null;
}

function form(n: number): string {
  if (texts.lang !== "ar") return n === 1 ? "one" : "other";
  if (n <= 2) return ["zero", "one", "two"][n] ?? "other";
  const tail = n % 100;
  if (tail >= 3 && tail <= 10) return "few";
  return tail >= 11 ? "many" : "other";
}

/** Counted message: `<key>.<CLDR form>`, else `<key>.other`. */
export function tn(key: string, n: number, params: Params = {}): string {
  const chosen = texts.catalogue[`${key}.${form(n)}`] ? `${key}.${form(n)}` : `${key}.other`;
  return t(chosen, { n, ...params });
}

/** A coded value in the reader's language; an unknown code from a newer node is shown raw. */
export function coded(list: string, code: string): string {
  return known(`value.${list}.${code}`) ?? code.replaceAll("_", " ");
}

export const kindName = (kind: string): string => known(`kind.${kind}`) ?? kind;
export const fieldName = (name: string): string => known(`field.${name}`) ?? name.replaceAll("_", " ");
