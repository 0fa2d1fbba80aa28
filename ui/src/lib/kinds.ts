/** Kinds that a form of their own begins, on their desk; not offered as something to say out of the blue. */
import { session } from "./session.svelte";
import type { KindInfo } from "./types";

const BEGUN_ELSEWHERE = new Set(["grade", "standing", "same_event", "common_account", "complaint_step", "request_step", "complaint_outcome", "joint_plan", "joint_report"]);

/** What this officer may say, in the order of the node. */
export const sayable = (): KindInfo[] => session.kinds.filter((kind) => kind.writable && !BEGUN_ELSEWHERE.has(kind.kind));
