/** The language of each officer at this machine: his own comes back with him. officer: "" while nobody is signed in. */
import { LANGS, texts, useLang } from "./texts.svelte";
import type { Lang } from "./types";

const held = (officer: string): string => `seamline.lang.${officer}`;

/** Turns the screen, and keeps it for whoever sits here. */
export async function speak(lang: Lang, officer: string): Promise<void> {
  await useLang(lang);
  if (officer) localStorage.setItem(held(officer), lang);
}

/** As this officer left it, if he was here before. */
export async function speakOwn(officer: string): Promise<void> {
  const own = localStorage.getItem(held(officer)) as Lang | null;
  if (own && LANGS.includes(own) && own !== texts.lang) await useLang(own);
}
