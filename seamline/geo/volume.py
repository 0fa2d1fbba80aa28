"""Volumes: a box and a window, the coarse question a store is asked before geometry decides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from seamline.geo.place import MAX_LAT, MAX_LON, SCALE, Box
from seamline.geo.window import EARLIEST, LATEST

# What makes the box never miss: a degree of latitude is at least 110,574 m (WGS 84, at the equator), one of
# longitude at least 111,319 m times the cosine of the latitude. The plane of distances stretches and never
# shrinks (scale 1 on its central meridian, more beside it), so what is near in the plane is near on the
# ground; the margin covers sides of shapes, bent into the plane at steps of 0.05 degree (frame.py).
_LAT_METRES = 110_574.0
_LON_METRES = 111_319.0
_MARGIN = 1.001
_MARGIN_METRES = 5.0


@dataclass(frozen=True, slots=True)
class Volume:
    """box in 1e-7 degree; window [start_ms, end_ms)."""

    box: Box
    start_ms: int
    end_ms: int


def meets(a: Box, b: Box, reach_m: float) -> bool:
    """False only if nothing in a can lie within reach_m metres of anything in b: cheap, and never wrong."""
    wide = search_volume(a, None, None, reach_m).box
    return wide[0] <= b[2] and b[0] <= wide[2] and wide[1] <= b[3] and b[1] <= wide[3]


def search_volume(box: Box, start: int | None, end: int | None, reach_m: float) -> Volume:
    """All that lies within reach_m metres of anything in box, at any instant of the window.

    Conservative: more than asked for may lie in it, nothing asked for lies outside. None: no bound in time.
    """
    reach = reach_m * _MARGIN + _MARGIN_METRES
    north_south = reach / _LAT_METRES
    farthest = min(89.0, max(abs(box[1]), abs(box[3])) / SCALE + north_south)
    east_west = reach / (_LON_METRES * math.cos(math.radians(farthest)))
    dy, dx = math.ceil(north_south * SCALE), math.ceil(east_west * SCALE)
    wide = (
        max(box[0] - dx, -MAX_LON),
        max(box[1] - dy, -MAX_LAT),
        min(box[2] + dx, MAX_LON),
        min(box[3] + dy, MAX_LAT),
    )
    return Volume(wide, EARLIEST if start is None else start, LATEST if end is None else end)


def widened_many(bounds: np.ndarray[Any, Any], reach_m: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Bounds (n, 4) in degrees, each with all ground within its reach: if things lie within the sum of their
    reaches, their widened bounds meet. As search_volume, for many.
    """
    reach = reach_m * _MARGIN + _MARGIN_METRES
    north_south = reach / _LAT_METRES
    farthest = np.minimum(89.0, np.abs(bounds[:, [1, 3]]).max(axis=1) + north_south)
    east_west = reach / (_LON_METRES * np.cos(np.radians(farthest)))
    margin = np.column_stack((east_west, north_south))
    return np.concatenate((bounds[:, :2] - margin, bounds[:, 2:] + margin), axis=1)
