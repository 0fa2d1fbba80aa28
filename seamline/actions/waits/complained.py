"""Complaints whose next step is due, or past its time: for who owes it, by the clock of its arrival."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seamline.actions import complaints
from seamline.actions.clashing import FOREVER
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.waits.wait import AT_ONCE, SOON, TODAY, Wait
from seamline.geo.window import DAY
from seamline.log.channel import members
from seamline.store.ports import Row

_WHO = frozenset({"watch", "planner", "release", "signatory"})


def due(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """Acknowledging is for the other side; every later step for all of its channel."""
    if len(members(row.channel)) == 1:
        return
    # Whether, never when: the moment is compared when the list is shown.
    reader = Officer(party, "", READERS)
    coming = complaints.upcoming_of(node, reader, row, FOREVER[1])
    if coming is None or coming.due is None:
        return
    if coming.step == "acknowledged" and party in members(row.party):
        return
    said: dict[str, Any] = {"since": row.received_at, "due": coming.due, "row": row, "roles": _WHO}
    yield Wait("complaint_due", SOON, end=coming.due - DAY, **said)
    yield Wait("complaint_due", TODAY, start=coming.due - DAY, end=coming.due, **said)
    yield Wait("complaint_due", AT_ONCE, start=coming.due, **said)
