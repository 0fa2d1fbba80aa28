"""Ground that a watch list might name: suggested from past incidents, relief and roads, each shown apart.

Nothing is saved, and nothing is decided: a person takes what he finds right and says it as a `watch` record.
It rests on public data and on incidents that the officer may read, and on nothing else (law 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.actions import past as past_events
from seamline.actions import read
from seamline.actions.clashing import policy_in_force, terms_in_force
from seamline.actions.history import Event
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.past import Past
from seamline.errors import BadInput, NotFound, TooLarge, Worded
from seamline.geo import lattice, place
from seamline.geo.frame import Frame
from seamline.geo.place import SCALE, Box
from seamline.geo.window import DAY, HOUR
from seamline.picture import kernel
from seamline.picture.ground import Parts
from seamline.picture.kernel import BANDWIDTH_M, Dense

Array = np.ndarray[Any, Any]

LIMIT, MAX_LIMIT = 20, 100
STRETCH_M = 10_000
SHARES = {"past": 70, "relief": 15, "roads": 15}
# Dead ground is looked for as far as this, and a road counts as far as this, in metres.
HIDDEN_M = ROAD_M = 10_000
MAX_PARTS = 25_000
PART = 7
UNITS = 400
ACCURATE_M = 100_000
TIMED = 6 * HOUR


@dataclass(frozen=True, slots=True)
class Wish:
    """What GET /api/watch/suggest asks: a line in force (its id) or a box (1e-7 degrees); the rest if given.

    start, end: of the incidents that count, ms; hours: of day, from one up to the other, in the node's zone.
    shares: how much each term counts; line: stretches of stretch_m.
    """

    line: str | None = None
    box: Box | None = None
    start: int | None = None
    end: int | None = None
    hours: tuple[int, int] | None = None
    bandwidth_m: int = BANDWIDTH_M
    stretch_m: int = STRETCH_M
    past: int = SHARES["past"]
    relief: int = SHARES["relief"]
    roads: int = SHARES["roads"]
    limit: int = LIMIT

    def shares(self) -> dict[str, int]:
        return {"past": self.past, "relief": self.relief, "roads": self.roads}


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """parts; unit: the stretch or area each belongs to; stations: where along the line each unit starts."""

    parts: Parts
    unit: Array
    stations: Array | None
    step_m: float


def suggest(node: Node, officer: Officer, wish: Wish) -> dict[str, Any]:
    """Stretches or areas, the heaviest first, with reasons. BadInput; NotFound: no such line in force."""
    officer.need(*READERS)
    _check(wish)
    ground = _ground(node, officer, wish)
    now = node.clock.now()
    end = now if wish.end is None else min(now, wish.end)
    margin = max(wish.bandwidth_m, ACCURATE_M)
    events = past_events.events(node, officer, _box(ground.parts, margin), wish.start, end)
    past = past_events.counted(node, events, wish.hours, ground.parts.frame)
    items = _items(node, ground, _terms(node, ground, past, wish), wish)
    note = read.note(node, items) | {"key": "note.suggested"}
    return {"items": items, "basis": _basis(node, past, wish, end), "note": note}


def _check(wish: Wish) -> None:
    if (wish.line is None) == (wish.box is None):
        raise BadInput("line", wish.line, "name a line in force, or give a bbox")
    for field, value, low, high in (
        ("bandwidth_m", wish.bandwidth_m, 1_000, 50_000),
        ("stretch_m", wish.stretch_m, 2_000, 50_000),
        ("limit", wish.limit, 1, MAX_LIMIT),
        *((name, share, 0, 100) for name, share in wish.shares().items()),
    ):
        if not low <= value <= high:
            raise BadInput(field, value, f"from {low} to {high}")
    if not any(wish.shares().values()):
        raise BadInput("past", 0, "let one of the terms count")
    if wish.start is not None and wish.end is not None and wish.end <= wish.start:
        raise BadInput("to", wish.end, Worded("remedy.after_from", "it must be later than `from`"))
    if wish.hours and not all(0 <= hour <= 24 for hour in wish.hours):
        raise BadInput("hours", "-".join(map(str, wish.hours)), "hours of day, such as 18-6")


# ------------------------------------------------------------------ the ground


def _ground(node: Node, officer: Officer, wish: Wish) -> _Ground:
    frame = policy_in_force(node.picture).frame
    if wish.box is not None:
        west, south, east, north = (v / SCALE for v in wish.box)
        if not (west < east and south < north):
            raise BadInput(
                "bbox",
                ",".join(map(str, wish.box)),
                Worded("remedy.area_only", "an area, not a line or a point"),
            )
        return _areas(node, shapely.box(west, south, east, north), frame or Frame.centred_on([wish.box]))
    return _stretches(node, officer, wish, frame)


def _areas(node: Node, box: BaseGeometry, frame: Frame) -> _Ground:
    """Cells of H3: about UNITS, of resolution 5 (250 km²) to 7 (5 km²), looked at in cells one finer."""
    plane = frame.to_plane(box)
    res = min(7, max(5, lattice.resolution(plane.area, plane.length, UNITS, 0, 0)))
    parts = _laid_out(node, box, frame, res + 1, plane)
    parents = lattice.parents(parts.cells, res)
    return _Ground(parts, np.unique(parents, return_inverse=True)[1], None, 0.0)


def _stretches(node: Node, officer: Officer, wish: Wish, frame: Frame | None) -> _Ground:
    """The corridor of a line in force, cell by cell given to the stretch whose ground is nearest."""
    lines = {
        line.id: line
        for row in node.picture.current_of_kind("terms", node.readable(officer))
        if (terms := terms_in_force(node.picture, row)) is not None
        for line in terms.lines
    }
    line = lines.get(wish.line or "")
    if line is None:
        raise NotFound("no such line in the terms in force")
    geometry = msgspec.to_builtins(line.geometry)
    frame = frame or Frame.centred_on([place.box(geometry)])
    along = frame.to_plane(place.to_shapely(geometry))
    corridor = along.buffer(max(line.corridor_m, 1_000), quad_segs=8)
    degrees = shapely.transform(corridor, lambda xy: frame.to_degrees_many(xy) / SCALE)
    parts = _laid_out(node, degrees, frame, PART, corridor)
    at = shapely.line_locate_point(np.array([along]), np.asarray(shapely.points(parts.at)))
    many = max(1, round(along.length / wish.stretch_m))
    stretch = np.minimum((at / along.length * many).astype(int), many - 1)
    units, unit = np.unique(stretch, return_inverse=True)
    return _Ground(parts, unit, units * along.length / many, along.length / many)


def _laid_out(node: Node, ground: BaseGeometry, frame: Frame, res: int, plane: BaseGeometry) -> Parts:
    if lattice.about(res, plane.area, plane.length) > MAX_PARTS:
        raise TooLarge("bbox", f"{plane.area / 1e6:,.0f} km²", "look at a smaller area")
    return node.kept.looked_at(ground, frame, res)


def _box(parts: Parts, margin_m: float) -> Box:
    """The box of the parts, wider by so much, 1e-7 degrees."""
    low, high = parts.degrees.min(axis=0), parts.degrees.max(axis=0)
    up = margin_m / 110_000
    side = up / np.cos(np.radians(min(85.0, float(np.abs(parts.degrees[:, 1]).max()) + up)))
    west, south, east, north = low[0] - side, low[1] - up, high[0] + side, high[1] + up
    return int(west * SCALE), int(south * SCALE), int(east * SCALE), int(north * SCALE)


# ------------------------------------------------------------------ the terms


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """Of each unit: past, relief and roads from 0 to 100 (nan: not known), and what they come from."""

    past: Array
    relief: Array
    roads: Array
    score: Array
    road_m: Array
    incidents: Array
    areas: Array
    first: Array
    last: Array


def _terms(node: Node, ground: _Ground, past: Past, wish: Wish) -> _Terms:
    parts, unit = ground.parts, ground.unit
    size = np.bincount(unit, parts.size)
    placed = kernel.density(parts.at, past.points, wish.bandwidth_m)
    spread = kernel.spread(parts.at, past.shapes, past.area_weight)
    dense = np.bincount(unit, (placed.density + spread.density) * parts.size) / size
    most = float(dense.max())
    # The square root: a town with very many events is not to make everything else invisible.
    value = 100 * np.sqrt(dense / most) if most > 0 else np.zeros(len(size))
    hidden = _hidden(node, ground)
    road_m = _roads(node, ground)
    roads = 100 * kernel.near(road_m, ROAD_M)
    columns = {"past": value, "relief": hidden, "roads": roads}
    share = np.array([wish.shares()[name] for name in columns], dtype=np.float64)[:, None]
    listed = np.stack(list(columns.values()))
    counts = share * ~np.isnan(listed)
    score = (counts * np.nan_to_num(listed)).sum(axis=0) / np.maximum(counts.sum(axis=0), 1e-9)
    first, last = np.full(len(size), np.inf), np.full(len(size), -np.inf)
    incidents = _told(unit, placed, past.placed, first, last)
    areas = _told(unit, spread, past.areas, first, last)
    return _Terms(value, hidden, roads, score, road_m, incidents, areas, first, last)


def _told(unit: Array, dense: Dense, events: list[Event], first: Array, last: Array) -> Array:
    """How many events add to each unit; first and last are brought up to date."""
    count = len(first)
    if not events or not len(dense.of):
        return np.zeros(count, dtype=int)
    pairs = np.unique(np.column_stack((unit[dense.of], dense.near)), axis=0)
    np.minimum.at(first, pairs[:, 0], np.array([float(e.start) for e in events])[pairs[:, 1]])
    np.maximum.at(last, pairs[:, 0], np.array([float(e.end) for e in events])[pairs[:, 1]])
    return np.bincount(pairs[:, 0], minlength=count)


def _hidden(node: Node, ground: _Ground) -> Array:
    """Percent of the ground within HIDDEN_M of it that the relief hides from it; nan where none is known."""
    count = int(ground.unit.max()) + 1
    relief = node.relief()
    if relief is None:
        return np.full(count, np.nan)
    share = relief.dead_ground(ground.parts.degrees, HIDDEN_M)
    known = ~np.isnan(share)
    size = np.bincount(ground.unit, ground.parts.size * known, count)
    hidden = np.bincount(ground.unit, ground.parts.size * np.nan_to_num(share), count)
    return np.where(size > 0, 100 * hidden / np.maximum(size, 1e-9), np.nan)


def _roads(node: Node, ground: _Ground) -> Array:
    """Metres from each unit's nearest part to the nearest road; nan where no road is known."""
    found = np.full(int(ground.unit.max()) + 1, np.inf)
    roads = node.roads()
    if roads is None:
        return np.full(len(found), np.nan)
    plane = ground.parts.frame.to_plane(roads)
    np.minimum.at(found, ground.unit, shapely.distance(plane, shapely.points(ground.parts.at)))
    return found


