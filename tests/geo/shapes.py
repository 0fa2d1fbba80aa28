"""Random places around the line and elsewhere, for the property tests of geo and picture."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

Geometry = dict[str, Any]

# lon, lat of the middle of a test area: northern Iraq, the equator, the far north, the south-west.
CENTRES = [
    (436_000_000, 357_000_000),
    (100_000, -200_000),
    (256_000_000, 710_000_000),
    (-703_000_000, -521_000_000),
]


@st.composite
def positions(draw: st.DrawFn, centre: tuple[int, int] = CENTRES[0], spread: int = 3_000_000) -> list[int]:
    """A position within spread units (1e-7 degree) of the centre."""
    dx = draw(st.integers(-spread, spread))
    dy = draw(st.integers(-spread, spread))
    return [centre[0] + dx, centre[1] + dy]


@st.composite
def polygons(draw: st.DrawFn, centre: tuple[int, int] = CENTRES[0], spread: int = 3_000_000) -> Geometry:
    """Star-shaped around a position, therefore valid."""
    x, y = draw(positions(centre, spread))
    corners = draw(st.integers(3, 9))
    radii = draw(st.lists(st.integers(2_000, spread), min_size=corners, max_size=corners))
    ring = [
        [
            x + round(r * math.cos(2 * math.pi * i / corners)),
            y + round(r * math.sin(2 * math.pi * i / corners)),
        ]
        for i, r in enumerate(radii)
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


@st.composite
def routes(draw: st.DrawFn, centre: tuple[int, int] = CENTRES[0], spread: int = 3_000_000) -> Geometry:
    points = draw(st.lists(positions(centre, spread), min_size=2, max_size=6, unique_by=tuple))
    return {"type": "LineString", "coordinates": points}


@st.composite
def points(draw: st.DrawFn, centre: tuple[int, int] = CENTRES[0], spread: int = 3_000_000) -> Geometry:
    return {"type": "Point", "coordinates": draw(positions(centre, spread))}


def places(centre: tuple[int, int] = CENTRES[0], spread: int = 3_000_000) -> st.SearchStrategy[Geometry]:
    return st.one_of(polygons(centre, spread), routes(centre, spread), points(centre, spread))
