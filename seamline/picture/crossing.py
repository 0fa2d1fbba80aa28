"""Boundaries that parts must not cross: where a planned way meets one (DESIGN §7).

A way that ends on the boundary, or runs along it, meets it too: who means to stop short draws it short. A
fact, never a verdict; and of what is planned alone, for nothing here knows where anybody is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.frame import Frame
from seamline.geo.window import overlap

NEAR_M: Final = 0.5
"""As near as the plane is exact (geo/frame.py): nearer than this is on it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a party means to be: a route or an area in degrees, and when (ms)."""

    party: str
    shape: BaseGeometry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A line in degrees that these parties do not cross from start to end (ms)."""

    parties: Collection[str]
    line: BaseGeometry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Crossing:
    """Way number `way` meets bound number `bound`, first at `where` (1e-7 degrees), while both hold (ms)."""

    way: int
    bound: int
    where: tuple[int, int]
    start: int
    end: int


def crossings(ways: Sequence[Way], bounds: Sequence[Bound], frame: Frame | None = None) -> list[Crossing]:
    """Every way of a bound party that meets its boundary within its time, by way, then by boundary."""
    found = []
    for number, way in enumerate(ways):
        for other, bound in enumerate(bounds):
            both = overlap(way.start, way.end, bound.start, bound.end)
            if both is None or not set(way.party.split("+")) & set(bound.parties):
                continue
            plane = frame or Frame.between(way.shape, bound.line)
            there, line = plane.to_plane(way.shape), plane.to_plane(bound.line)
            if shapely.dwithin(there, line, NEAR_M):
                touching = shapely.intersection(there, line)
                meeting = shapely.shortest_line(there, line) if touching.is_empty else touching
                first = shapely.get_coordinates(meeting)[0]
                where = plane.to_degrees(float(first[0]), float(first[1]))
                found.append(Crossing(number, other, where, *both))
    return found
