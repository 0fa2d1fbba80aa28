"""How long patches are, and for how many hours: greatest extents in several directions, kept up over time."""

from __future__ import annotations

from typing import Any

import numpy as np

from seamline.geo.window import HOUR
from seamline.picture.ground import DIRECTIONS, Parts

Array = np.ndarray[Any, Any]


def spans(ground: Parts, part: Array, first: Array) -> Array:
    """The greatest extent of each patch, metres; the parts of a patch follow on each other from first."""
    if not len(first):
        return np.zeros(0)
    widest = np.zeros(len(first))
    for low, high in zip(ground.low, ground.high, strict=True):
        extent = np.maximum.reduceat(high[part], first) - np.minimum.reduceat(low[part], first)
        widest = np.maximum(widest, extent)
    return widest


def length_hours(
    ground: Parts, cuts: Array, part: Array, begin: Array, end: Array, first: Array, length: Array
) -> Array:
    """Of each patch the extent of what is open at a time, added up over time: metres × hours.

    Runs [first[i], first[i + 1]) are patch i's, from cut begin up to cut end; length: its whole extent.
    """
    if not len(length):
        return np.zeros(0)
    starts, stops = np.minimum.reduceat(begin, first[:-1]), np.maximum.reduceat(end, first[:-1])
    latest, soonest = np.maximum.reduceat(begin, first[:-1]), np.minimum.reduceat(end, first[:-1])
    total = np.asarray(length * (cuts[stops] - cuts[starts]) / HOUR)
    # Where all runs begin and end together there is nothing to keep up.
    changing = np.flatnonzero((starts != latest) | (stops != soonest))
    if not len(changing):
        return total
    many = np.diff(first)[changing]
    runs = np.repeat(first[changing], many) + np.arange(many.sum()) - np.repeat(many.cumsum() - many, many)
    slices = (stops - starts)[changing]
    base = slices.cumsum() - slices
    shift = np.repeat(base - starts[changing], many)
    widest = _widest(ground, part[runs], begin[runs] + shift, end[runs] + shift, int(slices.sum()))
    at = np.arange(slices.sum()) - np.repeat(base - starts[changing], slices)
    total[changing] = np.add.reduceat(widest * (cuts[at + 1] - cuts[at]) / HOUR, base)
    return total


def _widest(ground: Parts, part: Array, begin: Array, end: Array, count: int) -> Array:
    """At each of so many slices the greatest extent of the parts that are open in it.

    A run is laid on two overlapping stretches of a power of two, and these are handed down by halves.
    """
    level = np.frexp((end - begin).astype(np.float64))[1] - 1
    by_level = [(k, np.flatnonzero(level == k)) for k in range(int(level.max()), -1, -1)]
    widest = np.zeros(count)
    for d in range(DIRECTIONS):
        high = _kept_up(ground.high[d][part], begin, end, by_level, count)
        low = _kept_up(-ground.low[d][part], begin, end, by_level, count)
        widest = np.maximum(widest, high + low)
    return widest


def _kept_up(value: Array, begin: Array, end: Array, by_level: list[tuple[int, Array]], count: int) -> Array:
    """At each slice the greatest value of the runs over it."""
    above = np.full(count, -np.inf)
    for k, runs in by_level:
        here = above
        if k < by_level[0][0]:
            here = above.copy()
            half = 1 << k
            here[half:] = np.maximum(here[half:], above[:-half])
        np.maximum.at(here, begin[runs], value[runs])
        np.maximum.at(here, end[runs] - (1 << k), value[runs])
        above = here
    return above
