"""Clashes and gaps, as far as this party may see them."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.actions import gaps
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.waits.wait import SOON, TODAY, Key, Wait
from seamline.geo.window import DAY
from seamline.log.channel import members
from seamline.store.ports import Row

WEEK = 7 * DAY
MINUTE = 60_000
_COVER = (
    "watch",
    "activity",
    "joint_plan",
    "terms",
    "endorsement",
    "objection",
    "withdrawal",
    "release",
    "destruction",
)
"""Kinds after which ground may be covered otherwise."""


def clashing(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """Under the record that the list of clashes shows first: the reader's own, then the earlier."""
    for pair in node.picture.clashes_of(row.channel, row.id):
        key: Key = pair.b if pair.a == (row.channel, row.id) else pair.a
        other = node.picture.record(*key) if party in members(key[0]) else None
        if (
            other is None
            or _after(party, row, other)
            or any(_shadowed(node, party, one) for one in (row, other))
        ):
            continue
        since = max(row.received_at, other.received_at)
        yield Wait("clash", TODAY, since, due=pair.start, row=row, end=pair.end + WEEK, other=key)


def _after(party: str, row: Row, other: Row) -> bool:
    first = min((row, other), key=lambda r: (r.party != party, r.start or 0, r.id))
    return (first.channel, first.id) != (row.channel, row.id)


def _shadowed(node: Node, party: str, row: Row) -> bool:
    """Is this the released form of a record whose source the party sees too?"""
    links = node.picture.refs_to(row.id, "released_as")
    return any(party in members(ref.channel) and node.picture.record(ref.channel, ref.id) for ref in links)


def open_gaps(node: Node, officer: Officer) -> Iterator[Wait]:
    """Parts of watch lists in force that nobody covers, from now on; looked for once a minute and change."""
    now = node.clock.now()

    def look() -> list[Wait]:
        found = gaps.open_now(node, officer)
        return [
            Wait("gap", TODAY if gap.start < now + DAY else SOON, gap.watch.received_at, gap.start, gap.watch)
            for gap in found
        ]

    yield from node.waits.kept(officer.party, "gaps", _COVER, now // MINUTE, look)
