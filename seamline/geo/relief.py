"""Relief: what the ground hides from whoever stands on it. Indicative: a coarse grid that under-reads peaks.

Sight lines run from EYE_M above an observer's cell to EYE_M above the target's, over an earth flattened by
the usual refraction of light (coefficient 0.13; k = 1 / 0.87). Ground closer than one cell to either end
hides nothing: the grid does not know how a slope runs within a cell. Farther ground hides what lies behind it
only where it rises above the line by more than the margin, the grid's own error. Off the grid nothing is
hidden.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from seamline.errors import BadInput

Array = np.ndarray[Any, Any]

EYE_M = 2.0
EARTH_M = 6_371_000 / (1 - 0.13)
DEGREE_M = 111_195.0
# So many heights are looked up in one step, to keep memory small.
_AT_ONCE = 2_000_000


@dataclass(frozen=True, eq=False)
class Relief:
    """heights: metres (rows, columns), the north-west corner first; step: degrees a cell.

    margin_m: how far the ground must rise above a sight line to cut it, the grid's error.
    """

    west: float
    north: float
    step: float
    heights: Array
    margin_m: float

    @classmethod
    def read(cls, heights: Array, about: bytes) -> Relief:
        """From rows and columns of metres and their JSON (west, north, cell_deg, rmse_vs_itu_m); BadInput.

        The margin is the root mean square error of the grid, rounded up.
        """
        try:
            told = json.loads(about)
            west, north, step = (float(told[name]) for name in ("west", "north", "cell_deg"))
            margin = float(np.ceil(told["rmse_vs_itu_m"]))
        except (ValueError, KeyError, TypeError) as fault:
            raise BadInput("relief", str(fault), "where the grid lies, its step and its error") from None
        if heights.ndim != 2 or min(heights.shape) < 2:
            raise BadInput("relief", str(heights.shape), "rows and columns of heights")
        return cls(west, north, step, heights.astype(np.float32), margin)

    def cells(self, degrees: Array) -> Array:
        """Rows and columns (n, 2) of positions (n, 2) in degrees; -1, -1 off the grid."""
        rows, columns = self.heights.shape
        at = np.column_stack((self.north - degrees[:, 1], degrees[:, 0] - self.west)) / self.step
        cell = np.floor(at).astype(np.int64)
        cell[(cell < 0).any(axis=1) | (cell[:, 0] >= rows) | (cell[:, 1] >= columns)] = -1
        return cell

    def numbers(self, degrees: Array) -> Array:
        """The cell of each position (n, 2) in degrees as one number, row by row; -1 off the grid."""
        cells = self.cells(degrees)
        return np.where(cells[:, 0] < 0, -1, cells[:, 0] * self.heights.shape[1] + cells[:, 1])

    def seen(self, observers: Array, targets: Array, reach_m: float) -> Array:
        """Which targets the relief leaves to be seen from any observer; both are numbers of cells.

        An observer farther from a target than reach_m and a cell's diagonal does not count. A target or an
        observer off the grid sees and is seen: where nothing is known, nothing is cut.
        """
        if not len(observers) or (observers < 0).any():
            return np.ones(len(targets), dtype=bool)
        places = np.unique(targets)
        places = places[places >= 0]
        columns = self.heights.shape[1]
        from_ = np.column_stack(np.divmod(np.unique(observers), columns))
        to = np.column_stack(np.divmod(places, columns))
        if not len(to) or not self._uneven(from_, to, reach_m):
            return np.ones(len(targets), dtype=bool)
        open_ = self._seen(from_, to, reach_m)
        at = np.minimum(np.searchsorted(places, targets), len(places) - 1)
        return np.asarray(open_[at] | (targets < 0))

    def dead_ground(self, degrees: Array, reach_m: float) -> Array:
        """Of each position (n, 2), the share of ground within reach_m hidden from it; nan off the grid."""
        cells = self.cells(degrees)
        places, of = np.unique(cells, axis=0, return_inverse=True)
        shares = np.full(len(places), np.nan)
        known = np.flatnonzero(places[:, 0] >= 0)
        if not len(known):
            return shares[of.reshape(-1)]
        rows, columns = self.heights.shape
        at = places[known].astype(np.float64)
        hidden, all_ = np.zeros((2, len(known)))
        dy, dx = self._metres(float(at[:, 0].mean()))
        high, wide = int(reach_m // dy), int(reach_m // dx)
        for row in range(-high, high + 1):
            for column in range(-wide, wide + 1):
                metres = float(np.hypot(row * dy, column * dx))
                if not 0 < metres <= reach_m:
                    continue
                there = at + np.array([row, column])
                inside = (there >= 0).all(axis=1) & (there[:, 0] < rows) & (there[:, 1] < columns)
                many = int(inside.sum())
                steps = np.broadcast_to(np.array([row, column], dtype=np.float64), (many, 2))
                hidden[inside] += self._cut(at[inside], steps, np.full(many, metres))
                all_[inside] += 1
        shares[known] = np.where(all_ > 0, hidden / np.maximum(all_, 1), np.nan)
        return shares[of.reshape(-1)]

    def _metres(self, row: float) -> tuple[float, float]:
        """Height and width of a cell in that row."""
        high = self.step * DEGREE_M
        return high, high * float(np.cos(np.radians(self.north - (row + 0.5) * self.step)))

    def _uneven(self, from_: Array, to: Array, reach_m: float) -> bool:
        """Whether any line between them could be cut at all; most ground is settled by this."""
        both = np.concatenate((from_, to))
        (top, left), (bottom, right) = both.min(axis=0), both.max(axis=0)
        box = self.heights[max(0, top - 1) : bottom + 2, max(0, left - 1) : right + 2]
        farthest = reach_m + 2 * float(np.hypot(*self._metres(float(top))))
        bulge = farthest**2 / (8 * EARTH_M)
        return float(box.max()) - float(box.min()) - EYE_M + bulge > self.margin_m

    def _seen(self, from_: Array, to: Array, reach_m: float) -> Array:
        """Seen from any of the observers, for cells of the grid."""
        dy, dx = self._metres(float(to[:, 0].mean()))
        limit = reach_m + float(np.hypot(dy, dx))
        seen = np.zeros(len(to), dtype=bool)
        for observer in from_:
            rest = np.flatnonzero(~seen)
            if not len(rest):
                break
            steps = (to[rest] - observer).astype(np.float64)
            metres = np.hypot(steps[:, 0] * dy, steps[:, 1] * dx)
            rest, steps, metres = (a[metres <= limit] for a in (rest, steps, metres))
            if len(rest):
                from_one = np.broadcast_to(observer.astype(np.float64), steps.shape)
                seen[rest] = ~self._cut(from_one, steps, metres)
        return seen

    def _cut(self, observers: Array, steps: Array, metres: Array) -> Array:
        """Whether the ground between rises above each line by more than the margin.

        Each line starts in the middle of an observer's cell and takes so many steps (rows, columns).
        """
        if not len(steps):
            return np.zeros(0, dtype=bool)
        # Two samples a cell, whatever other lines are looked at with this one.
        counts = np.maximum(1, 2 * np.abs(steps).max(axis=1))
        most = int(counts.max())
        many = max(1, _AT_ONCE // most)
        if len(steps) > many:
            parts = [slice(i, i + many) for i in range(0, len(steps), many)]
            return np.concatenate([self._cut(observers[p], steps[p], metres[p]) for p in parts])
        share = (np.arange(most) + 0.5) / counts[:, None]
        cells = np.hypot(steps[:, 0], steps[:, 1])[:, None]
        between = (share * cells >= 1) & ((1 - share) * cells >= 1)
        end = self._height(observers + steps) - metres**2 / (2 * EARTH_M) + EYE_M
        begin = self._height(observers) + EYE_M
        along = observers[:, None, :] + share[:, :, None] * steps[:, None, :]
        ground = self._height(along) - (share * metres[:, None]) ** 2 / (2 * EARTH_M)
        line = begin[:, None] + share * (end - begin)[:, None]
        return np.asarray(((ground - line > self.margin_m) & between).any(axis=1))

    def _height(self, at: Array) -> Array:
        """Between the middles of four cells, in proportion; at a row and column they need not be whole."""
        rows, columns = self.heights.shape
        row = np.clip(at[..., 0], 0, rows - 1)
        column = np.clip(at[..., 1], 0, columns - 1)
        top = np.minimum(row.astype(np.int64), rows - 2) if rows > 1 else np.zeros_like(row, dtype=np.int64)
        left = np.minimum(column.astype(np.int64), columns - 2) if columns > 1 else np.zeros_like(top)
        down, over = row - top, column - left
        below, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
        h = self.heights
        upper = h[top, left] * (1 - over) + h[top, right] * over
        lower = h[below, left] * (1 - over) + h[below, right] * over
        result: Array = upper * (1 - down) + lower * down
        return result
