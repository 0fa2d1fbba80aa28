"""Findings: facts about activities held against rules. A finding is a fact, never a verdict (DESIGN §7).

- notice     an activity of one of the types, near enough to the line, reached another side later than asked
- entry      it touches the area, and the other side had not consented before it began, or had no notice
- no_go      it is nearer to the place than the rule keeps, at a time when the rule holds
- close_out  it was closed later after its end than asked, or never
- answer     another side answered later after it arrived there than asked, or never

Each holds for activities that begin while the rule is valid (no_go: that overlap it), of a party that the
rule binds. Whose clock an instant is by is for the caller to know: at a node, arrivals are by the reader's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.frame import Frame
from seamline.geo.window import HOUR

Array = np.ndarray[Any, Any]
NEVER = 1 << 62
"""An instant that has not come, or that nobody knows of."""


@dataclass(frozen=True, slots=True)
class Rule:
    """hours, within_m as the rule's kind reads them; shape in degrees: the line, the area or the place.

    parties: whom it binds; empty: everybody. start, end: when it holds, ms, half-open.
    """

    kind: str
    hours: float | None = None
    within_m: int | None = None
    shape: BaseGeometry | None = None
    types: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    consent: bool = False
    start: int = 0
    end: int = NEVER


@dataclass(slots=True)
class Plans:
    """Activities in columns: type codes, parties ("isf+ksf": both), shapes in degrees, instants in ms.

    closed: when its author closed it. By party that is told: reached, when it came there; answered and
    consented, when that party did. Absent instants are NEVER.
    """

    types: Sequence[str]
    parties: Sequence[str]
    shapes: Array
    start: Array
    end: Array
    closed: Array | None = None
    reached: Mapping[str, Array] = field(default_factory=dict)
    answered: Mapping[str, Array] = field(default_factory=dict)
    consented: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.types)


@dataclass(frozen=True, slots=True)
class Found:
    """Activity `plan` against rule `rule`: given of needed, ms (no_go: distance_m of within_m).

    to: the party that was or was not told, or (answer) did not answer. given None: nobody knows of it, or it
    has not happened. since: from when on it is a fact, ms.
    """

    plan: int
    rule: int
    to: str | None
    given: int | None
    needed: int | None
    distance_m: float | None
    since: int


def judge(plans: Plans, rules: Sequence[Rule], frame: Frame) -> Iterator[Found]:
    """Every activity against every rule it falls under, by rule; what is as it asks is not mentioned."""
    ground = _Ground(plans, frame)
    types, parties = _Codes(plans.types), _Codes(plans.parties)
    for number, rule in enumerate(rules):
        begins = (plans.start >= rule.start) & (plans.start < rule.end)
        if rule.kind == "no_go":
            begins = (plans.start < rule.end) & (plans.end > rule.start)
        if rule.types:
            begins &= types.among(lambda code, wanted=rule.types: code in wanted)
        if rule.parties:
            begins &= parties.among(lambda party, bound=rule.parties: bool(bound & {*party.split("+")}))
        yield from _JUDGES[rule.kind](_Case(plans, number, rule, begins, parties, ground))


class _Codes:
    """A column of words as numbers, so that a test is made once a word."""

    def __init__(self, words: Sequence[str]) -> None:
        known: dict[str, int] = {}
        codes = [known.setdefault(word, len(known)) for word in words]
        self.words, self.codes = list(known), np.array(codes, dtype=np.int64)

    def among(self, wanted: Any) -> Array:
        keep = np.array([bool(wanted(word)) for word in self.words], dtype=bool)
        found: Array = keep[self.codes] if len(self.codes) else np.zeros(0, dtype=bool)
        return found


class _Ground:
    """The shapes in the plane, each brought there when it is first asked for."""

    def __init__(self, plans: Plans, frame: Frame) -> None:
        self._degrees, self._frame = plans.shapes, frame
        self._plane = np.empty(len(plans), dtype=object)

    def near(self, at: Array, shape: BaseGeometry, within_m: float) -> tuple[Array, Array]:
        """Of these plans those within that distance of the shape (degrees), and how far each is."""
        missing = at[shapely.is_missing(self._plane[at])]
        if len(missing):
            self._plane[missing] = self._frame.to_plane_many(self._degrees[missing])
        other = self._frame.to_plane(shape)
        shapely.prepare(other)
        close = at[shapely.dwithin(other, self._plane[at], within_m)]
        return close, np.asarray(shapely.distance(other, self._plane[close]))


@dataclass(frozen=True, slots=True)
class _Case:
    plans: Plans
    number: int
    rule: Rule
    falls: Array
    parties: _Codes
    ground: _Ground

    def others(self, told: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
        """Each party that is to be told, and the plans that are not its own."""
        for party in sorted(self.rule.parties or told):
            yield party, self.falls & self.parties.among(lambda own, told=party: told not in own.split("+"))

    def instants(self, told: Mapping[str, Array], party: str) -> Array:
        found = told.get(party)
        return np.full(len(self.plans), NEVER, dtype=np.int64) if found is None else found

    def where(self, late: Array) -> tuple[Array, Array | None]:
        """Of those plans the ones that the rule's place bears on, and how far each is (None: everywhere)."""
        at = np.flatnonzero(late)
        if self.rule.shape is None or not len(at):
            return at, None
        return self.ground.near(at, self.rule.shape, self.rule.within_m or 0)

    def found(self, late: Array, to: str | None, given: Array, since: Array) -> Iterator[Found]:
        needed = None if self.rule.hours is None else round(self.rule.hours * HOUR)
        at, metres = self.where(late)
        for n, i in enumerate(at.tolist()):
            fact = int(given[i])
            yield Found(
                i, self.number, to, None if abs(fact) >= NEVER // 2 else fact, needed,
                None if metres is None else float(metres[n]), int(since[i]),
            )  # fmt: skip


def _notice(case: _Case) -> Iterator[Found]:
    needed = round((case.rule.hours or 0) * HOUR)
    for party, falls in case.others(case.plans.reached):
        given = case.plans.start - case.instants(case.plans.reached, party)
        yield from case.found(falls & (given < needed), party, given, case.plans.start - needed)


def _entry(case: _Case) -> Iterator[Found]:
    if not case.rule.consent:
        yield from _notice(case)
        return
    for party, falls in case.others(case.plans.consented):
        given = case.plans.start - case.instants(case.plans.consented, party)
        yield from case.found(falls & (given < 0), party, given, case.plans.start)


def _no_go(case: _Case) -> Iterator[Found]:
    nothing = np.full(len(case.plans), NEVER, dtype=np.int64)
    yield from case.found(case.falls, None, nothing, np.zeros(len(case.plans), dtype=np.int64))


def _close_out(case: _Case) -> Iterator[Found]:
    needed = round((case.rule.hours or 0) * HOUR)
    closed = case.plans.closed
    given = (np.full(len(case.plans), NEVER) if closed is None else closed) - case.plans.end
    yield from case.found(case.falls & (given > needed), None, given, case.plans.end + needed)


def _answer(case: _Case) -> Iterator[Found]:
    needed = round((case.rule.hours or 0) * HOUR)
    for party, falls in case.others(case.plans.reached):
        reached = case.instants(case.plans.reached, party)
        given = case.instants(case.plans.answered, party) - reached
        late = falls & (reached < NEVER) & (given > needed)
        yield from case.found(late, party, given, np.where(late, reached, 0) + needed)


_JUDGES = {
    "notice": _notice,
    "entry": _entry,
    "no_go": _no_go,
    "close_out": _close_out,
    "answer": _answer,
}
KINDS = tuple(_JUDGES)
