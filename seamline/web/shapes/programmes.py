"""Programmes: plan against actual, points as a table; and what came of what a series of meetings agreed."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from seamline.actions import planfile
from seamline.records.values import PartyRef
from seamline.web.shapes.agreements import Difference, Stands
from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.meetings import OpenMatter
from seamline.web.shapes.records import Record

Thousandths = Annotated[int, Meta(ge=0, le=1000, description="of the whole, by weight")]


class Summary(Struct):
    """states: how many milestones in each; planned, actual: by now. blocked: those that wait for another."""

    milestones: int
    states: dict[str, int]
    blocked: int
    planned: Thousandths
    actual: Thousandths


class CountOf(Struct):
    """What a side states of its own, of how many that are planned; count null: it has stated nothing."""

    party: str
    planned: int
    count: int | None


class ProgrammeLine(Struct):
    """A programme in the list. year: the baseline that is shown."""

    record: Record
    stands: Stands | None
    track: str
    year: int
    summary: Summary
    counted: list[CountOf]


class ProgrammesDesk(Struct):
    """All programmes that he may read, by name."""

    items: list[ProgrammeLine]
    note: Basis


class StatedBy(Struct):
    """What an owner stated last of a milestone, and in which record. said: as in `progress`."""

    party: str
    at: Ms
    record: str
    said: dict[str, Any]


class MilestoneOf(Struct):
    """first_due: of the first baseline, null if it was not in it. blocked_by: what must be done before."""

    no: str
    step: str | None
    title: dict[str, str]
    owners: list[str]
    weight: int
    due: Ms
    first_due: Ms | None
    after: list[str]
    planned: int | None
    state: str
    done: Ms | None
    expected: Ms | None
    blocked_by: list[str]
    told: list[StatedBy]


class OutcomeNow(Struct):
    """An outcome as it stands, the newest that took it up. open: taken back, and not answered since."""

    minutes: str
    no: str
    outcome: str
    text: dict[str, str]
    answer_by: dict[str, Ms]
    open: bool


class PointOf(Struct):
    """One point, unit or centre. awaits: the outcome that must be settled first."""

    no: str
    title: dict[str, str]
    text: dict[str, str]
    owners: list[str]
    weight: int
    awaits: OutcomeNow | None
    counted: list[CountOf]
    milestones: list[MilestoneOf]


class Baseline(Struct):
    """A revision that all parties endorsed. at: when it was written; why: for what reason dates moved."""

    rev: int
    year: int
    at: Ms
    why: str


class CurveRow(Struct):
    """The end of a period: planned now, planned at first, done. actual null: still to come."""

    at: Ms
    planned: Thousandths
    first: Thousandths
    actual: Thousandths | None


class ProgrammeOf(Struct):
    """A programme in full. period: month, quarter, half or year. reports: what was stated, newest first."""

    record: Record
    stands: Stands | None
    body: dict[str, Any]
    baselines: list[Baseline]
    summary: Summary
    points: list[PointOf]
    period: str
    curve: list[CurveRow]
    reports: list[Record]
    changes: list[Difference]


class PointsQuery(Struct):
    """How a table of points is read; the file itself is the body."""

    track: Annotated[str, Meta(description="points, unit or centre")]
    channel: Annotated[PartyRef, Meta(description="where the programme is to stand: its parties")]


PointsRead = planfile.PointsRead


class ActionOf(Struct):
    """An action of an outcome; open until its own side reported it done."""

    no: str
    side: str
    text: dict[str, str]
    due: Ms
    open: bool


class SinceThen(Struct):
    """how: reports, takes_up, awaits (a point of a programme), or about (the record it is about)."""

    how: str
    record: Record


class OutcomeFollowed(Struct):
    """An outcome and what came of it. open: the numbers of it, and of its actions, that are not done."""

    no: str
    outcome: str
    text: dict[str, str]
    owner: str | None
    open: list[str]
    actions: list[ActionOf]
    since: list[SinceThen]


class SettledAt(Struct):
    """What minutes in force say."""

    meeting: Record
    minutes: Record
    outcomes: list[OutcomeFollowed]


class SeriesFollowed(Struct):
    """A series: what it agreed, the newest meeting first; and what the next meeting opens with."""

    record: Record
    not_done: list[OpenMatter]
    agreed: list[SettledAt]
