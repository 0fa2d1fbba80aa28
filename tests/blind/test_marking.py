"""Marking misses nothing: held to exact geometry (blind 2)."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from seamline.blind.marking import Ground, Plan
from seamline.geo import place
from seamline.geo.cells import outlines
from tests.blind.runs import MONDAY, ground
from tests.geo.shapes import places

HOUR = 3_600_000
NEAR = (436_000_000, 357_000_000)


@cache
def laid_out() -> Ground:
    return Ground(ground())


@cache
def cells() -> np.ndarray:
    """The cells in the plane, laid out anew."""
    shapes = shapely.transform(outlines(ground().cells), lambda xy: xy / place.SCALE)
    return laid_out().frame.to_plane_many(shapes)


@given(
    places(NEAR, 1_500_000),
    st.integers(0, 3_000),
    st.integers(-5, 60),
    st.integers(1, 400),
    st.integers(0, 5),
)
def test_every_touched_cell_and_hour_is_marked(
    geometry: dict, buffer: int, begins: int, minutes: int, odd: int
) -> None:
    start = MONDAY + begins * HOUR + odd * 60_000
    plan = Plan(place.to_shapely(geometry), start, start + minutes * 60_000, buffer)
    marked = laid_out().presence([plan]).reshape(2, -1, 24)
    away = shapely.distance(laid_out().frame.to_plane(plan.shape), cells())
    touched, beside = away <= buffer, away > buffer * 1.002 + 2
    for hour in range(48):
        at = MONDAY + hour * HOUR
        inside = plan.start < at + HOUR and at < plan.end
        day, of = divmod(hour, 24)
        assert not inside or marked[day, touched, of].all()
        assert not marked[day, beside, of].any()
        assert inside or not marked[day, :, of].any()


@given(
    places(NEAR, 1_500_000),
    st.integers(0, 6_000),
    st.integers(-3, 50),
    st.integers(1, 400),
    st.integers(0, 59),
)
def test_nothing_is_called_covered_that_is_not(
    geometry: dict, sight: int, begins: int, minutes: int, odd: int
) -> None:
    start = MONDAY + begins * HOUR + odd * 60_000
    plan = Plan(place.to_shapely(geometry), start, start + minutes * 60_000, sight)
    covered = laid_out().covered([plan]).reshape(2, -1, 24)
    corners = shapely.get_coordinates(cells()).reshape(len(cells()), -1, 2)
    shape = laid_out().frame.to_plane(plan.shape)
    farthest = shapely.distance(shape, shapely.points(corners)).max(axis=1)
    for hour in range(48):
        at = MONDAY + hour * HOUR
        day, of = divmod(hour, 24)
        if not (plan.start <= at and at + HOUR <= plan.end):
            assert not covered[day, :, of].any()
        assert (farthest[covered[day, :, of]] <= sight).all()


def test_a_post_that_sees_far_covers_cells() -> None:
    post = Plan(shapely.points(43.6, 35.7), MONDAY, MONDAY + 5 * HOUR, 4_000)
    assert laid_out().covered([post]).sum() > 5 * 20


def test_plans_nearer_than_their_buffers_share_a_cell_hour() -> None:
    a = Plan(shapely.linestrings([(43.45, 35.65), (43.7, 35.75)]), MONDAY, MONDAY + 3 * HOUR, 500)
    b = Plan(shapely.points(43.6, 35.72), MONDAY + 2 * HOUR, MONDAY + 4 * HOUR, 700)
    both = laid_out().presence([a]) & laid_out().presence([b])
    assert set((np.flatnonzero(both) % 24).tolist()) == {2}
