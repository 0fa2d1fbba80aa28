"""Complaints as the API gives them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class Stage(Struct):
    """One step in its turn: when first taken, until when it is due (null: no clock runs), whether late."""

    step: Literal["acknowledged", "team", "visit", "outcome", "measure", "closed"]
    taken_at: Ms | None
    due: Ms | None
    late: bool


class Case(Struct):
    """A complaint and what was done. started: when it reached another party than those that brought it.

    steps by time; outcomes, the newest first, with whose endorsement each needs; next: null once closed.
    """

    record: Record
    open: bool
    started: Ms | None
    stages: list[Stage]
    next: Stage | None
    steps: list[Record]
    outcomes: list[Record]


class Cases(Struct):
    """Open ones first, the earliest due first."""

    items: list[Case]
    note: Basis
