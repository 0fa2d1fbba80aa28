"""terms: the terms of reference a centre starts from. Whatever is political is here and not in code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput
from seamline.records.agreed import Agreed
from seamline.records.values import (
    KEEP,
    Buffer,
    Code,
    Geometry,
    Ident,
    Lat,
    Line,
    LineString,
    Lon,
    Metres,
    Place,
    Spec,
    Text,
)


class NamedLine(Struct, frozen=True, omit_defaults=True):
    """A line for coordination only, without prejudice to status; each party names it on its own screens."""

    id: Ident
    names: dict[Ident, Line]
    geometry: LineString
    corridor_m: Metres = 15_000


class Frame(Struct, frozen=True):
    """The point on which the transverse-Mercator plane of all distances is centred, 1e-7 degrees."""

    lon: Lon
    lat: Lat


class Terms(Agreed, kw_only=True):
    """In force when every party named in `parties` has endorsed the same bytes (DESIGN §2)."""

    KIND: ClassVar[str] = "terms"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    BINDING: ClassVar[bool] = True
    name: Annotated[Line, Spec("line", KEEP)]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=1, max_length=16)], Spec("parties", KEEP)]
    facilitators: Annotated[list[Ident], Spec("parties", KEEP)] = []
    languages: Annotated[tuple[str, ...], Spec("codes", KEEP)] = ("en", "ar", "ckb")
    zone: Annotated[Line, Spec("line", KEEP)] = "Asia/Baghdad"
    frame: Annotated[Frame | None, Spec("map", KEEP)] = None
    lines: Annotated[Annotated[list[NamedLine], Meta(max_length=8)], Spec("map", KEEP)] = []
    released_cell: Annotated[
        Annotated[int, Meta(ge=5, le=9, description="H3 resolution of a tear line; 7 is about 1.2 km")],
        Spec("number", KEEP),
    ] = 7
    buffers: Annotated[dict[str, Buffer], Spec("map", KEEP)] = {}
    layers: Annotated[list[str], Spec("codes", KEEP)] = []
    desks: Annotated[list[str], Spec("codes", KEEP)] = []
    complaint_hours: Annotated[
        dict[Code, Annotated[int, Meta(ge=1, le=8784)]], Spec("map", KEEP)
    ] = {}
    preamble: Annotated[Text, Spec("text", KEEP)] = ""
    place: Annotated[Place | None, Spec("place", KEEP)] = None

    def check(self) -> None:
        if sorted(set(self.parties)) != self.parties:
            raise BadInput("parties", "+".join(self.parties), "name each party once, in alphabetical order")
        both = set(self.parties) & set(self.facilitators)
        if both:
            raise BadInput(
                "facilitators", ", ".join(sorted(both)), "a party is a side or a facilitator, not both"
            )

    def geometry(self) -> Geometry | None:
        return self.place.geometry if self.place else None

    def parties_named(self) -> Sequence[str]:
        return self.parties
