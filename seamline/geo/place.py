"""A place as it stands in a record: Point, LineString, Polygon or MultiPolygon, integers of 1e-7 degree.

What a place must be (each refusal is a BadInput with its own code, so that it can be said in any language):

- two numbers a position, longitude first; longitude -178 to 178, latitude -80 to 80: distances are taken in a
  transverse-Mercator plane, which the poles and the 180th meridian would break
- at most 2,000 positions, 1,000 km from corner to corner, 20,000 km of drawn line
- a route has two different positions; a ring is closed; outlines do not cross, parts do not overlap
- between two positions the line is straight in longitude and latitude (RFC 7946 §3.1.1)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.errors import BadInput, TooLarge

Geometry = dict[str, Any]
"""{"type", "coordinates"} as in GeoJSON, with integers of 1e-7 degree."""

Box = tuple[int, int, int, int]
"""West, south, east, north, integers of 1e-7 degree."""

SCALE = 10_000_000
MAX_LON = 178 * SCALE
MAX_LAT = 80 * SCALE
MAX_POINTS = 2_000
MAX_EXTENT_KM = 1_000
MAX_DRAWN_KM = 20_000

_DEPTH = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 3}
_KM_PER_UNIT = 111.7 / SCALE  # the longest a degree gets
# A decimal of seven places times 1e7 misses a whole number by at most 4e-7; eight places miss by 0.1.
_NOISE = 1e-5


def check_geometry(geometry: Geometry, field: str = "geometry") -> None:
    """Refuse what the rules above refuse: BadInput naming the field (and position) and the remedy."""
    for fault in check_geometries([geometry], [field])[1].values():
        raise fault


def check_geometries(
    geometries: Sequence[Geometry], fields: Sequence[str]
) -> tuple[np.ndarray[Any, Any], dict[int, BadInput]]:
    """Many at once, much faster: shapes in degrees (None where refused), and each refusal by index."""
    shapes: np.ndarray[Any, Any] = np.full(len(geometries), None, dtype=object)
    faults: dict[int, BadInput] = {}
    good: list[int] = []
    for i, geometry in enumerate(geometries):
        try:
            _check_structure(geometry, fields[i])
            good.append(i)
        except BadInput as fault:
            faults[i] = fault
    exact = _shapes([geometries[i] for i in good], 1)
    suspect = ~shapely.is_valid(exact)
    bounds = shapely.bounds(exact)
    suspect |= _extents_km(bounds) > MAX_EXTENT_KM
    suspect |= shapely.length(exact) * _KM_PER_UNIT > MAX_DRAWN_KM
    no_size = (bounds[:, 0] == bounds[:, 2]) & (bounds[:, 1] == bounds[:, 3])
    suspect |= no_size & (shapely.get_dimensions(exact) > 0)
    for at in np.flatnonzero(suspect):
        faults[good[at]] = _why(exact[at], fields[good[at]])
    sound = [i for i in good if i not in faults]
    if sound:
        shapes[sound] = _shapes([geometries[i] for i in sound], SCALE)
    return shapes, faults


def to_shapely(geometry: Geometry) -> BaseGeometry:
    """The shape in degrees. The geometry has been checked; a type that is no place is BadInput."""
    name, coordinates = geometry["type"], geometry["coordinates"]
    shape: Any
    if name == "MultiPolygon":
        shape = shapely.multipolygons([_polygon(rings) for rings in coordinates])
    elif name == "Polygon":
        shape = _polygon(coordinates)
    elif name == "LineString":
        shape = shapely.linestrings(np.array(coordinates, dtype=np.float64) / SCALE)
    elif name == "Point":
        shape = shapely.points(np.array(coordinates, dtype=np.float64) / SCALE)
    else:
        raise BadInput("geometry", name, _USE_TYPES, code="place_type")
    made: BaseGeometry = shape
    return made


def to_shapely_many(geometries: Sequence[Geometry]) -> np.ndarray[Any, Any]:
    """Shapes in degrees, one for each geometry, all checked before."""
    return _shapes(geometries, SCALE)


def from_shapely(shape: BaseGeometry) -> Geometry:
    """A shape in degrees as a geometry, rounded to 1e-7 degree (half to even), outer rings anticlockwise."""
    return from_exact(shapely.transform(shape, lambda xy: np.rint(xy * SCALE)))


def from_exact(shape: BaseGeometry) -> Geometry:
    """A shape whose coordinates already are whole units of 1e-7 degree."""
    if shape.geom_type not in _DEPTH or shape.is_empty:
        raise BadInput("geometry", shape.geom_type, _USE_TYPES, code="place_type")
    return _whole(shapely.orient_polygons(shape).__geo_interface__)


def box(geometry: Geometry) -> Box:
    """The smallest box around it."""
    west, south, east, north = MAX_LON * 2, MAX_LAT * 2, -MAX_LON * 2, -MAX_LAT * 2
    for x, y in _positions(geometry["coordinates"], _DEPTH[geometry["type"]]):
        west, east = min(west, x), max(east, x)
        south, north = min(south, y), max(north, y)
    return west, south, east, north


def diagonal_km(bounds: Box) -> float:
    """From corner to corner of a box; never less than the truth."""
    return float(_extents_km(np.array([bounds], dtype=np.float64))[0])


def from_geojson(value: Any, field: str = "geometry", *, exact: bool = True) -> Geometry:
    """A GeoJSON geometry (RFC 7946 §3.1, degrees) in integers; structure is checked, shape is not.

    exact: more than seven decimals are refused, otherwise rounded half to even. Raises BadInput.
    """
    depth = _depth(value, field)
    try:
        coordinates = _convert(value["coordinates"], depth, exact)
    except _Fault as fault:
        raise fault.at(f"{field}.coordinates") from None
    return {"type": value["type"], "coordinates": coordinates}


def to_geojson(geometry: Geometry) -> Geometry:
    """The same place as a GeoJSON geometry in degrees."""

    def degrees(value: Any, depth: int) -> Any:
        return [degrees(v, depth - 1) for v in value] if depth else [value[0] / SCALE, value[1] / SCALE]

    name = geometry["type"]
    return {"type": name, "coordinates": degrees(geometry["coordinates"], _DEPTH[name])}


# ---------------------------------------------------------------- structure

_USE_TYPES = "use Point, LineString, Polygon or MultiPolygon"


class _Fault(Exception):
    """A refusal on its way up; each list it passes adds its index. Never leaves this module."""

    def __init__(self, code: str, value: object, remedy: str) -> None:
        super().__init__(code)
        self.code, self.value, self.remedy, self.path = code, value, remedy, ""

    def inside(self, index: int) -> _Fault:
        self.path = f"[{index}]{self.path}"
        return self

    def at(self, field: str) -> BadInput:
        kind = TooLarge if self.code == "place_points" else BadInput
        return kind(field + self.path, self.value, self.remedy, code=self.code)


def _depth(value: Any, field: str) -> int:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str) or value["type"] not in _DEPTH:
        shown = value.get("type") if isinstance(value, dict) else value
        raise BadInput(field, shown, _USE_TYPES, code="place_type")
    if not isinstance(value.get("coordinates"), list | tuple):
        raise BadInput(f"{field}.coordinates", value.get("coordinates"), _TWO_NUMBERS, code="place_position")
    return _DEPTH[value["type"]]


_TWO_NUMBERS = "each position is [longitude, latitude], two numbers"


def _convert(value: Any, depth: int, exact: bool) -> list[Any]:
    """Degrees to integers, lists within lists."""
    if depth == 0:
        return _position(value, exact)
    if not isinstance(value, list):
        raise _Fault("place_position", value, _TWO_NUMBERS)
    out: list[Any] = []
    step = _position if depth == 1 else partial(_convert, depth=depth - 1)
    try:
        for item in value:
            out.append(step(item, exact=exact))  # noqa: PERF401  the count is needed when one fails
    except _Fault as fault:
        raise fault.inside(len(out)) from None
    return out


def _position(value: Any, exact: bool) -> list[Any]:
    if type(value) is not list or len(value) != 2:
        flat = isinstance(value, list) and len(value) > 2 and all(_is_number(v) for v in value)
        remedy = "leave out the height: two numbers a position" if flat else _TWO_NUMBERS
        raise _Fault("place_flat" if flat else "place_position", value, remedy)
    lon, lat = value
    if not (_is_number(lon) and _is_number(lat)):
        raise _Fault("place_position", value, _TWO_NUMBERS)
    x, y = lon * SCALE, lat * SCALE
    if not (-MAX_LON <= x <= MAX_LON and -MAX_LAT <= y <= MAX_LAT):
        raise _Fault("place_range", value, _RANGE)
    lon, lat = round(x), round(y)
    if exact and (abs(x - lon) > _NOISE or abs(y - lat) > _NOISE):
        raise _Fault("place_decimals", value, "write at most 7 decimals (1 cm)")
    return [lon, lat]


_RANGE = "longitude first, -178 to 178; then latitude, -80 to 80"


def _is_number(value: Any) -> bool:
    return type(value) is float or type(value) is int


def _check_structure(geometry: Geometry, field: str) -> None:
    """Everything but the shape: types, numbers of positions, range, closed rings."""
    depth = _depth(geometry, field)
    coordinates = geometry["coordinates"]
    try:
        count = _count(coordinates, depth, geometry["type"] in ("Polygon", "MultiPolygon"))
    except _Fault as fault:
        raise fault.at(f"{field}.coordinates") from None
    if count > MAX_POINTS:
        raise TooLarge(f"{field}.coordinates", count, _FEWER, code="place_points")
    if depth == 1 and count < 2:
        raise BadInput(f"{field}.coordinates", coordinates, _ROUTE, code="place_length")


_FEWER = "draw it with at most 2,000 positions"
_RING = "close the ring: at least 4 positions, the last equal to the first"
_ROUTE = "a route needs two different positions; otherwise use a Point"


def _count(value: Any, depth: int, area: bool) -> int:
    if depth == 0:
        _check_position(value)
        return 1
    if not isinstance(value, list | tuple) or not value:
        raise _Fault("place_position", value, _TWO_NUMBERS)
    total = index = 0
    try:
        for index, item in enumerate(value):  # noqa: B007  the index is wanted when one fails
            if depth > 1:
                total += _count(item, depth - 1, area)
            else:
                _check_position(item)
                total += 1
    except _Fault as fault:
        raise fault.inside(index) from None
    if total > MAX_POINTS:
        raise _Fault("place_points", total, _FEWER)
    if area and depth == 1 and (len(value) < 4 or tuple(value[0]) != tuple(value[-1])):
        raise _Fault("place_ring", value[-1], _RING)
    return total


def _check_position(value: Any) -> None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _Fault("place_position", value, _TWO_NUMBERS)
    x, y = value
    if type(x) is not int or type(y) is not int:
        raise _Fault("place_position", value, "two whole numbers of 1e-7 degree")
    if not (-MAX_LON <= x <= MAX_LON and -MAX_LAT <= y <= MAX_LAT):
        raise _Fault("place_range", value, _RANGE)


# ---------------------------------------------------------------- shape


def _why(exact: BaseGeometry, field: str) -> BadInput:
    """What is wrong with a shape (in whole units) that did not pass."""
    west, _, east, _ = exact.bounds
    if east - west > 180 * SCALE:
        return BadInput(field, _extent(exact), "split it at the 180th meridian", code="place_antimeridian")
    if _extents_km(shapely.bounds(np.array([exact])))[0] > MAX_EXTENT_KM:
        return BadInput(field, _extent(exact), "at most 1,000 km across: use parts", code="place_extent")
    if exact.length * _KM_PER_UNIT > MAX_DRAWN_KM:
        return BadInput(field, "more than 20,000 km drawn", "draw fewer turns", code="place_drawn")
    if exact.geom_type == "LineString":
        return BadInput(field, _extent(exact), _ROUTE, code="place_length")
    reason = shapely.is_valid_reason(exact)
    where = _reason_position(reason) or _extent(exact)
    if any(part.convex_hull.area == 0 for part in shapely.get_parts(exact)):
        return BadInput(field, _extent(exact), "the outline encloses no ground", code="place_ring_empty")
    if "elf-intersection" in reason:
        return BadInput(field, where, "the outlines cross or touch there", code="place_crossing")
    return BadInput(field, where, "parts overlap, or a hole lies outside its outline", code="place_parts")


def _reason_position(reason: str) -> str | None:
    """GEOS writes "Self-intersection[431234567 357000000]"; a person reads degrees."""
    found = re.search(r"\[(\S+) (\S+)\]", reason)
    return f"{float(found[1]) / SCALE:.7f}, {float(found[2]) / SCALE:.7f}" if found else None


def _extent(exact: BaseGeometry) -> str:
    w, s, e, n = (v / SCALE for v in exact.bounds)
    return f"{w:.7g}, {s:.7g} to {e:.7g}, {n:.7g}"


def _extents_km(bounds: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Corner to corner, at the latitude where a degree is longest: never less than the truth."""
    widest = np.where(
        bounds[:, 1] * bounds[:, 3] <= 0, 0.0, np.minimum(abs(bounds[:, 1]), abs(bounds[:, 3])) / SCALE
    )
    width = (bounds[:, 2] - bounds[:, 0]) * np.cos(np.radians(widest))
    result: np.ndarray[Any, Any] = np.hypot(width, bounds[:, 3] - bounds[:, 1]) * _KM_PER_UNIT
    return result


