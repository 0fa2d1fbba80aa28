/** Talking to the node: one function, one kind of failure. */
import type { ProblemDocument } from "./types";

/** What the node refused and why (RFC 9457), or that it could not be reached (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly document: ProblemDocument,
  ) {
    super(document.detail ?? document.title ?? String(status));
  }
  /** What is wrong with that field ("place.mgrs" also answers to "place"); null when it is not about it. */
  about(field: string): string | null {
    const reported = this.document.field;
    return reported && sameField(reported, field) ? (this.document.remedy ?? this.message) : null;
  }
}

function sameField(reported: string, field: string): boolean {
  const path = reported.replace(/^body\./, "");
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

let onSignedOut: () => void = () => undefined;

/** What to do when the node says that the session is over. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** The node said, to who holds a live stream, that the session is over. */
export const signedOut = (): void => onSignedOut();

let speaks: () => string = () => "en";
export const speaking = (): string => speaks();

/** In which language the node should say what is wrong. */
export function speakIn(lang: () => string): void {
  speaks = lang;
}

interface Held {
  tag: string;
  data: unknown;
}

/** Answers that the node forbids to be stored, for as long as this page is open: asked for again, what has not changed is not sent again. */
const held = new Map<string, Held>();
const MOST_HELD = 32;

function hold(key: string, reply: Response, data: unknown): void {
  const tag = reply.headers.get("etag");
  held.delete(key);
  if (!tag || reply.headers.get("cache-control") !== "no-store") return;
  held.set(key, { tag, data });
  for (const oldest of [...held.keys()].slice(0, held.size - MOST_HELD)) held.delete(oldest);
}

const asking = new Map<string, Promise<unknown>>();

/** One question at a time: what is asked again while it is being asked waits for that answer, and then only whether it still holds. */
function inTurn<T>(path: string): Promise<T> {
  const key = `${speaks()} ${path}`;
  const before = asking.get(key);
  const turn: Promise<T> = before ? before.then(() => request<T>("GET", path), () => request<T>("GET", path)) : request<T>("GET", path);
  asking.set(key, turn);
  const over = (): void => void (asking.get(key) === turn && asking.delete(key));
  turn.then(over, over);
  return turn;
}

export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin", headers: { Accept: "application/json", "Accept-Language": speaks() } };
  if (body instanceof Blob) {
    init.body = body;
    init.headers = { ...init.headers, "Content-Type": "application/octet-stream" };
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  if (path.startsWith("session")) held.clear();
  const key = method === "GET" ? `${speaks()} ${path}` : "";
  const known = held.get(key);
  if (known) init.headers = { ...init.headers, "If-None-Match": known.tag };
  let reply: Response;
  try {
    reply = await fetch(`./api/${path}`, init);
  } catch {
    throw new Problem(0, {});
  }
  if (reply.status === 204) return undefined as T;
  if (known && reply.status === 304) return known.data as T;
  const data: unknown = await reply.json().catch(() => ({}));
  if (reply.ok) {
    if (key) hold(key, reply, data);
    return data as T;
  }
  if (reply.status === 401 && !path.startsWith("session") && path !== "me") onSignedOut();
  throw new Problem(reply.status, data as ProblemDocument);
}

/** What has not changed since is the very same object as before: to be read, not to be changed. */
export const get = <T>(path: string): Promise<T> => inTurn<T>(path);
export const post = <T>(path: string, body?: unknown): Promise<T> => request<T>("POST", path, body ?? {});

/** A query string without its empty values. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== "" && value !== null && value !== undefined) params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}
