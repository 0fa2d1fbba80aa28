"""The plan file of `seamline check`: a GeoJSON FeatureCollection, read strictly and with every fault at once.

Bounds: 64 MiB a file, 1,000,000 features in all. JSON is read as RFC 8259 has it: no NaN, no key twice in one
object, no nesting beyond what a plan needs. docs/check.md describes the properties.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from seamline.errors import BadInput, TooLarge
from seamline.geo import place, window

MAX_BYTES = 64 * 2**20
MAX_FEATURES = 1_000_000
MAX_BUFFER = 5_000
MAX_SIGHT = 100_000
MAX_DAYS = 366
KINDS = ("activity", "watch", "site", "post")

# A plan has about 4 brackets for each 100 bytes; a file of nothing but brackets would fill the memory.
_MAX_BRACKETS = 8_000_000
_PARTY = re.compile(r"[a-z][a-z0-9-]{1,15}", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
# Joiners shape Sorani and Persian words; every other invisible character is shown as what it is: a fault.
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Plan:
    """One feature. east: minutes east of UTC its author wrote his times in; declared: ms, if he said so."""

    file: str
    index: int
    name: str
    title: str
    party: str
    kind: str
    type: str
    geometry: BaseGeometry
    start: int | None
    end: int | None
    east: int
    declared: int | None
    undertaking: bool
    buffer_m: int | None
    sight_m: int | None
    weight: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which file and feature (None: the file as a whole)."""

    file: str
    feature: int | None
    error: BadInput


@dataclass(slots=True)
class Plans:
    """What was read from all files, and everything that could not be."""

    plans: list[Plan] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    features: int = 0


def read_plans(files: list[Path]) -> Plans:
    """Read all files; nothing is raised, every fault is listed."""
    found = Plans()
    for path in files:
        try:
            collection = load_json(read_bytes(path, "file"), "file")
            _read_collection(str(path), collection, found)
        except BadInput as fault:
            found.faults.append(Fault(str(path), None, fault))
    return found


def read_bytes(path: Path, name: str, limit: int = MAX_BYTES) -> bytes:
    """The file's bytes; BadInput if it cannot be read, TooLarge beyond the limit (never read whole then)."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as fault:
        said = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise BadInput(name, f"{path}: {said}", "name a file that can be read", code="plan_file") from None
    if len(data) > limit:
        raise TooLarge(name, f"more than {limit // 2**20} MiB", "split the file", code="plan_large")
    return data


def load_json(data: bytes, name: str) -> Any:
    """Strict JSON; BadInput says where it breaks."""
    if data.count(b"[") + data.count(b"{") > _MAX_BRACKETS:
        raise TooLarge(name, "too many lists and objects", "split the file", code="plan_large")
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        at = f"line {fault.lineno}, column {fault.colno}"
        raise BadInput(name, f"{at}: {fault.msg}", "mend it there", where=at, code="plan_json") from None
    except UnicodeDecodeError as fault:
        raise BadInput(name, f"byte {fault.start}", "save it as UTF-8", code="plan_utf8") from None
    except RecursionError:
        raise BadInput(name, "nested too deeply", "a plan has no such depth", code="plan_depth") from None
    except ValueError as fault:
        raise BadInput(name, str(fault), "a number a plan can hold", code="plan_number") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise BadInput(twice, "stated twice in one object", "state it once", code="plan_twice")
    return out


def _no_constant(name: str) -> Any:
    raise BadInput("number", name, "write a number, or leave the property out", code="plan_constant")


# ---------------------------------------------------------------- features


def _read_collection(file: str, collection: Any, found: Plans) -> None:
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        said = collection.get("type") if isinstance(collection, dict) else type(collection).__name__
        raise BadInput("type", said, "write a GeoJSON FeatureCollection", code="plan_collection")
    features = collection.get("features")
    if not isinstance(features, list):
        raise BadInput("features", features, "a list of features", code="plan_collection")
    _check_crs(collection.get("crs"))
    found.features += len(features)
    if found.features > MAX_FEATURES:
        raise TooLarge("features", found.features, "at most 1,000,000 in all", code="plan_large")
    drafts: list[_Draft] = []
    for index, feature in enumerate(features):
        draft = _Draft(file, index)
        draft.read(feature)
        drafts.append(draft)
    _check_shapes(drafts)
    for draft in drafts:
        found.faults += [Fault(file, draft.index, fault) for fault in draft.faults]
        if not draft.faults:
            found.plans.append(draft.plan())


def _check_crs(crs: Any) -> None:
    """RFC 7946 has WGS 84 only; older files may name another system, and would be read wrongly."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", crs)) if isinstance(properties, dict) else str(crs)
    if not name.upper().endswith(("CRS84", "EPSG:4326", "EPSG::4326")):
        raise BadInput("crs", name, "save it in longitude and latitude, WGS 84", code="plan_crs")


def _check_shapes(drafts: list[_Draft]) -> None:
    """All places of a file in a few calls; ten times faster than one by one."""
    placed = [draft for draft in drafts if draft.place is not None]
    shapes, faults = place.check_geometries(
        [draft.place for draft in placed if draft.place is not None], ["geometry"] * len(placed)
    )
    for at, draft in enumerate(placed):
        if at in faults:
            draft.faults.append(faults[at])
        else:
            draft.shape = shapes[at]


