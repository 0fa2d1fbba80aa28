"""The desk of declared activities: how far each was answered, who is asked until when, what was countered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from seamline.actions import answers, read, ruling, view
from seamline.actions.arriving import arrivals
from seamline.actions.endorsing import state_of
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.write import standing_rules
from seamline.errors import NotFound
from seamline.geo.window import DAY
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.answer import Answer
from seamline.release.policy import may_write
from seamline.store.ports import Row, Search

LIMIT, MAX_LIMIT = 200, 500
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What GET /api/activities asks, ms. start None: those that end from a day ago on; as_of None: now."""

    start: int | None = None
    end: int | None = None
    as_of: int | None = None
    limit: int = LIMIT


def activities(node: Node, officer: Officer, wish: Wish | None = None) -> dict[str, Any]:
    """Those that wait for his own side's answer first, by when it is due; then by start.

    A plan that was released is listed once, as it was released: that is what is answered.
    """
    officer.need(*READERS)
    wish = wish or Wish()
    moment = node.clock.now() if wish.as_of is None else wish.as_of
    start = moment - DAY if wish.start is None else wish.start
    rows = [
        (row, value, waits_for(node, row, value, moment))
        for row, value in stated(node, officer, replace(wish, start=start))
        if not view.links(node, officer, row)["released_as"]
    ]
    rows.sort(key=lambda one: _order(one[0], one[1], one[2], officer.party))
    items = [_item(node, officer, *one, moment) for one in rows[: wish.limit]]
    return {"items": items, "more": len(rows) > wish.limit, "note": read.note(node, items)}


def activity(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Item:
    """One of them; NotFound alike for absent, forbidden, and what is no activity."""
    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Activity):
        raise NotFound(f"no activity {id}")
    moment = node.clock.now() if as_of is None else as_of
    return _item(node, officer, row, value, waits_for(node, row, value, moment), moment)


def stated(node: Node, officer: Officer, wish: Wish) -> Iterator[tuple[Row, Activity]]:
    """All that he reads of these hours, newest first, sources and what was released of them alike."""
    search = Search(
        channels=node.readable(officer),
        kinds=("activity",),
        start=wish.start,
        end=wish.end,
        known_by=wish.as_of,
        limit=MAX_LIMIT,
    )
    while True:
        rows = node.picture.search(search)
        for row in rows:
            value = registry.read(row.kind, msgspec.json.decode(row.body))
            if isinstance(value, Activity):
                yield row, value
        if len(rows) < MAX_LIMIT:
            return
        search = replace(search, after=(rows[-1].stands_at, rows[-1].id))


def _item(
    node: Node, officer: Officer, row: Row, value: Activity, waiting: list[answers.Asked], as_of: int
) -> Item:
    linked = view.links(node, officer, row)
    return {
        "activity": view.brief(node, officer, row, as_of) | {"links": linked},
        "answers": [_answer(node, officer, row, one) for one in answers.given(node.picture, row, as_of)],
        "waits_for": [msgspec.to_builtins(one) | {"level": one.level(as_of)} for one in waiting],
        "flags": ["emergency"] if value.emergency else [],
        "may_answer": _may_answer(node, officer, row)
        and state_of(node.picture, row, value, as_of) in answers.OPEN,
    }


def waits_for(node: Node, row: Row, value: Activity, as_of: int) -> list[answers.Asked]:
    """The parties whose answer is missing; none once it is over or taken back."""
    if state_of(node.picture, row, value, as_of) not in answers.OPEN:
        return []
    return missing(node, row, value, as_of)


def missing(node: Node, row: Row, value: Activity, as_of: int) -> list[answers.Asked]:
    """The parties whose answer to this revision is missing, whether or not it stands."""
    hours = ruling.answer_hours(node, row, value)
    return answers.asked(node.picture, row, value, arrivals(node, row), as_of, hours)


def _answer(node: Node, officer: Officer, row: Row, one: answers.Given) -> Item:
    """An answer as a line, with the activity that counters in it: that is in the same channel."""
    counter = node.picture.record(row.channel, one.body.counters) if one.body.counters else None
    return {
        "id": one.row.id,
        "party": one.row.party,
        "node": node.node_name(one.row.node),
        "by": one.row.by,
        "at": one.row.at,
        "received_at": one.row.received_at,
        "attested": one.row.signer is not None,
        "answer": one.body.answer,
        "remarks": one.body.remarks,
        "earlier": one.earlier,
        "changed": None if one.changed is None else list(one.changed),
        "counters": view.brief(node, officer, counter) if counter else None,
    }


def _may_answer(node: Node, officer: Officer, row: Row) -> bool:
    if officer.party in members(row.party) or officer.party not in members(row.channel):
        return False
    return may_write(officer.party, officer.roles, Answer, row.channel, row.lane, standing_rules(node))


def _order(row: Row, value: Activity, waiting: list[answers.Asked], party: str) -> tuple[bool, int, str]:
    due = [one.due for one in waiting if one.party == party]
    return not due, (due[0] if due and due[0] is not None else value.when.start), row.id