# ------------------------------------------------------------------ the answer


def _items(node: Node, ground: _Ground, terms: _Terms, wish: Wish) -> list[dict[str, Any]]:
    order = np.lexsort((np.arange(len(terms.score)), -np.round(terms.score, 6)))
    best = float(terms.score[order[0]])
    return [_item(node, ground, terms, int(u), best, wish) for u in order[: wish.limit] if terms.score[u] > 0]


def _item(node: Node, ground: _Ground, terms: _Terms, unit: int, best: float, wish: Wish) -> dict[str, Any]:
    own = np.flatnonzero(ground.unit == unit)
    parts = ground.parts
    middle = np.average(parts.at[own], axis=0, weights=parts.size[own])
    nearest = own[np.argmin(np.hypot(*(parts.at[own] - middle).T))]
    where = tuple(round(float(v) * SCALE) for v in parts.degrees[nearest])
    spans = parts.high[:, own].max(axis=1) - parts.low[:, own].min(axis=1)
    item = {
        "id": f"{where[0]}~{where[1]}",
        "geometry": place.from_shapely(parts.shape(own)),
        "where": list(where),
        **node.locate((where[0], where[1])),
        "start_m": None,
        "end_m": None,
        "length_m": round(float(spans.max())),
        "area_m2": round(float(parts.size[own].sum())),
        "weight": max(1, round(100 * float(terms.score[unit]) / best)),
        "score": round(float(terms.score[unit]), 1),
        "why": _why(terms, unit),
    }
    if ground.stations is not None:
        start = round(float(ground.stations[unit]))
        item |= {"id": f"{wish.line}~{start}", "start_m": start, "length_m": round(ground.step_m)}
        item["end_m"] = round(float(ground.stations[unit]) + ground.step_m)
    return item


