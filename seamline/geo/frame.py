"""The plane in which distances are taken: transverse Mercator on WGS 84, scale 1 on its central meridian.

Beside the meridian the plane is stretched by x² / 2R² (x: distance from the meridian): 0.004 % at 56 km,
0.1 % at 280 km, the half of a line 560 km wide. A distance of 1,000 m is never shown shorter than it is, and
at the ends of such a line at most 1 m longer. A frame wider than 1,000 km to either side is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.errors import BadInput
from seamline.geo.place import SCALE, Box

# Sides are straight in longitude and latitude (RFC 7946). Bent into the plane at steps of 0.05 degree, a side
# is at most 0.4 m from where it should be, at any latitude a place may have.
STEP = 0.05
MAX_HALF_WIDTH_KM = 1_000

Shapes = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """lon0, lat0 in degrees: where the plane has its origin. Metres east, metres north."""

    lon0: float
    lat0: float = 0.0

    @staticmethod
    def centred_on(boxes: Iterable[Box]) -> Frame:
        """The frame in the middle of all boxes, to the whole degree, so that equal ground gives equal frames.

        BadInput when they lie too far apart for one plane (check_width).
        """
        boxes = list(boxes)
        if not boxes:
            return Frame(0.0, 0.0)
        west, south, east, north = _around(boxes)
        frame = Frame(float(round((west + east) / 2)), float(round((south + north) / 2)))
        frame.check_width(boxes)
        return frame

    def check_width(self, boxes: Iterable[Box]) -> None:
        """BadInput when a box lies so far to the side that distances would be wrong by more than 1.3 %."""
        west, south, east, north = _around(boxes)
        nearest = 0.0 if south <= 0 <= north else min(abs(south), abs(north))
        half = max(east - self.lon0, self.lon0 - west) * 111.32 * math.cos(math.radians(nearest))
        if half > MAX_HALF_WIDTH_KM:
            shown = f"{west:.2f} to {east:.2f} east"
            remedy = "check each area by itself: at most 2,000 km"
            raise BadInput("geometry", shown, remedy, code="frame_width")

    @staticmethod
    def between(a: BaseGeometry, b: BaseGeometry) -> Frame:
        """The frame of one pair of shapes in degrees, to the whole degree; the same for (a, b) and (b, a)."""
        (a_west, _, a_east, _), (b_west, _, b_east, _) = a.bounds, b.bounds
        return Frame(float(round((min(a_west, b_west) + max(a_east, b_east)) / 2)))

    def to_plane(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in degrees as one in metres."""
        moved: BaseGeometry = self.to_plane_many(np.array([shape], dtype=object))[0]
        return moved

    def to_plane_many(self, shapes: Shapes) -> Shapes:
        """Shapes in degrees as shapes in metres, many in one call; the input is not changed."""
        bounds = shapely.bounds(shapes)
        long = (bounds[:, 2] - bounds[:, 0] > STEP) | (bounds[:, 3] - bounds[:, 1] > STEP)
        if long.any():
            shapes = shapes.copy()
            shapes[long] = shapely.segmentize(shapes[long], STEP)
        degrees = shapely.get_coordinates(shapes)
        x, y = _forward(self.lon0, self.lat0).transform(degrees[:, 0], degrees[:, 1])
        return np.asarray(shapely.set_coordinates(shapes.copy(), np.column_stack((x, y))), dtype=object)

    def to_plane_points(self, degrees: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Positions (n, 2) in degrees as metres (n, 2)."""
        x, y = _forward(self.lon0, self.lat0).transform(degrees[:, 0], degrees[:, 1])
        return np.column_stack((x, y))

    def to_degrees(self, x: float, y: float) -> tuple[int, int]:
        """A position in the plane as longitude and latitude, integers of 1e-7 degree."""
        lon, lat = _forward(self.lon0, self.lat0).transform(x, y, direction="INVERSE")
        return round(lon * SCALE), round(lat * SCALE)

    def to_degrees_many(self, xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Positions (n, 2) in metres as whole units of 1e-7 degree (n, 2)."""
        lon, lat = _forward(self.lon0, self.lat0).transform(xy[:, 0], xy[:, 1], direction="INVERSE")
        units: np.ndarray[Any, Any] = np.rint(np.column_stack((lon, lat)) * SCALE).astype(np.int64)
        return units


def _around(boxes: Iterable[Box]) -> tuple[float, float, float, float]:
    """The box of all boxes, in degrees."""
    listed = np.array(list(boxes), dtype=np.float64).reshape(-1, 4) / SCALE
    west, south = (float(v) for v in listed[:, :2].min(axis=0))
    east, north = (float(v) for v in listed[:, 2:].max(axis=0))
    return west, south, east, north


@lru_cache(maxsize=512)
def _forward(lon0: float, lat0: float) -> pyproj.Transformer:
    """pyproj gives each thread its own copy inside; the pipeline asks nothing of PROJ's database."""
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=tmerc +lat_0={lat0!r} +lon_0={lon0!r} +k=1 +ellps=WGS84"
    )
