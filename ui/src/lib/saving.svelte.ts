/** A file that the node makes and logs, handed to the browser: whether it is under way, and what came of it. */
import { t } from "./texts.svelte";
import { hand, transfer } from "./transfer";

export class Saving {
  busy = $state(false);
  told = $state("");
  error = $state.raw<unknown>(null);

  async save(path: string, asked: unknown): Promise<void> {
    [this.busy, this.told, this.error] = [true, "", null];
    try {
      const reply = await transfer(path, JSON.stringify(asked), () => undefined);
      hand(reply.data, reply.name);
      this.told = t("ui.export.saved", { name: reply.name, n: reply.entries });
    } catch (caught) {
      this.error = caught;
    } finally {
      this.busy = false;
    }
  }
}
