"""What a still picture shows of the world, and where on it a position is (Web Mercator)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seamline.errors import BadInput

Array = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]
WIDEST, NARROWEST, FARTHEST = 12.0, 0.02, 80.0
"""Degrees: a picture at least and at most, and how far from the equator."""
_EQUATOR_M = 40_075_016.686


@dataclass(frozen=True, slots=True)
class View:
    """left, top: of the square [0, 1]² that Mercator makes of the world; scale: pixels to its side."""

    width: int
    height: int
    left: float
    top: float
    scale: float

    @classmethod
    def of(cls, box: Box, width: int, height: int) -> View:
        """A picture that shows all of west, south, east, north, widened to its shape. Raises BadInput."""
        west, south, east, north = box
        if not (NARROWEST <= east - west <= WIDEST and NARROWEST <= north - south <= WIDEST):
            asked = ",".join(f"{v:g}" for v in box)
            raise BadInput("bbox", asked, f"from {NARROWEST} to {WIDEST} degrees wide and high")
        if max(abs(south), abs(north)) > FARTHEST:
            raise BadInput("bbox", f"{south:g}, {north:g}", f"between {-FARTHEST} and {FARTHEST} north")
        (x0, y0), (x1, y1) = mercator([(west, north), (east, south)]).tolist()
        scale = min(width / (x1 - x0), height / (y1 - y0))
        left, top = (x0 + x1) / 2 - width / scale / 2, (y0 + y1) / 2 - height / scale / 2
        return cls(width, height, left, top, scale)

    def pixels(self, lonlat: npt.ArrayLike) -> Array:
        """Positions in degrees as pixels from the top left."""
        found: Array = (mercator(lonlat) - (self.left, self.top)) * self.scale
        return found

    @property
    def zoom(self) -> float:
        """As a browser's map counts it: 512 pixels for the world at zoom 0."""
        return math.log2(self.scale / 512)

    @property
    def box(self) -> Box:
        """West, south, east, north of what is shown, in degrees."""
        (west, north), (east, south) = (
            _degrees(self.left, self.top),
            _degrees(self.left + self.width / self.scale, self.top + self.height / self.scale),
        )
        return west, south, east, north

    @property
    def metres_per_pixel(self) -> float:
        """In the middle."""
        _, lat = _degrees(self.left, self.top + self.height / self.scale / 2)
        return _EQUATOR_M * math.cos(math.radians(lat)) / self.scale

    def tiles(self, zoom: int) -> list[tuple[int, int, float, float, float]]:
        """Tiles that are seen: x, y, and in pixels their left, top and side."""
        count = 2**zoom
        side = self.scale / count
        xs = range(math.floor(self.left * count), math.ceil((self.left + self.width / self.scale) * count))
        ys = range(math.floor(self.top * count), math.ceil((self.top + self.height / self.scale) * count))
        return [
            (x, y, x * side - self.left * self.scale, y * side - self.top * self.scale, side)
            for x in xs
            for y in ys
        ]


def mercator(lonlat: npt.ArrayLike) -> Array:
    """Degrees to the square [0, 1]², y from the north."""
    degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    x = (degrees[:, 0] + 180) / 360
    y = (1 - np.arcsinh(np.tan(np.radians(degrees[:, 1]))) / math.pi) / 2
    return np.column_stack((x, y))


def _degrees(x: float, y: float) -> tuple[float, float]:
    return x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
