"""Contact now: what is open on it, for whom, and what may be said on it (docs/contact.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from seamline.actions import read, view
from seamline.actions.arriving import arrivals
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.said import Said
from seamline.actions.withdrawn import withdrawn
from seamline.errors import BadInput, Conflict, NotFound, Worded
from seamline.log.channel import members
from seamline.picture.contact import Heard, Thread, thread, times
from seamline.records import registry
from seamline.records.contact import Contact, ContactAnswer, ContactClose, ContactStep
from seamline.store.ports import PictureReader, Row, Search

Json = dict[str, Any]
LIMIT = 50
ON_IT = ("contact_answer", "contact_step", "contact_close")
# A watch officer's clock may be a little ahead of the node's.
AHEAD = 120_000


def contacts(node: Node, officer: Officer, as_of: int | None = None) -> Json:
    """Open ones first, each group newest first; at most LIMIT. One that stands in several channels is one."""
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    search = Search(node.readable(officer), kinds=("contact",), known_by=as_of, limit=LIMIT * 4)
    rows = node.picture.search(search) if search.channels else []
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.id, []).append(row)
    items = [_item(node, officer, group, now) for group in list(groups.values())[:LIMIT]]
    items.sort(key=lambda item: item["state"] != "open")
    return {"items": items, "note": read.note(node, items)}


def contact(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Json:
    """One of them; NotFound alike for absent, forbidden and what is none."""
    officer.need(*READERS)
    rows = [row for row in node.picture.find(id, node.readable(officer)) if row.kind == "contact"]
    if not rows:
        raise NotFound(f"no contact {id}")
    return _item(node, officer, rows, node.clock.now() if as_of is None else as_of)


def is_open(node: Node, party: str, rows: Iterable[Row], as_of: int) -> Thread | None:
    """The thread of a contact that is not over; None if it is closed or withdrawn."""
    rows = list(rows)
    if all(withdrawn(node.picture, row) for row in rows):
        return None
    found = _thread(node, party, rows, as_of)
    return found if found.closed is None else None


def _thread(node: Node, party: str, rows: list[Row], as_of: int) -> Thread:
    asked: set[str] = set()
    reached: dict[str, int] = {}
    for row in rows:
        body = registry.read("contact", msgspec.json.decode(row.body))
        asked |= set(body.parties) if isinstance(body, Contact) else set()
        known = arrivals(node, row) | dict.fromkeys(members(row.party), row.stands_at)
        for one, at in known.items():
            reached[one] = min(at, reached.get(one, at))
    return thread(sorted(asked), reached, _heard(node, rows), as_of)


def _heard(node: Node, rows: list[Row]) -> list[Heard]:
    found = []
    for row in rows:
        for kind in ON_IT:
            for ref in node.picture.refs_to(row.id, kind):
                by = node.picture.record(ref.channel, ref.id) if ref.channel == row.channel else None
                if by and by.counts and not withdrawn(node.picture, by):
                    body = msgspec.json.decode(by.body)
                    found.append(Heard(by.id, kind, by.party, by.by, by.received_at, body))
    return found


def _item(node: Node, officer: Officer, rows: list[Row], as_of: int) -> Json:
    rows = sorted(rows, key=lambda row: (row.channel.count("+"), row.channel))
    found, first = _thread(node, officer.party, rows, as_of), rows[0]
    began = min(row.received_at for row in rows)
    gone = all(withdrawn(node.picture, row) for row in rows)
    told = {one["node"]: one for row in rows for one in view.told(node, row)}
    state = "withdrawn" if gone else "open" if found.closed is None else "closed"
    return {
        "contact": view.brief(node, officer, first, as_of) | {"state": state},
        "channels": [row.channel for row in rows],
        "state": state,
        "began": began,
        "closed": found.closed,
        "parties": _own_first(officer, [msgspec.to_builtins(one) for one in found.parties]),
        "others": [{"party": one.party, "answer": one.body["answer"], "at": one.at} for one in found.others],
        "steps": [msgspec.to_builtins(one) for one in found.steps],
        "told": [told[name] for name in sorted(told)],
        "times": _by_time(officer, [msgspec.to_builtins(one) for one in times(found, began)]),
        **node.locate(_where(first)),
    }


def _own_first(officer: Officer, items: list[Json]) -> list[Json]:
    return sorted(items, key=lambda one: (one["party"] != officer.party, one["party"]))


def _by_time(officer: Officer, lines: list[Json]) -> list[Json]:
    """Of one instant the reader's own side first (law 8)."""
    return sorted(
        lines, key=lambda one: (one["at"], one["party"] != officer.party, one["party"], one["what"])
    )


def _where(row: Row) -> tuple[int, int]:
    west, south, east, north = row.box or (0, 0, 0, 0)
    return (west + east) // 2, (south + north) // 2


# ------------------------------------------------------------------ what may be said


def check(said: Said) -> None:
    """BadInput or Conflict where the contact does not bear what is said on it."""
    body = said.body
    if isinstance(body, Contact):
        if body.heard > said.now + AHEAD:
            raise BadInput(
                "body.heard",
                body.heard,
                Worded("remedy.heard_yet", "nobody has heard it yet: look at the clock"),
            )
        return
    if not isinstance(body, ContactAnswer | ContactStep | ContactClose):
        return
    row = said.picture.record(said.channel, body.contact)
    value = registry.read("contact", msgspec.json.decode(row.body)) if row else None
    if row is None or not isinstance(value, Contact) or withdrawn(said.picture, row):
        raise BadInput("body.contact", body.contact, "a contact in this channel that stands")
    closed = _closed(said.picture, row)
    if set(value.parties) <= closed:
        raise Conflict("this contact is closed; if shots are heard again, say so anew", id=row.id)
    if isinstance(body, ContactClose):
        if said.party not in value.parties:
            raise BadInput(
                "party", said.party, "it is closed by " + " and ".join(value.parties) + " themselves"
            )
        if said.party in closed:
            raise Conflict("your side has closed it already", id=row.id)
    if isinstance(body, ContactStep):
        _check_step(said, body)


def _check_step(said: Said, body: ContactStep) -> None:
    if body.whom is not None and body.whom not in members(said.channel):
        raise BadInput("body.whom", body.whom, Worded("remedy.channel_party", "a party of this channel"))
    if body.of is None:
        return
    asked = said.picture.record(said.channel, body.of)
    value = registry.read("contact_step", msgspec.json.decode(asked.body)) if asked else None
    if asked is None or not isinstance(value, ContactStep) or value.contact != body.contact or value.of:
        raise BadInput("body.of", body.of, "a request on this contact")
    if value.step != body.step:
        raise BadInput("body.step", body.step, f"the request was {value.step}")
    if asked.party == said.party:
        raise BadInput("body.of", body.of, "the side that is asked answers it")


def _closed(picture: PictureReader, row: Row) -> set[str]:
    found = set()
    for ref in picture.refs_to(row.id, "contact_close"):
        by = picture.record(ref.channel, ref.id)
        if by and by.counts and by.channel == row.channel and not withdrawn(picture, by):
            found.add(by.party)
    return found
