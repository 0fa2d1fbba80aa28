"""Complaints: each with its steps, its outcome, what is next and until when. Nobody is named in any of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from seamline.actions import enabled, read, view
from seamline.actions.endorsing import state_of
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.withdrawn import withdrawn
from seamline.errors import NotFound
from seamline.log.channel import members
from seamline.picture.complaints import HOURS, Stage, Taken, stages, upcoming
from seamline.records import registry
from seamline.records.complaint import ComplaintStep
from seamline.store.ports import Row, Search

Json = dict[str, Any]


def listed(node: Node, officer: Officer, as_of: int | None = None) -> Json:
    """Open ones first, the earliest due first; then those closed or withdrawn, the newest first."""
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    hours = _hours(node, officer)
    search = Search(
        channels=node.readable(officer), kinds=("complaint",), known_by=as_of, limit=read.MAX_LIMIT
    )
    rows = node.picture.search(search) if search.channels else []
    cases = [
        _case(node, officer, row, now, hours) for row in rows if not _goes_on_elsewhere(node, officer, row)
    ]
    cases.sort(key=_urgency)
    return {"items": cases, "note": read.note(node, cases)}


def one(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Json:
    """One complaint; NotFound alike for absent, forbidden and what is no complaint."""
    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    if row.kind != "complaint":
        raise NotFound(f"no record {id}")
    now = node.clock.now() if as_of is None else as_of
    return _case(node, officer, row, now, _hours(node, officer))


def upcoming_of(node: Node, officer: Officer, row: Row, as_of: int) -> Stage | None:
    """The step that is next, with its time; None once it is closed or withdrawn."""
    if _state(node, row, as_of) in ("closed", "withdrawn", "unknown"):
        return None
    return upcoming(_stages(node, row, as_of, _hours(node, officer)))


def _urgency(case: Json) -> tuple[bool, int, int, str]:
    due = case["next"]["due"] if case["next"] is not None else None
    record = case["record"]
    return not case["open"], due if case["open"] and due is not None else 1 << 62, -record["at"], record["id"]


def _goes_on_elsewhere(node: Node, officer: Officer, row: Row) -> bool:
    """It was released: what follows is said about the record that was released."""
    readable = node.readable(officer)
    return any(one["channel"] in readable for one in view.links(node, officer, row)["released_as"])


def _case(node: Node, officer: Officer, row: Row, now: int, hours: Mapping[str, int]) -> Json:
    found = _stages(node, row, now, hours)
    state = _state(node, row, now)
    coming = upcoming(found)
    going = state not in ("closed", "withdrawn")
    return {
        "record": view.brief(node, officer, row, now)
        | {"links": view.links(node, officer, row), "state": state},
        "open": going,
        "started": started(node, row),
        "stages": [msgspec.to_builtins(s) for s in found],
        "next": msgspec.to_builtins(coming) if coming is not None and going else None,
        "steps": [view.brief(node, officer, r, now) for r in _about(node, row, "step_of", now)],
        "outcomes": [view.item(node, officer, r, now) for r in _about(node, row, "outcome_of", now)][::-1],
    }


def _stages(node: Node, row: Row, now: int, hours: Mapping[str, int]) -> list[Stage]:
    outcomes = (Taken("outcome", r.at) for r in _about(node, row, "outcome_of", now))
    taken = [*_taken(_about(node, row, "step_of", now)), *outcomes]
    return stages(started(node, row), taken, now, hours)


def _taken(steps: list[Row]) -> Iterator[Taken]:
    for row in steps:
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if isinstance(value, ComplaintStep):
            yield Taken(value.step, row.at, value.due)


def _about(node: Node, row: Row, relation: str, now: int) -> list[Row]:
    """Those of the same channel that count and were not withdrawn, by time."""
    found = [node.picture.record(r.channel, r.id) for r in node.picture.refs_to(row.id, relation)]
    here = [r for r in found if r is not None and r.counts and r.channel == row.channel and r.at <= now]
    return sorted((r for r in here if not withdrawn(node.picture, r)), key=lambda r: (r.at, r.hash))


def _state(node: Node, row: Row, now: int) -> str:
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if value is None:
        return "unknown"
    return state_of(node.picture, row, value, now)


def started(node: Node, row: Row) -> int | None:
    """When it first reached a node of another party, as this node knows it (ms); None while it is not known.

    In a room the sides share, it has reached the other at once. Law 5: never by the author's clock.
    """
    others = set(members(row.channel)) - set(members(row.party))
    if not others:
        return row.received_at if len(members(row.channel)) > 1 else None
    if others & set(node.owners):
        return row.received_at
    reached = [t["reached"] for t in view.told(node, row) if set(members(t["party"])) & others]
    # Who answers has it, whether or not his receipt has come.
    answered = [node.picture.record(r.channel, r.id) for r in node.picture.refs_to(row.id, "step_of")]
    reached += [a.received_at for a in answered if a and a.counts and set(members(a.party)) & others]
    return min((at for at in reached if at is not None), default=None)


def _hours(node: Node, officer: Officer) -> Mapping[str, int]:
    """As the terms in force have them; where several say it, the shortest."""
    agreed: dict[str, int] = {}
    for terms in enabled.terms(node, officer):
        for step, hours in terms.complaint_hours.items():
            agreed[step] = min(hours, agreed.get(step, hours))
    return {**HOURS, **agreed}
