"""Two accounts of one event: which incidents are said to be, or may be, one event, and how they compare.

Everything rests on what the officer may read; his own full incident stands for what was released of it.
Whoever links two, or proposes a common account, says a record of his own (law 2); nothing is merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from seamline.actions import read, view
from seamline.actions.clashing import policy_in_force
from seamline.actions.endorsing import state_of
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import BadInput, Worded
from seamline.geo import volume
from seamline.geo.frame import Frame
from seamline.geo.window import DAY
from seamline.log.channel import members
from seamline.picture import accounts
from seamline.records import registry
from seamline.records.incident import Incident
from seamline.store.ports import Row, Search

LOOKED_AT = 300
SUGGESTED = 100
RECENT = 30 * DAY
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One side's incident as the officer sees it best, and each form of it that he holds, by channel."""

    row: Row
    value: Incident
    forms: dict[str, Row]

    @property
    def ids(self) -> set[str]:
        return {row.id for row in self.forms.values()}


@dataclass(slots=True)
class Pair:
    """a, b: the reader's own first, then by when it happened. links: same_event records about them."""

    a: Told
    b: Told
    links: list[Row]

    @property
    def key(self) -> tuple[str, str]:
        one, two = sorted((self.a.row.id, self.b.row.id))
        return one, two


def listed(node: Node, officer: Officer, as_of: int | None = None) -> Json:
    """Pairs that somebody linked, newest event first; pairs that may be one event, the likeliest first."""
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    frame = policy_in_force(node.picture).frame
    linked = _linked(node, officer, now, as_of)
    items = sorted(linked.values(), key=lambda p: (-(p.a.row.start or 0), p.key))
    found = [p for p in _candidates(node, officer, now, as_of) if p.key not in linked]
    scored = [(accounts.likeness(p.a.value, p.b.value, frame), p) for p in found]
    near = sorted(
        ((like, p) for like, p in scored if like.score >= accounts.LEAST),
        key=lambda one: (-one[0].score, -(one[1].a.row.start or 0), one[1].key),
    )
    shown = [_pair(node, officer, p, frame, now) for p in items]
    suggested = [_pair(node, officer, p, frame, now) for _, p in near[:SUGGESTED]]
    return {"items": shown, "suggested": suggested, "note": read.note(node, [*shown, *suggested])}


def compared(node: Node, officer: Officer, one: str, other: str, as_of: int | None = None) -> Json:
    """Two incidents field by field. NotFound alike for absent and forbidden; BadInput for no two incidents.

    propose: the channel in which both stand and their revisions there, as a common account names them; None
    where no channel holds both (then one of them is to be released first).
    """
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    a, b = (_told(node, officer, view.find(node, officer, node.picture, id)) for id in (one, other))
    if a is None or b is None or a.row.id == b.row.id:
        raise BadInput("other", other, Worded("remedy.two_incidents", "two different incidents"))
    pair = _ordered(officer, a, b, [])
    pair.links = _links_between(node, officer, pair)
    frame = policy_in_force(node.picture).frame
    fields = accounts.compare(pair.a.value, pair.b.value, (pair.a.row.lang, pair.b.row.lang), frame)
    return _pair(node, officer, pair, frame, now) | {
        "fields": [msgspec.to_builtins(f) for f in fields],
        "propose": _propose(pair),
    }


def _pair(node: Node, officer: Officer, pair: Pair, frame: Frame | None, now: int) -> Json:
    like = accounts.likeness(pair.a.value, pair.b.value, frame)
    fields = accounts.compare(pair.a.value, pair.b.value, (pair.a.row.lang, pair.b.row.lang), frame)
    verdicts = [f.verdict for f in fields]
    return {
        "a": view.brief(node, officer, pair.a.row, now),
        "b": view.brief(node, officer, pair.b.row, now),
        "linked": [
            {"party": r.party, "id": r.id, "channel": r.channel, "at": r.at}
            for r in sorted(pair.links, key=lambda r: (r.party != officer.party, r.at, r.id))
        ],
        "likeness": msgspec.to_builtins(like),
        "counts": {v: verdicts.count(v) for v in ("agreed", "differs", "one_side")},
        "common": _common(node, officer, pair, now),
    }


