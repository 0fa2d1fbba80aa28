/** What no event tells of (receipts, links, deadlines) is looked at again: oftener while somebody works here or something happens. */
import { live } from "./events.svelte";

const BUSY = 15_000;
const QUIET = 30_000;
const LULL = 60_000;

let stirred = performance.now();
const stir = (): void => void (stirred = performance.now());
addEventListener("pointerdown", stir, { capture: true, passive: true });
addEventListener("keydown", stir, { capture: true, passive: true });
live.on(stir);

/** Until the returned function is called. */
export function pulse(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let last = performance.now();
  const beat = (): void => {
    const now = performance.now();
    if (now - last >= (now - stirred < LULL ? BUSY : QUIET) - 100) {
      last = now;
      act();
    }
    timer = setTimeout(beat, BUSY);
  };
  timer = setTimeout(beat, BUSY);
  return () => clearTimeout(timer);
}
