"""The hotline log: attempts and calls, each side's entries beside the other's."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions import read, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.said import Said
from seamline.errors import BadInput, Worded
from seamline.log.channel import members
from seamline.picture.calls import Entry, compared, pairs
from seamline.records import registry
from seamline.records.call import Call
from seamline.store.ports import Row, Search

Json = dict[str, Any]
LIMIT, MAX_LIMIT = 100, 300
AHEAD = 120_000


def calls(node: Node, officer: Officer, limit: int = LIMIT, as_of: int | None = None) -> Json:
    """Newest first: entries of both sides that are of one call, or one side's alone. One's own side first.

    An entry that was released too is listed once, as its own side knows it.
    """
    officer.need(*READERS)
    if not 1 <= limit <= MAX_LIMIT:
        raise BadInput("limit", limit, f"from 1 to {MAX_LIMIT}")
    search = Search(node.readable(officer), kinds=("call",), known_by=as_of, limit=limit + 1)
    rows = node.picture.search(search) if search.channels else []
    known: dict[str, Row] = {}
    entries = []
    for row in rows[:limit]:
        value = registry.read("call", msgspec.json.decode(row.body))
        if isinstance(value, Call) and row.id not in known:
            known[row.id] = row
            if not view.links(node, officer, row)["source"]:
                entries.append(Entry(row.id, row.party, value))
    items = [_item(node, officer, known, one, other, by_hand) for one, other, by_hand in pairs(entries)]
    return {"items": items, "more": len(rows) > limit, "note": read.note(node, items)}


def _item(
    node: Node, officer: Officer, known: dict[str, Row], one: Entry, other: Entry | None, by_hand: bool
) -> Json:
    both = [one, *([other] if other else [])]
    both.sort(key=lambda entry: (entry.party != officer.party, entry.party))
    fields = compared(both[0].call, both[1].call) if len(both) == 2 else []
    return {
        "entries": [view.brief(node, officer, known[entry.id]) for entry in both],
        "linked": by_hand,
        "fields": [msgspec.to_builtins(field) for field in fields],
        "differs": sum(field.verdict == "differs" for field in fields),
    }


def check(said: Said) -> None:
    """What it is about, and the other side's entry, are where all its readers find them (release 2.7)."""
    body = said.body
    if not isinstance(body, Call):
        return
    if body.when > said.now + AHEAD:
        raise BadInput("body.when", body.when, "a call is entered once it was tried: look at the clock")
    here = [c for c in {said.channel, *said.held} if set(members(said.channel)) <= set(members(c))]
    if body.about and not said.picture.find(body.about, here):
        raise BadInput(
            "body.about",
            body.about,
            Worded(
                "remedy.release_first",
                "a record of the channel {channel}; release it first",
                channel=said.channel,
            ),
        )
    if body.same_as:
        other = next(iter(said.picture.find(body.same_as, here)), None)
        if other is None or other.kind != "call" or other.party == said.party:
            raise BadInput("body.same_as", body.same_as, "the other side's entry of the same call")
