/** What a desk wants to stand out on the map: records, ties between two places, rings round what changed. */
import type { Degrees } from "./place";

class MapMarks {
  chosen = $state.raw<readonly string[]>([]);
  ties = $state.raw<readonly [Degrees, Degrees][]>([]);
  rings = $state.raw<readonly Degrees[]>([]);

  /** Nothing stands out any more: whoever leaves his desk says so. */
  clear(): void {
    this.chosen = [];
    this.ties = [];
    this.rings = [];
  }
}

export const mapMarks = new MapMarks();
