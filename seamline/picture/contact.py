"""A contact as it stands: who has answered what, what was asked and confirmed, who has closed it, and when.

All times are arrivals at the reader's node, in ms: another side's clock measures nothing (law 5). What a
party has to answer within is counted from when it is known to have the question; before that nothing is late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seamline.records.contact import ANSWER_WITHIN


@dataclass(frozen=True, slots=True)
class Heard:
    """Something said on the contact. kind: its record kind; at: when it was here, by this node's clock."""

    id: str
    kind: str
    party: str
    by: str
    at: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """One party that was asked. due: until when its answer is asked for; None: not known to have it."""

    party: str
    reached: int | None
    due: int | None
    overdue: bool
    answer: str | None
    remarks: str
    first: int | None
    answered: int | None
    closed: int | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to a request."""

    party: str
    said: str
    at: int
    call: str | None
    remarks: str


@dataclass(frozen=True, slots=True)
class Step:
    """A request, and what came of it."""

    id: str
    step: str
    party: str
    whom: str | None
    at: int
    call: str | None
    remarks: str
    replies: tuple[Reply, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Thread:
    """closed: when the last party that was asked closed it; None: it is open."""

    parties: tuple[Standing, ...]
    others: tuple[Heard, ...]
    steps: tuple[Step, ...]
    closed: int | None


def thread(parties: Sequence[str], reached: Mapping[str, int], heard: Sequence[Heard], as_of: int) -> Thread:
    """The contact at as_of. reached: when each party is known to have it; what is said again counts once."""
    once = {(one.id, one.kind, one.party): one for one in heard if one.at <= as_of}
    known = sorted(once.values(), key=lambda o: (o.at, o.id))
    standing = tuple(_standing(party, reached.get(party), known, as_of) for party in sorted(parties))
    others = tuple(o for o in known if o.kind == "contact_answer" and o.party not in parties)
    closed = [one.closed for one in standing]
    ends = [at for at in closed if at is not None]
    return Thread(standing, others, _steps(known), max(ends) if ends and len(ends) == len(closed) else None)


def _standing(party: str, reached: int | None, known: Sequence[Heard], as_of: int) -> Standing:
    answers = [o for o in known if o.kind == "contact_answer" and o.party == party]
    closes = [o for o in known if o.kind == "contact_close" and o.party == party]
    last = answers[-1] if answers else None
    due = None if reached is None else reached + ANSWER_WITHIN
    return Standing(
        party,
        reached,
        due,
        overdue=last is None and not closes and due is not None and as_of >= due,
        answer=str(last.body["answer"]) if last else None,
        remarks=str(last.body.get("remarks", "")) if last else "",
        first=answers[0].at if answers else None,
        answered=last.at if last else None,
        closed=closes[0].at if closes else None,
    )


def _steps(known: Sequence[Heard]) -> tuple[Step, ...]:
    said = [o for o in known if o.kind == "contact_step"]
    replies: dict[str, list[Reply]] = {}
    for one in said:
        if of := one.body.get("of"):
            about = (one.body.get("call"), str(one.body.get("remarks", "")))
            replies.setdefault(str(of), []).append(Reply(one.party, str(one.body["said"]), one.at, *about))
    return tuple(
        Step(
            one.id,
            str(one.body["step"]),
            one.party,
            one.body.get("whom"),
            one.at,
            one.body.get("call"),
            str(one.body.get("remarks", "")),
            tuple(replies.get(one.id, ())),
        )
        for one in said
        if not one.body.get("of")
    )


@dataclass(frozen=True, slots=True)
class Time:
    """A line of the report. what: answer, closed, or what a step said; after_ms: since it began."""

    what: str
    party: str
    at: int
    after_ms: int
    step: str | None = None
    waited_ms: int | None = None
    late: bool = False


def times(found: Thread, began: int) -> list[Time]:
    """The report of the times: each first answer, request, reply and close, in order of time.

    waited_ms: of an answer, since that party had the question; of a reply, since the request. late: an answer
    after its five minutes.
    """
    lines = []
    for one in found.parties:
        if one.first is not None:
            waited = None if one.reached is None else one.first - one.reached
            late = one.due is not None and one.first > one.due
            lines.append(Time("answer", one.party, one.first, one.first - began, None, waited, late))
        if one.closed is not None:
            lines.append(Time("closed", one.party, one.closed, one.closed - began))
    for step in found.steps:
        lines.append(Time("asked", step.party, step.at, step.at - began, step.step))
        for reply in step.replies:
            waited = reply.at - step.at
            lines.append(Time(reply.said, reply.party, reply.at, reply.at - began, step.step, waited))
    return sorted(lines, key=lambda line: (line.at, line.what, line.party))
