"""What an undertaking covers, by the one rule that a node and `seamline check` share.

Its place, and what lies no farther from it than the sight it states; of that, what the relief hides from
every position of the place is left out (seamline.geo.relief; indicative).
What lies in the place itself is covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.relief import Relief
from seamline.picture.ground import Parts

Array = np.ndarray[Any, Any]

MORE_METRES = 10_000
"""How far beyond its sight an undertaking is looked at: what closes a gap may ask for so much more."""

# Metres: a place and a part meet, though their coordinates were rounded on different ways.
_TOUCH = 0.01


@dataclass(frozen=True, slots=True)
class Cover:
    """An undertaking: its place in degrees, the metres it states to see; half-open window in ms."""

    geometry: BaseGeometry
    start: int
    end: int
    sight_m: int


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What of some ground lies within MORE_METRES of a cover's sight, the nearest first.

    parts: which; metres: how far from its place; seen: not hidden by the relief.
    """

    parts: Array
    metres: Array
    seen: Array

    def within(self, sight_m: int) -> tuple[Array, Array]:
        """The parts covered with that sight, and those it would cover if the relief did not hide them."""
        near = slice(0, int(np.searchsorted(self.metres, sight_m + _TOUCH, side="right")))
        seen = self.seen[near]
        return self.parts[near][seen], self.parts[near][~seen]


def sight_of(sight_m: int | None, buffer_m: int | None = None) -> int:
    """How far an undertaking covers, in metres: the sight it states; none stated: its place alone.

    buffer_m: only for plan files, whose `buffer_m` stands for the sight where they state no `sight_m`.
    """
    if sight_m is not None:
        return sight_m
    return buffer_m or 0


def reaches(parts: Parts, covers: Sequence[Cover], relief: Relief | None) -> list[Reach]:
    """For each cover what it reaches of the ground; the rule of this module."""
    if not covers:
        return []
    places = parts.frame.to_plane_many(np.array([c.geometry for c in covers], dtype=object))
    limits = np.array([c.sight_m + MORE_METRES for c in covers], dtype=np.float64)
    shapely.prepare(places)
    of, part = parts.tree().query(places, predicate="dwithin", distance=limits)
    metres = _distances(places, of, parts, part)
    order = np.lexsort((part, metres, of))
    of, part, metres = of[order], part[order].astype(np.int32), metres[order].astype(np.float32)
    ends = np.searchsorted(of, np.arange(len(covers)), side="right")
    cells = None if relief is None else relief.numbers(parts.degrees)
    found = []
    start = 0
    for cover, end in zip(covers, ends.tolist(), strict=True):
        # Copies, so that one that is kept does not keep all others with it.
        near, far = part[start:end].copy(), metres[start:end].copy()
        seen = np.ones(len(near), dtype=bool)
        if relief is not None and cells is not None and len(near):
            seen = _seen(cover, far, cells[near], relief)
        found.append(Reach(near, far, seen))
        start = end
    return found


def _distances(places: Array, of: Array, parts: Parts, part: Array) -> Array:
    """Metres between each place and part of a pair."""
    if (shapely.get_type_id(places) == 0).all():
        between = shapely.get_coordinates(places)[of] - parts.at[part]
        return np.hypot(between[:, 0], between[:, 1])
    return np.asarray(shapely.distance(places[of], shapely.points(parts.at[part])))


def _seen(cover: Cover, metres: Array, cells: Array, relief: Relief) -> Array:
    """Which of the parts near a cover it sees; cells: of the relief, that each of them lies in."""
    seen = np.ones(len(cells), dtype=bool)
    asked = np.flatnonzero(metres > _TOUCH)
    if not len(asked):
        return seen
    standing = relief.numbers(_observers(cover.geometry, relief))
    if len(standing) == 1:
        seen[asked] = relief.seen(standing, cells[asked], float(cover.sight_m + MORE_METRES))
        return seen
    # Each position of a place sees no farther than was stated; beyond that only proposals ask, for more.
    beyond = metres[asked] > cover.sight_m + _TOUCH
    for some, reach in ((asked[~beyond], cover.sight_m), (asked[beyond], cover.sight_m + MORE_METRES)):
        if len(some):
            seen[some] = relief.seen(standing, cells[some], float(reach))
    return seen


def _observers(geometry: BaseGeometry, relief: Relief) -> Array:
    """Positions of a place, in degrees, one at least in each cell of the relief that it touches."""
    step = relief.step / 2
    along = shapely.get_coordinates(shapely.segmentize(geometry, step))
    if shapely.get_dimensions(geometry) < 2:
        return along
    west, south, east, north = geometry.bounds
    x, y = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    inside = shapely.contains_xy(geometry, x.ravel(), y.ravel())
    return np.concatenate((along, np.column_stack((x.ravel()[inside], y.ravel()[inside]))))
