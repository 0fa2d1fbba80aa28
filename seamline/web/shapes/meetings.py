"""Meetings: series and turns, delegations and quorum, what is open, what a calendar's reply would say."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from seamline.web.shapes.base import Asked, Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class Turn(Struct):
    """Whose turn the next meeting is, and how many matters it opens with."""

    venue: str | None
    chair: str | None
    open: int


class SeriesOf(Struct):
    """A series and its meetings, the newest first."""

    record: Record
    meetings: list[Record]
    next: Turn


class MeetingsDesk(Struct):
    """All series, by name."""

    items: list[SeriesOf]
    note: Basis


class DelegationOf(Struct):
    """A party's newest delegation."""

    party: str
    record: Record


class Quorum(Struct):
    """needed: of each side; by: party → posts named; missing: the sides that have fewer."""

    needed: int
    by: dict[str, int]
    missing: list[str]


class OpenMatter(Struct):
    """Taken back and not answered, an action not done, or a milestone past its day. due ms.

    overdue: as of now. Of a milestone: programme (and no minutes), its step, when it is expected, why not
    before, in codes and in the owners' words, and the milestones that hold it up.
    """

    what: str
    minutes: str | None
    no: str
    text: dict[str, str]
    sides: list[str]
    due: Ms | None
    overdue: bool
    programme: str | None
    step: str | None
    expected: Ms | None
    why: list[str]
    said: list[str]
    blocked_by: list[str]


class Suggested(Struct):
    """What a side may put on the agenda: a proposal, or what the software knows. about: the record."""

    what: str
    about: str
    title: str
    by: str | None
    channel: str


class MeetingOf(Struct):
    """A meeting in full; notices: those that this officer may read."""

    record: Record
    series: Record | None
    delegations: list[DelegationOf]
    quorum: Quorum
    notices: list[Record]
    attendance: list[Record]
    minutes: list[Record]
    opens_with: list[OpenMatter]
    suggested: list[Suggested]


class CalendarReply(Asked, kw_only=True):
    """A calendar file with METHOD:REPLY, as text."""

    calendar: Annotated[str, Meta(max_length=64_000)]


class Attends(Struct):
    """What may be said of it, by the officer himself: POST /api/records."""

    kind: str
    channel: str
    body: dict[str, Any]
