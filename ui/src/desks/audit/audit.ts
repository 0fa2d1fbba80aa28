/** What the desk of audit shows, as the node tells it. */
import type { IconName } from "../../lib/icons";

export const FACES = ["done", "logs", "stated"] as const;
export type Face = (typeof FACES)[number];

export interface Deed {
  id: string;
  number: string | null;
  kind: string;
  title: string;
  rev: number;
  hash: string;
  channel: string;
  lane: string;
  party: string;
  node: string;
  by: string;
  at: number;
  received_at: number;
  attested: boolean;
  current: boolean;
  counts: boolean;
  about: { id: string; number: string | null; kind: string; title: string } | null;
  to: string | null;
}

export interface Deeds {
  items: Deed[];
  next: string | null;
}

export interface Log {
  node: string;
  name: string;
  here: boolean;
  channel: string;
  lane: string;
  size: number;
  root: string;
  signed: number;
  two: boolean;
  receipts: { reader: string; size: number; received_at: number }[];
}

export interface Fault {
  index: number | null;
  rule: string;
  message: string;
}

export interface CheckedLog extends Log {
  sound: boolean;
  faults: Fault[];
  fault_count: number;
  uncounted: Fault[];
  uncounted_count: number;
  destroyed: number[];
  destroyed_count: number;
  checked_at: number;
}

export interface Stated {
  party: string;
  no: number;
  at: number;
  what: string;
  name: string | null;
  title: string | null;
  roles: string[] | null;
  since: number | null;
  hash: string;
}

export interface Asking {
  by: string;
  kind: string;
  party: string;
  channel: string;
  from: number | undefined;
  to: number | undefined;
}

export const NOTHING: Asking = { by: "", kind: "", party: "", channel: "", from: undefined, to: undefined };

/** Those filters that are set, as the node takes them. */
export function said(asking: Asking): Record<string, string> {
  const given = Object.entries(asking).filter(([, value]) => value !== "" && value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value).trim()]));
}

export const logKey = (log: Log): string => `${log.node}/${log.channel}/${log.lane}`;

/** A hash as it is read out: groups of four. */
export const groups = (hex: string): string => hex.replace(/(.{4})(?=.)/g, "$1 ");

export const signOf = (log: CheckedLog): IconName => (log.sound ? "check" : "warn");
