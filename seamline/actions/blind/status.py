"""How far each blind check is, for one officer: what was agreed, who is waited for, what was learnt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seamline.actions import view
from seamline.actions.blind import crossing, plans, runs
from seamline.actions.blind.runs import Run
from seamline.actions.blind.state import State
from seamline.actions.endorsing import endorsed, state_of
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import NotFound
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.blind import BlindLearnt, BlindProposal, Spot, Universe
from seamline.store.ports import Row

Item = dict[str, Any]


def status(node: Node, officer: Officer) -> Item:
    """The universes and runs he may read, the newest first. joint: this node takes no part (blind 3.6)."""
    officer.need(*READERS)
    readable = set(node.readable(officer))
    rows = node.picture.current_of_kind("universe", tuple(readable)) if readable else ()
    universes = [_universe(node, officer, row, value) for row in rows if (value := _value(row)) is not None]
    found = [_run(node, officer, run) for run in runs.runs(node) if run.channel in readable]
    return {
        "joint": node.joint,
        "universes": sorted(universes, key=lambda u: (-u["start"], u["id"])),
        "runs": sorted(found, key=lambda r: (-r["at"], r["id"])),
        "proposals": [_proposal(node, row) for row in _proposals(node, readable)],
    }


def one(node: Node, officer: Officer, id: str) -> Item:
    """One run, with the places and times that his own party learnt; NotFound."""
    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    run = runs.load(node.picture, row)
    if run is None:
        raise NotFound(f"no blind check {id}")
    return _run(node, officer, run) | {"learnt": _learnt(node, officer, run)}


def stage(node: Node, run: Run) -> tuple[str, list[str]]:
    """Where it stands as seen from here, and the parties that are waited for."""
    sides, host = run.terms.sides, run.terms.facilitator
    if run.void:
        return "void", []
    if run.answer is not None:
        waits = [side for side in sides if side not in run.outcomes]
        return ("reading", waits) if waits else ("done", [])
    if run.terms.until <= node.clock.now():
        return "over", []
    lacking = [side for side in sides if side not in run.consents]
    if lacking and crossing.gives_way(run, crossing.same(node, run)):
        return "crossed", []
    if lacking:
        return "consent", lacking
    if not run.keys:
        return "key", [host]
    # A side sees its own share alone; only the facilitator sees both.
    seen = [side for side in sides if node.party in (side, host)]
    unsent = [side for side in seen if side not in run.shares]
    return ("share", unsent) if unsent else ("answer", [host])


def _universe(node: Node, officer: Officer, row: Row, value: Universe) -> Item:
    now = node.clock.now()
    told = endorsed(node.picture, row, now) or {}
    return {
        "id": row.id,
        "hash": row.hash,
        "channel": row.channel,
        "by": row.party,
        "name": value.name,
        "check": value.check_kind,
        "sides": value.sides,
        "facilitator": value.facilitator,
        "areas": [area.name for area in value.areas],
        "start": value.start,
        "end": value.window().end,
        "res": value.res,
        "cells": value.cells,
        "cap": value.cap,
        "result_cap": value.result_cap,
        "term_days": value.term_days,
        "state": state_of(node.picture, row, value, now),
        "endorsed": told.get("by", []),
        "witnessed": value.facilitator in told.get("witnesses", []),
        "agreed": runs.agreed(node.picture, row) is not None,
        "part": _part(officer.party, value),
    }


def _part(party: str, value: Universe) -> str | None:
    """What this party's signatory has to do with it: endorse as a side, or witness as the facilitator."""
    if party in value.sides:
        return "party"
    return "witness" if party == value.facilitator else None


def _run(node: Node, officer: Officer, run: Run) -> Item:
    at, waits = stage(node, run)
    said = run.answer
    learnt = _own_learnt(node, officer, run)
    return {
        "id": run.id,
        "universe": run.universe_row.id,
        "name": run.universe.name,
        "check": run.terms.check,
        "sides": list(run.terms.sides),
        "facilitator": run.terms.facilitator,
        "start": run.universe.start,
        "end": run.universe.window().end,
        "areas": [area.name for area in run.universe.areas],
        "days": run.universe.days,
        "at": run.row.at,
        "by": run.row.party,
        "until": run.terms.until,
        "amends": run.terms.amends,
        "stage": at,
        "waits_for": waits,
        "void": run.void or None,
        "fault": State(node.local).fault(run.id) or None,
        "consented": sorted(run.consents),
        "done": node.party in (*run.outcomes, *run.answers),
        "verdict": said[1].verdict if said else None,
        "refused": {"rule": said[1].rule, "party": said[1].party} if said and said[1].rule else None,
        "met": said[1].count if said else None,
        "outcomes": {
            side: {"found": o.found, "count": o.count, "rule": o.rule or None}
            for side, (_, o) in sorted(run.outcomes.items())
        },
        "learnt_count": learnt.count if learnt else None,
        "alarm": bool(learnt and learnt.alarm),
    }


def _own_learnt(node: Node, officer: Officer, run: Run) -> BlindLearnt | None:
    """What his own party learnt, from its own channel."""
    if officer.party not in node.readable(officer):
        return None
    for ref in node.picture.refs_to(run.id, "learnt"):
        row = node.picture.record(ref.channel, ref.id) if ref.channel == officer.party else None
        value = registry.read(row.kind, msgspec.json.decode(row.body)) if row else None
        if isinstance(value, BlindLearnt):
            return value
    return None


def _learnt(node: Node, officer: Officer, run: Run) -> Item | None:
    value = _own_learnt(node, officer, run)
    if value is None:
        return None
    other = run.terms.other(officer.party) if officer.party in run.terms.sides else None
    spots = sorted(value.spots, key=lambda s: -s.cell_hours) if other is None else value.spots
    return {
        "count": value.count,
        "marked": value.marked,
        "alarm": value.alarm,
        "more": value.more,
        "spots": [_spot(node, officer, spot, other) for spot in spots],
    }


def _spot(node: Node, officer: Officer, spot: Spot, other: str | None) -> Item:
    where = _point(spot.place)
    rows = plans.concerned(node, officer.party, other, spot) if other else []
    own = [view.brief(node, officer, row) for row in rows]
    return {
        "where": list(where),
        "accuracy_m": spot.place.accuracy_m,
        "start": spot.when.start,
        "end": spot.when.end,
        "cell_hours": spot.cell_hours,
        "plans": own,
        **node.locate(where),
    }


def _proposals(node: Node, readable: set[str]) -> Iterator[Row]:
    if readable:
        yield from node.picture.current_of_kind("blind_proposal", tuple(readable))


def _proposal(node: Node, row: Row) -> Item:
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, BlindProposal):
        return {"id": row.id}
    where = _point(value.place)
    return {
        "id": row.id,
        "run": value.run,
        "by": row.party,
        "to": [p for p in members(row.channel) if p != row.party],
        "at": row.at,
        "where": list(where),
        "accuracy_m": value.place.accuracy_m,
        "start": value.when.start,
        "end": value.when.end,
        "remarks": value.remarks,
        **node.locate(where),
    }


def _point(place: Any) -> tuple[int, int]:
    lon, lat = place.geometry.coordinates
    return lon, lat


def _value(row: Row) -> Universe | None:
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    return value if isinstance(value, Universe) else None
