"""Plans as bits over a universe (docs/spec/blind.md 2).

- blind 2.1  presence: every cell nearer than the plan's buffer, every hour its window holds an instant of
- blind 2.2  undertaking: a cell that lies in sight as a whole, an hour that its window holds as a whole
- blind 2.3  both err to one side: presence never misses, and nothing is called covered that is not
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.blind.universe import Universe
from seamline.geo.cells import outlines
from seamline.geo.frame import Frame
from seamline.geo.place import SCALE
from seamline.geo.window import HOUR

Array = np.ndarray[Any, Any]

# Sides bent into the plane are up to 0.4 m from where they should be (geo/frame.py).
_MARGIN_M = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A shape in degrees, a window [start, end) in ms, and how far it reaches, in metres."""

    shape: BaseGeometry
    start: int
    end: int
    reach_m: float


class Ground:
    """A universe's cells laid out in the plane of distances, to be asked for many plans."""

    def __init__(self, universe: Universe, frame: Frame | None = None) -> None:
        """frame: of the terms in force; without one, the middle of the universe."""
        self.universe = universe
        shapes = shapely.transform(outlines(universe.cells), lambda xy: xy / SCALE)
        if frame is None:
            bounds = np.rint(shapely.total_bounds(shapes) * SCALE).astype(int)
            west, south, east, north = (int(v) for v in bounds)
            frame = Frame.centred_on([(west, south, east, north)])
        self.frame = frame
        self._plane = frame.to_plane_many(shapes)
        self._tree = shapely.STRtree(self._plane)

    def presence(self, plans: Iterable[Plan]) -> Array:
        """Which cell-hours any of the plans touches: bool (size,) (blind 2.1)."""
        bits = self._empty()
        first = self.universe.start
        for plan in plans:
            begin, end = (plan.start - first) // HOUR, -((first - plan.end) // HOUR)
            shape = self.frame.to_plane(plan.shape)
            near = self._tree.query(shape, predicate="dwithin", distance=plan.reach_m * 1.001 + _MARGIN_M)
            self._mark(bits, near, begin, end)
        return bits.reshape(-1)

    def covered(self, plans: Iterable[Plan]) -> Array:
        """Which cell-hours any of the undertakings covers as a whole: bool (size,) (blind 2.2)."""
        bits = self._empty()
        first = self.universe.start
        for plan in plans:
            begin, end = -((first - plan.start) // HOUR), (plan.end - first) // HOUR
            # A buffer of straight sides lies inside the true one, and the margin inside that.
            sight = self.frame.to_plane(plan.shape).buffer(max(0.0, plan.reach_m * 0.999 - _MARGIN_M))
            if not sight.is_empty:
                self._mark(bits, self._tree.query(sight, predicate="covers"), begin, end)
        return bits.reshape(-1)

    def _empty(self) -> Array:
        return np.zeros((self.universe.days, len(self.universe.cells), 24), dtype=bool)

    def _mark(self, bits: Array, cells: Array, begin: int, end: int) -> None:
        """Hours [begin, end) since the universe's start."""
        begin, end = max(begin, 0), min(end, self.universe.days * 24)
        for day in range(begin // 24, -(-end // 24) if end > begin else 0):
            bits[day, cells, max(begin - day * 24, 0) : min(end - day * 24, 24)] = True
