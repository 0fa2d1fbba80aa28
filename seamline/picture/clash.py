"""Clash: two plans too near in space and time, or a plan and a protected place (DESIGN §7).

- who     two activities of different parties; an activity and a site, anybody's; an activity and another
          party's post. A joint activity ("isf+ksf") belongs to both and is checked against both.
- where   the distance in the transverse-Mercator plane, to the millimetre, is at most the sum of both buffers
- when    the half-open windows overlap; a site or post without a window is there always

A clash with a tear line is only possible: the true place and time lie somewhere inside what was released.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo import volume
from seamline.geo.frame import Frame
from seamline.geo.place import SCALE
from seamline.geo.window import DAY, EARLIEST, LATEST, overlap

# Metres by activity type, and for sites and posts; the terms in force override them.
DEFAULT_BUFFERS = {
    "patrol": 500,
    "checkpoint": 300,
    "movement": 500,
    "clearing": 1_000,
    "search": 500,
    "observation": 300,
    "works": 200,
    "convoy": 500,
    "exercise": 1_000,
    "other": 500,
    "site": 500,
    "post": 500,
}

KINDS = ("activity", "site", "post")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What can clash. kind: activity, site or post; geometry in degrees; start, end in ms, None: always."""

    channel: str
    id: str
    party: str
    kind: str
    type: str
    geometry: BaseGeometry
    start: int | None
    end: int | None
    buffer_m: int
    tear: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """How near (0: they touch), how far apart they should be, when both are there, and where in 1e-7 degree.

    possible: one of the two is a tear line.
    """

    distance_m: float
    needed_m: int
    start: int
    end: int
    where: tuple[int, int]
    possible: bool


class Sided(Protocol):
    """Anything of a kind and a party: a subject, or a stored row before its body is read."""

    @property
    def kind(self) -> str: ...
    @property
    def party(self) -> str: ...


def may_clash(a: Sided, b: Sided) -> bool:
    """Whether the two are of kinds and parties that can clash at all."""
    kinds = {a.kind, b.kind}
    if kinds == {"activity", "site"}:
        return True
    return kinds <= {"activity", "post"} and "activity" in kinds and a.party != b.party


def reach(subject: Subject, max_buffer: int) -> int:
    """How far to look for what may clash with it, in metres, if no other buffer is wider than max_buffer."""
    return subject.buffer_m + max_buffer


def search_volume(subject: Subject, max_buffer: int, frame: Frame | None = None) -> volume.Volume:
    """Where and when everything lies that could clash with the subject: no misses, some extras.

    It holds for any frame, because no frame shows a distance shorter than it is (geo/volume.py).
    """
    west, south, east, north = (round(v * SCALE) for v in subject.geometry.bounds)
    return volume.search_volume(
        (west, south, east, north), subject.start, subject.end, reach(subject, max_buffer)
    )


def clash(a: Subject, b: Subject, frame: Frame | None = None) -> Clash | None:
    """The clash of two subjects that may_clash, or None. The same answer for (b, a).

    frame: of the endorsed terms; without one, the pair's own.
    """
    found = clashes_of(a, [b], frame)
    return found[0][1] if found else None


def clashes_of(
    subject: Subject, rivals: Sequence[Subject], frame: Frame | None = None
) -> list[tuple[int, Clash]]:
    """The clashes of one subject with those it may_clash with, as (index, clash).

    Much cheaper than clash() for each: all shapes are brought into the plane at once. Without a frame, each
    pair has its own, as in clash().
    """
    if frame is None:
        found = []
        for i, rival in enumerate(rivals):
            own_frame = Frame.between(subject.geometry, rival.geometry)
            found += [(i, hit) for _, hit in clashes_of(subject, [rival], own_frame)]
        return found
    windows = [overlap(subject.start, subject.end, r.start, r.end) for r in rivals]
    meeting = [i for i, window in enumerate(windows) if window is not None]
    if not meeting:
        return []
    shapes = [subject.geometry, *(rivals[i].geometry for i in meeting)]
    own, *others = frame.to_plane_many(np.array(shapes, dtype=object))
    key = (subject.channel, subject.id)
    found = []
    for i, other in zip(meeting, others, strict=True):
        rival, window = rivals[i], windows[i]
        needed = subject.buffer_m + rival.buffer_m
        # The lower (channel, id) first: where shapes offer a choice of positions, both orders choose alike.
        pair = (other, own) if (rival.channel, rival.id) < key else (own, other)
        near = _near(*pair, needed)
        if near is not None and window is not None:
            distance, where = near
            at = frame.to_degrees(*where)
            found.append((i, Clash(distance, needed, *window, at, subject.tear or rival.tear)))
    return found


