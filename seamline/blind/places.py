"""Cell-hours joined into places and times: what people can act on (docs/spec/blind.md 5.11, 6.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seamline.blind.universe import Universe
from seamline.geo.place import SCALE
from seamline.geo.window import HOUR

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Cells (H3) that lie together, from start to end (ms); cell_hours: how many; where: 1e-7 degrees."""

    cells: tuple[int, ...]
    start: int
    end: int
    cell_hours: int
    where: tuple[int, int]


def join(universe: Universe, indexes: Array) -> list[Spot]:
    """Spots of cells side by side whose hours meet, by start, then by the larger."""
    spans = _spans(universe, indexes)
    root = list(range(len(spans)))

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    import h3.api.numpy_int as h3

    by_cell: dict[int, list[int]] = {}
    for i, (cell, _, _) in enumerate(spans):
        by_cell.setdefault(cell, []).append(i)
    for i, (cell, start, end) in enumerate(spans):
        for beside in h3.grid_disk(cell, 1):
            for j in by_cell.get(int(beside), ()):
                if j < i and spans[j][1] < end and start < spans[j][2]:
                    root[top(i)] = top(j)
    groups: dict[int, list[tuple[int, int, int]]] = {}
    for i, span in enumerate(spans):
        groups.setdefault(top(i), []).append(span)
    return sorted(
        (_spot(group) for group in groups.values()), key=lambda s: (s.start, -s.cell_hours, s.cells)
    )


def _spans(universe: Universe, indexes: Array) -> list[tuple[int, int, int]]:
    """(cell, start, end) of hours in a row, cell by cell."""
    cell, at = universe.where(indexes)
    order = np.lexsort((at, cell))
    spans: list[tuple[int, int, int]] = []
    for c, t in zip(universe.cells[cell[order]].tolist(), at[order].tolist(), strict=True):
        if spans and spans[-1][0] == c and spans[-1][2] == t:
            spans[-1] = (c, spans[-1][1], t + HOUR)
        else:
            spans.append((c, t, t + HOUR))
    return spans


def _spot(group: list[tuple[int, int, int]]) -> Spot:
    from seamline.geo.lattice import centres

    cells = tuple(sorted({cell for cell, _, _ in group}))
    middles = centres(np.array(cells, dtype=np.uint64))
    # The cell nearest the middle of all, so that the position lies on ground that is meant.
    nearest = middles[np.argmin(((middles - middles.mean(axis=0)) ** 2).sum(axis=1))]
    where = (round(float(nearest[0]) * SCALE), round(float(nearest[1]) * SCALE))
    hours = sum((end - start) // HOUR for _, start, end in group)
    return Spot(cells, min(s for _, s, _ in group), max(e for _, _, e in group), hours, where)
