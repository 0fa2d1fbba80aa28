/** Lengths rounded to what their size deserves. */

export function metres(m: number): { value: string; unit: "m" | "km" } {
  if (m < 1000) return { value: String(Math.round(m)), unit: "m" };
  return { value: (m / 1000).toFixed(m < 10_000 ? 1 : 0), unit: "km" };
}
