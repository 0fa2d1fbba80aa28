/** The shapes that the node's API speaks. Times are ms since 1970 UTC, coordinates 1e-7 degrees [lon, lat]. */

export type Lang = "en" | "ar" | "ckb";

export interface NodeInfo {
  name: string;
  /** Owner, or owners joined by "+" when the node is joint. */
  party: string;
  owners: string[];
  channels: string[];
  lines: NamedLine[];
  /** Desks a room begins with, and those that terms in force enable. */
  desks?: string[];
  langs: Lang[];
  zone: string;
  demo: boolean;
  version: string;
  demo_roles?: string[];
}

/** A line of the endorsed terms, by the reader's own name for it. */
export interface NamedLine {
  id: string;
  name: string;
  corridor_m: number;
  geometry: Geometry;
}

export interface Me {
  party: string;
  officer: string;
  title?: string;
  roles: string[];
  /** Channels this officer may write to without another's hand; absent: worked out from his roles. */
  channels?: string[];
}

export type FieldType =
  | "line" | "text" | "code" | "codes" | "window" | "instant" | "place" | "count" | "metres"
  | "flag" | "ref" | "party" | "parties" | "grade" | "number" | "map" | "harm" | "raw";

export interface FieldInfo {
  name: string;
  type: FieldType | string;
  required: boolean;
  /** Name of its coded list, for value.<list>.<code>, and the codes in it. */
  list?: string | null;
  values?: string[] | null;
  release?: "keep" | "coarsen" | "drop";
  read_only?: boolean;
  /** What is meant where a body says nothing of it. */
  default?: unknown;
}

export interface KindInfo {
  kind: string;
  writable: boolean;
  /** Channels this officer may write it to. */
  channels?: string[];
  /** The same, also where only a desk writes it and no drawn form. */
  puts?: string[];
  /** Where he may not: which of his party's roles may, by channel. */
  others?: Record<string, string[]>;
  placed?: boolean;
  releasable?: boolean;
  fields: FieldInfo[];
}

export interface Geometry {
  type: "Point" | "LineString" | "Polygon" | "MultiPolygon";
  coordinates: unknown;
}

export interface Place {
  geometry: Geometry;
  accuracy_m?: number;
  mgrs?: string;
  name?: string;
}

export interface TimeWindow {
  start: number;
  end: number;
}

export type Body = Record<string, unknown>;

/** One notice to one reader: four times, each absent until it happened. */
export interface Told {
  party?: string;
  node?: string;
  sent?: number | null;
  reached?: number | null;
  opened?: number | null;
  answered?: number | null;
  answer?: string | null;
}

export interface RecordItem {
  id: string;
  no: number;
  number: string | null;
  kind: string;
  channel: string;
  lane: string;
  party: string;
  node: string;
  by: string;
  rev: number;
  at: number;
  received_at: number | null;
  lang: string;
  hash: string;
  prev: string | null;
  body: Body;
  state: string;
  attested: boolean;
  current: boolean;
  title: string;
  mode: "whole" | "tear" | null;
  links?: {
    released_as?: { id: string; channel: string; mode?: string; at?: number }[];
    source?: { id: string; channel: string } | null;
  };
  told?: Told[];
  /** Of what is agreed by endorsement: whose it needs, and who gave it to this very revision. */
  endorsed?: Endorsements | null;
}

export interface Endorsements {
  needed: string[];
  by: string[];
  witnesses?: string[];
  objections?: { party: string; reason: string; at: number }[];
  /** What the endorsements leave out: a clause by its number, or a field by its name. */
  reservations?: { party: string; clause: string; text: string }[];
  /** Each endorsement and witnessing of these bytes, by time. */
  given?: { party: string; part: string; at: number }[];
  /** The revision that is in force meanwhile; null if none is. */
  stands?: number | null;
}

/** The nearest named place. */
export interface Near {
  name: string;
  distance_m: number;
  compass: string;
}

export interface Clash {
  a: Partial<RecordItem> & { id: string; party: string };
  b: Partial<RecordItem> & { id: string; party: string };
  distance_m: number;
  needed_m: number;
  start: number;
  end: number;
  where: [number, number];
  mgrs: string;
  place: Near | null;
  possible: boolean;
  seen_by: string[];
}

