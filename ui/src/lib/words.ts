/** The words of the screens, kept where the service worker finds them when there is no signal (sw.js). */
import { texts } from "./texts.svelte";

const WORDS = "seamline-words";

export async function keepWords(): Promise<void> {
  if (!("caches" in globalThis)) return; // browsers give it on loopback and under TLS
  const said = new Response(JSON.stringify(texts.catalogue), { headers: { "Content-Type": "application/json" } });
  const kept = await caches.open(WORDS);
  await kept.put(`./api/texts/${texts.lang}`, said);
}
