/** Requests as /api/requests tells them. */
import type { RecordItem } from "../../lib/types";

export type Step = "offered" | "answered" | "declined" | "accepted" | "delivered" | "confirmed";

export interface Offer {
  record: RecordItem;
  state: Step;
  partial: boolean;
  changed: boolean;
  steps: RecordItem[];
}

export interface Turn {
  what: "answer" | "accept" | "deliver" | "confirm";
  party: string;
  offer: string | null;
  due: number | null;
  later: number | null;
  level: number;
}

export interface RequestOf {
  record: RecordItem;
  open: boolean;
  asker: string[];
  asked: { party: string; reached: number | null }[];
  offers: Offer[];
  declined: RecordItem[];
  turns: Turn[];
  late: boolean;
  may: boolean;
}

export interface Requests {
  items: RequestOf[];
  note: { text: string };
}

export const requestPath = (id: string): string => `#/requests/${encodeURIComponent(id)}`;

/** What may be said on an offer by a party, as the node has it (actions/requested.py); the node decides. */
export function stepsOn(of: RequestOf, offer: Offer, party: string): Step[] {
  if (!of.open || !of.may) return [];
  const asks = of.asker.includes(party);
  const atOnce = of.record.body["ask"] === "information";
  if (offer.state === "offered" || offer.state === "answered") {
    if (!asks) return [];
    return atOnce ? ["confirmed", "accepted", "declined"] : ["accepted", "declined"];
  }
  if (offer.state === "accepted") {
    if (offer.record.party === party) return ["delivered"];
    if (!asks) return [];
    return atOnce ? ["confirmed", "declined"] : ["declined"];
  }
  return offer.state === "delivered" && asks ? ["confirmed"] : [];
}
