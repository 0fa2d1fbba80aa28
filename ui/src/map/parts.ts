/** What the map is made of, fetched in one breath: one after the other, a thin line would stand idle between them. */
import workerUrl from "virtual:map-worker";

/** Whether this browser can draw a map that lives. */
export const lives = (): boolean => document.createElement("canvas").getContext("webgl2") !== null;

let asked = false;

export function parts(): Promise<typeof import("./MapPane.svelte")> {
  if (!asked && lives()) {
    asked = true;
    void import("./chart").catch(() => undefined);
    void fetch(workerUrl).catch(() => undefined); // so that it is here when the map begins it
  }
  return import("./MapPane.svelte");
}
