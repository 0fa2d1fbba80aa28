/** The first screen's bytes come first: on a thin line what is fetched for later would keep it waiting for half a minute. */
import { records } from "./records.svelte";

const LOOK = 500;

/** Once the records are there and nothing on screen says that it is still busy; a page that nobody signs in at never settles. */
export function settled(): Promise<void> {
  return new Promise((done) => {
    const timer = setInterval(() => {
      // The map follows the list where there is room for one: until it stands there, it is still to come.
      const map = document.querySelector("section.map");
      if (map?.clientWidth && !map.firstElementChild) return;
      if (!records.loaded || records.partial || document.querySelector("[aria-busy=true]")) return;
      clearInterval(timer);
      done();
    }, LOOK);
  });
}
