"""Declared activities without an answer, each by its clock; silence agrees to nothing (law 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seamline.actions import activities, ruling
from seamline.actions.answers import Asked
from seamline.actions.clashing import FOREVER
from seamline.actions.endorsing import state_of
from seamline.actions.node import Node
from seamline.actions.waits.wait import AT_ONCE, TODAY, Wait
from seamline.geo.window import HOUR
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.store.ports import Row

_ANSWERERS = frozenset({"watch", "planner", "release"})


def unanswered(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For the side that is asked, at once; for the declaring side, when that time is over; until it ends."""
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Activity) or len(members(row.channel)) == 1:
        return
    # Whether, never when: at the end of all days what was neither closed nor taken back has expired.
    if state_of(node.picture, row, value, FOREVER[1]) != "expired":
        return
    for one in activities.missing(node, row, value, FOREVER[1]):
        if one.party == party:
            yield from _steps("changed_since" if one.again else "answer_due", row, one, value.when.end)
        elif party in members(row.party) and one.due is not None:
            yield from _steps("unanswered", row, one, value.when.end, begins=one.due)


def unclosed(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For the declaring side, once a rule's time to report after the end is over."""
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Activity) or party not in members(row.party) or len(members(row.channel)) == 1:
        return
    if state_of(node.picture, row, value, FOREVER[1]) != "expired":
        return
    rules = ruling.of_type(node, "close_out", row, value)
    hours = min((one.value.hours for one in rules if one.value.hours), default=None)
    if hours is not None:
        due = value.when.end + hours * HOUR
        yield Wait("unclosed", AT_ONCE, value.when.end, due=due, row=row, start=due, roles=_ANSWERERS)


def _steps(what: str, row: Row, one: Asked, end: int, begins: int = 0) -> Iterator[Wait]:
    """More urgent when its time is over; for every reader, which is the next level, when it is over twice."""
    said: dict[str, Any] = {"since": one.reached, "due": one.due, "row": row}
    due, later = min(one.due or end, end), min(one.later or end, end)
    if begins < due:
        yield Wait(what, TODAY, start=begins, end=due, roles=_ANSWERERS, **said)
    if due < later:
        yield Wait(what, AT_ONCE, start=due, end=later, roles=_ANSWERERS, **said)
    if later < end:
        yield Wait(what, AT_ONCE, start=later, end=end, **said)
