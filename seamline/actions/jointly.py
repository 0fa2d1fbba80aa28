"""Joint activities: each with its plan, who has endorsed it, its report, and the boundaries that ways meet.

A plan's own tracks are held against its boundaries before anybody signs. Once it is in force, so is every
planned way of the parties they bind, also of activities that are not joint (two patrols in parallel), as far
as the reader sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from seamline.actions import read, view
from seamline.actions.clashing import policy_in_force, sides
from seamline.actions.endorsing import state_of
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.withdrawn import withdrawn
from seamline.errors import NotFound
from seamline.geo import place
from seamline.picture.crossing import Bound, Crossing, Way, crossings
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.joint import Boundary, JointPlan
from seamline.store.ports import Row, Search

Json = dict[str, Any]
OVER = ("cancelled", "withdrawn")


@dataclass(frozen=True, slots=True)
class Planned:
    """A way of the picture: whose it is, the record that says it, which track of a plan (None: all of it)."""

    way: Way
    row: Row
    track: int | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A boundary, the plan that draws it, and whether that is in force."""

    boundary: Boundary
    number: int
    plan: Row
    value: JointPlan
    in_force: bool


def listed(node: Node, officer: Officer, as_of: int | None = None) -> Json:
    """Joint activities by start, those that are over last."""
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    rows = [row for row in _activities(node, officer, as_of) if _is_joint(row)]
    hits = _crossings(node, officer, now)
    items = [_one(node, officer, row, now, hits) for row in rows]
    items.sort(key=lambda i: (i["over"], i["activity"]["body"]["when"]["start"], i["activity"]["id"]))
    return {"items": items, "note": read.note(node, items)}


def one(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Json:
    """One joint activity; NotFound alike for absent, forbidden and what is not joint."""
    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    if row.kind != "activity" or not _is_joint(row):
        raise NotFound(f"no record {id}")
    now = node.clock.now() if as_of is None else as_of
    return _one(node, officer, row, now, _crossings(node, officer, now))


def _one(node: Node, officer: Officer, row: Row, now: int, hits: list[Json]) -> Json:
    activity = view.brief(node, officer, row, now) | {"links": view.links(node, officer, row)}
    plans = [_item(node, officer, r, now, row) for r in _about(node, row, "plan_of", now)]
    current = next((p for p in plans if p["state"] != "withdrawn"), None)
    return {
        "activity": activity,
        "over": activity["state"] in ("closed", "expired", *OVER),
        "plan": current,
        "reports": [_item(node, officer, r, now, row) for r in _about(node, row, "report_of", now)],
        "crossings": [h for h in hits if row.id in (h["boundary"]["activity"], h["activity"])],
        "clashes": _clashes(node, officer, row),
    }


def _item(node: Node, officer: Officer, row: Row, now: int, activity: Row) -> Json:
    """stale: it speaks of another revision of the activity than the one that stands."""
    item = view.item(node, officer, row, now)
    return item | {"stale": item["body"]["hash"] != activity.hash}


def _clashes(node: Node, officer: Officer, row: Row) -> int:
    readable = set(node.readable(officer))
    pairs = node.picture.clashes_of(row.channel, row.id)
    return sum(1 for pair in pairs if {pair.a[0], pair.b[0]} <= readable)


def _about(node: Node, row: Row, relation: str, now: int) -> list[Row]:
    """Those of the same channel that count, the newest first."""
    found = [node.picture.record(r.channel, r.id) for r in node.picture.refs_to(row.id, relation)]
    rows = [r for r in found if r is not None and r.counts and r.channel == row.channel and r.at <= now]
    return sorted(rows, key=lambda r: (-r.at, r.hash))


# ------------------------------------------------------------------ boundaries


def _crossings(node: Node, officer: Officer, now: int) -> list[Json]:
    """Every way that meets a boundary, by time; the reader's own first where they begin together."""
    drawn, ways = list(_drawn(node, officer, now)), list(_ways(node, officer, now))
    bounds = [
        Bound(d.boundary.parties, _shape(d.boundary.line), d.value.when.start, d.value.when.end)
        for d in drawn
    ]
    found = crossings([w.way for w in ways], bounds, policy_in_force(node.picture).frame)
    told = [
        _told(node, officer, ways[hit.way], drawn[hit.bound], hit, now)
        for hit in found
        if drawn[hit.bound].in_force or ways[hit.way].row.id == drawn[hit.bound].plan.id
    ]
    return sorted(
        told, key=lambda t: (t["start"], t["party"] != officer.party, t["record"]["id"], t["track"] or 0)
    )


def _told(node: Node, officer: Officer, way: Planned, drawn: Drawn, hit: Crossing, now: int) -> Json:
    value = registry.read(way.row.kind, msgspec.json.decode(way.row.body))
    return {
        "party": way.way.party,
        "record": view.brief(node, officer, way.row, now),
        "activity": value.activity if isinstance(value, JointPlan) else way.row.id,
        "track": way.track,
        "boundary": {
            "plan": drawn.plan.id,
            "activity": drawn.value.activity,
            "number": drawn.number,
            "text": drawn.boundary.text,
        },
        "where": list(hit.where),
        **node.locate(hit.where),
        "start": hit.start,
        "end": hit.end,
    }


def _drawn(node: Node, officer: Officer, now: int) -> Iterator[Drawn]:
    """Boundaries of plans that are not withdrawn."""
    channels = node.readable(officer)
    for row in node.picture.current_of_kind("joint_plan", channels) if channels else ():
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if not isinstance(value, JointPlan) or withdrawn(node.picture, row):
            continue
        in_force = state_of(node.picture, row, value, now) == "in_force"
        for number, boundary in enumerate(value.boundaries):
            yield Drawn(boundary, number, row, value, in_force)


def _ways(node: Node, officer: Officer, now: int) -> Iterator[Planned]:
    """Every planned way he may see: tracks of joint plans, and places of activities that are not joint."""
    channels = node.readable(officer)
    for row in node.picture.current_of_kind("joint_plan", channels) if channels else ():
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if not isinstance(value, JointPlan) or withdrawn(node.picture, row):
            continue
        for number, track in enumerate(value.tracks):
            way = Way(track.party, _shape(track.line), track.when.start, track.when.end)
            yield Planned(way, row, number)
    for row in _activities(node, officer, None):
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if not isinstance(value, Activity) or value.mode == "joint" or value.tear:
            continue
        if state_of(node.picture, row, value, now) in OVER:
            continue
        yield Planned(
            Way(sides(row.party, value), _shape(value.place.geometry), value.when.start, value.when.end),
            row,
            None,
        )


def _activities(node: Node, officer: Officer, known_by: int | None) -> list[Row]:
    """Those he may see, one's own in place of what was released of it."""
    channels = node.readable(officer)
    search = Search(channels=channels, kinds=("activity",), known_by=known_by, limit=read.MAX_LIMIT)
    rows = node.picture.search(search) if channels else []
    return [row for row in rows if view.links(node, officer, row)["source"] is None]


def _is_joint(row: Row) -> bool:
    return bool(msgspec.json.decode(row.body).get("mode") == "joint")


def _shape(geometry: Any) -> Any:
    return place.to_shapely(msgspec.to_builtins(geometry))
