"""What would close a gap: an undertaking with longer hours or a farther sight. Proposed, never ordered.

Each proposal says exactly how much of the patch (ground × hours) it would close, by the same parts and the
same relief as the gap; nobody's undertaking is asked for more than MORE_HOURS on either side or
MORE_METRES of sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from seamline.geo.window import HOUR
from seamline.picture.cover import MORE_METRES, Cover, Reach
from seamline.picture.gap import Patch

Array = np.ndarray[Any, Any]

MORE_HOURS = 24
LEAST_PERCENT = 1
# So many covers at a time, to keep memory small.
_AT_ONCE = 200
_TOUCH = 0.01


@dataclass(frozen=True, slots=True)
class Closing:
    """One undertaking changed. cover: its index; start, end, sight_m: what it would state then.

    percent of the patch's ground × hours that this closes, rounded down: 100 closes it all.
    """

    cover: int
    how: Literal["extend_hours", "extend_area"]
    start: int
    end: int
    sight_m: int
    percent: int


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """The runs of some patches by part: those of part p are [first[p], first[p + 1])."""

    first: Array
    patch: Array
    start: Array
    end: Array
    size: Array


def closings(
    patches: Sequence[Patch], covers: Sequence[Cover], reach: Sequence[Reach], limit: int = 5
) -> list[list[Closing]]:
    """For each patch of one watch list the proposals that close most; among equals, those that ask less."""
    found: list[list[tuple[Closing, float]]] = [[] for _ in patches]
    if patches:
        runs = _by_part(patches)
        for first in range(0, len(covers), _AT_ONCE):
            some = range(first, min(first + _AT_ONCE, len(covers)))
            for patch, closing, asked in _changes(patches, runs, covers, reach, some):
                found[patch].append((closing, asked))
    for listed in found:
        listed.sort(key=lambda f: (-f[0].percent, f[1], f[0].cover, f[0].how))
    return [[closing for closing, _ in listed[:limit]] for listed in found]


def _by_part(patches: Sequence[Patch]) -> _Open:
    ground = patches[0].ground
    part = np.concatenate([p.runs.part for p in patches])
    patch = np.repeat(np.arange(len(patches)), [len(p.runs.part) for p in patches])
    start = np.concatenate([p.runs.cuts[p.runs.begin] for p in patches])
    end = np.concatenate([p.runs.cuts[p.runs.end] for p in patches])
    order = np.argsort(part, kind="stable")
    first = np.searchsorted(part[order], np.arange(len(ground.size) + 1))
    return _Open(first, patch[order], start[order], end[order], ground.size[part[order]])


def _changes(
    patches: Sequence[Patch], runs: _Open, covers: Sequence[Cover], reach: Sequence[Reach], some: range
) -> list[tuple[int, Closing, float]]:
    """Each undertaking in reach, changed as far as the patch asks and the limits allow."""
    shape = (len(patches), len(some))
    many = [len(reach[i].parts) for i in some]
    cover = np.repeat(np.arange(len(some)), many)
    part, metres, seen = (
        np.concatenate([getattr(reach[i], name) for i in some]) for name in ("parts", "metres", "seen")
    )
    seen &= runs.first[part + 1] > runs.first[part]
    cover, part, metres = cover[seen], part[seen], metres[seen]
    count = runs.first[part + 1] - runs.first[part]
    pair = np.repeat(np.arange(len(part)), count)
    run = runs.first[part][pair] + np.arange(len(pair)) - np.repeat(count.cumsum() - count, count)
    cover, metres = cover[pair], metres[pair]
    sight, begins, ends = (
        np.array([getattr(covers[i], name) for i in some], dtype=np.int64)[cover]
        for name in ("sight_m", "start", "end")
    )
    within = metres <= sight + _TOUCH
    more = np.where(within, MORE_HOURS * HOUR, 0)
    hours = (np.minimum(runs.end[run], ends + more) - np.maximum(runs.start[run], begins - more)) / HOUR
    closes = hours > 0
    key = (runs.patch[run] * len(some) + cover)[closes]
    within, metres = within[closes], metres[closes]
    closed = runs.size[run][closes] * hours[closes]
    long = np.bincount(key[within], closed[within], shape[0] * shape[1]).reshape(shape)
    wide = np.bincount(key[~within], closed[~within], shape[0] * shape[1]).reshape(shape)
    needed = np.zeros(shape[0] * shape[1])
    np.maximum.at(needed, key[~within], metres[~within])
    return [
        *_longer(patches, covers, some, long),
        *_farther(patches, covers, some, wide, needed.reshape(shape)),
    ]


def _longer(
    patches: Sequence[Patch], covers: Sequence[Cover], some: range, closed: Array
) -> list[tuple[int, Closing, float]]:
    found = []
    for p, i, percent in _enough(patches, closed):
        cover, patch, more = covers[some[i]], patches[p], MORE_HOURS * HOUR
        start = max(min(cover.start, patch.start), cover.start - more)
        end = min(max(cover.end, patch.end), cover.end + more)
        closing = Closing(some[i], "extend_hours", start, end, cover.sight_m, percent)
        found.append((p, closing, ((end - start) - (cover.end - cover.start)) / HOUR))
    return found


def _farther(
    patches: Sequence[Patch], covers: Sequence[Cover], some: range, closed: Array, needed: Array
) -> list[tuple[int, Closing, float]]:
    found = []
    for p, i, percent in _enough(patches, closed):
        cover = covers[some[i]]
        sight = min(int(np.ceil(needed[p, i])), cover.sight_m + MORE_METRES)
        closing = Closing(some[i], "extend_area", cover.start, cover.end, sight, percent)
        found.append((p, closing, (sight - cover.sight_m) / 1000))
    return found


def _enough(patches: Sequence[Patch], closed: Array) -> list[tuple[int, int, int]]:
    """(patch, cover, percent) of those that close LEAST_PERCENT or more."""
    sizes = np.array([p.size_hours for p in patches])[:, None]
    percent = np.minimum(100, np.floor(100 * closed / sizes + 1e-6)).astype(int)
    return [(int(p), int(i), int(percent[p, i])) for p, i in np.argwhere(percent >= LEAST_PERCENT)]
