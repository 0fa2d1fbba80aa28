"""Requests as their desk shows them: what was asked of whom, what each said to it, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from seamline.actions import read, view
from seamline.actions.arriving import arrivals
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.requested import parties, standing_of
from seamline.actions.write import standing_rules
from seamline.errors import NotFound
from seamline.log.channel import members
from seamline.picture.requests import OPEN, Offer, Standing, clock
from seamline.records import registry
from seamline.records.request import Request, RequestStep
from seamline.release.policy import may_write
from seamline.store.ports import Row, Search

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What is expected of a party: answer, accept, deliver or confirm. offer: which one; due, later: ms."""

    what: str
    party: str
    offer: str | None = None
    due: int | None = None
    later: int | None = None

    def level(self, as_of: int) -> int:
        """0: there is time; 1: it is over; 2: over twice."""
        return sum(at is not None and as_of >= at for at in (self.due, self.later))


def listed(node: Node, officer: Officer, as_of: int | None = None) -> Json:
    """Open ones first: what is his own side's turn, then by when it is needed; then settled, newest first.

    A request that was released is listed once, as it was released: that is what is answered.
    """
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    search = Search(node.readable(officer), kinds=("request",), known_by=as_of, limit=read.MAX_LIMIT)
    rows = node.picture.search(search) if search.channels else []
    found = [
        _case(node, officer, row, now) for row in rows if not view.links(node, officer, row)["released_as"]
    ]
    items = [one for one in found if one is not None]
    items.sort(key=lambda one: _order(one, officer.party))
    return {"items": items, "note": read.note(node, items)}


def one(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Json:
    """One request; NotFound alike for absent, forbidden and what is no request."""
    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    now = node.clock.now() if as_of is None else as_of
    found = _case(node, officer, row, now)
    if found is None:
        raise NotFound(f"no request {id}")
    return found


def turns(node: Node, row: Row, value: Request, found: Standing) -> list[Turn]:
    """Whose turn it is, and until when: from its arrival at each, never by another's clock (law 5)."""
    if found.state not in OPEN:
        return []
    reached = arrivals(node, row)
    asker = sorted(parties(row, value)[0])
    waiting = []
    for party in found.waits:
        runs = clock(value.needed_by, reached.get(party))
        waiting.append(Turn("answer", party, None, runs.due, runs.later))
    for offer in found.offers:
        waiting += _of_offer(node, row, value, offer, asker)
    return waiting


def _of_offer(node: Node, row: Row, value: Request, offer: Offer, asker: list[str]) -> list[Turn]:
    if offer.state == "accepted" and value.ask == "support":
        due = offer.word.when or value.needed_by
        said = node.picture.record(row.channel, next(s.id for s in offer.steps if s.step == "accepted"))
        runs = clock(due, said.received_at if said else None)
        return [Turn("deliver", party, offer.word.id, runs.due, runs.later) for party in offer.word.parties]
    if offer.state == "offered" or (offer.state == "answered" and offer.changed):
        return [Turn("accept", party, offer.word.id) for party in asker]
    if offer.state in ("answered", "accepted", "delivered"):
        return [Turn("confirm", party, offer.word.id) for party in asker]
    return []


def _case(node: Node, officer: Officer, row: Row, now: int) -> Json | None:
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Request):
        return None
    found = standing_of(node.picture, row, value, now)
    asker, asked = parties(row, value)
    reached = arrivals(node, row)
    waiting = turns(node, row, value, found)
    told = [msgspec.to_builtins(turn) | {"level": turn.level(now)} for turn in waiting]
    return {
        "record": view.brief(node, officer, row, now) | {"links": view.links(node, officer, row)},
        "open": found.state in OPEN,
        "asker": sorted(asker),
        "asked": [{"party": party, "reached": reached.get(party)} for party in sorted(asked)],
        "offers": [_told(node, officer, row, offer, now) for offer in found.offers],
        "declined": [_step(node, officer, row, word.id, now) for word in found.declined],
        "turns": told,
        "late": any(turn["level"] > 0 for turn in told),
        "may": _may(node, officer, row),
    }


def _told(node: Node, officer: Officer, row: Row, offer: Offer, now: int) -> Json:
    return {
        "record": _step(node, officer, row, offer.word.id, now),
        "state": offer.state,
        "partial": offer.partial,
        "changed": offer.changed,
        "steps": [_step(node, officer, row, word.id, now) for word in offer.steps],
    }


def _step(node: Node, officer: Officer, row: Row, id: str, now: int) -> Json:
    found = node.picture.record(row.channel, id)
    if found is None:
        raise NotFound(f"no record {id}")
    return view.brief(node, officer, found, now)


def _may(node: Node, officer: Officer, row: Row) -> bool:
    """May he say a step there, as far as his roles go? Whose turn it is decides the writer."""
    if len(members(row.channel)) == 1 or officer.party not in members(row.channel):
        return False
    rules = standing_rules(node)
    return may_write(officer.party, officer.roles, RequestStep, row.channel, row.lane, rules)


def _order(case: Json, party: str) -> tuple[bool, bool, int, str]:
    """What waits for the reader's own side first; of what is settled the newest first."""
    mine = any(turn["party"] == party for turn in case["turns"])
    record = case["record"]
    hour = record["body"]["needed_by"] if case["open"] else -record["at"]
    return not case["open"], not mine, hour, record["id"]
