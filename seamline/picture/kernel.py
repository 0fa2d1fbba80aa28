"""Where past incidents were dense: a planar kernel estimate over parts of some ground, and what goes with it.

- kernel: quartic (biweight), K(u) = 3/pi (1 - u²)² for u < 1, in the transverse-Mercator plane (Silverman,
  Density Estimation for Statistics and Data Analysis, 1986, §4.2); its radius is the bandwidth
- an incident placed worse than the bandwidth spreads over the radius within which it lies; one whose place is
  an area spreads evenly over that area. Each adds up to its own weight, wherever the ground looked at ends
- reference bandwidth: 2.78 s n^(-1/6), s the mean spread of both axes (ibid., §4.3.2, for this kernel and a
  normal density); right for a single round cluster, too wide for many, so it is for comparison only
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.window import DAY, HOUR

Array = np.ndarray[Any, Any]

BANDWIDTH_M = 10_000
_REFERENCE = 2.78


@dataclass(frozen=True, slots=True, eq=False)
class Incidents:
    """at: positions (n, 2), metres; accuracy: the radius within which each lies; weight: what each counts."""

    at: Array
    accuracy: Array
    weight: Array


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """density: weight per square metre at each position; of, near: pairs of a position and an incident (or
    area) that adds to it.
    """

    density: Array
    of: Array
    near: Array


def density(positions: Array, past: Incidents, bandwidth_m: float) -> Dense:
    """Of incidents that are placed."""
    found = np.zeros(len(positions))
    if not len(past.at) or not len(positions):
        return Dense(found, np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    radius = np.maximum(past.accuracy, bandwidth_m)
    tree = shapely.STRtree(np.asarray(shapely.points(positions)))
    near, of = tree.query(np.asarray(shapely.points(past.at)), predicate="dwithin", distance=radius)
    apart = positions[of] - past.at[near]
    u2 = np.minimum(1.0, (apart**2).sum(axis=1) / radius[near] ** 2)
    adds = past.weight[near] * 3 / np.pi * (1 - u2) ** 2 / radius[near] ** 2
    found += np.bincount(of, adds, len(positions))
    some = adds > 0
    return Dense(found, of[some], near[some])


def spread(positions: Array, areas: Sequence[BaseGeometry], weight: Array) -> Dense:
    """Of incidents whose place is an area, in the plane: evenly over it."""
    found = np.zeros(len(positions))
    of, near = [np.zeros(0, dtype=int)], [np.zeros(0, dtype=int)]
    for i, area in enumerate(areas):
        shapely.prepare(area)
        inside = np.flatnonzero(shapely.contains_xy(area, positions))
        if area.area > 0 and weight[i] > 0:
            found[inside] += weight[i] / area.area
            of.append(inside)
            near.append(np.full(len(inside), i))
    return Dense(found, np.concatenate(of), np.concatenate(near))


def reference_bandwidth(past: Incidents) -> float | None:
    """Metres; None of fewer than two incidents, or of one place."""
    total = float(past.weight.sum())
    if total < 2:
        return None
    middle = (past.at * past.weight[:, None]).sum(axis=0) / total
    variance = float((past.weight[:, None] * (past.at - middle) ** 2).sum() / total / 2)
    return _REFERENCE * variance**0.5 * total ** (-1 / 6) or None


def near(distance_m: Array, bandwidth_m: float) -> Array:
    """From 1 at no distance down to 0 at the bandwidth, in the shape of the kernel."""
    falling: Array = (1 - np.minimum(1.0, distance_m / bandwidth_m) ** 2) ** 2
    return falling


def share_of_hours(start: int, end: int, first: int, last: int, offset: int) -> float:
    """The share of a window (ms) in the hours of day from first up to last (last < first: over midnight).

    offset: ms east of UTC. What is known by date alone thus counts by the hours' share of the day: hours are
    never inferred.
    """
    length = end - start
    asked = (last - first) % 24 or 24
    if length <= 0:
        return 0.0
    local = (start + offset - first * HOUR) % DAY
    whole, rest = divmod(length, DAY)
    inside = whole * asked * HOUR
    inside += max(0, min(local + rest, asked * HOUR) - local)
    inside += max(0, min(local + rest - DAY, asked * HOUR))
    return float(inside / length)