/** Watched ground that nobody covers. */
export interface Gap {
  id: string;
  watch: RecordItem;
  geometry: { type: string; coordinates: unknown };
  start: number;
  end: number;
  hours: number;
  length_m: number;
  /** What is open when, added up: metre-hours. */
  length_hours: number;
  weight: number;
  /** Part of it is open only because relief, which is indicative, hides it. */
  cut_by_relief?: boolean;
  /** What of it is open when; half-open, by start. */
  open?: { start: number; end: number; geometry: { type: string; coordinates: unknown } }[];
  where: [number, number];
  mgrs: string;
  place: Near | null;
  at_least: boolean;
  seen_by: string[];
  closes: { party: string; undertaking: RecordItem; how: "extend_hours" | "extend_area"; start: number; end: number; sight_m: number; percent: number }[];
}

/** Something that waits for this officer: a record, or what `about` names. */
export interface Due {
  what: string;
  record: RecordItem | null;
  about: string | null;
  since: number | null;
  due: number | null;
  urgency: number;
  /** The paragraph that was broken, whose fault it is, and the id of the file to show them. */
  rule?: string | null;
  fault?: "ours" | "theirs" | "link" | null;
  evidence?: string | null;
  /** Of a programme: how many milestones are late. */
  count?: number | null;
}

export interface Lane {
  entries: number;
  bytes: number;
}

/** A rule that was broken on a link, and how often. by: who refused; kept: entries of it that were taken all the same. */
export interface RefusedPart {
  rule: string;
  by: "us" | "them";
  fault: "ours" | "theirs" | "link";
  detail: string;
  kept: number;
  first: number;
  last: number;
  count: number;
}

export interface LinkInfo {
  /** Its name; the beginning of its fingerprint without one. */
  peer: string;
  fingerprint: string;
  url: string | null;
  enabled: boolean;
  up: boolean;
  last_contact: number | null;
  waiting: number;
  /** What went wrong since the last contact, in the node's words. */
  trouble: string;
  /** The last fault, also one from before the last contact. */
  fault: { fault: string; code: string; text: string; at: number; rule: string | null } | null;
  /** What waits for the peer, by lane; null while it is not known what he has. */
  waits: { flash: Lane; routine: Lane } | null;
  /** Of what is held here he has so many entries; owes: what he says he has beyond it. */
  has: { entries: number; of: number; owes: number } | null;
  /** Bytes a second, as measured of late. */
  rate: number | null;
  /** The oldest of our alerts that nobody there has opened. */
  unread: { id: string; number: string | null; title: string; at: number; sent: number | null; reached: number | null; alerts: number } | null;
  carried: { written: number | null; read: number | null };
  refusals: RefusedPart[];
  channels: string[];
  part: number;
  blob: number | null;
  dial: boolean;
  /** This node carries sealed packets for the peer. */
  relay: boolean;
  /** Fingerprint of the node that carries ours to the peer while he is not reached. */
  via: string | null;
  /** handed: packets on their way by a relay; kept: here, for the peer. */
  relayed: { handed: number; oldest: number | null; heard: number | null; kept: { packets: number; bytes: number } } | null;
}

/** A node that a file may be written for. */
export interface Reader {
  node: string;
  name: string;
  channels: string[];
}

export interface LayerInfo {
  id: string;
  title: string;
  /** Of a layer that was imported here, as it was given. */
  name?: string | null;
  attribution: string;
  licence: string;
  default_on: boolean;
  /** What must be said beside its title: that it only indicates, or only sketches. */
  mark?: "indicative" | "schematic" | null;
  group?: "ground" | "boundary" | "name" | "line" | "past" | "imported";
  data: LayerData;
}

/** Where a layer's data is: a document, or a layer of an archive of tiles. */
export type LayerData =
  | { type: "geojson"; url: string }
  | { type: "vector"; url: string; layer: string }
  | { type: "raster-dem"; url: string; encoding: "terrarium"; tile_size: number };

export interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  field?: string;
  value?: unknown;
  remedy?: string;
  code?: string;
  /** Of a conflict: the revision that stands. */
  rev?: number;
}
