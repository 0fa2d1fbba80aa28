"""Gap: the parts of a watch list, ground and hours, that no undertaking covers (DESIGN §7).

- ground is looked at part by part (seamline.picture.ground); an undertaking covers what
  seamline.picture.cover says, from start up to end, whoever's it is
- time is cut exactly where an undertaking starts or ends; a part that stays open between two cuts is a run
- runs that overlap in time on one part or on parts side by side are one patch
- patches under 100 square metres of an area, or 10 metres of a stretch, are not reported
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from seamline.geo.window import HOUR
from seamline.picture.cover import Cover, Reach
from seamline.picture.extent import length_hours, spans
from seamline.picture.ground import Parts

Array = np.ndarray[Any, Any]

SLIVER = {1: 10.0, 2: 100.0}  # metres of a stretch, square metres of an area
# So many part-slices are unpacked in one step, to keep memory small.
_AT_ONCE = 16_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Parts that are open without a break: which part, from the cut begin up to the cut end, in which patch.

    cuts: ms; sorted by patch, then part, then begin.
    """

    cuts: Array
    part: Array
    begin: Array
    end: Array
    patch: Array


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Watched ground nobody covers. size: square metres of an area, metres of a stretch (dimension 2 or 1).

    size is of all ground that is open at some time of the window; size_hours adds up what is open when.
    where: in its middle part, 1e-7 degree. length: metres; of an area its greatest extent, at most 0.5 % less
    than the greatest distance within it. length_hours: the same, added up over what is open when.
    cut_by_relief: some of it is open only because the relief hides it from an undertaking.
    """

    start: int
    end: int
    dimension: int
    size: float
    size_hours: float
    where: tuple[int, int]
    length: float
    length_hours: float
    cut_by_relief: bool
    ground: Parts
    runs: Runs

    @property
    def parts(self) -> Array:
        """The parts that are open at some time."""
        return np.unique(self.runs.part)

    @property
    def shape(self) -> BaseGeometry:
        """All its ground, in degrees."""
        return self.ground.shape(self.parts)

    def changes(self) -> int:
        """How many slices of time there are between one change of what is open and the next."""
        return len(np.unique(np.concatenate((self.runs.begin, self.runs.end)))) - 1

    def open_at(self, slices: int) -> list[tuple[int, int, Array]]:
        """(start, end, parts open at some time of it): cut where it changes, in at most so many slices."""
        marks = np.unique(np.concatenate((self.runs.begin, self.runs.end)))
        if len(marks) - 1 > slices:
            marks = marks[np.unique(np.linspace(0, len(marks) - 1, slices + 1).round().astype(int))]
        found = []
        for begin, end in zip(marks[:-1].tolist(), marks[1:].tolist(), strict=True):
            there = (self.runs.begin < end) & (self.runs.end > begin)
            parts = np.unique(self.runs.part[there])
            found.append((int(self.runs.cuts[begin]), int(self.runs.cuts[end]), parts))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Gaps(Sequence[Patch]):
    """The patches of one watch list, the largest (size × hours) first. Each is made when it is asked for."""

    ground: Parts
    runs: Runs
    first: Array
    size: Array
    size_hours: Array
    length: Array
    length_hours: Array
    middle: Array
    cut: Array
    order: Array

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[Patch]:
        return (self._patch(int(i)) for i in self.order)

    def __getitem__(self, at: Any) -> Any:
        return self._patch(int(self.order[at]))

    def _patch(self, i: int) -> Patch:
        own = slice(int(self.first[i]), int(self.first[i + 1]))
        all_ = self.runs
        runs = Runs(all_.cuts, all_.part[own], all_.begin[own], all_.end[own], all_.patch[own])
        lon, lat = self.ground.degrees[self.middle[i]]
        return Patch(
            start=int(runs.cuts[runs.begin.min()]),
            end=int(runs.cuts[runs.end.max()]),
            dimension=self.ground.dimension,
            size=float(self.size[i]),
            size_hours=float(self.size_hours[i]),
            where=(round(float(lon) * 10_000_000), round(float(lat) * 10_000_000)),
            length=float(self.length[i]),
            length_hours=float(self.length_hours[i]),
            cut_by_relief=bool(self.cut[i]),
            ground=self.ground,
            runs=runs,
        )


def gaps(ground: Parts, start: int, end: int, covers: Sequence[Cover], reach: Sequence[Reach]) -> Gaps:
    """What of the ground no cover covers from start up to end (ms). reach: of each cover, in order."""
    near = [
        (c, r.within(c.sight_m))
        for c, r in zip(covers, reach, strict=True)
        if c.start < end and c.end > start
    ]
    times = {t for c, (seen, hidden) in near if len(seen) or len(hidden) for t in (c.start, c.end)}
    cuts = np.array(sorted({start, end} | {t for t in times if start < t < end}), dtype=np.int64)
    windows = _windows(cuts, [c for c, _ in near])
    covered = _painted(ground, windows, [seen for _, (seen, _) in near])
    part, begin, stop = _runs(covered, len(cuts) - 1, open_=True)
    patch = components(len(part), *_edges(ground, part, begin, stop, len(cuts)))
    order = np.lexsort((begin, part, patch))
    runs = Runs(cuts, part[order], begin[order], stop[order], patch[order])
    cut = _hidden(ground, windows, [hidden for _, (_, hidden) in near], covered, runs)
    return _measured(ground, runs, cut)


def reaching(covers: Sequence[Cover], reach: Sequence[Reach], start: int, end: int) -> list[int]:
    """Which of the covers the answer of gaps() rests on."""
    return [
        i
        for i, (c, r) in enumerate(zip(covers, reach, strict=True))
        if c.start < end and c.end > start and len(r.within(c.sight_m)[0])
    ]


def components(count: int, a: Array, b: Array) -> Array:
    """The component of each of so many nodes, from 0 in the order of their first nodes; edges a to b.

    Each round hangs the higher root of an edge on the lower and shortens paths (Shiloach & Vishkin 1982).
    """
    parent = np.arange(count)
    while len(a):
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while True:
            above = parent[parent]
            if np.array_equal(above, parent):
                break
            parent = above
        a, b = parent[a], parent[b]
        apart = a != b
        a, b = a[apart], b[apart]
    return np.asarray(np.unique(parent, return_inverse=True)[1])


def _windows(cuts: Array, covers: Sequence[Cover]) -> Array:
    """A row of bits for each cover: in which slices of time it covers; in words of 64."""
    begins = np.array([c.start for c in covers], dtype=np.int64)[:, None]
    ends = np.array([c.end for c in covers], dtype=np.int64)[:, None]
    inside = (cuts[:-1] >= begins) & (cuts[:-1] < ends)
    words = -(-inside.shape[1] // 64)
    padded = np.zeros((len(covers), words * 64), dtype=bool)
    padded[:, : inside.shape[1]] = inside
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


def _painted(ground: Parts, windows: Array, of: Sequence[Array]) -> Array:
    """A row of bits for each part: in which slices one of these takes it."""
    painted = np.zeros((len(ground.size), windows.shape[1]), dtype=np.uint64)
    for window, parts in zip(windows, of, strict=True):
        if len(parts):
            painted[parts] |= window
    return painted


def _runs(bits: Array, slices: int, *, open_: bool) -> tuple[Array, Array, Array]:
    """part, begin, end of each run of bits that are not set (open_), or that are."""
    step = max(1, _AT_ONCE // slices)
    found = []
    for first in range(0, len(bits), step):
        rows = bits[first : first + step].view(np.uint8)
        there = np.unpackbits(rows, axis=1, count=slices, bitorder="little").view(bool)
        edge = np.zeros((len(rows), slices + 2), dtype=bool)
        edge[:, 1:-1] = ~there if open_ else there
        turns = np.flatnonzero(edge[:, 1:] != edge[:, :-1])
        row, at = np.divmod(turns, slices + 1)
        found.append((row[::2] + first, at[::2], at[1::2]))
    part, begin, end = (np.concatenate(column) for column in zip(*found, strict=True))
    return part, begin, end


def _edges(ground: Parts, part: Array, begin: Array, end: Array, wide: int) -> tuple[Array, Array]:
    """Pairs of runs that overlap in time, on parts side by side."""
    first = np.searchsorted(part, np.arange(len(ground.size) + 1))
    many = np.diff(first)
    one, two = ground.beside[:, 0], ground.beside[:, 1]
    both = (many[one] > 0) & (many[two] > 0)
    one, two = one[both], two[both]
    run, owner = _expanded(first[one], many[one])
    other = two[owner]
    # Of the other part the first run that ends after this one begins, up to the first that begins after it.
    low = np.searchsorted(part * wide + end, other * wide + begin[run], side="right")
    high = np.searchsorted(part * wide + begin, other * wide + end[run], side="left")
    low, high = np.maximum(low, first[other]), np.minimum(high, first[other + 1])
    target, edge = _expanded(low, np.maximum(high - low, 0))
    return run[edge], target


def _expanded(start: Array, many: Array) -> tuple[Array, Array]:
    """start, start + 1 … for each entry so many, and which entry each belongs to."""
    owner = np.repeat(np.arange(len(many)), many)
    return start[owner] + np.arange(len(owner)) - np.repeat(many.cumsum() - many, many), owner


def _hidden(ground: Parts, windows: Array, hidden: Sequence[Array], covered: Array, runs: Runs) -> Array:
    """Of each run, whether an undertaking would cover some of it if the relief did not hide it."""
    cut = np.zeros(len(runs.part), dtype=bool)
    if not any(len(h) for h in hidden):
        return cut
    bits = _painted(ground, windows, hidden) & ~covered
    wide = len(runs.cuts)
    part, begin, _ = _runs(bits, wide - 1, open_=False)
    key = runs.part * wide + runs.begin
    order = np.argsort(key, kind="stable")
    cut[order[np.searchsorted(key[order], part * wide + begin, side="right") - 1]] = True
    return cut


def _measured(ground: Parts, runs: Runs, cut: Array) -> Gaps:
    count = int(runs.patch[-1]) + 1 if len(runs.patch) else 0
    first = np.searchsorted(runs.patch, np.arange(count + 1))
    hours = (runs.cuts[runs.end] - runs.cuts[runs.begin]) / HOUR
    size_hours = np.bincount(runs.patch, ground.size[runs.part] * hours, count)
    new = np.ones(len(runs.part), dtype=bool)
    new[1:] = (runs.part[1:] != runs.part[:-1]) | (runs.patch[1:] != runs.patch[:-1])
    part, patch = runs.part[new], runs.patch[new]
    size = np.bincount(patch, ground.size[part], count)
    if ground.dimension == 1:
        length, long_hours = size, size_hours
    else:
        length = spans(ground, part, np.searchsorted(patch, np.arange(count)))
        long_hours = length_hours(ground, runs.cuts, runs.part, runs.begin, runs.end, first, length)
    large = size >= SLIVER[ground.dimension]
    starts = np.minimum.reduceat(runs.begin, first[:-1]) if count else runs.begin
    order = np.lexsort((np.arange(count), starts, -np.round(size_hours, 3)))
    return Gaps(
        ground=ground,
        runs=runs,
        first=first,
        size=size,
        size_hours=size_hours,
        length=length,
        length_hours=long_hours,
        middle=_middles(ground, part, patch, size),
        cut=np.bincount(runs.patch, cut, count) > 0,
        order=order[large[order]],
    )


def _middles(ground: Parts, part: Array, patch: Array, size: Array) -> Array:
    """The part of each patch that is nearest to its centre of gravity."""
    weight = ground.size[part]
    centre = np.column_stack([np.bincount(patch, weight * ground.at[part, i], len(size)) for i in (0, 1)])
    apart = ground.at[part] - (centre / np.maximum(size, 1e-9)[:, None])[patch]
    order = np.lexsort((part, np.hypot(apart[:, 0], apart[:, 1]), patch))
    return part[order[np.searchsorted(patch[order], np.arange(len(size)))]]
