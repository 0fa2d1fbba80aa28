"""Watched ground for tests: cells of a plain grid in degrees, and gaps as the program looks for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import shapely

from seamline.geo.frame import Frame
from seamline.geo.relief import Relief
from seamline.picture.cover import Cover, Reach, reaches
from seamline.picture.gap import Gaps, gaps
from seamline.picture.ground import Parts, lay_out

HOUR = 3_600_000
FRAME = Frame(44.0, 36.0)
STEP = 0.01


def cell(column: int, row: int, columns: int = 1, rows: int = 1) -> shapely.Polygon:
    west, south = 44.0 + column * STEP, 36.0 + row * STEP
    return shapely.box(west, south, west + columns * STEP, south + rows * STEP)


def area(shape: shapely.Geometry) -> float:
    return float(FRAME.to_plane(shape).area)


@cache
def laid(wkb: bytes) -> Parts:
    return lay_out(shapely.from_wkb(wkb), FRAME)


def reach(ground: shapely.Geometry, covers: Sequence[Cover], relief: Relief | None = None) -> list[Reach]:
    return reaches(laid(ground.wkb), covers, relief)


def look(
    ground: shapely.Geometry, start: int, end: int, covers: Sequence[Cover], relief: Relief | None = None
) -> Gaps:
    return gaps(laid(ground.wkb), start, end, covers, reach(ground, covers, relief))
