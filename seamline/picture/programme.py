"""Plan against actual: what follows from a programme and from what each owner states of it. Pure (law 10).

A milestone is done once every owner has said so; a statement of anybody else counts for nothing (law 2).
Shares are in thousandths of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

from seamline.records.programme import COUNTED, Milestone, Point, Programme, Progress, Stated

STATES: Final = ("done", "late", "stopped", "slips", "under_way", "not_begun")
MOST_PERIODS: Final = 24
"""So many rows at most has the table beside the chart; then the next longer period is taken."""
_MONTHS: Final = {"month": 1, "quarter": 3, "half": 6}


@dataclass(frozen=True, slots=True)
class Report:
    """A statement of progress as it stands: by whom, when (ms), its hash and id."""

    party: str
    at: int
    hash: str
    id: str
    value: Progress


@dataclass(frozen=True, slots=True)
class Told:
    """The newest that an owner states of one of his milestones, and in which record."""

    party: str
    at: int
    record: str
    said: Stated


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a milestone stands. done, expected: ms; blocked_by: milestones before it that are not done.

    told: what each owner states, in the order of the owners; nobody who has said nothing is in it.
    """

    point: Point
    milestone: Milestone
    owners: tuple[str, ...]
    state: str
    done: int | None
    expected: int | None
    blocked_by: tuple[str, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many a side states of how many that are planned on its side."""

    no: str
    party: str
    planned: int
    count: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of the chart: the end of a period (ms); planned, first baseline and actual in thousandths.

    actual is None for what is still to come.
    """

    at: int
    planned: int
    first: int
    actual: int | None


def newest(value: Programme, reports: Iterable[Report], as_of: int) -> dict[tuple[str, str], Told]:
    """By (milestone, owner), what that owner stated last by as_of (ms)."""
    owners = {one.no: value.owners(point, one) for point, one in value.milestones()}
    found: dict[tuple[str, str], Told] = {}
    for report in sorted(reports, key=lambda r: (r.at, r.hash)):
        for said in report.value.progress if report.at <= as_of else ():
            if report.party in owners.get(said.no, ()):
                found[said.no, report.party] = Told(report.party, report.at, report.id, said)
    return found


def stands(value: Programme, reports: Iterable[Report], as_of: int) -> list[Stand]:
    """Every milestone in the order of the plan, as of a moment (ms)."""
    told = newest(value, reports, as_of)
    done = {
        one.no: day
        for point, one in value.milestones()
        if (day := _done(one, value.owners(point, one), told)) is not None
    }
    return [_stand(value, point, one, told, done, as_of) for point, one in value.milestones()]


def _done(one: Milestone, owners: Sequence[str], told: Mapping[tuple[str, str], Told]) -> int | None:
    """The day on which the last owner was done; None until each has said so."""
    days = [told[one.no, o].said.on for o in owners if (one.no, o) in told]
    reached = [day for day in days if day is not None]
    return max(reached) if reached and len(reached) == len(owners) else None


def _stand(
    value: Programme,
    point: Point,
    one: Milestone,
    told: Mapping[tuple[str, str], Told],
    done: Mapping[str, int],
    as_of: int,
) -> Stand:
    owners = tuple(value.owners(point, one))
    said = tuple(told[one.no, owner] for owner in owners if (one.no, owner) in told)
    waiting = [t.said for t in said if t.said.status != "done"]
    expected = max((s.expected for s in waiting if s.expected is not None), default=None)
    held = dict.fromkeys([*one.after, *(no for s in waiting for no in s.blocked_by)])
    blocked = () if one.no in done else tuple(no for no in held if no not in done and no != one.no)
    state = _state(one, done.get(one.no), expected, {t.said.status for t in said}, as_of)
    return Stand(point, one, owners, state, done.get(one.no), expected, blocked, said)


def _state(one: Milestone, done: int | None, expected: int | None, said: set[str], as_of: int) -> str:
    if done is not None:
        return "done"
    if one.due <= as_of:
        return "late"
    if "stopped" in said:
        return "stopped"
    if expected is not None and expected > one.due:
        return "slips"
    # Of several owners one may be done and the others not.
    return "under_way" if said & {"under_way", "done"} else "not_begun"


def counted(stands_: Iterable[Stand]) -> list[Counted]:
    """What is counted on each side, by the milestones that say how many are planned."""
    return [
        Counted(s.milestone.no, s.owners[0], s.milestone.planned, s.told[0].said.count if s.told else None)
        for s in stands_
        if s.milestone.planned is not None and (s.milestone.step is None or s.milestone.step in COUNTED)
    ]


def weights(value: Programme) -> dict[str, Fraction]:
    """By milestone, its part of the whole: the weight of its point, shared out by its own."""
    whole = sum(point.weight for point in value.points)
    inner = {point.no: sum(one.weight for one in point.milestones) for point in value.points}
    return {
        one.no: Fraction(point.weight * one.weight, whole * inner[point.no])
        for point, one in value.milestones()
    }


def share(parts: Mapping[str, Fraction], days: Mapping[str, int], at: int) -> int:
    """The thousandths of the whole whose day has come by then."""
    return round(1000 * sum((parts[no] for no, day in days.items() if no in parts and day <= at), Fraction()))


def curve(
    value: Programme, first: Programme, standing: Sequence[Stand], as_of: int
) -> tuple[str, list[Mark]]:
    """(length of a period, a row for the end of each): planned now, planned at first, and done."""
    parts, before = weights(value), weights(first)
    done = {s.milestone.no: s.done for s in standing if s.done is not None}
    days = [*value.dues().values(), *first.dues().values(), *done.values()]
    period, ends = periods(min(days), max(days))
    rows, reached = [], False
    for end in ends:
        # The period that is running is told as far as it has come.
        actual = None if reached else share(parts, done, min(end, as_of))
        reached = reached or end > as_of
        rows.append(Mark(end, share(parts, value.dues(), end), share(before, first.dues(), end), actual))
    return period, rows


def periods(start: int, end: int) -> tuple[str, list[int]]:
    """(month, quarter, half or year, the ends of those from start to end), ms; UTC. One before them all."""
    for name, months in _MONTHS.items():
        ends = list(_ends(start, end, months))
        if len(ends) <= MOST_PERIODS:
            return name, ends
    return "year", list(_ends(start, end, 12))


def _ends(start: int, end: int, months: int) -> Iterator[int]:
    first = datetime.fromtimestamp(start / 1000, UTC)
    month = first.year * 12 + (first.month - 1) // months * months
    while True:
        at = int(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)
        yield at
        if at > end:
            return
        month += months
