"""Requests: who has yet to answer, accept, deliver or confirm, each by the clock of its arrival."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seamline.actions import requested, requests
from seamline.actions.clashing import FOREVER
from seamline.actions.node import Node
from seamline.actions.requests import Turn
from seamline.actions.waits.wait import AT_ONCE, NEVER, SOON, TODAY, Wait
from seamline.geo.window import DAY
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.request import Request
from seamline.store.ports import Row

_WHO = frozenset({"watch", "planner", "release"})
_WORD = {
    "answer": "request_due",
    "accept": "request_offered",
    "deliver": "request_accepted",
    "confirm": "request_delivered",
}


def waiting(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For the party whose turn it is, at once; for the one that asked, once an answer's time is over."""
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Request) or len(members(row.channel)) == 1:
        return
    # Whether, never when: the moment is compared when the list is shown.
    found = requested.standing_of(node.picture, row, value, FOREVER[1])
    late: Turn | None = None
    for turn in requests.turns(node, row, value, found):
        if turn.party == party:
            yield from _steps(_WORD[turn.what], row, turn)
        elif turn.what == "answer" and party in members(row.party) and turn.due is not None:
            late = turn if late is None or turn.due < (late.due or 0) else late
    if late is not None:
        yield from _steps("request_unanswered", row, late, begins=late.due or 0)


def _steps(what: str, row: Row, turn: Turn, begins: int = 0) -> Iterator[Wait]:
    """More urgent as its time comes; for every reader, which is the next level, when it is over twice."""
    said: dict[str, Any] = {"since": row.received_at, "due": turn.due, "row": row}
    due, later = turn.due or NEVER, turn.later or NEVER
    day = due - DAY if turn.due is not None else 0
    for urgency, start, end, roles in (
        (SOON, begins, day, _WHO),
        (TODAY, max(begins, day), due, _WHO),
        (AT_ONCE, max(begins, due), later, _WHO),
        (AT_ONCE, later, NEVER, None),
    ):
        if start < end:
            yield Wait(what, urgency, start=start, end=end, roles=roles, **said)
