"""Past incidents for the kernel: public ones and those an officer may read, each with what it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.actions import view
from seamline.actions.endorsing import state_of
from seamline.actions.history import REFERENCE, Event
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.geo.place import Box
from seamline.geo.window import overlap
from seamline.picture.kernel import Incidents, share_of_hours
from seamline.records import registry
from seamline.records.incident import Incident
from seamline.store.ports import Row, Search
from seamline.texts import dates

Array = np.ndarray[Any, Any]

PAGE = 500


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Events that count, each with its weight: those placed, and those known by an area (in the plane)."""

    placed: list[Event]
    areas: list[Event]
    points: Incidents
    shapes: list[BaseGeometry]
    area_weight: Array


def events(node: Node, officer: Officer, box: Box, start: int | None, end: int) -> list[Event]:
    """Recorded incidents that he may read, and public ones; what was imported from there counts once."""
    recorded, imported = _recorded(node, officer, box, start, end)
    for event in node.past():
        if overlap(event.start, event.end, start, end) is None:
            continue
        if imported[event.key()]:
            imported[event.key()] -= 1
        else:
            recorded.append(event)
    return recorded


def _recorded(
    node: Node, officer: Officer, box: Box, start: int | None, end: int
) -> tuple[list[Event], Counter[Any]]:
    found: list[Event] = []
    imported: Counter[Any] = Counter()
    now = node.clock.now()
    search = Search(
        channels=node.readable(officer), kinds=("incident",), box=box, start=start, end=end, limit=PAGE
    )
    while True:
        rows = node.picture.search(search)
        for row in rows:
            body = registry.read(row.kind, msgspec.json.decode(row.body))
            if not isinstance(body, Incident) or _said_twice(node, officer, row, body, now):
                continue
            event = _event(body)
            found.append(event)
            if body.source == REFERENCE:
                imported[event.key()] += 1
        if len(rows) < PAGE:
            return found, imported
        search = replace(search, after=(rows[-1].stands_at, rows[-1].id))


def _said_twice(node: Node, officer: Officer, row: Row, body: Incident, now: int) -> bool:
    """Withdrawn, or the released form of one that he reads as it was."""
    if state_of(node.picture, row, body, now) == "withdrawn":
        return True
    return "+" in row.channel and view.links(node, officer, row)["source"] is not None


def _event(body: Incident) -> Event:
    geometry = place.to_shapely(msgspec.to_builtins(body.place.geometry))
    accuracy = body.place.accuracy_m
    if shapely.get_dimensions(geometry) == 1:
        # Somewhere along a route: within half its length of its middle.
        accuracy = max(accuracy, round(geometry.length / 2 * 111_195))
        geometry = shapely.line_interpolate_point(np.array([geometry]), 0.5, normalized=True)[0]
    return Event(geometry, accuracy, body.occurred.start, body.occurred.end, reference=False)


def counted(node: Node, found: list[Event], hours: tuple[int, int] | None, frame: Frame) -> Past:
    """With hours (of day, in the node's zone) each event counts by the share of its window in them."""
    weights = [_weight(node, e, hours) for e in found]
    placed = [(e, w) for e, w in zip(found, weights, strict=True) if w > 0 and _is_point(e)]
    areas = [(e, w) for e, w in zip(found, weights, strict=True) if w > 0 and not _is_point(e)]
    at = shapely.get_coordinates([e.geometry for e, _ in placed])
    shapes: dict[int, BaseGeometry] = {}
    for event, _ in areas:
        # Many events share one district.
        if id(event.geometry) not in shapes:
            shapes[id(event.geometry)] = frame.to_plane(event.geometry)
    return Past(
        [e for e, _ in placed],
        [e for e, _ in areas],
        Incidents(
            frame.to_plane_points(at),
            np.array([e.accuracy_m for e, _ in placed], dtype=np.float64),
            np.array([w for _, w in placed], dtype=np.float64),
        ),
        [shapes[id(e.geometry)] for e, _ in areas],
        np.array([w for _, w in areas], dtype=np.float64),
    )


def _is_point(event: Event) -> bool:
    return bool(shapely.get_dimensions(event.geometry) == 0)


def _weight(node: Node, event: Event, hours: tuple[int, int] | None) -> float:
    if hours is None:
        return 1.0
    return share_of_hours(event.start, event.end, *hours, offset(node, event.start))


def offset(node: Node, ms: int) -> int:
    """ms east of UTC in the node's zone at that instant."""
    local = datetime.fromtimestamp(ms / 1000, dates.zone(node.settings.zone))
    shift = local.utcoffset()
    return round(shift.total_seconds() * 1000) if shift else 0