def sweep(subjects: Sequence[Subject], frame: Frame) -> Iterator[tuple[int, int, Clash]]:
    """Every clash among many, as (i, j, clash) with i < j: each pair once, in bounded memory, in no order."""
    if len(subjects) < 2:
        return
    many = _Many(subjects, frame)
    for i, j in many.pairs():
        # The lower (channel, id) first, as in clash(): where two shapes offer a choice, both choose alike.
        swap = many.rank[i] > many.rank[j]
        a, b = np.where(swap, j, i), np.where(swap, i, j)
        hit, distance, where = _refine(many.plane[a], many.plane[b], many.buffer[a] + many.buffer[b])
        if not len(hit):
            continue
        a, b = a[hit], b[hit]
        columns = (
            np.minimum(a, b),
            np.maximum(a, b),
            distance,
            (many.buffer[a] + many.buffer[b]).astype(np.int64),
            np.maximum(many.start[a], many.start[b]),
            np.minimum(many.end[a], many.end[b]),
            frame.to_degrees_many(where),
            many.tear[a] | many.tear[b],
        )
        for first, second, metres, needed, start, end, at, possible in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            yield first, second, Clash(metres, needed, start, end, (at[0], at[1]), possible)


# ---------------------------------------------------------------- geometry decides


def _near(a: BaseGeometry, b: BaseGeometry, needed: float) -> tuple[float, tuple[float, float]] | None:
    """Of two plane shapes: their distance and a place between them, if they are near enough.

    _refine is the same for many pairs; one pair at a time, arrays cost more than they save.
    """
    if not shapely.dwithin(a, b, needed + 0.001):
        return None
    if shapely.intersects(a, b):
        x, y = _inside_both(np.array([a]), np.array([b]))[0].tolist()
        return 0.0, (x, y)
    line = shapely.shortest_line(a, b)
    distance = round(shapely.length(line), 3)
    if distance > needed:
        return None
    (x, y), (far_x, far_y) = shapely.get_coordinates(line).tolist()
    return distance, ((x + far_x) / 2, (y + far_y) / 2)


def _refine(a: Array, b: Array, needed: Array) -> tuple[Array, Array, Array]:
    """Of pairs of plane shapes: the indexes of those near enough, their distances, and the places between."""
    near = shapely.dwithin(a, b, needed + 0.001)  # type: ignore[call-overload]  # the stubs know one distance
    hit = np.flatnonzero(near)
    a, b = a[hit], b[hit]
    distance = np.zeros(len(hit))
    where = np.zeros((len(hit), 2))
    touching = shapely.intersects(a, b)
    apart = np.flatnonzero(~touching)
    if len(apart):
        lines = shapely.shortest_line(a[apart], b[apart])
        distance[apart] = np.round(shapely.length(lines), 3)
        where[apart] = _ends(lines).mean(axis=1)
    together = np.flatnonzero(touching)
    if len(together):
        where[together] = _inside_both(a[together], b[together])
    keep = distance <= needed[hit]
    return hit[keep], distance[keep], where[keep]


def _ends(lines: Array) -> Array:
    ends: Array = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    return ends


def _inside_both(a: Array, b: Array) -> Array:
    """A position in both shapes, well inside what they share where that has any size."""
    try:
        shared = shapely.point_on_surface(shapely.intersection(a, b))
        if not shapely.is_empty(shared).any():
            return np.asarray(shapely.get_coordinates(shared))
    except shapely.GEOSException:
        # A side bent into the plane may cross a neighbour a hair's breadth away; distance does not mind.
        pass
    return _ends(np.asarray(shapely.shortest_line(a, b)))[:, 0]


# ---------------------------------------------------------------- many at once

_LONG = 8 * DAY
_BATCH = 500_000  # candidate pairs looked at in one go: about 100 MB with their shapes
_FEW = 8  # parties; with more of them, a tree for each is dearer than what it saves
_PREPARE = 40  # positions from which an index over the sides pays


