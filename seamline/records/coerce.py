"""What people and scripts write instead of the canonical values: RFC 3339 times, MGRS, GeoJSON degrees.

The canonical form (ms, 1e-7 degrees) passes through unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seamline.errors import BadInput, Worded
from seamline.geo import gridref, place
from seamline.geo.window import parse_rfc3339
from seamline.records.kind import Body, fields

Json = dict[str, Any]


def coerce(kind: type[Body], body: Json) -> Json:
    """The body with its instants, windows and places made canonical; raises BadInput naming the field."""
    types = {f.name: f.spec.type for f in fields(kind)}
    return {name: _value(types.get(name, ""), f"body.{name}", value) for name, value in body.items()}


def _value(type: str, field: str, value: Any) -> Any:
    if type == "instant":
        return _instant(field, value)
    if type == "window" and isinstance(value, dict):
        return {k: _instant(f"{field}.{k}", v) for k, v in value.items()}
    if type == "place":
        return _place(field, value)
    if type in _LISTS and isinstance(value, list):
        return [_entry(f"{field}[{number}]", one) for number, one in enumerate(value)]
    return value


# Lists of entries with instants, windows and places of their own (records/joint.py).
_LISTS = frozenset({"meetings", "tracks", "boundaries", "duties"})
_TYPES = {"at": "instant", "when": "window", "place": "place", "line": "geometry"}


def _entry(field: str, entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {name: _part(_TYPES.get(name, ""), f"{field}.{name}", value) for name, value in entry.items()}


def _part(type: str, field: str, value: Any) -> Any:
    if type == "geometry" and isinstance(value, dict):
        return _canonical_place(field, {"geometry": value})["geometry"]
    return _value(type, field, value)


def _instant(field: str, value: Any) -> Any:
    return parse_rfc3339(value, field) if isinstance(value, str) else value


def _place(field: str, value: Any) -> Any:
    """The canonical place; a point also gets the grid reference its author would read out."""
    place = _canonical_place(field, value)
    geometry = place.get("geometry") if isinstance(place, dict) else None
    if isinstance(geometry, dict) and geometry.get("type") == "Point" and not place.get("mgrs"):
        return place | {"mgrs": gridref.to_mgrs(*geometry["coordinates"])}
    return place


def _canonical_place(field: str, value: Any) -> Any:
    if isinstance(value, str):
        value = {"mgrs": value}
    if not isinstance(value, dict):
        return value
    if value.get("mgrs") and "geometry" not in value and "lon" not in value:
        lon, lat, accuracy = gridref.from_mgrs(value["mgrs"], f"{field}.mgrs")
        return {"accuracy_m": accuracy, **value, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
    if "lon" in value and "lat" in value:
        rest = {k: v for k, v in value.items() if k not in ("lon", "lat")}
        point = {"type": "Point", "coordinates": [value["lon"], value["lat"]]}
        return rest | {"geometry": place.from_geojson(point)}
    geometry = value.get("geometry")
    if isinstance(geometry, dict):
        if _in_degrees(geometry.get("coordinates")):
            geometry = place.from_geojson(geometry)
        place.check_geometry(geometry, f"{field}.geometry")
        return value | {"geometry": geometry}
    if "type" in value and "coordinates" in value:
        return _canonical_place(field, {"geometry": value})
    raise BadInput(
        field,
        value,
        Worded("remedy.give_place", "give a geometry, an mgrs grid reference, or lon and lat in degrees"),
    )


def _in_degrees(coordinates: Any) -> bool:
    """A fraction says so, and so do whole numbers that fit degrees: JSON writes 44.0 as 44.

    As 1e-7 degrees those would all lie within two metres of 0° N 0° E, which is open sea.
    """
    positions = list(_positions(coordinates))
    if any(isinstance(value, float) for position in positions for value in position):
        return True
    return bool(positions) and all(
        len(p) == 2
        and all(type(value) is int for value in p)
        and abs(p[0]) <= place.MAX_LON // place.SCALE
        and abs(p[1]) <= place.MAX_LAT // place.SCALE
        for p in positions
    )


def _positions(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list):
        if any(isinstance(v, list) for v in value):
            for v in value:
                yield from _positions(v)
        else:
            yield value
