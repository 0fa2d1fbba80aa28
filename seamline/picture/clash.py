"""Clash: two plans too near in space and time, or a plan and a protected place (DESIGN §7).

- who     two activities of different parties; an activity and a site, anybody's; an activity and another
          party's post. A joint activity ("isf+ksf") belongs to both and is checked against both.
- where   the distance in the transverse-Mercator plane, to the millimetre, is at most the sum of both buffers
- when    the half-open windows overlap; a site or post without a window is there always

A clash with a tear line is only possible: the true place and time lie somewhere inside what was released.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo import volume
from seamline.geo.frame import Frame
from seamline.geo.place import SCALE
from seamline.geo.window import overlap

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


# ---------------------------------------------------------------- geometry decides


def _near(a: BaseGeometry, b: BaseGeometry, needed: float) -> tuple[float, tuple[float, float]] | None:
    """Of two plane shapes: their distance and a place between them, if they are near enough.

    sweep.refine is the same for many pairs; one pair at a time, arrays cost more than they save.
    """
    if not shapely.dwithin(a, b, needed + 0.001):
        return None
    if shapely.intersects(a, b):
        x, y = inside_both(np.array([a]), np.array([b]))[0].tolist()
        return 0.0, (x, y)
    line = shapely.shortest_line(a, b)
    distance = round(shapely.length(line), 3)
    if distance > needed:
        return None
    (x, y), (far_x, far_y) = shapely.get_coordinates(line).tolist()
    return distance, ((x + far_x) / 2, (y + far_y) / 2)


def ends(lines: Array) -> Array:
    """Of lines of one side: both ends, (n, 2, 2)."""
    found: Array = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    return found


def inside_both(a: Array, b: Array) -> Array:
    """Of pairs that touch: a position in both shapes, well inside what they share where that has any size."""
    try:
        shared = np.asarray(shapely.point_on_surface(shapely.intersection(a, b)))
    except shapely.GEOSException:
        # A side bent into the plane may cross a neighbour a hair's breadth away; distance does not mind.
        # The others of the batch get what each of them would get alone.
        if len(a) == 1:
            return ends(np.asarray(shapely.shortest_line(a, b)))[:, 0]
        return np.concatenate([inside_both(a[n : n + 1], b[n : n + 1]) for n in range(len(a))])
    empty = shapely.is_empty(shared)
    shared[empty] = shapely.points(ends(np.asarray(shapely.shortest_line(a[empty], b[empty])))[:, 0])
    return np.asarray(shapely.get_coordinates(shared))
