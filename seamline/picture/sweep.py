"""All clashes among many at once: what clash.clash says of each pair, without asking each pair.

Candidates are pairs whose widened boxes meet in longitude and latitude, day by day: nearly all pairs that are
near in space are far in time. A shape is brought into a plane once, and only when a pair needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely

from seamline.geo import volume
from seamline.geo.frame import Frame
from seamline.geo.window import DAY, EARLIEST, LATEST
from seamline.picture.clash import KINDS, Clash, Subject, ends, inside_both

Array = np.ndarray[Any, Any]

_LONG = 8 * DAY
_BATCH = 500_000  # candidate pairs looked at in one go: about 100 MB with their shapes
_PAYS = 20_000  # pairs from which the price of a batch no longer counts
_FEW = 8  # parties; with more of them, a tree for each is dearer than what it saves
_PREPARE = 40  # positions from which an index over the sides pays


@dataclass(frozen=True, slots=True)
class Columns:
    """Many subjects, a column for each field, in the order of their (channel, id).

    party: a number for each; kind: its place in KINDS; geometry in degrees; start, end in ms, EARLIEST and
    LATEST where it is open; buffer in metres.
    """

    party: Array
    kind: Array
    geometry: Array
    start: Array
    end: Array
    buffer: Array
    tear: Array

    @staticmethod
    def of(subjects: Sequence[Subject]) -> Columns:
        """subjects are in the order of their (channel, id)."""
        return Columns.made(
            [s.party for s in subjects],
            [s.kind for s in subjects],
            np.array([s.geometry for s in subjects], dtype=object),
            [(s.start, s.end) for s in subjects],
            [s.buffer_m for s in subjects],
            [s.tear for s in subjects],
        )

    @staticmethod
    def made(
        party: Sequence[str],
        kind: Sequence[str],
        geometry: Array,
        window: Sequence[tuple[int | None, int | None]],
        buffer: Sequence[int],
        tear: Sequence[bool],
    ) -> Columns:
        """From what the fields of a Subject hold, in the order of their (channel, id)."""
        codes: dict[str, int] = {}
        return Columns(
            np.array([codes.setdefault(name, len(codes)) for name in party], dtype=np.int64),
            np.array([KINDS.index(name) for name in kind], dtype=np.int64),
            geometry,
            np.array([EARLIEST if start is None else start for start, _ in window], dtype=np.int64),
            np.array([LATEST if end is None else end for _, end in window], dtype=np.int64),
            np.array(buffer, dtype=np.int64),
            np.array(tear, dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.party)


def sweep(subjects: Sequence[Subject], frame: Frame | None = None) -> Iterator[tuple[int, int, Clash]]:
    """Every clash among many, as (i, j, clash) with i < j: what clash() says of each pair that may_clash.

    Each pair once, in bounded memory, in no order. Without a frame, each pair has its own, as in clash().
    """
    order = sorted(range(len(subjects)), key=lambda i: (subjects[i].channel, subjects[i].id))
    columns = Columns.of([subjects[i] for i in order])
    for i, j, metres, needed, start, end, at, possible in sweep_columns(columns, frame):
        first, second = order[i], order[j]
        clash = Clash(metres, needed, start, end, at, possible)
        yield min(first, second), max(first, second), clash


Found: TypeAlias = tuple[int, int, float, int, int, int, tuple[int, int], bool]
"""i, j, and the fields of their clash: of a million, each as an object costs as much as finding it."""


def sweep_columns(columns: Columns, frame: Frame | None = None) -> Iterator[Found]:
    """The same of columns, as Found; i stands before j in the order of (channel, id)."""
    if len(columns) < 2:
        return
    planes = _Planes(columns.geometry, frame)
    for i, j in _gathered(_Many(columns).pairs()):
        # The lower (channel, id) first, as in clash(): where two shapes offer a choice, both choose alike.
        low, high = np.minimum(i, j), np.maximum(i, j)
        for own_frame, plane, those in planes.of(low, high):
            yield from _hits(columns, own_frame, plane, low[those], high[those])


def _hits(columns: Columns, frame: Frame, plane: _Plane, a: Array, b: Array) -> Iterator[Found]:
    needed = columns.buffer[a] + columns.buffer[b]
    hit, distance, where = refine(plane, a, b, needed)
    a, b = a[hit], b[hit]
    lon, lat = frame.to_degrees_many(where).T.tolist()
    found = (
        a,
        b,
        distance,
        needed[hit],
        np.maximum(columns.start[a], columns.start[b]),
        np.minimum(columns.end[a], columns.end[b]),
    )
    possible = (columns.tear[a] | columns.tear[b]).tolist()
    listed = [column.tolist() for column in found]
    return zip(*listed, zip(lon, lat, strict=True), possible, strict=True)


# ---------------------------------------------------------------- geometry decides


@dataclass(frozen=True, slots=True)
class _Plane:
    """Shapes in one plane, None until they are needed. quick: the same, many-sided ones with an index.

    Only predicates are asked of quick: of several nearest places, an index may choose another one.
    """

    shapes: Array
    quick: Array


class _Planes:
    """The plane, or without a frame of the terms one plane for each degree of longitude (Frame.between)."""

    def __init__(self, geometry: Array, frame: Frame | None) -> None:
        self._geometry, self._frame = geometry, frame
        self._bounds = shapely.bounds(geometry)
        self._planes: dict[Frame, _Plane] = {}

    def of(self, i: Array, j: Array) -> Iterator[tuple[Frame, _Plane, Array]]:
        """The pairs by plane, as indexes of i and j; their shapes are there."""
        if self._frame is not None:
            yield self._frame, self._filled(self._frame, i, j), np.arange(len(i))
            return
        west = np.minimum(self._bounds[i, 0], self._bounds[j, 0])
        east = np.maximum(self._bounds[i, 2], self._bounds[j, 2])
        middle = np.rint((west + east) / 2)
        for lon0 in np.unique(middle).tolist():
            those = np.flatnonzero(middle == lon0)
            frame = Frame(lon0)
            yield frame, self._filled(frame, i[those], j[those]), those

    def _filled(self, frame: Frame, i: Array, j: Array) -> _Plane:
        if frame not in self._planes:
            count = len(self._geometry)
            self._planes[frame] = _Plane(np.full(count, None), np.full(count, None))
        plane = self._planes[frame]
        wanted = np.concatenate((i, j))
        new = np.unique(wanted[shapely.is_missing(plane.shapes[wanted])])
        if len(new):
            shapes = frame.to_plane_many(self._geometry[new])
            plane.shapes[new] = plane.quick[new] = shapes
            many = shapely.get_num_coordinates(shapes) > _PREPARE
            indexed = np.asarray(shapely.from_wkb(shapely.to_wkb(shapes[many])))
            shapely.prepare(indexed)
            plane.quick[new[many]] = indexed
        return plane


def refine(plane: _Plane, a: Array, b: Array, needed: Array) -> tuple[Array, Array, Array]:
    """Of pairs of shapes: the indexes of those near enough, their distances, and the places between."""
    near = shapely.dwithin(plane.quick[a], plane.quick[b], needed + 0.001)  # type: ignore[call-overload]  # the stubs know one distance
    hit = np.flatnonzero(near)
    a, b = a[hit], b[hit]
    distance = np.zeros(len(hit))
    where = np.zeros((len(hit), 2))
    touching = shapely.intersects(plane.quick[a], plane.quick[b])
    apart = np.flatnonzero(~touching)
    if len(apart):
        lines = np.asarray(shapely.shortest_line(plane.shapes[a[apart]], plane.shapes[b[apart]]))
        distance[apart] = np.round(shapely.length(lines), 3)
        where[apart] = ends(lines).mean(axis=1)
    together = np.flatnonzero(touching)
    if len(together):
        where[together] = inside_both(plane.shapes[a[together]], plane.shapes[b[together]])
    keep = distance <= needed[hit]
    return hit[keep], distance[keep], where[keep]


# ---------------------------------------------------------------- candidates


def _gathered(batches: Iterator[tuple[Array, Array]]) -> Iterator[tuple[Array, Array]]:
    """The same pairs in batches that pay: a quiet day has few, and each batch has its price."""
    ones: list[Array] = []
    others: list[Array] = []
    held = 0
    for i, j in batches:
        ones.append(i)
        others.append(j)
        held += len(i)
        if held >= _PAYS:
            yield np.concatenate(ones), np.concatenate(others)
            ones, others, held = [], [], 0
    if ones:
        yield np.concatenate(ones), np.concatenate(others)


class _Many:
    """The pairs whose boxes, windows, kinds and parties allow a clash.

    A pair that shares several days is taken on the first it shares. What lasts more than a week, and
    everything that is always there, has a tree of its own.
    """

    def __init__(self, columns: Columns) -> None:
        self._party, self._kind = columns.party, columns.kind
        self.start, self.end = columns.start, columns.end
        wide = volume.widened_many(shapely.bounds(columns.geometry), columns.buffer)
        self._boxes = shapely.box(wide[:, 0], wide[:, 1], wide[:, 2], wide[:, 3])

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
