/** What the palette can go to or do: drawn from the same lists as the screens, so nothing is offered that is not there. */
import { DESKS } from "../desks";
import { duty } from "../lib/duty.svelte";
import { kindIcon, type IconName } from "../lib/icons";
import { begin, keys, letterTo } from "../lib/keys.svelte";
import { sayable } from "../lib/kinds";
import { speak } from "../lib/own";
import { DIGITS, prefs, SIZES, THEMES } from "../lib/prefs.svelte";
import { router } from "../lib/route.svelte";
import { officerId, session, signOut } from "../lib/session.svelte";
import { kindName, LANG_NAMES, LANGS, t, texts } from "../lib/texts.svelte";
import { normalise } from "../lib/gazetteer.svelte";

export type Group = "record" | "place" | "go" | "new" | "do";

export interface Entry {
  id: string;
  group: Group;
  icon: IconName;
  label: string;
  /** Beside the label: a grid reference, a title. */
  more?: string;
  /** Keys that do the same without the palette. */
  keys?: string;
  run: () => void;
}

const LISTS: readonly [string, IconName, string][] = [
  ["attention", "warn", "ui.nav.home"], ["records", "list", "ui.nav.records"], ["clashes", "clash", "ui.nav.clashes"],
  ["gaps", "eye", "ui.nav.gaps"], ["watch", "watch", "ui.watch.title"],
];

function go(path: string, icon: IconName, label: string): Entry {
  const letter = letterTo(path);
  return { id: `go/${path}`, group: "go", icon, label, run: () => router.go(path), ...(letter ? { keys: `g ${letter}` } : {}) };
}

function ways(): Entry[] {
  const links = go("links", "link", t("ui.links.title"));
  if (!session.reads) return [links];
  const lists = LISTS.map(([path, icon, key]) => go(path, icon, t(key)));
  const desks = session.desks.map((desk) => go(desk.id, desk.icon, t(`ui.desk.${desk.id}`)));
  const pages = DESKS.filter((desk) => desk.always && !session.desks.includes(desk) && (desk.id !== "design" || session.node?.demo === true));
  return [...lists, ...desks, links, ...pages.map((desk) => go(desk.id, desk.icon, t(`ui.desk.${desk.id}`)))];
}

const sayings = (): Entry[] =>
  sayable().map(({ kind }) => ({
    id: `new/${kind}`, group: "new", icon: kindIcon(kind), label: t("ui.form.new", { kind: kindName(kind) }), run: () => begin(`new/${kind}`),
  }));

function deed(id: string, icon: IconName, label: string, run: () => void, by?: string): Entry {
  return { id, group: "do", icon, label, run, ...(by ? { keys: by } : {}) };
}

function deeds(): Entry[] {
  const found = [
    ...THEMES.filter((one) => one !== prefs.theme).map((one) => deed(`theme/${one}`, one === "day" ? "sun" : "moon", t(`ui.theme.${one}`), () => prefs.set(one))),
    ...LANGS.filter((one) => one !== texts.lang).map((one) => deed(`lang/${one}`, "texts", LANG_NAMES[one], () => void speak(one, officerId()))),
    ...SIZES.filter((one) => one !== prefs.size).map((one) => deed(`size/${one}`, "grade", t(`ui.size.${one}`), () => prefs.scale(one))),
    ...DIGITS.filter((one) => texts.rtl && one !== prefs.digits).map((one) => deed(`digits/${one}`, "grade", t(`ui.digits.${one}`), () => prefs.count(one))),
    deed("settings", "user", t("ui.settings.title"), () => keys.open("settings")),
    deed("help", "help", t("ui.help.title"), () => keys.open("help"), "?"),
    ...(session.node?.demo ? [deed("tour", "play", t("ui.tour.start"), () => keys.open("tour"))] : []),
    deed("out", "out", t("ui.sign_out"), () => void signOut()),
  ];
  if (sayable().length) found.unshift(deed("import", "import", t("ui.import.title"), () => router.go("import")));
  return duty.may ? [deed("contact", "warn", t("ui.contact.now"), () => duty.ask(), "Ctrl F9"), ...found] : found;
}

/** All that needs no asking at the node. */
export const standing = (): Entry[] => [...ways(), ...sayings(), ...deeds()];

/** Those whose words begin with each word typed, best first: a label that begins with it, then one that has it. */
export function matching(entries: readonly Entry[], typed: string): Entry[] {
  const wanted = normalise(typed);
  if (!wanted) return [...entries];
  const words = wanted.split(" ");
  const scored = entries.flatMap((entry): [number, Entry][] => {
    const label = normalise(`${entry.label} ${entry.id.replace("/", " ")}`);
    if (!words.every((word) => label.startsWith(word) || label.includes(` ${word}`))) return [];
    return [[label.startsWith(wanted) ? 0 : 1, entry]];
  });
  return scored.sort((a, b) => a[0] - b[0]).map(([, entry]) => entry);
}
