"""Meetings as their desk shows them: turns, delegations, quorum, who is told what, and what they open with.

The software never puts anything on an agenda: it tells what is open, and a side puts it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seamline.actions import activities, agreements, finding, followup, gaps, read, requests, series, view
from seamline.actions.delegations import delegations
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import NotFound
from seamline.records import registry
from seamline.records.meeting import Delegation, Series, Sitting
from seamline.store.ports import Row

Item = dict[str, Any]
MOST = 20
"""Of each sort of open matter, so many are told."""


def desk(node: Node, officer: Officer, as_of: int | None = None) -> Item:
    """Every series with its meetings, the newest first, and whose turn the next one is."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    channels = node.readable(officer)
    rows = node.picture.current_of_kind("series", channels) if channels else ()
    items: list[Item] = []
    for row in rows:
        value = registry.read("series", msgspec.json.decode(row.body))
        if isinstance(value, Series):
            held = followup.sittings(node.picture, row)
            venue, chair = value.turn(len([s for _, s in held if s.status != "cancelled"]))
            told = [view.brief(node, officer, one, moment) for one, _ in reversed(held)]
            waiting = len(series.not_done(node.picture, row, moment))
            items.append(
                {
                    "record": view.brief(node, officer, row, moment),
                    "meetings": told,
                    "next": {"venue": venue, "chair": chair, "open": waiting},
                }
            )
    items.sort(key=lambda i: (i["record"]["title"], i["record"]["id"]))
    return {"items": items, "note": read.note(node, items)}


def meeting(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Item:
    """One meeting in full. NotFound alike for absent and forbidden."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    row, value = _sitting(node, officer, id)
    held = node.picture.find(value.series, node.readable(officer))
    coming = delegations(node.picture, row)
    counts = {party: len(told.posts) for party, (_, told) in sorted(coming.items())}
    sides = followup.sides(node.picture, row, value)
    minutes = [r for r in _about(node, officer, id, "minutes") if r.kind == "minutes"]
    return {
        "record": view.item(node, officer, row, moment),
        "series": view.brief(node, officer, held[0], moment) if held else None,
        "delegations": [
            {"party": party, "record": view.brief(node, officer, one, moment)}
            for party, (one, _) in sorted(coming.items(), key=lambda c: (c[0] != officer.party, c[0]))
        ],
        "quorum": {
            "needed": value.quorum,
            "by": counts,
            "missing": [side for side in sides if counts.get(side, 0) < value.quorum],
        },
        "notices": [view.brief(node, officer, r, moment) for r in _about(node, officer, id, "secure_notice")],
        "attendance": [view.brief(node, officer, r, moment) for r in _about(node, officer, id, "attendance")],
        "minutes": [view.item(node, officer, r, moment) for r in minutes],
        "opens_with": series.opens_with(node.picture, row, value, moment),
        "suggested": list(_suggested(node, officer, value, moment)),
    }


def sitting(node: Node, officer: Officer, id: str) -> tuple[Row, Sitting, dict[str, tuple[Row, Delegation]]]:
    """The meeting and who comes, for its invitation."""
    officer.need(*READERS)
    row, value = _sitting(node, officer, id)
    return row, value, delegations(node.picture, row)


def _sitting(node: Node, officer: Officer, id: str) -> tuple[Row, Sitting]:
    row = view.find(node, officer, node.picture, id)
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Sitting):
        raise NotFound(f"no meeting {id}")
    return row, value


def _about(node: Node, officer: Officer, id: str, relation: str) -> list[Row]:
    """What he may read that says so of the meeting, oldest first."""
    readable = set(node.readable(officer))
    rows = (node.picture.record(r.channel, r.id) for r in node.picture.refs_to(id, relation))
    return sorted((r for r in rows if r and r.channel in readable), key=lambda r: (r.at, r.id))


def _suggested(node: Node, officer: Officer, value: Sitting, as_of: int) -> Iterator[Item]:
    """What is open as far as this officer may see it, and is on no agenda of this meeting yet."""
    there = {line.about for line in value.agenda}

    def told(what: str, record: Item, by: str | None = None) -> Item:
        number = f"{record['number']} · " if record["number"] else ""
        title = f"{number}{record['title']}"
        return {"what": what, "about": record["id"], "title": title, "by": by, "channel": record["channel"]}

    found = [
        *(told("proposal", one, one["party"]) for one in _proposals(node, officer, as_of)),
        *(told("finding", one["record"]) for one in finding.findings(node, officer)["items"][:MOST]),
        *(told("unanswered", one["activity"]) for one in _unanswered(node, officer)),
        *(told("request", one["record"]) for one in _late(node, officer)),
        *(
            told("gap", view.brief(node, officer, one.watch, as_of))
            for one in gaps.open_now(node, officer)[:MOST]
        ),
        *(told("clause", one["record"]) for one in _unsettled(node, officer, as_of)),
    ]
    seen: set[tuple[str, str]] = set()
    for one in found:
        if one["about"] not in there and (one["what"], one["about"]) not in seen:
            seen.add((one["what"], one["about"]))
            yield one


def _proposals(node: Node, officer: Officer, as_of: int) -> list[Item]:
    channels = node.readable(officer)
    rows = node.picture.current_of_kind("agenda_item", channels) if channels else ()
    told = (view.brief(node, officer, row, as_of) for row in rows)
    return [one for one in told if one["state"] != "withdrawn"][:MOST]


def _unanswered(node: Node, officer: Officer) -> list[Item]:
    items = activities.activities(node, officer)["items"]
    return [one for one in items if any(asked["level"] > 0 for asked in one["waits_for"])][:MOST]


def _late(node: Node, officer: Officer) -> list[Item]:
    """Requests on which somebody's step is overdue, by the clock of its arrival."""
    return [one for one in requests.listed(node, officer)["items"] if one["late"]][:MOST]


def _unsettled(node: Node, officer: Officer, as_of: int) -> list[Item]:
    """Agreements of which a clause is not in force."""
    items = agreements.agreements(node, officer, as_of)["items"]
    return [one for one in items if any(c["state"] not in ("in_force", "lapsed") for c in one["clauses"])][
        :MOST
    ]
