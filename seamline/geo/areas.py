"""Districts and governorates as areas: where a place that is known no better than that is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from seamline.errors import BadInput
from seamline.geo import place
from seamline.geo.place import SCALE, Geometry

DISTRICT, GOVERNORATE = 2, 1
_SIDES = 32


@dataclass(frozen=True, slots=True)
class Area:
    """code: p-code; names: in every language there is, as mapped; level: DISTRICT or GOVERNORATE."""

    code: str
    names: tuple[str, ...]
    level: int
    geometry: Geometry


class Areas:
    """All known areas. fold: texts.spelling.normalise."""

    def __init__(self, areas: Iterable[Area], fold: Callable[[str], str]) -> None:
        self._areas = list(areas)
        self._fold = fold
        self._shapes = place.to_shapely_many([a.geometry for a in self._areas])
        self._folded = [{fold(name) for name in a.names} for a in self._areas]
        self._tree = shapely.STRtree(self._shapes)

    @classmethod
    def from_geojson(cls, levels: dict[int, Any], fold: Callable[[str], str]) -> Areas:
        """From FeatureCollections with properties code, name_en, name_ar, name_ckb; labels are left out."""
        found = []
        for level, collection in levels.items():
            for feature in collection["features"]:
                told = feature["properties"]
                if feature["geometry"]["type"] not in ("Polygon", "MultiPolygon"):
                    continue
                try:
                    geometry = place.from_geojson(feature["geometry"], exact=False)
                    place.check_geometry(geometry)
                except BadInput:
                    continue  # an outline that is no place is no area either; the circle stands in for it
                names = tuple(told[k] for k in ("name_en", "name_ar", "name_ckb") if told.get(k))
                found.append(Area(told["code"], names, level, geometry))
        return cls(found, fold)

    def named(self, name: str, level: int) -> Area | None:
        """The one area with that code or name; None if there is none, or more than one."""
        folded = self._fold(name)
        found = [
            a
            for a, names in zip(self._areas, self._folded, strict=True)
            if a.level == level and (a.code == name or folded in names)
        ]
        return found[0] if len(found) == 1 else None

    def around(self, lon: int, lat: int, level: int) -> Area | None:
        """The area that holds a position (1e-7 degrees)."""
        point = shapely.points(lon / SCALE, lat / SCALE)
        for i in sorted(int(n) for n in self._tree.query(point, predicate="intersects")):
            if self._areas[i].level == level:
                return self._areas[i]
        return None


def circle(lon: int, lat: int, metres: int) -> Geometry:
    """A polygon of 32 sides that holds every point within so many metres (sphere), 1e-7 degrees."""
    reach = metres / math.cos(math.pi / _SIDES) / 111_195 * SCALE
    turn = np.linspace(0, 2 * math.pi, _SIDES + 1)
    x = lon + reach / math.cos(math.radians(lat / SCALE)) * np.cos(turn)
    y = lat + reach * np.sin(turn)
    ring = [[round(float(a)), round(float(b))] for a, b in zip(x[:-1], y[:-1], strict=True)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
