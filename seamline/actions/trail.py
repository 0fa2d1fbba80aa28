"""What was done: every revision of every record and every act on one, as one officer may read it.

Besides that, what the parties state of their nodes and officers: who stands behind the names on the trail.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from seamline import texts
from seamline.actions import exports, paging, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.read import MAX_LIMIT, Page
from seamline.actions.source import OutRow, Value
from seamline.errors import BadInput, TooLarge
from seamline.geo.window import format_rfc3339
from seamline.log import statement
from seamline.log.channel import members
from seamline.log.statement import Statement
from seamline.records import registry
from seamline.records.kind import Body
from seamline.store.ports import Row, Trail


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """What GET /api/audit asks; by: an officer's id; times ms, [start, end)."""

    kinds: tuple[str, ...] = ()
    party: str | None = None
    by: str | None = None
    channel: str | None = None
    start: int | None = None
    end: int | None = None
    limit: int = 100
    cursor: str | None = None


def trail(node: Node, officer: Officer, query: TrailQuery) -> Page:
    """Newest first, also what was followed by another revision or does not count.

    Raises BadInput for a limit or cursor that cannot be.
    """
    officer.need(*READERS)
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadInput("limit", query.limit, f"from 1 to {MAX_LIMIT}")
    channels = tuple(c for c in node.readable(officer) if query.channel in (None, c))
    asked = Trail(
        channels=channels,
        kinds=query.kinds,
        party=query.party,
        by=query.by,
        start=query.start,
        end=query.end,
        after=paging.read(query.cursor, tuple[int, str, int, str]) if query.cursor else None,
        limit=query.limit + 1,
    )
    rows = node.picture.trail(asked)
    last = rows[query.limit - 1] if len(rows) > query.limit else None
    items = [_deed(node, officer, row) for row in rows[: query.limit]]
    return Page(items, paging.written((last.stands_at, last.id, last.rev, last.hash)) if last else None)


def export(node: Node, officer: Officer, query: TrailQuery, lang: str) -> Future[exports.Exported]:
    """The trail of the query (its limit and cursor are passed over) as CSV, marked.

    Raises TooLarge for more than exports.MOST; the future is done once the log says that he took it.
    """
    officer.need(*READERS)
    mark = texts.text(lang, "export.mark")
    rows = [OutRow(_columns(deed, mark), None) for deed in _all(node, officer, query)]
    names = list(rows[0].values) if rows else ["use"]
    data = node.gateways.writers["csv"](names, rows, mark)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(node.clock.now() / 1000))
    made = exports.Exported(data, f"{node.name}-audit-{stamp}.csv", len(rows))
    return exports.logged(node, officer, made, "csv", _asked(query))


def _all(node: Node, officer: Officer, query: TrailQuery) -> Iterator[view.Item]:
    count, cursor = 0, None
    while True:
        page = trail(node, officer, replace(query, limit=MAX_LIMIT, cursor=cursor))
        count += len(page.items)
        if count > exports.MOST:
            raise TooLarge("records", f"more than {exports.MOST}", "narrow it by time, kind or officer")
        yield from page.items
        if (cursor := page.next) is None:
            return


def _columns(deed: view.Item, mark: str) -> dict[str, Value]:
    about = deed["about"] or {}
    plain = ("by", "party", "node", "kind", "number", "rev", "title", "channel", "lane", "id", "hash")
    return (
        {"use": mark, "said": format_rfc3339(deed["at"]), "arrived": format_rfc3339(deed["received_at"])}
        | {name: deed[name] for name in plain}
        | {"about": about.get("number") or about.get("id"), "about_id": about.get("id"), "to": deed["to"]}
        | {name: deed[name] for name in ("attested", "current", "counts")}
    )


def _asked(query: TrailQuery) -> str:
    """The filters as words, for whoever reads the log."""
    said = {
        "kind": ",".join(query.kinds),
        "party": query.party,
        "by": query.by,
        "channel": query.channel,
        "from": format_rfc3339(query.start) if query.start is not None else None,
        "to": format_rfc3339(query.end) if query.end is not None else None,
    }
    return " ".join(("audit", *(f"{name}={value}" for name, value in said.items() if value)))[:200]


def _deed(node: Node, officer: Officer, row: Row) -> view.Item:
    """One line of the trail; about: the first record it refers to; to: where a release went."""
    body = msgspec.json.decode(row.body)
    value = registry.read(row.kind, body)
    return {
        "id": row.id,
        "number": view.number(node, row),
        "kind": row.kind,
        "title": _title(row, value),
        "rev": row.rev,
        "hash": row.hash,
        "channel": row.channel,
        "lane": row.lane,
        "party": row.party,
        "node": node.node_name(row.node),
        "by": row.by,
        "at": row.at,
        "received_at": row.received_at,
        "attested": row.signer is not None,
        "current": row.current,
        "counts": row.counts,
        "about": _about(node, officer, value) if value is not None else None,
        "to": body.get("channel") if row.kind == "release" else None,
    }


def _title(row: Row, value: Body | None) -> str:
    if row.kind == "roster":
        return ""
    return value.title() if value is not None else row.kind


def _about(node: Node, officer: Officer, value: Body) -> dict[str, Any] | None:
    """Of the records that it refers to the first that this officer may read."""
    for reference in value.references():
        for row in node.picture.find(reference.to, node.readable(officer)):
            said = registry.read(row.kind, msgspec.json.decode(row.body))
            title = said.title() if said is not None else ""
            return {"id": row.id, "number": view.number(node, row), "kind": row.kind, "title": title}
    return None


def statements(node: Node, officer: Officer) -> list[dict[str, Any]]:
    """What the parties of his channels state of their nodes and officers, newest first."""
    officer.need(*READERS)
    parties = {party for channel in node.readable(officer) for party in members(channel)}
    found = [one for held in node.trust.statements() if (one := statement.read(held)).party in parties]
    # Of one instant: the reader's own first, then by the alphabet; of one party the newest first.
    found.sort(key=lambda one: (-one.at, one.party != officer.party, one.party, -one.no))
    return [_stated(node, one) for one in found]


def _stated(node: Node, one: Statement) -> dict[str, Any]:
    """name: the officer or node it is about; since: from when an officer's signatures count no more."""
    said = msgspec.to_builtins(one.said) if one.said is not None else {}
    name = said.get("officer") or said.get("name") or said.get("node")
    if one.what == "revoke_node" and name:
        name = node.node_name(name)
    return {
        "party": one.party,
        "no": one.no,
        "at": one.at,
        "what": one.what,
        "name": name,
        "title": said.get("title"),
        "roles": said.get("roles"),
        "since": said.get("since"),
        "hash": one.hash,
    }
