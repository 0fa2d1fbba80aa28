/** The desks beside the picture, in the order of the rail. A screen is loaded when it is first opened. */
import type { Component } from "svelte";
import type { IconName } from "../lib/icons";
import { worded } from "../lib/texts.svelte";

export interface Desk {
  /** First word of its address, and its name in the catalogue: `ui.desk.<id>`. */
  id: string;
  icon: IconName;
  /** "page" takes all the room, "beside" stands beside the map. */
  layout: "page" | "beside";
  /** In the rail of officers of this role alone, whatever the terms switch on. */
  role?: string;
  /** No terms switch it on or off: whoever reads finds it by the palette. */
  always?: true;
  screen: () => Promise<{ default: Component<{ path: string[] }> }>;
}

export const DESKS: readonly Desk[] = [
  { id: "activities", icon: "activity", layout: "beside", screen: () => import("./Activities.svelte") },
  { id: "rules", icon: "rules", layout: "page", screen: () => import("./Rules.svelte") },
  { id: "posts", icon: "post", layout: "beside", screen: () => import("./Posts.svelte") },
  { id: "complaints", icon: "complaints", layout: "page", screen: () => import("./Complaints.svelte") },
  { id: "joint", icon: "joint", layout: "page", screen: () => import("./Joint.svelte") },
  { id: "texts", icon: "texts", layout: "page", screen: () => import("./Texts.svelte") },
  { id: "events", icon: "events", layout: "page", screen: () => import("./Events.svelte") },
  { id: "alerts", icon: "alerts", layout: "page", screen: () => import("./Alerts.svelte") },
  { id: "contact", icon: "contact", layout: "page", screen: () => import("./Contact.svelte") },
  { id: "hotline", icon: "hotline", layout: "page", screen: () => import("./Hotline.svelte") },
  { id: "shift", icon: "shift", layout: "page", screen: () => import("./Shift.svelte") },
  { id: "meetings", icon: "meetings", layout: "page", screen: () => import("./Meetings.svelte") },
  { id: "agreements", icon: "agreements", layout: "page", screen: () => import("./Agreements.svelte") },
  { id: "requests", icon: "requests", layout: "page", screen: () => import("./Requests.svelte") },
  { id: "statements", icon: "statements", layout: "page", screen: () => import("./Statements.svelte") },
  { id: "programmes", icon: "programmes", layout: "page", screen: () => import("./Programmes.svelte") },
  { id: "terms", icon: "terms", layout: "page", screen: () => import("./Terms.svelte") },
  { id: "blind", icon: "blind", layout: "page", screen: () => worded(import("./Blind.svelte")) },
  { id: "officers", icon: "user", layout: "page", role: "administrator", screen: () => worded(import("./Officers.svelte")) },
  { id: "audit", icon: "audit", layout: "page", role: "auditor", always: true, screen: () => worded(import("./Audit.svelte")) },
  // Pages that no terms switch on: the words of the house, and on a demonstration every component in its states.
  { id: "glossary", icon: "glossary", layout: "page", always: true, screen: () => import("./Glossary.svelte") },
  { id: "design", icon: "design", layout: "page", always: true, screen: () => import("./Design.svelte") },
];

export const deskOf = (id: string): Desk | undefined => DESKS.find((desk) => desk.id === id);

/** Those that are switched on or come with a role, in the order of the rail; one whose address is known can still be read. */
export const switchedOn = (ids: readonly string[], roles: readonly string[]): readonly Desk[] =>
  DESKS.filter((desk) => (desk.role === undefined ? ids.includes(desk.id) : roles.includes(desk.role)));
