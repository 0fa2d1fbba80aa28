"""Past events of the reference layer that comes with the program: public, authored by no party."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.window import DAY

# UCDP's precision of place as the radius in metres within which it lies (its codebook; actions/shaping.py).
_RADIUS = {1: 2_000, 2: 25_000}
REFERENCE = "UCDP GED"


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """geometry: degrees; accuracy_m: the radius within which a position lies; window in ms, half-open.

    reference: of the public layer, known by date alone.
    """

    geometry: BaseGeometry
    accuracy_m: int
    start: int
    end: int
    reference: bool

    def key(self) -> tuple[int, tuple[int, int] | None]:
        """What tells that two of one source are the same: the day, and where; of an area the day alone."""
        if shapely.get_dimensions(self.geometry) == 2:
            return _day(self.start), None
        at = self.geometry.centroid
        return _day(self.start), (round(at.x * 1e3), round(at.y * 1e3))


def read(incidents: bytes, areas: bytes) -> list[Event]:
    """From the GeoJSON of the layers past_incidents and past_areas. Days are taken as days of UTC."""
    found = []
    for feature in msgspec.json.decode(incidents)["features"]:
        told = feature["properties"]
        at = shapely.Point(feature["geometry"]["coordinates"])
        found.append(Event(at, _RADIUS.get(told["where_prec"], 0), *_window(told), reference=True))
    for feature in msgspec.json.decode(areas)["features"]:
        area = shapely.from_geojson(msgspec.json.encode(feature["geometry"]))
        events: Iterable[Any] = feature["properties"]["events"]
        found += [Event(area, 0, *_window(told), reference=True) for told in events]
    return found


def _window(told: dict[str, Any]) -> tuple[int, int]:
    first, last = (date.fromisoformat(told.get(k) or told["date"]) for k in ("date", "until"))
    start, end = (datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp() * 1000 for d in (first, last))
    return int(start), int(end) + DAY


def _day(ms: int) -> int:
    # A local midnight east of Greenwich is the day before in UTC; twelve hours on, both are the same day.
    return (ms + DAY // 2) // DAY
