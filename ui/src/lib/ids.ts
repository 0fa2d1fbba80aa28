/** UUIDv7 made by the author's own screen: sending the same request twice saves one record. */

export function newId(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = now;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const text = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/**
 * The id, moved on until it would be this party's if another wrote under it in that channel (actions/fold.py, owner_of).
 * The same id gives the same one, so what is sent twice stays one record. Where a page has no cryptography, as it is.
 */
export async function ownId(id: string, channel: string, party: string): Promise<string> {
  if (!globalThis.crypto?.subtle) return id;
  const rivals = new Set([...channel.split("+"), channel, party]);
  const last = Number.parseInt(id.slice(-2), 16);
  for (let more = 0; more < 256; more++) {
    const next = id.slice(0, -2) + ((last + more) % 256).toString(16).padStart(2, "0");
    const ranks = await Promise.all([...rivals].map(async (one) => [await rank(`${next} ${one}`), one] as const));
    if (ranks.sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1] === party) return next;
  }
  return id;
}

async function rank(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
