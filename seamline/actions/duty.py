"""Who has the watch, at every node that says so in a channel one reads."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.records.shift import DAY
from seamline.store.ports import Row, Search

Json = dict[str, Any]
_MOST = 200


def on_duty(node: Node, officer: Officer, as_of: int | None = None) -> Json:
    """One line a party and node: who has the watch there, since and until when, how he is reached.

    The reader's own first, then by name. Whose hours are over is listed too, as `over`: nobody took over, or
    nothing was heard of it here.
    """
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    items = []
    for (party, fingerprint), row in _current(node, officer, now).items():
        body = msgspec.json.decode(row.body)
        items.append(
            {
                "party": party,
                "node": node.node_name(fingerprint),
                "here": fingerprint == node.key.fingerprint,
                "by": row.by,
                "start": row.start,
                "end": row.end,
                "over": (row.end or 0) <= now,
                "reach": body.get("reach", ""),
                "record": row.id,
                "attested": row.signer is not None,
            }
        )
    items.sort(key=lambda one: (one["party"] != officer.party, not one["here"], one["party"], one["node"]))
    return {"items": items}


def own(node: Node, officer: Officer) -> Row | None:
    """His own party's watch at this node, while its hours run; None when nobody has it."""
    now = node.clock.now()
    row = _current(node, officer, now).get((officer.party, node.key.fingerprint))
    return row if row is not None and now < (row.end or 0) else None


def _current(node: Node, officer: Officer, as_of: int) -> dict[tuple[str, str], Row]:
    """The newest of each party and node, of those that have begun within the last two days."""
    channels, start = node.readable(officer), as_of - 2 * DAY
    search = Search(channels, kinds=("on_watch",), start=start, end=as_of + 1, limit=_MOST)
    found: dict[tuple[str, str], Row] = {}
    for row in node.picture.search(search) if channels else []:
        best = found.get((row.party, row.node))
        if best is None or (row.at, row.id, row.channel) > (best.at, best.id, best.channel):
            found[row.party, row.node] = row
    return found
