"""An open contact: it stays in front of everything else until every side that was asked has closed it."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.actions import contacts
from seamline.actions.clashing import FOREVER
from seamline.actions.node import Node
from seamline.actions.waits.wait import DANGER, Wait
from seamline.log.channel import members
from seamline.store.ports import Row


def open_contact(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """Once, also where it stands in several channels; due while this side has not answered."""
    channels = [channel for channel in node.channels() if party in members(channel)]
    rows = sorted(node.picture.find(row.id, channels), key=lambda r: (r.channel.count("+"), r.channel))
    if not rows or rows[0].channel != row.channel:
        return
    found = contacts.is_open(node, party, rows, FOREVER[1])
    if found is not None:
        own = next((one for one in found.parties if one.party == party), None)
        due = own.due if own is not None and own.answer is None and own.closed is None else None
        yield Wait("contact", DANGER, row.received_at, due=due, row=row)
