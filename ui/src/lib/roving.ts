/** One stop for Tab, arrows within it: rails, tabs and rows of buttons (ARIA's roving focus). */
import type { Attachment } from "svelte/attachments";

const STOPS = "a[href], button:not([disabled])";

/** axis: how the stops stand; along the line it turns with the direction of the text. */
export function roving(axis: "block" | "inline"): Attachment<HTMLElement> {
  return (node) => {
    const stops = (): HTMLElement[] => [...node.querySelectorAll<HTMLElement>(STOPS)];
    function stopAt(chosen: Element | undefined): void {
      for (const stop of stops()) stop.tabIndex = stop === chosen ? 0 : -1;
    }
    const current = (): HTMLElement | undefined => {
      const all = stops();
      return all.find((stop) => stop === document.activeElement) ?? all.find((stop) => /^(page|true)$/.test(stop.ariaCurrent ?? stop.ariaPressed ?? "")) ?? all[0];
    };
    function press(e: KeyboardEvent): void {
      const ahead = axis === "block" ? "ArrowDown" : getComputedStyle(node).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const back = axis === "block" ? "ArrowUp" : ahead === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
      const all = stops();
      const at = all.indexOf(document.activeElement as HTMLElement);
      const to = { [ahead]: at + 1, [back]: at - 1, Home: 0, End: all.length - 1 }[e.key];
      if (at < 0 || to === undefined) return;
      e.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    }
    const moved = (): void => stopAt(current());
    // Stops come and go with the terms, and the page that is current changes with the address.
    const watch = new MutationObserver(moved);
    watch.observe(node, { childList: true, subtree: true, attributeFilter: ["aria-current", "aria-pressed", "disabled"] });
    node.addEventListener("keydown", press);
    node.addEventListener("focusin", moved);
    moved();
    return () => {
      watch.disconnect();
      node.removeEventListener("keydown", press);
      node.removeEventListener("focusin", moved);
    };
  };
}
