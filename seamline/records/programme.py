"""programme, progress: what parties undertake point by point, and what each states of its own (DESIGN §1).

The plan is endorsed; how far it is follows from what every owner says of his milestones alone (law 2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.agreement import Lang, Number, Said, Short, check_parties
from seamline.records.kind import Body, Reference
from seamline.records.remedies import one_of
from seamline.records.values import CODES, KEEP, Code, Count, Ident, Instant, Line, RecordId, Spec, Text

TRACKS: dict[str, tuple[str, ...]] = {
    "points": ("drafted", "adopted", "in_use"),
    "unit": ("authorised", "funded", "manned", "trained", "deployed"),
    "centre": ("site", "staff", "links", "keys", "first_exchange", "first_check"),
}
"""The steps of each track, in their order."""
COUNTED = frozenset({"manned", "staff"})
"""Steps of which each side states a number of its own."""

Weight = Annotated[int, Meta(ge=1, le=1000)]
Dates = dict[Number, Instant]


class Milestone(Struct, frozen=True, omit_defaults=True):
    """due: ms. after: milestones of this programme that must be done before. planned: how many, if counted.

    owners: those of its point if empty; it is done once each of them has said so.
    """

    no: Number
    due: Instant
    step: Code | None = None
    title: dict[Lang, Line] = {}
    owners: Annotated[list[Ident], Meta(max_length=16)] = []
    weight: Weight = 1
    after: Annotated[list[Number], Meta(max_length=40)] = []
    planned: Count | None = None


class Point(Struct, frozen=True, omit_defaults=True):
    """One point, unit or centre. awaits: the outcome that must be settled first, as "minutes id/number"."""

    no: Number
    title: dict[Lang, Line]
    milestones: Annotated[list[Milestone], Meta(min_length=1, max_length=40)]
    text: Said = {}
    owners: Annotated[list[Ident], Meta(max_length=16)] = []
    weight: Weight = 1
    awaits: Annotated[str, Meta(pattern="^[0-9a-f-]{36}/[0-9A-Za-z.-]{1,12}$")] | None = None


class Programme(Agreed, kw_only=True):
    """In force once all its parties have endorsed the same bytes. year: which baseline these dates are.

    A re-baseline is a new revision, endorsed anew; why: for what reason dates moved. The baselines before it
    stay readable, and what moved is shown.
    """

    KIND: ClassVar[str] = "programme"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    BINDING: ClassVar[bool] = True
    HERE: ClassVar[tuple[str, ...]] = ("minutes",)

    name: Annotated[Line, Spec("line", KEEP)]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=2, max_length=16)], Spec("parties", KEEP)]
    track: Annotated[Code, Spec("code", KEEP, "track")] = "points"
    year: Annotated[Annotated[int, Meta(ge=2000, le=2100)], Spec("number", KEEP)]
    why: Annotated[Text, Spec("text", KEEP)] = ""
    points: Annotated[Annotated[list[Point], Meta(min_length=1, max_length=100)], Spec("parts", KEEP)]
    source: Annotated[Annotated[str, Meta(max_length=400)], Spec("line", KEEP)] = ""
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        check_parties(self.parties)
        _once("points", [point.no for point in self.points])
        _once("points", [one.no for _, one in self.milestones()])
        dues = self.dues()
        for index, point in enumerate(self.points):
            self._owned(f"points[{index}].owners", point.owners)
            if not point.title:
                raise BadInput(
                    f"points[{index}].title",
                    None,
                    Worded("remedy.point_named", "name the point in one language at least"),
                )
            for number, one in enumerate(point.milestones):
                self._check_milestone(f"points[{index}].milestones[{number}]", point, one, dues)
        try:
            TopologicalSorter({one.no: one.after for _, one in self.milestones()}).prepare()
        except CycleError as fault:
            told = " → ".join(fault.args[1])
            raise BadInput(
                "points", told, Worded("remedy.wait_circle", "milestones wait for each other in a circle")
            ) from None

    def _check_milestone(self, at: str, point: Point, one: Milestone, dues: Dates) -> None:
        owners = self.owners(point, one)
        self._owned(f"{at}.owners", owners)
        if not owners:
            raise BadInput(
                f"{at}.owners", None, Worded("remedy.sees_to_it", "an owner: the party that sees to it")
            )
        if one.step is not None and one.step not in TRACKS.get(self.track, ()):
            raise BadInput(f"{at}.step", one.step, one_of(TRACKS.get(self.track, ()), "step"))
        if one.step is None and not one.title:
            raise BadInput(
                f"{at}.title", None, Worded("remedy.title_or_step", "a title, or a step of the track")
            )
        if one.planned is not None and len(owners) != 1:
            raise BadInput(
                f"{at}.planned",
                one.planned,
                Worded("remedy.one_owner", "one owner: each side counts its own"),
            )
        for no in one.after:
            if no not in dues:
                raise BadInput(
                    f"{at}.after",
                    no,
                    Worded("remedy.milestone_number", "the number of a milestone of this programme"),
                )
            if dues[no] > one.due:
                raise BadInput(
                    f"{at}.due",
                    one.no,
                    Worded("remedy.not_before", "not before {no}, which it comes after", no=no),
                )

    def _owned(self, at: str, owners: list[str]) -> None:
        strange = sorted(set(owners) - set(self.parties))
        if strange:
            raise BadInput(
                at, ", ".join(strange), Worded("remedy.programme_party", "a party of the programme")
            )
        if sorted(set(owners)) != owners:
            raise BadInput(
                at,
                "+".join(owners),
                Worded("remedy.owners_once", "name each owner once, in alphabetical order"),
            )

    def revises(self, before: Body) -> None:
        if isinstance(before, Programme) and self.year < before.year:
            raise BadInput(
                "year",
                self.year,
                Worded(
                    "remedy.baseline",
                    "not before {year}: a baseline follows the one before",
                    year=before.year,
                ),
            )

    def milestones(self) -> Iterator[tuple[Point, Milestone]]:
        """All of them, in the order of the plan."""
        return ((point, one) for point in self.points for one in point.milestones)

    def owners(self, point: Point, one: Milestone) -> list[str]:
        """The parties that see to it."""
        return one.owners or point.owners

    def dues(self) -> Dates:
        """The day of each milestone by its number, ms."""
        return {one.no: one.due for _, one in self.milestones()}

    def parties_named(self) -> Collection[str]:
        return self.parties

    def clauses_named(self) -> Collection[str]:
        return [point.no for point in self.points]

    def references(self) -> Sequence[Reference]:
        minutes = {point.awaits.split("/")[0] for point in self.points if point.awaits}
        return [Reference("awaits", id) for id in sorted(minutes)]


class Stated(Struct, frozen=True, omit_defaults=True):
    """What an owner states of a milestone. on: when it was reached; expected: when he now expects it; ms.

    count: of those planned, of his own side. why: what it waits for. blocked_by: milestones that hold it up.
    """

    no: Number
    status: Code = "under_way"
    on: Instant | None = None
    expected: Instant | None = None
    count: Count | None = None
    why: Code | None = None
    text: Short = ""
    blocked_by: Annotated[list[Number], Meta(max_length=40)] = []
    evidence: Annotated[list[RecordId], Meta(max_length=20)] = []


class Progress(Body, kw_only=True):
    """What its author states of his own milestones; of each the newest statement counts."""

    KIND: ClassVar[str] = "progress"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = (
        "programme", "agreement", "incident", "activity", "note", "joint_report", "handover", "minutes",
        "meeting", "post", "site", "unit", "terms", "alert",
    )  # fmt: skip

    programme: Annotated[RecordId, Spec("ref", KEEP)]
    progress: Annotated[Annotated[list[Stated], Meta(min_length=1, max_length=100)], Spec("parts", KEEP)]
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        _once("progress", [line.no for line in self.progress])
        for index, line in enumerate(self.progress):
            at = f"progress[{index}]"
            if line.status not in CODES["progress"]:
                raise BadInput(f"{at}.status", line.status, one_of(CODES["progress"], "progress"))
            if line.why is not None and line.why not in CODES["hindrance"]:
                raise BadInput(f"{at}.why", line.why, one_of(CODES["hindrance"], "hindrance"))
            if (line.on is not None) != (line.status == "done"):
                raise BadInput(
                    f"{at}.on",
                    line.on,
                    Worded("remedy.day_done", "the day on which it was done; only of what is done"),
                )
            if line.expected is not None and line.status == "done":
                raise BadInput(
                    f"{at}.expected",
                    line.expected,
                    Worded("remedy.what_is_done", "what is done is no longer expected"),
                )
            if line.status == "stopped" and line.why is None and not line.text:
                raise BadInput(f"{at}.why", None, Worded("remedy.why_stopped", "say why it stopped"))

    def references(self) -> Sequence[Reference]:
        evidence = {id for line in self.progress for id in line.evidence}
        return (
            Reference("progress", self.programme),
            *(Reference("evidence", id) for id in sorted(evidence)),
        )

    def title(self) -> str:
        return ", ".join(f"{line.no}: {line.status}" for line in self.progress)[:120]


def _once(at: str, numbers: list[str]) -> None:
    twice = sorted({no for no in numbers if numbers.count(no) > 1})
    if twice:
        raise BadInput(at, ", ".join(twice), Worded("remedy.own_numbers", "give each its own number"))


KINDS: tuple[type[Body], ...] = (Programme, Progress)
