"""To look: lists, one record, its history, clashes, links and receipts.

Every answer is computed from channels the officer may read, so order, counts and cursors can tell
him nothing of any other (law 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seamline.actions import enabled, paging, view
from seamline.actions.endorsing import endorsed
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import BadInput
from seamline.records import registry
from seamline.records.kind import fields
from seamline.records.values import CODES
from seamline.store.ports import ClashRow, Row, Search
from seamline.texts.spelling import normalise

MAX_LIMIT = 500
MOST_ABOUT = 50
MOST_CLASHES = 1000
WEEK = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What GET /api/records asks; times ms, bbox 1e-7 degrees (west, south, east, north)."""

    kinds: tuple[str, ...] = ()
    party: str | None = None
    channel: str | None = None
    bbox: tuple[int, int, int, int] | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    as_of: int | None = None
    limit: int = 100
    cursor: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """items, and the cursor to go on from (None at the end)."""

    items: list[view.Item]
    next: str | None


def records(node: Node, officer: Officer, query: RecordQuery) -> Page:
    """Newest first. Raises BadInput for a limit or cursor that cannot be."""
    officer.need(*READERS)
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadInput("limit", query.limit, f"from 1 to {MAX_LIMIT}")
    channels = node.readable(officer)
    if query.channel is not None:
        channels = tuple(c for c in channels if c == query.channel)
    if query.about:
        return Page([_line(node, officer, row, query.as_of) for row in _touched(node, channels, query)], None)
    search = Search(
        channels=channels,
        kinds=query.kinds,
        party=query.party,
        box=query.bbox,
        start=query.start,
        end=query.end,
        text=normalise(query.text) if query.text else None,
        known_by=query.as_of,
        after=paging.read(query.cursor, tuple[int, str]) if query.cursor else None,
        limit=query.limit + 1,
    )
    rows = node.picture.search(search) if channels else []
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    last = paging.written((rows[-1].stands_at, rows[-1].id)) if more else None
    return Page([_line(node, officer, row, query.as_of) for row in rows], last)


def _line(node: Node, officer: Officer, row: Row, as_of: int | None) -> view.Item:
    return view.brief(node, officer, row, as_of) | {"links": view.links(node, officer, row)}


def _touched(node: Node, channels: tuple[str, ...], query: RecordQuery) -> list[Row]:
    """The records of these ids and what they refer to: all whose state an event may have changed."""
    if len(query.about) > MOST_ABOUT:
        raise BadInput("about", f"{len(query.about)} ids", f"at most {MOST_ABOUT}")
    picture, found = node.picture, dict[tuple[str, str], Row]()
    for id in query.about:
        said = picture.find(id, channels)
        targets = [ref.to for row in said for ref in picture.refs_from(row.channel, row.id)]
        for row in [*said, *(row for to in targets for row in picture.find(to, channels))]:
            known = row.counts and (query.as_of is None or row.at <= query.as_of)
            if known and (not query.kinds or row.kind in query.kinds):
                found[row.channel, row.id] = row
    return sorted(found.values(), key=lambda row: (row.stands_at, row.id), reverse=True)


def record(node: Node, officer: Officer, id: str, as_of: int | None = None) -> view.Item:
    """One record in full; NotFound alike for absent and forbidden."""
    officer.need(*READERS)
    return view.item(node, officer, view.find(node, officer, node.picture, id), as_of)


def history(node: Node, officer: Officer, id: str) -> list[view.Item]:
    """Every revision, the winner first, then by revision downward: the loser is shown, not lost (law 2)."""
    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    rows = sorted(
        node.picture.revisions(row.channel, id), key=lambda r: (not r.current, -r.rev, -r.at, r.hash)
    )
    now = node.clock.now()
    return [
        view.brief(node, officer, r)
        | {"told": view.told(node, r), "endorsed": endorsed(node.picture, r, now)}
        for r in rows
    ]


# ------------------------------------------------------------------ clashes


