"""Programmes: milestones of one's own that come due, and those past their day that are not stated done."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.actions import programmes
from seamline.actions.clashing import FOREVER
from seamline.actions.node import Node
from seamline.actions.waits.wait import NEVER, SOON, TODAY, Wait
from seamline.geo.window import DAY
from seamline.picture.programme import newest
from seamline.store.ports import Row

SOON_DAYS = 14


def due(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """One line a programme at any moment: what is late, with how many; else the next that comes due.

    Which day it is decides between them, so each stands there from its own start to its own end (law 5).
    """
    found = programmes.of(node.picture, row, FOREVER[1])
    if found is None or not found.baselines:
        return
    told = newest(found.value, programmes.reports(node.picture, row, FOREVER[1]), FOREVER[1])
    open_ = sorted(
        one.due
        for point, one in found.value.milestones()
        if party in found.value.owners(point, one)
        and ((one.no, party) not in told or told[one.no, party].said.status != "done")
    )
    days = sorted(set(open_))
    since = found.shown.received_at
    if days:
        yield Wait(
            "milestone_due", SOON, since, due=days[0], row=row, start=days[0] - SOON_DAYS * DAY, end=days[0]
        )
    for day, following in zip(days, [*days[1:], NEVER], strict=True):
        late = sum(one <= day for one in open_)
        yield Wait(
            "milestone_late",
            TODAY,
            since,
            due=days[0],
            row=row,
            start=day,
            end=following,
            more={"count": late},
        )
