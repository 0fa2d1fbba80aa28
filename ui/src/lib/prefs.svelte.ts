/** How this screen is set, on this machine: its light, its size, its figures, and whether one key acts. */

/** red: what eyes that are used to the dark can read and stay used to it. */
export const THEMES = ["day", "night", "red"] as const;
export const SIZES = ["compact", "normal", "large"] as const;
export const DIGITS = ["latin", "eastern"] as const;
export type Theme = (typeof THEMES)[number];
export type Size = (typeof SIZES)[number];
export type Digits = (typeof DIGITS)[number];

function held<T extends string>(name: string, all: readonly T[], otherwise: T): T {
  const found = localStorage.getItem(`seamline.${name}`) as T | null;
  return found !== null && all.includes(found) ? found : otherwise;
}

class Prefs {
  theme = $state<Theme>("day");
  size = $state<Size>("normal");
  /** Figures of Arabic and Sorani texts; grid references, date-time groups and numbers of records stay Latin. */
  digits = $state<Digits>("latin");
  /** Whether a letter alone acts (WCAG 2.2, 2.1.4: it can be switched off). */
  letters = $state(true);

  constructor() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    this.set(held("theme", THEMES, dark ? "night" : "day"), false);
    this.scale(held("size", SIZES, "normal"));
    this.digits = held("digits", DIGITS, "latin");
    this.press(held("letters", ["on", "off"], "on") === "on");
  }
  set(theme: Theme, keep = true): void {
    this.theme = theme;
    document.documentElement.dataset["theme"] = theme;
    if (keep) localStorage.setItem("seamline.theme", theme);
  }
  scale(size: Size): void {
    this.size = size;
    document.documentElement.dataset["size"] = size;
    localStorage.setItem("seamline.size", size);
  }
  count(digits: Digits): void {
    this.digits = digits;
    localStorage.setItem("seamline.digits", digits);
  }
  press(letters: boolean): void {
    this.letters = letters;
    document.documentElement.dataset["letters"] = letters ? "on" : "off";
    localStorage.setItem("seamline.letters", letters ? "on" : "off");
  }
  /** Day, night, red, and round again. */
  next(): Theme {
    return THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? "day";
  }
}

export const prefs = new Prefs();
