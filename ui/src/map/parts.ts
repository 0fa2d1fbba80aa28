/** What the map is made of, fetched in one breath: one after the other, a thin line would stand idle between them. */
import workerUrl from "virtual:map-worker";

/** Whether this browser can draw a map that lives. */
export const lives = (): boolean => document.createElement("canvas").getContext("webgl2") !== null;

/** Below so many bytes in a millisecond a living map takes longer to come than a reader waits (a tenth of it is its picture). */
const THIN = 100;
/** Of what is smaller the time says how far away the node is, and nothing of how wide the line. */
const LEAST = 4_000;

let narrow: boolean | null = null;

/** Whether what had come when this was first asked came slowly. What this machine kept says nothing. */
export function thin(): boolean {
  if (narrow === null) {
    const came = (performance.getEntriesByType("resource") as PerformanceResourceTiming[]).filter((one) => one.transferSize > LEAST);
    const sum = (what: "transferSize" | "duration"): number => came.reduce((all, one) => all + one[what], 0);
    narrow = came.length > 0 && sum("transferSize") < THIN * sum("duration");
  }
  return narrow;
}

let asked = false;

/** On a thin line what draws a picture comes first, and what draws the living map once that stands. */
export function parts(): Promise<typeof import("./MapPane.svelte")> {
  if (!asked) {
    asked = true;
    void import("./layers.svelte").then(({ layers }) => layers.known(), () => undefined);
    if (!lives() || thin()) void import("./Still.svelte").catch(() => undefined);
    else living();
  }
  return import("./MapPane.svelte");
}

/** What draws the living map. */
export function living(): void {
  void import("./chart").catch(() => undefined);
  void fetch(workerUrl).catch(() => undefined); // so that it is here when the map begins it
}