def _common(node: Node, officer: Officer, pair: Pair, now: int) -> list[Json]:
    """Common accounts of the two, newest first. stale: an incident has been revised since it was compared."""
    readable, found = node.readable(officer), dict[str, Json]()
    for ref in (r for id in sorted(pair.a.ids) for r in node.picture.refs_to(id, "account_of")):
        row = node.picture.record(ref.channel, ref.id)
        if row is None or not row.counts or ref.channel not in readable:
            continue
        named = msgspec.json.decode(row.body)["accounts"]
        if not {one["id"] for one in named} & pair.b.ids:
            continue
        stands = {row.id: row.hash for told in (pair.a, pair.b) for row in told.forms.values()}
        stale = any(stands.get(one["id"], one["hash"]) != one["hash"] for one in named)
        found[row.id] = view.item(node, officer, row, now) | {"stale": stale}
    return sorted(found.values(), key=lambda i: (-i["at"], i["id"]))


def _propose(pair: Pair) -> Json | None:
    both = [c for c in pair.a.forms if c in pair.b.forms and len(members(c)) > 1]
    if not both:
        return None
    channel = min(both, key=lambda c: (c.count("+"), c))
    rows = sorted((pair.a.forms[channel], pair.b.forms[channel]), key=lambda r: r.id)
    return {"channel": channel, "accounts": [{"id": r.id, "hash": r.hash} for r in rows]}


# ------------------------------------------------------------------ which pairs


def _linked(node: Node, officer: Officer, now: int, known_by: int | None) -> dict[tuple[str, str], Pair]:
    found: dict[tuple[str, str], Pair] = {}
    search = Search(
        channels=node.readable(officer), kinds=("same_event",), known_by=known_by, limit=read.MAX_LIMIT
    )
    for row in node.picture.search(search):
        body = msgspec.json.decode(row.body)
        value = registry.read(row.kind, body)
        if value is None or state_of(node.picture, row, value, now) == "withdrawn":
            continue
        told = [_told_of(node, officer, id) for id in body["incidents"]]
        a, b = told[0], told[-1]
        if a is None or b is None or a.row.id == b.row.id:
            continue
        pair = _ordered(officer, a, b, [])
        found.setdefault(pair.key, pair).links.append(row)
    return found


def _links_between(node: Node, officer: Officer, pair: Pair) -> list[Row]:
    readable = node.readable(officer)
    to_b = {(r.channel, r.id) for id in pair.b.ids for r in node.picture.refs_to(id, "same_event")}
    refs = {(r.channel, r.id) for id in pair.a.ids for r in node.picture.refs_to(id, "same_event")}
    rows = [node.picture.record(*at) for at in sorted(refs & to_b) if at[0] in readable]
    return [r for r in rows if r is not None and r.counts]


def _candidates(node: Node, officer: Officer, now: int, known_by: int | None) -> Iterator[Pair]:
    """Incidents of different parties that lie near enough in place and time, each pair once."""
    readable = node.readable(officer)
    search = Search(
        channels=readable, kinds=("incident",), start=now - RECENT, known_by=known_by, limit=LOOKED_AT
    )
    seen: set[tuple[str, str]] = set()
    for row in node.picture.search(search) if readable else ():
        a = _told(node, officer, row)
        if a is None or a.row.id != row.id or row.box is None or row.start is None or row.end is None:
            continue
        reach = accounts.REACH_M + a.value.place.accuracy_m
        near = volume.search_volume(row.box, row.start - accounts.APART, row.end + accounts.APART, reach)
        for other in node.picture.candidates(near.box, near.start_ms, near.end_ms, ("incident",)):
            if other.party == row.party or other.channel not in readable:
                continue
            b = _told(node, officer, other)
            if b is None or b.row.id != other.id or _withdrawn(node, a, now) or _withdrawn(node, b, now):
                continue
            pair = _ordered(officer, a, b, [])
            if pair.key not in seen:
                seen.add(pair.key)
                yield pair


def _withdrawn(node: Node, told: Told, now: int) -> bool:
    return state_of(node.picture, told.row, told.value, now) == "withdrawn"


def _told_of(node: Node, officer: Officer, id: str) -> Told | None:
    rows = node.picture.find(id, node.readable(officer))
    return _told(node, officer, rows[0]) if rows else None


def _told(node: Node, officer: Officer, row: Row) -> Told | None:
    """The incident this row is, or was released of; None for another kind or a newer form."""
    links = view.links(node, officer, row)
    if links["source"] is not None:
        source = node.picture.record(links["source"]["channel"], links["source"]["id"])
        return _told(node, officer, source) if source is not None else None
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Incident):
        return None
    forms = {row.channel: row}
    for target in links["released_as"]:
        released = node.picture.record(target["channel"], target["id"])
        if released is not None:
            forms[released.channel] = released
    return Told(row, value, forms)


def _ordered(officer: Officer, a: Told, b: Told, links: list[Row]) -> Pair:
    one, two = sorted(
        (a, b), key=lambda t: (t.row.party != officer.party, t.row.start or 0, t.row.end or 0, t.row.id)
    )
    return Pair(one, two, links)
