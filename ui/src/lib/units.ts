/** Lengths rounded to what their size deserves. */

export function metres(m: number): { value: string; unit: "m" | "km" } {
  if (m < 1000) return { value: String(Math.round(m)), unit: "m" };
  return { value: String(m < 10_000 ? Math.round(m / 100) / 10 : Math.round(m / 1000)), unit: "km" };
}