def clashes(node: Node, officer: Officer, since: int | None = None) -> dict[str, Any]:
    """Clashes among what the officer may see, by start; a release is left out where its source is seen.

    Of those that end after since (ms; a week ago if None), the first MOST_CLASHES; more: there are others.
    """
    officer.need(*READERS)
    found = []
    start = node.clock.now() - WEEK if since is None else since
    pairs = node.picture.clashes(node.readable(officer), MOST_CLASHES + 1, start)
    for pair in pairs[:MOST_CLASHES]:
        a, b = node.picture.record(*pair.a), node.picture.record(*pair.b)
        if a and b and not _shadowed(node, officer, a) and not _shadowed(node, officer, b):
            one, two = sorted((a, b), key=lambda r: (r.party != officer.party, r.start or 0, r.id))
            found.append(_clash(node, officer, pair, one, two))
    return {"items": found, "more": len(pairs) > MOST_CLASHES, "note": note(node, found)}


def _shadowed(node: Node, officer: Officer, row: Row) -> bool:
    """Is this the released form of a record whose source the officer sees too?"""
    return view.links(node, officer, row)["source"] is not None


def _clash(node: Node, officer: Officer, pair: ClashRow, a: Row, b: Row) -> dict[str, Any]:
    return {
        "a": view.brief(node, officer, a),
        "b": view.brief(node, officer, b),
        "distance_m": pair.distance_m,
        "needed_m": pair.needed_m,
        "start": pair.start,
        "end": pair.end,
        "where": list(pair.where),
        **node.locate(pair.where),
        "possible": pair.possible,
        "seen_by": sorted(
            view.audience(node, officer, a) & view.audience(node, officer, b),
            key=lambda party: (party != officer.party, party),
        ),
    }


def note(node: Node, found: list[Any]) -> dict[str, Any]:
    """Law 7: an empty result reads "none in what was shared; last contact", never "safe"."""
    return {"key": "note.none_in_what_was_shared" if not found else "note.of_what_was_shared",
            "last_contact": last_contact(node)}  # fmt: skip


def last_contact(node: Node) -> int | None:
    """When any other node was last heard, ms; None when none was since start."""
    heard = [s["last_contact"] for s in node.link_states()]
    return max((at for at in heard if isinstance(at, int)), default=None)


# ------------------------------------------------------------------ the rest of the desk


def links(node: Node) -> dict[str, Any]:
    """Each peer's link: last contact, what waits, the last fault."""
    return {"items": node.link_states()}


def receipts(node: Node, officer: Officer) -> dict[str, Any]:
    """Who holds which head of the logs that the officer may read."""
    officer.need(*READERS)
    readable = set(node.readable(officer))
    return {
        "items": [
            {
                "node": node.node_name(r.log.node),
                "channel": r.log.channel,
                "lane": r.log.lane,
                "reader": node.node_name(r.reader),
                "size": r.size,
                "of": node.log.head(r.log).size,
                "received_at": r.received_at,
                "note": r.note.decode(),
            }
            for r in sorted(node.log.receipts(), key=lambda r: (r.log, r.reader))
            if r.log.channel in readable
        ]
    }


def kinds(node: Node, officer: Officer) -> dict[str, Any]:
    """What forms are drawn from: each kind's fields, coded lists, and where this officer may write it.

    channels: by a drawn form; puts: also by a desk; others: where he may not, which of his party's roles
    may. Terms in force may shorten a coded list.
    """
    from seamline.actions.write import standing_rules
    from seamline.release.policy import may_write, who_may

    rules = standing_rules(node)
    shorter = enabled.lists(node, officer)

    def agreed(name: str | None, code: str) -> bool:
        return name not in shorter or code in shorter[name]

    out = []
    for name, kind in registry.KINDS.items():
        puts = [
            c
            for c in node.readable(officer)
            if may_write(officer.party, officer.roles, kind, c, "routine", rules)
        ]
        writable = puts if kind.BY_FORM else []
        left = [c for c in node.readable(officer) if c not in puts]
        out.append(
            {
                "kind": name,
                "writable": bool(writable),
                "channels": writable,
                "puts": puts,
                "others": {c: who_may(officer.party, kind, c, "routine", rules) for c in left},
                "placed": kind.PLACED,
                "releasable": kind.RELEASABLE,
                "fields": [
                    {
                        "name": f.name,
                        "type": f.spec.type,
                        "required": f.required,
                        "read_only": f.spec.read_only,
                        "default": f.default,
                        "release": str(f.spec.release),
                        "list": f.spec.values,
                        "values": [c for c in CODES.get(f.spec.values or "", ()) if agreed(f.spec.values, c)],
                    }
                    for f in fields(kind)
                ],
            }
        )
    return {"items": out}
