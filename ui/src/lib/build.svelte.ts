/** Which build this page is of, and whether the node serves another by now. */
import { live } from "./events.svelte";

const own = document.querySelector<HTMLMetaElement>("meta[name=build]")?.content ?? "";

const LOADED = "seamline.loaded";
/** A page that was loaded just now is of this build, or will be told soon enough, ms. */
const NEW = 5_000;

class Build {
  old = $state(false);
  private served = "";

  /** Asked whenever the node is heard again: an upgrade ends every connection. */
  private async ask(): Promise<void> {
    if (!own) return; // the development server builds nothing
    try {
      const reply = await fetch("./build.json", { cache: "no-store" });
      const { build } = (await reply.json()) as { build: string };
      if (!reply.ok || build === own) return;
      this.served = build;
      this.old = true;
    } catch {
      // Not heard after all; the next connection asks again.
    }
  }

  /** Loads the page anew, once for each build: what comes from before again would come for ever. */
  again(): void {
    if (sessionStorage.getItem(LOADED) === this.served) return;
    sessionStorage.setItem(LOADED, this.served);
    location.reload();
  }

  /** Until the returned function is called. */
  watch(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = live.on((event) => {
      if (event.name !== "connected" && event.name !== "ready") return;
      clearTimeout(timer);
      timer = setTimeout(() => void this.ask(), Math.max(0, NEW - performance.now()));
    });
    // A part of this page that the node has no more, or there is no signal.
    const lacking = (): void => void this.ask();
    addEventListener("vite:preloadError", lacking);
    return () => {
      stop();
      clearTimeout(timer);
      removeEventListener("vite:preloadError", lacking);
    };
  }
}

export const build = new Build();
