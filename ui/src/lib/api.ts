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

let speaks: () => string = () => "en";
export const speaking = (): string => speaks();

/** In which language the node should say what is wrong. */
export function speakIn(lang: () => string): void {
  speaks = lang;
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
  let reply: Response;
  try {
    reply = await fetch(`./api/${path}`, init);
  } catch {
    throw new Problem(0, {});
  }
  if (reply.status === 204) return undefined as T;
  const data: unknown = await reply.json().catch(() => ({}));
  if (reply.ok) return data as T;
  if (reply.status === 401 && !path.startsWith("session") && path !== "me") onSignedOut();
  throw new Problem(reply.status, data as ProblemDocument);
}

export const get = <T>(path: string): Promise<T> => request<T>("GET", path);
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
