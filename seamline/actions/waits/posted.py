"""Posts: what a third party left, statements that differ, and what is vacated without a hand-over."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seamline.actions import posts
from seamline.actions.clashing import FOREVER
from seamline.actions.node import Node
from seamline.actions.waits.wait import AT_ONCE, SOON, TODAY, Wait
from seamline.geo.window import DAY
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.handover import PostLeft
from seamline.store.ports import Row


def left(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For both sides at once, until each has stated what it holds there; in one's own channel: say it."""
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, PostLeft) or _acted(node, row, "withdraws", row.party):
        return
    if len(members(row.channel)) == 1:
        if not node.picture.refs_to(row.id, "source"):
            yield Wait("post_left_untold", AT_ONCE, row.received_at, row=row)
        return
    post = node.picture.record(row.channel, value.post) if value.post else None
    if post is None:
        if row.party != party and not _acted(node, row, "opened", party):
            yield Wait("post_left", AT_ONCE, row.received_at, row=row)
        return
    if party in posts.yet_to_state(posts.kept(node.picture, post, FOREVER[1]), row):
        yield Wait("post_left", AT_ONCE, row.received_at, row=row, other=(post.channel, post.id))


def registered(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For every side of the channel: the statements differ; somebody leaves, and no hand-over is in force."""
    one = posts.kept(node.picture, row, FOREVER[1])
    if one.line.status == "reserved":
        newest = max(s.row.received_at for s in one.said)
        yield Wait("post_reserved", TODAY, newest, row=row)
    for gone in one.leaving:
        if gone.handed is not None:
            continue
        due = posts.due(node, row, gone)
        soon = gone.since if due is None else due
        yield Wait("handover_due", SOON, gone.since, due=due, row=row, end=soon - DAY)
        yield Wait("handover_due", TODAY, gone.since, due=due, row=row, start=soon - DAY, end=soon)
        if due is not None:
            yield Wait("handover_due", AT_ONCE, gone.since, due=due, row=row, start=due)


def _acted(node: Node, row: Row, relation: str, party: str) -> bool:
    """Has that party, or the room for it, made such an act on the record?"""
    acts = (node.picture.record(ref.channel, ref.id) for ref in node.picture.refs_to(row.id, relation))
    return any(a and a.counts and a.channel == row.channel and party in members(a.party) for a in acts)
