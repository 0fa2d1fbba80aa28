"""A party's own plans over a universe, unreleased ones among them: what it marks, and what it watches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from seamline.actions.clashing import Policy, policy_in_force, subject_of
from seamline.actions.endorsing import state_of
from seamline.actions.node import Node
from seamline.blind.marking import Ground, Plan
from seamline.blind.run import CLASH
from seamline.blind.universe import Universe
from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.log.channel import members
from seamline.picture.cover import sight_of
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.blind import Spot
from seamline.store.ports import Row, Search

Array = np.ndarray[Any, Any]
PAGE = 500
ENDED = frozenset({"withdrawn", "cancelled", "closed", "expired"})


def marks(node: Node, party: str, other: str, universe: Universe, check: str) -> Array:
    """What the party's side of a run rests on: where it will be unknown to the other, or what it leaves open.

    A plan that the other side holds as a whole is not marked: the open check has it, and each mark costs.
    """
    policy = policy_in_force(node.picture)
    ground = Ground(universe, policy.frame)
    own = list(_own(node, party, universe.start, universe.end))
    if check == CLASH:
        unshown = ((row, body) for row, body in own if not _shown(node, row, other))
        return ground.presence(p for row, body in unshown if (p := _presence(node, row, body, policy)))
    return ~ground.covered(p for _, body in own if (p := _undertaking(body)))


def concerned(node: Node, party: str, other: str, spot: Spot) -> list[Row]:
    """The party's own plans that may be meant by a place and time, by start: what a hit is about."""
    policy = policy_in_force(node.picture)
    at = place.to_shapely(msgspec.to_builtins(spot.place.geometry))
    found = []
    for row, body in _own(node, party, spot.when.start, spot.when.end):
        plan = _presence(node, row, body, policy)
        if (
            plan is None
            or _shown(node, row, other)
            or not (plan.start < spot.when.end and spot.when.start < plan.end)
        ):
            continue
        frame = policy.frame or Frame.between(at, plan.shape)
        away = frame.to_plane(at).distance(frame.to_plane(plan.shape))
        if away <= plan.reach_m + spot.place.accuracy_m:
            found.append(row)
    return sorted(found, key=lambda r: (r.start or 0, r.id))


def _own(node: Node, party: str, start: int, end: int) -> Iterator[tuple[Row, Activity]]:
    """The party's activities here that have not ended, in these hours; no tear lines: they are wider."""
    channels = tuple(c for c in node.channels() if party in members(c))
    search = Search(
        channels=channels,
        kinds=("activity",),
        party=party,
        start=start,
        end=end,
        limit=PAGE,
    )
    now = node.clock.now()
    while True:
        rows = node.picture.search(search)
        for row in rows:
            body = registry.read(row.kind, msgspec.json.decode(row.body))
            if not isinstance(body, Activity) or body.tear:
                continue
            if state_of(node.picture, row, body, now) not in ENDED:
                yield row, body
        if len(rows) < PAGE:
            return
        search = replace(search, after=(rows[-1].stands_at, rows[-1].id))


def _shown(node: Node, row: Row, other: str) -> bool:
    """Does the other side hold the plan as it is? A tear line shows it coarsely only."""
    if other in members(row.channel):
        return True
    for ref in node.picture.refs_to(row.id, "source"):
        link = node.picture.record(ref.channel, ref.id) if ref.channel == row.channel else None
        told = msgspec.json.decode(link.body) if link else {}
        if told.get("mode") == "whole" and other in members(told["channel"]):
            return True
    return False


def _presence(node: Node, row: Row, body: Activity, policy: Policy) -> Plan | None:
    if body.mode == "undertaking":
        return None
    subject = subject_of(node.picture, row, policy)
    if subject is None:
        return None
    return Plan(subject.geometry, body.when.start, body.when.end, subject.buffer_m)


def _undertaking(body: Activity) -> Plan | None:
    if body.mode != "undertaking":
        return None
    shape = place.to_shapely(msgspec.to_builtins(body.place.geometry))
    return Plan(shape, body.when.start, body.when.end, sight_of(body.sight_m))
