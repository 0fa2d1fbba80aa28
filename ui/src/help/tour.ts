/** Whether this machine has been shown round: only a demonstration offers it. */
import { session } from "../lib/session.svelte";

const HELD = "seamline.tour";

export const offersTour = (): boolean => session.node?.demo === true && localStorage.getItem(HELD) === null;
export const endTour = (): void => localStorage.setItem(HELD, "seen");
