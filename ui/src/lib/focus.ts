/** Where the keyboard goes on: what had the focus may have left the screen, with its dialog or with the page. */

const nowhere = (): boolean => document.activeElement === null || document.activeElement === document.body;

/** Once the screen is drawn: back to where the focus came from, else to what is open. Whoever has it keeps it. */
export function giveBack(before: Element | null = null): void {
  setTimeout(() => {
    if (!nowhere() || document.querySelector("dialog[open]")) return;
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    const open = document.querySelector<HTMLElement>("main.open");
    if (!nowhere() || !open) return;
    open.tabIndex = -1;
    open.focus({ preventScroll: true });
  });
}
