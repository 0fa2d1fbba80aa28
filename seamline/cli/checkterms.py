"""What `seamline check` judges by: --terms (buffers, frame, lines, zone); its --rules are in checkrules.

The terms file is the body of a terms record, or any part of it: other members are left alone. A line's
coordinates are whole units of 1e-7 degree as in the record, or degrees, which are never so large.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from seamline.cli.planfile import MAX_BUFFER, Fault, load_json, not_whole, read_bytes
from seamline.errors import BadInput
from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.texts import dates

_MAX_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """Without a terms file: the program's buffers, a frame centred on the data, the authors' own offsets."""

    buffers: dict[str, int] = field(default_factory=dict)
    frame: Frame | None = None
    lines: dict[str, BaseGeometry] = field(default_factory=dict)
    zone: str | None = None


def read_terms(path: Path | None, faults: list[Fault]) -> CheckTerms:
    """The terms; what is wrong with them goes to faults."""
    if path is None:
        return CheckTerms()
    body = read_object(path, "terms", faults)

    def take(name: str, read: Callable[[Any], Any]) -> Any:
        try:
            return read(body[name]) if body.get(name) is not None else None
        except BadInput as fault:
            faults.append(Fault(str(path), None, fault))
            return None

    lines = take("lines", _lines) or {}
    return CheckTerms(take("buffers", _buffers) or {}, take("frame", _frame), lines, take("zone", _zone))


def read_object(path: Path, name: str, faults: list[Fault]) -> dict[str, Any]:
    """The JSON object in a file, called name; an empty one where there is none, with the fault."""
    try:
        value = load_json(read_bytes(path, name, _MAX_BYTES), name)
        if not isinstance(value, dict):
            raise BadInput(name, value, "a JSON object", code="plan_object")
    except BadInput as fault:
        faults.append(Fault(str(path), None, fault))
        return {}
    return value


# ---------------------------------------------------------------- terms


def _buffers(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        raise BadInput("buffers", value, "metres by type of activity", code="plan_object")
    for name, metres in value.items():
        if type(metres) is not int or not 0 <= metres <= MAX_BUFFER:
            raise not_whole(f"buffers.{name}", metres, 0, MAX_BUFFER)
    return value


def _frame(value: Any) -> Frame:
    if not isinstance(value, dict):
        raise BadInput("frame", value, "an object with lon and lat", code="plan_object")
    geometry = read_geometry({"type": "Point", "coordinates": [value.get("lon"), value.get("lat")]}, "frame")
    lon, lat = geometry["coordinates"]
    return Frame(lon / place.SCALE, lat / place.SCALE)


def _lines(value: Any) -> dict[str, BaseGeometry]:
    if not isinstance(value, list):
        raise BadInput("lines", value, "a list of named lines", code="plan_list")
    shapes: dict[str, BaseGeometry] = {}
    for index, line in enumerate(value):
        where = f"lines[{index}]"
        if not isinstance(line, dict):
            raise BadInput(where, line, "an object with a geometry", code="plan_object")
        shapes[str(line.get("id", index))] = read_line(line.get("geometry"), f"{where}.geometry")
    return shapes


def _zone(value: Any) -> str:
    if not isinstance(value, str):
        raise BadInput("zone", value, 'an IANA zone such as "Asia/Baghdad"')
    dates.zone(value)
    return value


def read_line(value: Any, where: str) -> BaseGeometry:
    """A LineString, in degrees; BadInput naming where."""
    geometry = read_geometry(value, where)
    if geometry["type"] != "LineString":
        raise BadInput(where, geometry["type"], "a LineString", code="plan_line")
    return place.to_shapely(geometry)


def read_geometry(value: Any, where: str) -> place.Geometry:
    """A geometry in 1e-7 degrees, from these or from degrees; BadInput naming where."""
    degrees = isinstance(value, dict) and _in_degrees(value.get("coordinates"))
    geometry = place.from_geojson(value, where) if degrees else value
    place.check_geometry(geometry, where)
    checked: place.Geometry = geometry
    return checked


def _in_degrees(value: Any) -> bool:
    """Whether a person wrote degrees: a decimal point, or a number that in 1e-7 degree would be at 0, 0."""
    if not isinstance(value, list) or not value:
        return False
    if isinstance(value[0], list):
        return any(
            _in_degrees(position) for position in value if position and not isinstance(position[0], list)
        )
    return any(isinstance(v, float) or (isinstance(v, int) and 0 < abs(v) <= 180) for v in value)