@dataclass(slots=True)
class _Draft:
    """A feature being read: what is good so far, and its faults."""

    file: str
    index: int
    faults: list[BadInput] = field(default_factory=list)
    place: place.Geometry | None = None
    shape: Any = None
    values: dict[str, Any] = field(default_factory=dict)

    def read(self, feature: Any) -> None:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            said = feature.get("type") if isinstance(feature, dict) else feature
            self.faults.append(BadInput("type", said, "each member is a Feature", code="plan_feature"))
            return
        properties = feature.get("properties")
        if not isinstance(properties, dict):
            self.faults.append(BadInput("properties", properties, "an object", code="plan_feature"))
            properties = {"kind": None}
        else:
            self._read_properties({k: v for k, v in properties.items() if v is not None})
        name = feature.get("id")
        self.values["name"] = shown(str(name)) if isinstance(name, str | int) else ""
        self._take("place", lambda: place.from_geojson(feature.get("geometry")))
        self.place = self.values.pop("place", None)
        if self.values.get("kind") == "watch" and self.place and self.place["type"] == "Point":
            remedy = "draw the watch as an area or a stretch"
            self.faults.append(BadInput("geometry", "Point", remedy, code="plan_watch_point"))

    def plan(self) -> Plan:
        return Plan(self.file, self.index, geometry=self.shape, **self.values)

    def _read_properties(self, given: dict[str, Any]) -> None:
        kind = self._take("kind", lambda: _kind(given.get("kind", "activity"))) or "activity"
        timed = kind in ("activity", "watch")
        self._take("party", lambda: _party(given, required=kind in ("activity", "post")))
        self._take("type", lambda: _type(given, kind))
        self._take("title", lambda: _title(given.get("title", "")))
        self._take("undertaking", lambda: _flag(given.get("undertaking", False)))
        self._take("buffer_m", lambda: _whole("buffer_m", given.get("buffer_m"), 0, MAX_BUFFER))
        self._take("sight_m", lambda: _whole("sight_m", given.get("sight_m"), 0, MAX_SIGHT))
        self._take("weight", lambda: _whole("weight", given.get("weight", 1), 1, 100))
        self._read_times(given, required=timed or "start" in given or "end" in given)

    def _read_times(self, given: dict[str, Any], *, required: bool) -> None:
        self.values |= {"start": None, "end": None, "east": 0, "declared": None}
        if required:
            start = self._take("start", lambda: _time(given, "start"))
            end = self._take("end", lambda: _time(given, "end"))
            if start and end:
                self.values |= {"start": start[0], "end": end[0], "east": start[1]}
                self._take("window", lambda: _check_window(start[0], end[0], given))
                self.values.pop("window", None)
        if "declared" in given:
            declared = self._take("declared", lambda: _time(given, "declared"))
            self.values["declared"] = declared[0] if declared else None

    def _take(self, name: str, read: Callable[[], Any]) -> Any:
        """Keep the value under that name, or the fault; a fault in one property hides none in another."""
        try:
            self.values[name] = read()
        except BadInput as fault:
            self.faults.append(fault)
            return None
        return self.values[name]


def shown(text: str, limit: int = 200) -> str:
    """Text of another's file as it may be printed: one line, no control characters, bounded."""
    return "".join(c if c.isprintable() or c in _JOINERS else "\ufffd" for c in text[:limit])


# ---------------------------------------------------------------- properties


def _bad(name: str, value: Any, remedy: str, code: str, **params: object) -> BadInput:
    """params: what the remedy's words in other languages need."""
    fault = BadInput(f"properties.{name}", value, remedy, code=code)
    fault.params.update(params)
    return fault


def _kind(value: Any) -> str:
    if not isinstance(value, str) or value not in KINDS:
        raise _bad("kind", value, "activity, watch, site or post", "plan_kind")
    return value


def _party(given: dict[str, Any], *, required: bool) -> str:
    value = given.get("party")
    if value is None and not required:
        return ""
    if value is None:
        raise _bad("party", None, "say whose it is", "plan_missing")
    parts = value.split("+") if isinstance(value, str) else []
    if not parts or not all(_PARTY.fullmatch(part) for part in parts):
        raise _bad("party", value, "2 to 16 of a-z, 0-9 and -, a letter first; joint: isf+ksf", "plan_party")
    if sorted(set(parts)) != parts:
        right = "+".join(sorted(set(parts)))
        raise _bad("party", value, f"write {right}", "plan_party_order", right=right)
    return str(value)


def _type(given: dict[str, Any], kind: str) -> str:
    value = given.get("type")
    if value is None and kind != "activity":
        return kind
    if value is None:
        raise _bad("type", None, "say what it is, such as patrol", "plan_missing")
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise _bad("type", value, "a code such as patrol: a-z, 0-9, - and _", "plan_type")
    return value


def _title(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise _bad("title", value, "text of at most 200 characters", "plan_text")
    return shown(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _bad("undertaking", value, "true or false", "plan_flag")
    return value


def _whole(name: str, value: Any, low: int, high: int) -> int | None:
    if value is None:
        return None
    whole = int(value) if type(value) is float and value.is_integer() else value
    if type(whole) is not int or not low <= whole <= high:
        raise not_whole(f"properties.{name}", value, low, high)
    return whole


def not_whole(field: str, value: object, low: int, high: int) -> BadInput:
    """The refusal of what is no whole number between low and high."""
    fault = BadInput(field, value, f"a whole number from {low} to {high}", code="plan_whole")
    fault.params.update(low=low, high=high)
    return fault


def _time(given: dict[str, Any], name: str) -> tuple[int, int]:
    if given.get(name) is None:
        raise _bad(name, None, "say when, like 2026-11-21T14:30:00+03:00", "plan_missing")
    return window.parse_with_offset(given[name], f"properties.{name}")


def _check_window(start: int, end: int, given: dict[str, Any]) -> bool:
    if start >= end:
        raise _bad("end", given["end"], "the end must be later than the start", "time_order")
    if end - start > MAX_DAYS * window.DAY:
        raise _bad("end", given["end"], "at most 366 days after the start", "time_long")
    return True
