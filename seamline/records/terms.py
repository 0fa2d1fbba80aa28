"""terms: the terms of reference a centre starts from. Whatever is political is here and not in code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.agreement import Lang
from seamline.records.values import (
    CODES,
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
    PartyRef,
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


class Stretch(Struct, frozen=True, omit_defaults=True):
    """A part of a line, from one distance along it to another (m); what each party undertook there."""

    id: Ident
    line: Ident
    names: dict[Ident, Line] = {}
    from_m: Annotated[int, Meta(ge=0, le=5_000_000)] = 0
    to_m: Annotated[int, Meta(ge=0, le=5_000_000)] | None = None
    undertakes: dict[Ident, Annotated[str, Meta(max_length=2000)]] = {}


class NamedPlace(Struct, frozen=True, omit_defaults=True):
    """A place that each party calls by its own name."""

    id: Ident
    names: dict[Ident, Line]
    place: Place | None = None


class Tier(Struct, frozen=True, omit_defaults=True):
    """A level at which the parties meet. above: where what is not settled here goes. quorum: of each side."""

    id: Ident
    names: dict[Ident, Line]
    above: Ident | None = None
    quorum: Annotated[int, Meta(ge=1, le=50)] = 1


class Venue(Struct, frozen=True, omit_defaults=True):
    """Where they meet; host: whose room it is. secure: told to each delegation and the host alone."""

    id: Ident
    host: Ident
    names: dict[Ident, Line] = {}
    secure: bool = False
    place: Place | None = None


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
    frame: Annotated[Frame | None, Spec("parts", KEEP)] = None
    lines: Annotated[Annotated[list[NamedLine], Meta(max_length=8)], Spec("parts", KEEP)] = []
    released_cell: Annotated[
        Annotated[int, Meta(ge=5, le=9, description="H3 resolution of a tear line; 7 is about 1.2 km")],
        Spec("number", KEEP),
    ] = 7
    buffers: Annotated[dict[str, Buffer], Spec("parts", KEEP)] = {}
    layers: Annotated[list[str], Spec("codes", KEEP)] = []
    desks: Annotated[list[str], Spec("codes", KEEP)] = []
    complaint_hours: Annotated[dict[Code, Annotated[int, Meta(ge=1, le=8784)]], Spec("parts", KEEP)] = {}
    preamble: Annotated[Text, Spec("text", KEEP)] = ""
    centre: Annotated[dict[Ident, Line], Spec("map", KEEP)] = {}
    place_names: Annotated[Annotated[list[NamedPlace], Meta(max_length=200)], Spec("parts", KEEP)] = []
    stretches: Annotated[Annotated[list[Stretch], Meta(max_length=64)], Spec("parts", KEEP)] = []
    lists: Annotated[dict[Code, list[Code]], Spec("parts", KEEP)] = {}
    prevails: Annotated[Lang | None, Spec("code", KEEP, "lang")] = None
    tiers: Annotated[Annotated[list[Tier], Meta(max_length=6)], Spec("parts", KEEP)] = []
    chair: Annotated[Code | None, Spec("code", KEEP, "chair")] = None
    venues: Annotated[Annotated[list[Venue], Meta(max_length=20)], Spec("parts", KEEP)] = []
    channels: Annotated[Annotated[list[PartyRef], Meta(max_length=32)], Spec("codes", KEEP)] = []
    retention_days: Annotated[Annotated[int, Meta(ge=30, le=36_500)] | None, Spec("number", KEEP)] = None
    place: Annotated[Place | None, Spec("place", KEEP)] = None

    def check(self) -> None:
        if sorted(set(self.parties)) != self.parties:
            raise BadInput(
                "parties",
                "+".join(self.parties),
                Worded("remedy.parties_once", "name each party once, in alphabetical order"),
            )
        both = set(self.parties) & set(self.facilitators)
        if both:
            raise BadInput(
                "facilitators",
                ", ".join(sorted(both)),
                Worded("remedy.side_or_other", "a party is a side or a facilitator, not both"),
            )
        self._check_words()
        self._check_tiers()
        known = {*self.parties, *self.facilitators}
        for index, venue in enumerate(self.venues):
            _known(f"venues[{index}].host", [venue.host], known)
        for index, channel in enumerate(self.channels):
            _known(f"channels[{index}]", channel.split("+"), known)
        for index, stretch in enumerate(self.stretches):
            _known(f"stretches[{index}].undertakes", stretch.undertakes, known)
            if stretch.line not in {line.id for line in self.lines}:
                raise BadInput(
                    f"stretches[{index}].line",
                    stretch.line,
                    Worded("remedy.terms_line", "a line of these terms"),
                )
            if stretch.to_m is not None and stretch.to_m <= stretch.from_m:
                raise BadInput(
                    f"stretches[{index}].to_m",
                    stretch.to_m,
                    Worded("remedy.farther_along", "farther along than where it begins"),
                )
        for field in ("lines", "place_names", "stretches", "tiers", "venues"):
            ids = [one.id for one in getattr(self, field)]
            if len(set(ids)) != len(ids):
                raise BadInput(field, ", ".join(ids), Worded("remedy.own_ids", "give each its own id"))

    def _check_words(self) -> None:
        if self.prevails is not None and self.prevails not in self.languages:
            raise BadInput(
                "prevails", self.prevails, Worded("remedy.terms_language", "a language of these terms")
            )
        for name, codes in self.lists.items():
            strange = sorted(set(codes) - set(CODES.get(name, ())))
            if name not in CODES or strange or not codes:
                remedy = "a list of this program, shortened: " + ", ".join(CODES.get(name, sorted(CODES)))
                raise BadInput(f"lists.{name}", ", ".join(strange) or name, remedy)

    def _check_tiers(self) -> None:
        above = {tier.id: tier.above for tier in self.tiers}
        for index, tier in enumerate(self.tiers):
            seen, at = {tier.id}, tier.above
            while at is not None:
                if at not in above or at in seen:
                    raise BadInput(
                        f"tiers[{index}].above",
                        tier.above,
                        Worded("remedy.another_tier", "another tier, and no circle"),
                    )
                seen.add(at)
                at = above[at]

    def geometry(self) -> Geometry | None:
        return self.place.geometry if self.place else None

    def parties_named(self) -> Sequence[str]:
        return self.parties


def _known(field: str, named: Iterable[str], known: Collection[str]) -> None:
    strange = sorted(set(named) - set(known))
    if strange:
        raise BadInput(
            field, ", ".join(strange), Worded("remedy.terms_party", "a party or facilitator of these terms")
        )
