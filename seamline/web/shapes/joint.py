"""Joint activities as the API gives them."""

from __future__ import annotations

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis, Near
from seamline.web.shapes.records import Record


class DrawnIn(Struct):
    """Boundary `number` of a plan in force, and the activity it belongs to."""

    plan: str
    activity: str
    number: int
    text: str


class Crossing(Struct):
    """A planned way meets a boundary that its party does not cross; where: 1e-7 degrees.

    record: the activity, or the plan whose track `track` it is; activity: the one it belongs to.
    """

    party: str
    record: Record
    activity: str
    track: int | None
    boundary: DrawnIn
    where: tuple[int, int]
    mgrs: str
    place: Near | None
    start: Ms
    end: Ms


class Joint(Struct):
    """A joint activity. plan: the newest, null while there is none; over: closed, expired, cancelled.

    plan and reports say beside what a record says whether they speak of an earlier revision (`stale`).
    """

    activity: Record
    over: bool
    plan: Record | None
    reports: list[Record]
    crossings: list[Crossing]
    clashes: int


class Joints(Struct):
    """By start, those that are over last."""

    items: list[Joint]
    note: Basis
