"""When a record came to another side: to one of its nodes, or by a read-back that it logged itself (law 5).

No other clock than this node's and the reader's own decides: at a node of the reader it is when the entry
arrived, elsewhere when his receipt was heard here, which is later by the way back. What lies between saying
and arriving was spent on the link, and is nobody's.
"""

from __future__ import annotations

import msgspec

from seamline.actions.node import Node
from seamline.log.channel import members
from seamline.log.checkpoint import LogId
from seamline.store.ports import Row


def arrivals(node: Node, row: Row) -> dict[str, int]:
    """The instant (ms) since which each other party is known here to have it; absent: not known here."""
    others = set(members(row.channel)) - set(members(row.party))
    found: dict[str, int] = {}
    for owners, at in [*_nodes(node, row), *_read_back(node, row)]:
        for party in others.intersection(owners):
            found[party] = min(at, found.get(party, at))
    return found


def _nodes(node: Node, row: Row) -> list[tuple[tuple[str, ...], int]]:
    """Owners of each node that is known to hold it, and since when."""
    roster, here = node.trust.roster, node.key.fingerprint
    found = [(node.owners, row.received_at)]
    said_at = roster.node(row.node)
    if said_at is not None and row.node != here:
        # Whoever shares the node at which it was said had it there at once.
        found.append((said_at.owners, row.stands_at))
    for reader, at in node.log.reached(LogId(row.node, row.channel, row.lane), row.index):
        info = roster.node(reader)
        if info is not None:
            found.append((info.owners, at))
    return found


def _read_back(node: Node, row: Row) -> list[tuple[tuple[str, ...], int]]:
    """Calls about it in which it was read back, as the party logged them that was called."""
    found: list[tuple[tuple[str, ...], int]] = []
    for ref in node.picture.refs_to(row.id, "call"):
        call = node.picture.record(ref.channel, ref.id) if ref.channel == row.channel else None
        body = msgspec.json.decode(call.body) if call and call.counts else {}
        if call and body.get("read_back") and body.get("called") == call.party:
            found.append(((call.party,), int(body["when"])))
    return found