def _shapes(geometries: Sequence[Geometry], scale: int) -> np.ndarray[Any, Any]:
    """Shapes of coordinates divided by scale, built type by type in one call each."""
    out: np.ndarray[Any, Any] = np.full(len(geometries), None, dtype=object)
    by_type: dict[str, list[int]] = {}
    for i, geometry in enumerate(geometries):
        by_type.setdefault(geometry["type"], []).append(i)
    for name, indexes in by_type.items():
        if name not in _DEPTH:
            raise BadInput("geometry", name, _USE_TYPES, code="place_type")
        shapes = _ragged(name, [geometries[i]["coordinates"] for i in indexes], scale)
        out[indexes] = shapes
    return out


def _polygon(rings: list[Any]) -> Any:
    outer, *inner = (np.array(ring, dtype=np.float64) / SCALE for ring in rings)
    holes: Any = [shapely.linearrings(hole) for hole in inner] or None
    return shapely.polygons(outer, holes=holes)


def _ragged(name: str, nested: list[Any], scale: int) -> np.ndarray[Any, Any]:
    """GeoArrow's layout: all positions in one array, and for each level where its lists start."""
    offsets: list[np.ndarray[Any, Any]] = []
    for _ in range(_DEPTH[name]):
        offsets.insert(0, np.cumsum([0, *(len(item) for item in nested)]))
        nested = [child for item in nested for child in item]
    flat = np.array(nested, dtype=np.float64).reshape(-1, 2) / scale
    kind = shapely.GeometryType[name.upper()]
    return np.asarray(shapely.from_ragged_array(kind, flat, tuple(offsets) or None), dtype=object)


def _positions(value: Any, depth: int) -> list[tuple[int, int]]:
    for _ in range(depth - 1):
        value = [item for part in value for item in part]
    return [tuple(value)] if depth == 0 else value


def _whole(interface: dict[str, Any]) -> Geometry:
    def ints(value: Any) -> Any:
        return [ints(v) for v in value] if isinstance(value[0], tuple) else [int(v) for v in value]

    return {"type": interface["type"], "coordinates": ints(interface["coordinates"])}
