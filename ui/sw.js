/**
 * Opens the screens where there is no signal. It keeps the page, its first parts and the words of one language; of
 * what was said it keeps nothing, and no answer of the API passes through it. Written out by worker.js at every build.
 */
const BUILD = "__BUILD__";
const FILES = __FILES__;
const SHELL = `seamline-${BUILD}`;
const WORDS = "seamline-words";
/** How long a weak signal is waited for before what is kept is shown, ms. */
const PATIENCE = 5_000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("seamline-") && name !== SHELL && name !== WORDS;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

const inTime = (asked) => Promise.race([asked, new Promise((_, late) => setTimeout(() => late(new Error("late")), PATIENCE))]);

/** The newest where there is a signal, else what is kept. */
async function page(request) {
  try {
    return await inTime(fetch(request));
  } catch (error) {
    const kept = await caches.match("./", { cacheName: SHELL });
    if (kept) return kept;
    throw error;
  }
}

/** Names hold a hash of what is in them: what is kept is what would come. */
async function part(request) {
  return (await caches.match(request, { cacheName: SHELL })) ?? fetch(request);
}

/** The page itself keeps them, as it has them already. */
async function words(request) {
  try {
    return await inTime(fetch(request));
  } catch (error) {
    const kept = await caches.match(request, { cacheName: WORDS, ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const here = new URL(self.registration.scope);
  if (request.method !== "GET" || address.origin !== here.origin) return;
  const path = address.pathname.slice(here.pathname.length);
  if (request.mode === "navigate" && !path.startsWith("api/")) event.respondWith(page(request));
  else if (path.startsWith("assets/")) event.respondWith(part(request));
  else if (path.startsWith("api/texts/")) event.respondWith(words(request));
});
