"""A record as a screen shows it: the same item for its author, its reader and the release preview."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions.endorsing import endorsed, state_of
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.errors import NotFound
from seamline.log.channel import members
from seamline.log.checkpoint import LogId
from seamline.records import registry
from seamline.store.ports import PictureReader, Row

Item = dict[str, Any]


def find(node: Node, officer: Officer, picture: PictureReader, id: str) -> Row:
    """The record with this id that the officer may read; NotFound alike for absent and forbidden (law 3).

    Should two channels hold the id, his own party's comes first, then the narrower channel.
    """
    rows = picture.find(id, node.readable(officer))
    if not rows:
        raise NotFound(f"no record {id}")
    return min(rows, key=lambda r: (r.party != officer.party, r.channel.count("+"), r.channel))


def by_id(node: Node, officer: Officer, channel: str, id: str) -> Item:
    """The item of a record in a channel, in full."""
    row = node.picture.record(channel, id)
    if row is None:
        raise NotFound(f"no record {id}")
    return item(node, officer, row)


def item(node: Node, officer: Officer, row: Row, as_of: int | None = None) -> Item:
    """The record in full: what it says, its state at as_of (ms; now if None), and who was told."""
    linked = links(node, officer, row)
    return brief(node, officer, row, as_of) | {
        "links": linked,
        "told": told(node, row),
        "endorsed": endorsed(node.picture, row, node.clock.now() if as_of is None else as_of),
        "reported_at": min(r.at for r in node.picture.revisions(row.channel, row.id)),
        "released_at": min((r["at"] for r in linked["released_as"]), default=None),
    }


def brief(node: Node, officer: Officer | None, row: Row, as_of: int | None = None) -> Item:
    """The record as a line of a list."""
    body = msgspec.json.decode(row.body)
    value = registry.read(row.kind, body)
    moment = node.clock.now() if as_of is None else as_of
    mode = "tear" if value is not None and value.tear else None
    return {
        "id": row.id,
        "no": row.no,
        "number": number(node, row),
        "kind": row.kind,
        "channel": row.channel,
        "lane": row.lane,
        "party": row.party,
        "node": node.node_name(row.node),
        "by": row.by,
        "rev": row.rev,
        "at": row.at,
        "received_at": row.received_at,
        "lang": row.lang,
        "hash": row.hash,
        "prev": row.prev,
        "body": body,
        "state": state_of(node.picture, row, value, moment) if value else "unknown",
        "attested": row.signer is not None,
        "current": row.current,
        "counts": row.counts,
        "mode": mode,
        "title": value.title() if value else row.kind,
    }


def number(node: Node, row: Row) -> str | None:
    """KIRKUK-12: the name of the node that allotted the number, and the number; None for acts."""
    if row.no == 0:
        return None
    first = row if row.rev == 1 else min(node.picture.revisions(row.channel, row.id), key=lambda r: r.rev)
    return f"{node.node_name(first.node).upper()}-{row.no}"


def links(node: Node, officer: Officer, row: Row) -> dict[str, Any]:
    """Where it came from and where it went, as far as this officer may read the linking record."""
    picture, readable = node.picture, node.readable(officer)
    out: dict[str, Any] = {"source": None, "released_as": []}
    for ref in picture.refs_to(row.id, "source"):
        link = picture.record(ref.channel, ref.id)
        if link and ref.channel in readable and ref.channel == row.channel:
            body = msgspec.json.decode(link.body)
            target = {"id": body["released"], "channel": body["channel"], "mode": body["mode"], "at": link.at}
            out["released_as"].append(target)
    for ref in picture.refs_to(row.id, "released_as"):
        link = picture.record(ref.channel, ref.id)
        if link and ref.channel in readable:
            out["source"] = {"id": msgspec.json.decode(link.body)["of"], "channel": ref.channel}
    return out


def told(node: Node, row: Row) -> list[dict[str, Any]]:
    """The times of law 7 for each other node that reads the channel: sent, reached, opened, answered.

    ms by this node's clock, None where it is not known here to have happened. An answer is a record
    of its own; answer: what the first one from there says of this revision.
    """
    log = LogId(row.node, row.channel, row.lane)
    reached = dict(node.log.reached(log, row.index))
    opened = _opened(node, row)
    answered = _answered(node, row)
    out = []
    for reader in node.trust.roster.readers(row.channel):
        if reader.fingerprint == row.node:
            continue
        here = reader.fingerprint == node.key.fingerprint
        at = row.received_at if here else reached.get(reader.fingerprint)
        sent = at if here else node.sent_at(log, row.index, reader.fingerprint)
        out.append(
            {
                "node": reader.name,
                "party": reader.party,
                # Another node may have passed it on before our own message was through.
                "sent": min(sent, at) if sent is not None and at is not None else sent,
                "reached": at,
                "opened": opened.get(reader.fingerprint),
                "answered": answered[reader.fingerprint][0] if reader.fingerprint in answered else None,
                "answer": answered[reader.fingerprint][1] if reader.fingerprint in answered else None,
            }
        )
    return out


def _opened(node: Node, row: Row) -> dict[str, int]:
    """At which nodes an officer opened this revision, and when this node heard of the first."""
    found: dict[str, int] = {}
    for ref in node.picture.refs_to(row.id, "opened"):
        by = node.picture.record(ref.channel, ref.id)
        if by and ref.hash == row.hash and ref.channel == row.channel:
            found[by.node] = min(by.received_at, found.get(by.node, by.received_at))
    return found


_ANSWERS = ("answers", "acknowledges", "contact_answer")


def _answered(node: Node, row: Row) -> dict[str, tuple[int, str]]:
    """At which nodes another party answered this revision: when this node heard of the first, and what."""
    found: dict[str, tuple[int, str]] = {}
    for ref in (ref for relation in _ANSWERS for ref in node.picture.refs_to(row.id, relation)):
        by = node.picture.record(ref.channel, ref.id)
        meant = ref.hash in (None, row.hash) and ref.channel == row.channel
        if by and by.counts and meant and by.party != row.party:
            said = (by.received_at, str(msgspec.json.decode(by.body).get("answer", "")))
            found[by.node] = min(said, found.get(by.node, said))
    return found


def audience(node: Node, officer: Officer, row: Row) -> set[str]:
    """The parties that hold the record, or what was released of it."""
    released = links(node, officer, row)["released_as"]
    return set(members(row.channel)).union(*(members(r["channel"]) for r in released))