def _why(terms: _Terms, unit: int) -> dict[str, Any]:
    def whole(value: float) -> int | None:
        return None if np.isnan(value) else round(float(value))

    known = bool(np.isfinite(terms.first[unit]))
    return {
        "past": {
            "value": whole(terms.past[unit]),
            "incidents": int(terms.incidents[unit]),
            "areas": int(terms.areas[unit]),
            "first": int(terms.first[unit]) if known else None,
            "last": int(terms.last[unit]) if known else None,
        },
        "relief": {
            "value": whole(terms.relief[unit]),
            "hidden_percent": whole(terms.relief[unit]),
            "indicative": True,
        },
        "roads": {
            "value": whole(terms.roads[unit]),
            "distance_m": whole(terms.road_m[unit]),
            "schematic": True,
        },
    }


def _basis(node: Node, past: Past, wish: Wish, end: int) -> dict[str, Any]:
    """What the answer rests on: how many of which, and by which rule."""
    every = [*past.placed, *past.areas]
    timed = [e for e in every if e.end - e.start <= TIMED]
    by_hour = [0] * 24
    for event in timed:
        local = event.start + past_events.offset(node, event.start)
        by_hour[local % DAY // HOUR] += 1
    reference = kernel.reference_bandwidth(past.points)
    public = [e for e in every if e.reference]
    return {
        "kernel": "quartic",
        "bandwidth_m": wish.bandwidth_m,
        "reference_bandwidth_m": None if reference is None else round(reference),
        "from": wish.start,
        "to": end,
        "hours": None if wish.hours is None else "-".join(map(str, wish.hours)),
        "shares": wish.shares(),
        "incidents": {
            "reference": len(public),
            "records": len(every) - len(public),
            "areas": len(past.areas),
        },
        "timed": len(timed),
        "by_hour": by_hour,
        "attribution": ["UCDP GED (Sundberg & Melander 2013)"] if public else [],
    }
