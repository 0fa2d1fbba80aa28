"""Flash alerts that another node holds or not, and that no officer there has opened (law 7)."""

from __future__ import annotations

from typing import Any

from seamline.actions import view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.log.channel import may_hold
from seamline.store.ports import Row, Search

_MOST = 500
"""Alerts looked through: the newest; what is older than those was asked about by voice long ago."""


def added(node: Node, officer: Officer, links: dict[str, Any]) -> dict[str, Any]:
    """The links, each with `unread`: the oldest of this node's alerts and how many there are; None without.

    Of channels that the officer may read and the peer may hold, nothing else (law 3).
    """
    rows = _alerts(node, officer)
    return {
        "items": [item | {"unread": _unread(node, officer, rows, item["peer"])} for item in links["items"]]
    }


def _alerts(node: Node, officer: Officer) -> list[Row]:
    """This node's own, oldest first; withdrawn ones no longer call for anybody."""
    channels = node.readable(officer) if officer.roles & set(READERS) else ()
    mine = {
        log.channel for log in node.log.logs() if log.lane == "flash" and log.node == node.key.fingerprint
    }
    channels = tuple(c for c in channels if c in mine)
    if not channels:
        return []
    found = node.picture.search(Search(channels=channels, kinds=("incident",), limit=_MOST))
    own = [row for row in found if row.lane == "flash" and row.node == node.key.fingerprint]
    return sorted(own, key=lambda row: (row.at, row.id))


def _unread(node: Node, officer: Officer, rows: list[Row], peer: str) -> dict[str, Any] | None:
    reader = node.trust.roster.node(peer)
    if reader is None:
        return None
    waiting = [row for row in rows if may_hold(reader.owners, row.channel) and not _opened(node, row, peer)]
    items = [(row, view.brief(node, officer, row)) for row in waiting]
    items = [(row, item) for row, item in items if item["state"] != "withdrawn"]
    if not items:
        return None
    row, item = items[0]
    told = next((t for t in view.told(node, row) if t["node"] == reader.name), {})
    brief = {name: item[name] for name in ("id", "number", "title", "channel", "at")}
    return brief | {"sent": told.get("sent"), "reached": told.get("reached"), "alerts": len(items)}


def _opened(node: Node, row: Row, peer: str) -> bool:
    """Whether an officer there opened this very revision."""
    for ref in node.picture.refs_to(row.id, "opened"):
        by = node.picture.record(ref.channel, ref.id)
        if by and by.node == peer and ref.hash == row.hash and ref.channel == row.channel:
            return True
    return False
