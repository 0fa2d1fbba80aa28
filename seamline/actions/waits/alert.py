"""Alerts without an acknowledgement: for the watch, then the next officer, then the next level."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seamline.actions import alerts, duty
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.waits.wait import AT_ONCE, SOON, Wait
from seamline.actions.withdrawn import withdrawn
from seamline.log.channel import members
from seamline.picture.alert import MINUTE, clock
from seamline.records import registry
from seamline.records.alert import Alert
from seamline.store.ports import Row, Search

_WATCH = frozenset({"watch"})
_NEXT = frozenset({"watch", "planner", "release"})
_LATELY = 50
_TEST = ("on_watch", "alert", "withdrawal")


def unacknowledged(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """In a room it is for; at another node of its owner once nobody there did; and where it was sent from."""
    value = registry.read("alert", msgspec.json.decode(row.body))
    if not isinstance(value, Alert) or withdrawn(node.picture, row):
        return
    own = row.node == node.key.fingerprint
    for one in alerts.recipients(node, row, value):
        if one.acknowledged is not None:
            continue
        if one.node.fingerprint == node.key.fingerprint:
            yield from _here(row, value)
        elif own and one.hours is not None:
            yield _of(row, value, one.hours.due, one.hours.due, about=one.node.name)
        elif party in one.node.owners and not own:
            hours = clock(row.received_at, value.within_min)
            yield _of(row, value, hours.due, hours.last, about=one.node.name)


def _here(row: Row, value: Alert) -> Iterator[Wait]:
    hours = clock(row.received_at, value.within_min)
    steps = ((0, hours.due, _WATCH), (hours.due, hours.last, _NEXT), (hours.last, value.expires, None))
    for start, end, roles in steps:
        if start < min(end, value.expires):
            last = min(end, value.expires)
            yield Wait("unacknowledged", AT_ONCE, hours.reached, hours.due, row, None, start, last, roles)


def _of(row: Row, value: Alert, due: int, start: int, *, about: str) -> Wait:
    return Wait("unacknowledged", AT_ONCE, row.received_at, due, row, about, start, value.expires)


def test_due(node: Node, officer: Officer) -> Iterator[Wait]:
    """Once a shift each watch tries that alerts arrive: due until it has sent one with status test."""
    minute = node.clock.now() // MINUTE
    yield from node.waits.kept(officer.party, "test", _TEST, minute, lambda: list(_test_due(node, officer)))


def _test_due(node: Node, officer: Officer) -> Iterator[Wait]:
    mine = duty.own(node, officer)
    shared = tuple(c for c in node.readable(officer) if len(members(c)) > 1)
    if mine is None or mine.end is None or mine.start is None or not shared:
        return
    for row in node.picture.search(Search(shared, kinds=("alert",), party=officer.party, limit=_LATELY)):
        in_this_shift = row.node == node.key.fingerprint and row.received_at >= mine.start
        if in_this_shift and msgspec.json.decode(row.body).get("status") == "test":
            return
    yield Wait("test_alert_due", SOON, mine.start, mine.end, about=node.name, roles=_WATCH)
