"""The nearest named place: what tells a reader where a grid reference is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely

from seamline.errors import BadInput
from seamline.geo.frame import Frame
from seamline.geo.names import Named
from seamline.geo.place import MAX_LAT, MAX_LON, SCALE

COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


@dataclass(frozen=True, slots=True)
class Near:
    """name as mapped; distance in metres and bearing in degrees from the place to the position."""

    name: str
    distance_m: float
    bearing: float

    @property
    def compass(self) -> str:
        """One of COMPASS; each is also a message key, ``compass.<point>``."""
        return COMPASS[round(self.bearing / 45) % 8]


class Gazetteer:
    """Named places, nearest first. Immutable, so threads may share one."""

    def __init__(self, names: list[str], lonlat: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        self._names = names
        self._lonlat = lonlat
        boxes = np.rint(np.column_stack((lonlat, lonlat)) * SCALE).astype(np.int64)
        self._frame = Frame.centred_on([(int(w), int(s), int(e), int(n)) for w, s, e, n in boxes])
        points = np.asarray(shapely.points(lonlat), dtype=object)
        self._tree = shapely.STRtree(self._frame.to_plane_many(points) if names else [])

    @classmethod
    def from_csv(cls, data: bytes) -> Gazetteer:
        """From columns Name, lat, lng; places without a name are left out. Raises BadInput."""
        names: list[str] = []
        where: list[tuple[float, float]] = []
        try:
            for row in csv.DictReader(data.decode("utf-8-sig").splitlines()):
                if row["Name"].strip():
                    names.append(row["Name"].strip())
                    where.append(_position(float(row["lng"]), float(row["lat"])))
        except (KeyError, ValueError, TypeError, csv.Error) as fault:
            remedy = "CSV in UTF-8 with columns Name, lat, lng"
            raise BadInput("gazetteer", str(fault), remedy, code="gazetteer_csv") from None
        return cls(names, np.array(where, dtype=np.float64).reshape(-1, 2))

    def named(self) -> list[Named]:
        """Every place by its mapped name, for finding one by name."""
        where = np.rint(self._lonlat * SCALE).astype(np.int64).tolist()
        return [Named(name, lon, lat) for name, (lon, lat) in zip(self._names, where, strict=True)]

    def nearest(self, lon7: int, lat7: int) -> Near | None:
        """The nearest named place, however far; None if there are no places at all."""
        return self.nearest_many([(lon7, lat7)])[0]

    def nearest_many(self, positions: Sequence[tuple[int, int]]) -> list[Near | None]:
        """The nearest named place of each position (lon, lat in 1e-7 degree), in one call."""
        if not self._names or not positions:
            return [None] * len(positions)
        lonlat = np.array(positions, dtype=np.float64) / SCALE
        points = np.asarray(shapely.points(lonlat), dtype=object)
        found = self._tree.nearest(self._frame.to_plane_many(points))
        start = self._lonlat[found]
        bearing, _, metres = _geodesic().inv(start[:, 0], start[:, 1], lonlat[:, 0], lonlat[:, 1])
        return [
            Near(self._names[i], float(m), float(b) % 360)
            for i, m, b in zip(found.tolist(), metres, bearing, strict=True)
        ]


def _position(lon: float, lat: float) -> tuple[float, float]:
    if not (abs(lon) <= MAX_LON / SCALE and abs(lat) <= MAX_LAT / SCALE):
        raise ValueError(f"{lon}, {lat}")
    return lon, lat


@lru_cache(maxsize=1)
def _geodesic() -> pyproj.Geod:
    return pyproj.Geod(ellps="WGS84")
