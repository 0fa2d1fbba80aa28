"""The tear line: it only widens. Spec: docs/spec/release.md.

- release 2.3  a field is kept, coarsened or dropped as its kind declares; undeclared is dropped
- release 2.4  a place becomes the whole cells it touches; its grid reference and name go
- release 2.5  a window opens outward to the hour; an instant goes down to the hour
- release 2.7  a reference to a record the reader does not hold is dropped, in a whole release too
- release 2.8  an edited tear line may reword and widen further, never narrow or bring back
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seamline.errors import BadInput, Worded
from seamline.geo import place
from seamline.geo.cells import cover
from seamline.records.kind import Body, Field, fields
from seamline.records.values import Release

HOUR = 3_600_000
Json = dict[str, Any]


def whole(kind: type[Body], body: Json, *, readable: Callable[[str], bool]) -> Json:
    """The body as it stands, less references the reader could not follow (release 2.7)."""
    return {name: value for name, value in body.items() if _follows(_field(kind, name), value, readable)}


def tear(kind: type[Body], body: Json, *, cell: int, readable: Callable[[str], bool]) -> Json:
    """The tear line of a body; cell is the H3 resolution the terms agreed."""
    out: Json = {}
    for name, value in body.items():
        field = _field(kind, name)
        if field is None or field.spec.release is Release.DROP or not _follows(field, value, readable):
            continue
        out[name] = _coarsen(field, value, cell) if field.spec.release is Release.COARSEN else value
    return out | {"tear": True}


def check_edited(kind: type[Body], torn: Json, edited: Json) -> Json:
    """An officer's edit of a tear line, if it does not say more than the tear line did (release 2.8).

    torn: what tear() gave. Lines and texts may be reworded. Raises BadInput naming the field.
    """
    for name, value in edited.items():
        field = _field(kind, name)
        if name == "tear":
            continue
        if field is None or name not in torn:
            raise BadInput(
                f"body.{name}",
                value,
                Worded("remedy.tear_drops", "a tear line drops this field; leave it out"),
            )
        if field.spec.type in ("line", "text"):
            continue
        if field.spec.type == "place":
            _contains(f"body.{name}", value, torn[name])
        elif field.spec.type == "window":
            if value["start"] > torn[name]["start"] or value["end"] < torn[name]["end"]:
                raise BadInput(
                    f"body.{name}",
                    value,
                    Worded("remedy.tear_window", "a tear line only widens: keep the whole window inside"),
                )
        elif value != torn[name]:
            raise BadInput(
                f"body.{name}", value, Worded("remedy.leave_as_is", "leave this as it is, or leave it out")
            )
    return edited | {"tear": True}


def _field(kind: type[Body], name: str) -> Field | None:
    return next((f for f in fields(kind) if f.name == name), None)


def _follows(field: Field | None, value: Any, readable: Callable[[str], bool]) -> bool:
    return field is None or field.spec.type != "ref" or readable(str(value))


def _coarsen(field: Field, value: Any, cell: int) -> Any:
    if field.spec.type == "place":
        return {"geometry": cover(value["geometry"], cell)}
    if field.spec.type == "window":
        return {"start": value["start"] // HOUR * HOUR, "end": -(-value["end"] // HOUR) * HOUR}
    if field.spec.type == "instant":
        return value // HOUR * HOUR
    raise AssertionError(f"no way to coarsen a {field.spec.type}")  # a fault of the kind; its test finds it


def _contains(field: str, value: Any, inner: Any) -> None:
    outer = place.to_shapely(value["geometry"])
    if not outer.covers(place.to_shapely(inner["geometry"])):
        raise BadInput(
            field,
            "a smaller area",
            Worded("remedy.tear_area", "a tear line only widens: keep the whole area inside"),
        )
