"""sector, site, post, watch: ground that has a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded
from seamline.geo.place import SCALE, box, diagonal_km
from seamline.records.agreed import Agreed
from seamline.records.kind import Body, Reference
from seamline.records.values import (
    COARSEN,
    KEEP,
    Buffer,
    Code,
    Ident,
    Line,
    MultiPolygon,
    Place,
    Point,
    Polygon,
    RecordId,
    Spec,
    Text,
    Window,
    plain,
)


class Sector(Agreed, kw_only=True):
    """A stretch of the line, with what each party undertook there.

    In force when the parties of its channel have endorsed the same bytes: those the terms in force in that
    channel name, or without such terms every member of the channel.
    """

    KIND: ClassVar[str] = "sector"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner",)
    PLACED: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    place: Annotated[Place, Spec("place", COARSEN)]
    undertakes: Annotated[dict[Ident, Annotated[str, Meta(max_length=2000)]], Spec("map", KEEP)] = {}

    def check(self) -> None:
        _area("place", self.place)


class Site(Body, kw_only=True):
    """A protected place: nobody's plans may touch it unnoticed."""

    KIND: ClassVar[str] = "site"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    PLACED: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    type: Annotated[Code, Spec("code", KEEP, "site_type")]
    place: Annotated[Place, Spec("place", COARSEN)]
    buffer_m: Annotated[Buffer | None, Spec("number", KEEP)] = None
    remarks: Annotated[Text, Spec("text")] = ""


class Post(Body, kw_only=True):
    """A place that is held or not; who holds it each party states itself, in a holding."""

    KIND: ClassVar[str] = "post"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    PLACED: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    type: Annotated[Code, Spec("code", KEEP, "post_type")] = "post"
    place: Annotated[Place, Spec("place", COARSEN)]
    buffer_m: Annotated[Buffer | None, Spec("number", KEEP)] = None
    remarks: Annotated[Text, Spec("text")] = ""


class Watch(Agreed, kw_only=True):
    """A watch list: ground and hours that someone should watch, with its weight.

    In force, and only then used to look for gaps, when the parties of its channel have endorsed the same
    bytes: those the terms in force in that channel name, or without such terms every member of the channel.
    """

    KIND: ClassVar[str] = "watch"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner",)
    PLACED: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    place: Annotated[Place, Spec("place", COARSEN)]
    hours: Annotated[Window, Spec("window", COARSEN)]
    weight: Annotated[Annotated[int, Meta(ge=1, le=100)], Spec("number", KEEP)] = 1

    def check(self) -> None:
        _area("place", self.place)
        check_window("hours", self.hours)

    def window(self) -> Window | None:
        return self.hours


class Holding(Body, kw_only=True):
    """What a party itself states of a post; the register is computed from all statements.

    leaves: of vacating, when it will be left; from then (or from this statement) runs the hand-over's time.
    """

    KIND: ClassVar[str] = "holding"

    post: Annotated[RecordId, Spec("ref", KEEP)]
    status: Annotated[Code, Spec("code", KEEP, "holding_state")]
    since: Annotated[Annotated[int, Meta(ge=0)] | None, Spec("instant", COARSEN)] = None
    leaves: Annotated[Annotated[int, Meta(ge=0)] | None, Spec("instant", COARSEN)] = None
    size: Annotated[Code | None, Spec("code", values="size_band")] = None
    remarks: Annotated[Text, Spec("text")] = ""

    def check(self) -> None:
        if self.leaves is not None and self.status != "vacating":
            raise BadInput(
                "leaves",
                self.leaves,
                Worded("remedy.vacating_leaves", "only a post that is being vacated has a time of leaving"),
            )

    def references(self) -> Sequence[Reference]:
        return (Reference("states", self.post),)

    def title(self) -> str:
        return self.status


class Unit(Body, kw_only=True):
    """A unit as its own party wishes it known; never its strength, weapons or persons."""

    KIND: ClassVar[str] = "unit"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner",)

    name: Annotated[Line, Spec("line")]
    type: Annotated[Code, Spec("code", values="unit_type")] = "infantry"
    size: Annotated[Code | None, Spec("code", values="size_band")] = None
    duty_number: Annotated[Annotated[str, Meta(max_length=40)], Spec("line")] = ""
    remarks: Annotated[Text, Spec("text")] = ""


def _area(field: str, place: Place) -> None:
    if isinstance(place.geometry, Point):
        raise BadInput(
            field, "Point", Worded("remedy.draw_stretch", "draw an area or a stretch, not a single point")
        )


MAX_AREA_KM = 150


def check_extent(field: str, place: Place) -> None:
    """Nobody is in half a country: an area is at most 150 km from corner to corner. Raises BadInput."""
    if not isinstance(place.geometry, Polygon | MultiPolygon):
        return
    west, south, east, north = box(plain(place.geometry))
    if diagonal_km((west, south, east, north)) > MAX_AREA_KM:
        shown = f"{west / SCALE:.2f}, {south / SCALE:.2f} to {east / SCALE:.2f}, {north / SCALE:.2f}"
        raise BadInput(
            field,
            shown,
            Worded("remedy.area_most", "an area of at most {n} km across; say it in parts", n=MAX_AREA_KM),
        )


def check_window(field: str, window: Window) -> None:
    """Windows are half-open and not empty; raises BadInput."""
    if window.end <= window.start:
        raise BadInput(
            field,
            f"{window.start}..{window.end}",
            Worded("remedy.end_later", "the end must be later than the start"),
        )
    if window.end - window.start > 366 * 86_400_000:
        raise BadInput(
            field,
            f"{window.start}..{window.end}",
            Worded("remedy.window_year", "a window is at most 366 days"),
        )
