"""Alerts: who has each, who has acknowledged it, and whom it waits for by now (docs/alerts.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from seamline.actions import read, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.said import Said
from seamline.actions.withdrawn import withdrawn
from seamline.errors import BadInput, Conflict, Worded
from seamline.log.checkpoint import LogId
from seamline.log.roster import NodeInfo
from seamline.picture.alert import Clock, clock
from seamline.records import registry
from seamline.records.alert import Acknowledgement, Alert
from seamline.store.ports import Row, Search

Json = dict[str, Any]
LIMIT, MAX_LIMIT = 100, 500


@dataclass(frozen=True, slots=True)
class Recipient:
    """A room the alert is for. hours: None while it is not known here to have it. by: who acknowledged it."""

    node: NodeInfo
    hours: Clock | None
    acknowledged: Row | None


def alerts(node: Node, officer: Officer, as_of: int | None = None, limit: int = LIMIT) -> Json:
    """Active ones first, then the newest; each with the four times of every room it is for."""
    officer.need(*READERS)
    if not 1 <= limit <= MAX_LIMIT:
        raise BadInput("limit", limit, f"from 1 to {MAX_LIMIT}")
    moment = node.clock.now() if as_of is None else as_of
    search = Search(node.readable(officer), kinds=("alert",), known_by=as_of, limit=limit + 1)
    rows = node.picture.search(search) if search.channels else []
    items = [_item(node, officer, row, moment) for row in rows[:limit]]
    items.sort(key=lambda item: item["alert"]["state"] != "active")
    return {"items": items, "more": len(rows) > limit, "note": read.note(node, items)}


def recipients(node: Node, row: Row, value: Alert) -> list[Recipient]:
    """The rooms it is for, by name: those named, or all that read the channel; not where it was said."""
    reached = dict(node.log.reached(LogId(row.node, row.channel, row.lane), row.index))
    said = _acknowledged(node, row)
    found = []
    for info in node.trust.roster.readers(row.channel):
        if info.fingerprint == row.node or (value.rooms and info.name not in value.rooms):
            continue
        here = info.fingerprint == node.key.fingerprint
        at = row.received_at if here else reached.get(info.fingerprint)
        hours = None if at is None else clock(at, value.within_min)
        found.append(Recipient(info, hours, said.get(info.fingerprint)))
    return found


def _acknowledged(node: Node, row: Row) -> dict[str, Row]:
    """The first acknowledgement of this revision from each node; a revoked officer's counts for nothing."""
    found: dict[str, Row] = {}
    for ref in node.picture.refs_to(row.id, "acknowledges"):
        by = node.picture.record(ref.channel, ref.id) if ref.channel == row.channel else None
        if by is None or not by.counts or ref.hash != row.hash or _revoked(node, by):
            continue
        best = found.get(by.node)
        if best is None or (by.received_at, by.id) < (best.received_at, best.id):
            found[by.node] = by
    return found


def _revoked(node: Node, row: Row) -> bool:
    info = node.trust.roster.officer(row.party, row.by)
    return info is not None and info.revoked


def _item(node: Node, officer: Officer, row: Row, as_of: int) -> Json:
    value = registry.read("alert", msgspec.json.decode(row.body))
    brief = view.brief(node, officer, row, as_of)
    if not isinstance(value, Alert):
        return {"alert": brief, "told": [], "waits": False}
    told = {one["node"]: one for one in view.told(node, row)}
    rooms = [_told(one, told.get(one.node.name, {}), as_of) for one in recipients(node, row, value)]
    live = brief["state"] in ("active", "cancelled") and as_of < value.expires
    mine = any(one["node"] == node.name and one["acknowledged"] is None for one in rooms)
    return {"alert": brief, "told": rooms, "waits": live and mine}


def _told(one: Recipient, told: Json, as_of: int) -> Json:
    """Sent, reached, opened, acknowledged: by this node's clock, None where it is not known here."""
    by, hours = one.acknowledged, one.hours
    return {
        "node": one.node.name,
        "party": one.node.party,
        "sent": told.get("sent"),
        "reached": told.get("reached"),
        "opened": told.get("opened"),
        "acknowledged": by.received_at if by else None,
        "by": f"{by.party}/{by.by}" if by else None,
        "due": hours.due if hours else None,
        "level": hours.level(as_of) if hours and by is None else None,
    }


# ------------------------------------------------------------------ what may be said


def check(said: Said) -> None:
    """An acknowledgement is of an alert that stands, as it reads now; an alert ends later than now."""
    body = said.body
    if isinstance(body, Alert):
        if body.expires <= said.now and not body.cancelled:
            raise BadInput(
                "body.expires", body.expires, Worded("remedy.alert_later", "an alert ends later than now")
            )
        return
    if not isinstance(body, Acknowledgement):
        return
    row = said.picture.record(said.channel, body.of)
    value = registry.read("alert", msgspec.json.decode(row.body)) if row else None
    if row is None or not isinstance(value, Alert):
        raise BadInput("body.of", body.of, Worded("remedy.alert_here", "an alert in this channel"))
    if body.hash != row.hash:
        raise Conflict("it reads otherwise by now: read it again, then acknowledge it", rev=row.rev)
    if withdrawn(said.picture, row) or said.now >= value.expires:
        remedy = "it stands no more: there is nothing to acknowledge"
        raise BadInput("body.of", body.of, remedy, code="not_open")