class _Many:
    """Subjects as columns, and the pairs among them whose boxes, windows, kinds and parties allow a clash.

    Activities are bucketed by day, because nearly all pairs that are near in space are far in time. A pair
    that shares several days is taken on the first it shares. What lasts more than a week, and everything
    that is always there, has a tree of its own.
    """

    def __init__(self, subjects: Sequence[Subject], frame: Frame) -> None:
        self.plane = frame.to_plane_many(np.array([s.geometry for s in subjects], dtype=object))
        shapely.prepare(self.plane[shapely.get_num_coordinates(self.plane) > _PREPARE])
        self.buffer = np.array([float(s.buffer_m) for s in subjects])
        self.start = np.array([EARLIEST if s.start is None else s.start for s in subjects], dtype=np.int64)
        self.end = np.array([LATEST if s.end is None else s.end for s in subjects], dtype=np.int64)
        self._kind = np.array([KINDS.index(s.kind) for s in subjects])
        self.tear = np.array([s.tear for s in subjects])
        by_name = sorted(range(len(subjects)), key=lambda i: (subjects[i].channel, subjects[i].id))
        self.rank = np.empty(len(subjects), dtype=np.int64)
        self.rank[by_name] = np.arange(len(subjects))
        self._party = np.unique([s.party for s in subjects], return_inverse=True)[1]
        bounds = shapely.bounds(self.plane)
        margin = self.buffer[:, None] + 0.001
        low, high = bounds[:, :2] - margin, bounds[:, 2:] + margin
        self._boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])

    def pairs(self) -> Iterator[tuple[Array, Array]]:
        """Batches of candidate pairs: no misses, each pair once, in no promised order."""
        activity = self._kind == 0
        long = self.end - self.start > _LONG
        everyone = np.flatnonzero(activity)
        yield from self._by_day(np.flatnonzero(activity & ~long))
        lasting = np.flatnonzero(activity & long)
        for i, j in self._other_parties(everyone, lasting):
            once = ~long[i] | (i < j)
            yield from self._allowed(i[once], j[once])
        for i, j in self._query(everyone, np.flatnonzero(~activity)):
            yield from self._allowed(i, j)

    def _by_day(self, members: Array) -> Iterator[tuple[Array, Array]]:
        first, last = self.start // DAY, (self.end - 1) // DAY
        days = last[members] - first[members] + 1
        who = np.repeat(members, days)
        nth = np.arange(len(who)) - np.repeat(np.cumsum(days) - days, days)
        day = first[who] + nth
        order = np.argsort(day, kind="stable")
        who, day = who[order], day[order]
        edges = np.flatnonzero(np.diff(day)) + 1
        for group in np.split(np.arange(len(who)), edges):
            if len(group) < 2:
                continue
            present, today = who[group], day[group[0]]
            for i, j in self._other_parties(present, present):
                met_today = np.maximum(first[i], first[j]) == today
                once = met_today & (i < j)
                yield from self._allowed(i[once], j[once])

    def _other_parties(self, seekers: Array, among: Array) -> Iterator[tuple[Array, Array]]:
        """Pairs of different parties whose boxes meet; one side's own crowd is never looked through."""
        parties = np.unique(self._party[seekers])
        if len(parties) > _FEW:
            yield from self._query(seekers, among)
            return
        for party in parties:
            own, others = self._party[seekers] == party, self._party[among] != party
            yield from self._query(seekers[own], among[others])

    def _query(self, seekers: Array, among: Array) -> Iterator[tuple[Array, Array]]:
        """Pairs whose widened boxes meet, a batch at a time; how many ask at once follows how many answer."""
        if not len(seekers) or not len(among):
            return
        tree = shapely.STRtree(self._boxes[among])
        at, size = 0, 16
        while at < len(seekers):
            chunk = seekers[at : at + size]
            asked, answered = tree.query(self._boxes[chunk])
            yield chunk[asked], among[answered]
            at += size
            size = max(1, min(size * 4, int(_BATCH * len(chunk) / max(len(asked), 1))))

    def _allowed(self, i: Array, j: Array) -> Iterator[tuple[Array, Array]]:
        """Of those, the pairs that may clash (may_clash, in columns) and whose windows overlap."""
        other_party = self._party[i] != self._party[j]
        sites = (self._kind[i] == 1) | (self._kind[j] == 1)
        in_time = np.maximum(self.start[i], self.start[j]) < np.minimum(self.end[i], self.end[j])
        keep = in_time & (other_party | sites)
        if keep.any():
            yield i[keep], j[keep]
