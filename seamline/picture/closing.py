"""What would close a gap: an undertaking with longer hours or a farther sight. Proposed, never ordered.

Each proposal says exactly how much of the patch (ground × hours) it would close; nobody's undertaking is
asked for more than MORE_HOURS on either side or MORE_METRES of sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely

from seamline.geo.frame import Frame
from seamline.geo.window import HOUR, overlap
from seamline.picture.gap import Cover, Patch, grown, size_of

MORE_HOURS = 24
MORE_METRES = 10_000
LEAST_PERCENT = 1


@dataclass(frozen=True, slots=True)
class Closing:
    """One undertaking changed. cover: its index; start, end, buffer_m: what it would state then.

    percent of the patch's ground × hours that this closes, rounded down: 100 closes it all.
    """

    cover: int
    how: Literal["extend_hours", "extend_area"]
    start: int
    end: int
    buffer_m: int
    percent: int


def closings(patch: Patch, covers: Sequence[Cover], frame: Frame, limit: int = 5) -> list[Closing]:
    """The proposals that close most first; among equals, those that ask for less."""
    found: list[tuple[Closing, float]] = []
    for i, how, wanted in _changes(patch, covers, frame):
        percent = _percent(patch, wanted, frame)
        if percent >= LEAST_PERCENT:
            before = covers[i]
            asked = (wanted.end - wanted.start) - (before.end - before.start) if how == "extend_hours" else 0
            closing = Closing(i, how, wanted.start, wanted.end, wanted.buffer_m, percent)
            found.append((closing, asked / HOUR + (wanted.buffer_m - before.buffer_m) / 1000))
    found.sort(key=lambda f: (-f[0].percent, f[1], f[0].cover, f[0].how))
    return [closing for closing, _ in found[:limit]]


def _changes(
    patch: Patch, covers: Sequence[Cover], frame: Frame
) -> Iterable[tuple[int, Literal["extend_hours", "extend_area"], Cover]]:
    """Each undertaking in reach, changed as far as the patch asks and the limits allow."""
    more = MORE_HOURS * HOUR
    within = [
        i for i, c in enumerate(covers) if overlap(patch.start, patch.end, c.start - more, c.end + more)
    ]
    if not within:
        return
    ground = frame.to_plane(patch.shape)
    plane = frame.to_plane_many(np.array([covers[i].geometry for i in within], dtype=object))
    distances = shapely.distance(ground, plane)
    for i, shape, distance in zip(within, plane, distances, strict=True):
        cover = covers[i]
        start = max(min(cover.start, patch.start), cover.start - more)
        end = min(max(cover.end, patch.end), cover.end + more)
        if (start, end) != (cover.start, cover.end) and distance <= cover.buffer_m:
            yield i, "extend_hours", replace(cover, start=start, end=end)
        if distance < cover.buffer_m + MORE_METRES and overlap(
            patch.start, patch.end, cover.start, cover.end
        ):
            corners = shapely.points(shapely.get_coordinates(ground))
            # The buffer's arcs are drawn a little inside the circle; a metre of a thousand makes up for it.
            needed = int(float(shapely.distance(corners, shape).max()) * 1.001) + 1
            sight = min(max(needed, cover.buffer_m), cover.buffer_m + MORE_METRES)
            if sight > cover.buffer_m:
                yield i, "extend_area", replace(cover, buffer_m=sight)


def _percent(patch: Patch, cover: Cover, frame: Frame) -> int:
    shape = grown([cover], frame)[0]
    closed = 0.0
    for part in patch.open:
        hours = (min(part.end, cover.end) - max(part.start, cover.start)) / HOUR
        if hours > 0:
            closed += size_of(shapely.intersection(part.shape, shape), patch.dimension) * hours
    return min(100, int(100 * closed / patch.size_hours + 1e-6))
