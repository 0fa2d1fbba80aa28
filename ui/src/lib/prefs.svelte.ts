/** How this screen is set, on this machine. */

export type Theme = "day" | "night";

class Prefs {
  theme = $state<Theme>("day");
  constructor() {
    const held = localStorage.getItem("seamline.theme");
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    this.set(held === "night" || (held !== "day" && dark) ? "night" : "day", false);
  }
  set(theme: Theme, keep = true): void {
    this.theme = theme;
    document.documentElement.dataset["theme"] = theme;
    if (keep) localStorage.setItem("seamline.theme", theme);
  }
}

export const prefs = new Prefs();
