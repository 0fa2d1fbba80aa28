/** Who may sign in at this node, and what of it waits for another owner's administrator. */
import { get, post, request } from "./api";
import { session } from "./session.svelte";
import type { Lang } from "./types";

/** In the order of the coded list. */
export const ROLES = ["watch", "planner", "release", "signatory", "auditor", "administrator"] as const;

export interface Account {
  party: string;
  officer: string;
  roles: string[];
  lang: Lang;
  disabled: boolean;
  /** Whether it has one. */
  password: boolean;
}

/** What of a link is null stays as it is. */
export type Change =
  | { what: "add_account"; party: string; officer: string; roles: string[]; lang: Lang }
  | { what: "set_roles"; party: string; officer: string; roles: string[] }
  | { what: "set_disabled"; party: string; officer: string; disabled: boolean }
  | { what: "set_link"; peer: string; name: string; url: string | null; enabled: boolean } & Partial<Record<"part" | "blob", number | null> & Record<"dial" | "relay", boolean | null> & { via: string | null }>;

export interface Proposed {
  id: string;
  change: Change;
  /** Who proposed it, "isf/admin". */
  by: string;
  at: number;
  /** Owners whose administrator agrees so far. */
  agreed: string[];
  state: "waiting" | "done";
}

export const nameOf = (one: { party: string; officer: string }): string => `${one.party}/${one.officer}`;
export const isMe = (one: { party: string; officer: string }): boolean => one.party === session.own && one.officer === session.me?.officer;
const path = (one: Account): string => `accounts/${encodeURIComponent(one.party)}/${encodeURIComponent(one.officer)}`;

class Officers {
  accounts = $state.raw<Account[]>([]);
  waiting = $state.raw<Proposed[]>([]);
  loaded = $state(false);
  error = $state.raw<unknown>(null);

  async load(): Promise<void> {
    try {
      const [accounts, waiting] = await Promise.all([get<{ items: Account[] }>("accounts"), get<{ items: Proposed[] }>("proposals")]);
      [this.accounts, this.waiting, this.loaded, this.error] = [accounts.items, waiting.items, true, null];
    } catch (caught) {
      this.error = caught;
    }
  }
  find(party: string, officer: string): Account | undefined {
    return this.accounts.find((one) => one.party === party && one.officer === officer);
  }
}

export const officers = new Officers();

export const add = (body: { party: string; officer: string; roles: string[]; lang: Lang }): Promise<Proposed> => post("accounts", body);
export const setRoles = (one: Account, roles: string[]): Promise<Proposed> => post(`${path(one)}/roles`, { roles });
export const setDisabled = (one: Account, disabled: boolean): Promise<Proposed> => post(`${path(one)}/disabled`, { disabled });
export const setPassword = (one: Account, password: string): Promise<void> => post(`${path(one)}/password`, { password });
export const signOutAll = (one: Account): Promise<void> => post(`${path(one)}/sign-out`);
export const confirm = (id: string): Promise<Proposed> => post(`proposals/${encodeURIComponent(id)}/confirm`);
export const drop = (id: string): Promise<void> => request("DELETE", `proposals/${encodeURIComponent(id)}`);
