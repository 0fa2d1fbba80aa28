/** What the save button says: exactly who will be able to see it (two truths, DESIGN §8). */
import { letters, members } from "./parties";
import { session } from "./session.svelte";
import { t } from "./texts.svelte";

export function saveLabel(channel: string, revision: boolean): string {
  const readers = session.audience(channel).map(letters);
  if (members(channel).length <= 1) return t("ui.save.only", { party: readers[0] ?? "" });
  return t(revision ? "ui.save.revise" : "ui.save.release", { parties: readers.join(", ") });
}
