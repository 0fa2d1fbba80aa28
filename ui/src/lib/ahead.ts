/** Parts of the page that are fetched apart from it: when they are first asked for, or once its officer reads what stands there. */
import { wantHelp } from "./texts.svelte";

export const PARTS = {
  opened: () => import("../screens/Opened.svelte"),
  palette: () => import("../palette/Palette.svelte"),
  help: () => import("../help/Help.svelte"),
  settings: () => import("../help/Settings.svelte"),
  tour: () => import("../help/Tour.svelte"),
  print: () => import("../components/PrintDialog.svelte"),
};

/**
 * Fetches all that opens over a screen, one after the other, so that a thin line stays free for what is asked for, and so
 * that it opens where there is no signal any more. What does not come now comes when it is asked for.
 */
export async function ahead(): Promise<void> {
  for (const part of Object.values(PARTS)) await part().catch(() => undefined);
  await wantHelp().catch(() => undefined);
}
