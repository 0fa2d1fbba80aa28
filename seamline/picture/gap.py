"""Gap: the parts of a watch list, ground and hours, that no undertaking covers (DESIGN §7).

- an undertaking covers what lies in its place or within its buffer, from start up to end, whoever's it is
- time is cut exactly where an undertaking starts or ends; what stays uncovered between two cuts is a piece
- pieces that follow each other in time and share ground are one patch; each patch says its size and hours
- slivers under 100 square metres of an area, or 10 metres of a stretch, are not reported
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.frame import Frame
from seamline.geo.place import SCALE
from seamline.geo.window import HOUR, overlap

Array = np.ndarray[Any, Any]

SLIVER = {1: 10.0, 2: 100.0}  # metres of a stretch, square metres of an area


@dataclass(frozen=True, slots=True)
class Cover:
    """An undertaking: geometry in degrees, grown by buffer_m metres; half-open window in ms."""

    geometry: BaseGeometry
    start: int
    end: int
    buffer_m: int


@dataclass(frozen=True, slots=True)
class Patch:
    """Watched ground nobody covers. size: square metres of an area, metres of a stretch (dimension 2 or 1).

    size is of all ground that is open at some time of the window; size_hours adds up what is open when.
    where: in the largest piece, 1e-7 degree. shape: all that ground, in degrees. open: what is open when.
    length: metres; of an area the greatest distance within it, from end to end.
    length_hours: the same, added up over what is open when.
    """

    start: int
    end: int
    dimension: int
    size: float
    size_hours: float
    where: tuple[int, int]
    length: float
    length_hours: float
    shape: BaseGeometry = field(repr=False)
    open: tuple[Open, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Open:
    """A part of a patch that is open from start up to end; shape in metres of the frame."""

    start: int
    end: int
    shape: BaseGeometry
    size: float


@dataclass(slots=True)
class _Piece:
    start: int
    end: int
    shape: BaseGeometry
    size: float
    joined: _Piece | None = field(default=None)

    def root(self) -> _Piece:
        at = self
        while at.joined is not None:
            at = at.joined
        return at


def gaps(watch: BaseGeometry, start: int, end: int, covers: Sequence[Cover], frame: Frame) -> list[Patch]:
    """The patches of one watch list (an area or a stretch, in degrees), the largest first."""
    ground = frame.to_plane(watch)
    dimension = int(shapely.get_dimensions(ground))
    near = _near(ground, [c for c in covers if overlap(start, end, c.start, c.end)], frame)
    pieces: list[_Piece] = []
    before: list[_Piece] = []
    for begins, ends, parts in _intervals(ground, start, end, near):
        now = [_Piece(begins, ends, part, size_of(part, dimension)) for part in parts]
        _join(before, now, dimension)
        pieces += now
        before = now
    return sorted(_patches(pieces, dimension, frame), key=lambda p: (-p.size_hours, p.start, p.where))


def reaching(watch: BaseGeometry, start: int, end: int, covers: Sequence[Cover], frame: Frame) -> list[Cover]:
    """The covers that the answer of gaps() rests on, in their order."""
    in_time = [c for c in covers if overlap(start, end, c.start, c.end)]
    return [cover for cover, _ in _near(frame.to_plane(watch), in_time, frame)]


def size_of(shape: BaseGeometry, dimension: int) -> float:
    """Square metres of an area (dimension 2), metres of a stretch, of a shape in the plane."""
    return float(shape.area if dimension == 2 else shape.length)


def grown(covers: Sequence[Cover], frame: Frame) -> Array:
    """What each cover reaches, in metres of the frame."""
    plane = frame.to_plane_many(np.array([c.geometry for c in covers], dtype=object))
    buffers = np.array([float(c.buffer_m) for c in covers])
    return np.where(buffers > 0, shapely.buffer(plane, buffers, quad_segs=32), plane)


def _near(ground: BaseGeometry, covers: list[Cover], frame: Frame) -> list[tuple[Cover, BaseGeometry]]:
    """Covers that reach the ground, with what each covers in the plane."""
    if not covers:
        return []
    shapes = grown(covers, frame)
    shapely.prepare(ground)
    return [(covers[i], shapes[i]) for i in np.flatnonzero(shapely.intersects(ground, shapes))]


def _intervals(
    ground: BaseGeometry, start: int, end: int, near: list[tuple[Cover, BaseGeometry]]
) -> Iterable[tuple[int, int, list[BaseGeometry]]]:
    """From cut to cut, what is open; the same set of covers gives the very same parts."""
    dimension = int(shapely.get_dimensions(ground))
    cuts = sorted({start, end} | {t for c, _ in near for t in (c.start, c.end) if start < t < end})
    begin_at: dict[int, list[int]] = {}
    end_at: dict[int, list[int]] = {}
    for i, (cover, _) in enumerate(near):
        begin_at.setdefault(max(cover.start, start), []).append(i)
        end_at.setdefault(cover.end, []).append(i)
    active: set[int] = set()
    known: dict[frozenset[int], list[BaseGeometry]] = {}
    for begins, ends in itertools.pairwise(cuts):
        active -= set(end_at.get(begins, ()))
        active |= set(begin_at.get(begins, ()))
        key = frozenset(active)
        if key not in known:
            covered = shapely.union_all([near[i][1] for i in sorted(active)])
            parts = shapely.get_parts(shapely.difference(ground, covered))
            known[key] = [
                part
                for part in parts
                if shapely.get_dimensions(part) == dimension and size_of(part, dimension) >= SLIVER[dimension]
            ]
        yield begins, ends, known[key]


def _join(before: list[_Piece], now: list[_Piece], dimension: int) -> None:
    """One patch for pieces that share ground, not merely an edge."""
    for piece in now:
        for earlier in before:
            a, b = earlier.root(), piece.root()
            if a is not b and _share(earlier.shape, piece.shape, dimension):
                b.joined = a


def _share(a: BaseGeometry, b: BaseGeometry, dimension: int) -> bool:
    if a is b:
        return True
    return bool(a.intersects(b)) and size_of(shapely.intersection(a, b), dimension) >= SLIVER[dimension]


def _patches(pieces: list[_Piece], dimension: int, frame: Frame) -> Iterable[Patch]:
    members: dict[int, list[_Piece]] = {}
    for piece in pieces:
        members.setdefault(id(piece.root()), []).append(piece)
    for parts in members.values():
        largest = max(parts, key=lambda p: p.size)
        at = shapely.point_on_surface(largest.shape)
        distinct = list({id(p.shape): p.shape for p in parts}.values())
        # Parts of one stretch are not exactly on it: at a centimetre they are, and count once.
        whole = shapely.union_all(distinct, grid_size=0.01 if dimension == 1 else None)
        yield Patch(
            start=min(p.start for p in parts),
            end=max(p.end for p in parts),
            dimension=dimension,
            size=size_of(whole, dimension),
            size_hours=sum(p.size * (p.end - p.start) / HOUR for p in parts),
            where=frame.to_degrees(float(at.x), float(at.y)),
            length=_length(whole, dimension),
            length_hours=_length_hours(parts, dimension),
            shape=shapely.transform(whole, lambda xy: frame.to_degrees_many(xy) / SCALE),
            open=tuple(Open(p.start, p.end, p.shape, p.size) for p in parts),
        )


def _length_hours(parts: list[_Piece], dimension: int) -> float:
    """Parts that are open at one time are taken together: more cover never makes the sum larger."""
    at_one_time: dict[tuple[int, int], list[BaseGeometry]] = {}
    for part in parts:
        at_one_time.setdefault((part.start, part.end), []).append(part.shape)
    known: dict[tuple[int, ...], float] = {}
    total = 0.0
    for (start, end), shapes in at_one_time.items():
        key = tuple(id(shape) for shape in shapes)
        if key not in known:
            known[key] = _length(shapely.geometrycollections(shapes), dimension)
        total += known[key] * (end - start) / HOUR
    return total


def _length(shape: BaseGeometry, dimension: int) -> float:
    if dimension == 1:
        return float(shape.length)
    corners = shapely.get_coordinates(shapely.convex_hull(shape))
    return float(max(np.hypot(*(corners - corner).T).max() for corner in corners))
