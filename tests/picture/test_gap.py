"""Gaps against counting: on a plain grid of ground and hours, what is not covered adds up."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from seamline.geo.frame import Frame
from seamline.picture.gap import Cover, gaps

HOUR = 3_600_000
FRAME = Frame(44.0, 36.0)
STEP = 0.01


def cell(column: int, row: int, columns: int = 1, rows: int = 1) -> shapely.Polygon:
    west, south = 44.0 + column * STEP, 36.0 + row * STEP
    return shapely.box(west, south, west + columns * STEP, south + rows * STEP)


def area(shape: shapely.Geometry) -> float:
    return float(FRAME.to_plane(shape).area)


def test_nobody_covers_anything() -> None:
    ground = cell(0, 0, 4, 4)
    (patch,) = gaps(ground, 0, 24 * HOUR, [], FRAME)
    assert (patch.start, patch.end, patch.dimension) == (0, 24 * HOUR, 2)
    assert patch.size == pytest.approx(area(ground))
    assert patch.size_hours == pytest.approx(area(ground) * 24)
    assert ground.contains(shapely.Point(patch.where[0] / 1e7, patch.where[1] / 1e7))


def test_all_is_covered() -> None:
    ground = cell(0, 0, 2, 1)
    covers = [
        Cover(cell(0, 0), 0, 5 * HOUR, 0),
        Cover(cell(0, 0), 5 * HOUR, 9 * HOUR, 0),
        Cover(cell(1, 0), 0, 9 * HOUR, 0),
    ]
    assert gaps(ground, 0, 9 * HOUR, covers, FRAME) == []


def test_the_hour_between_two_watches() -> None:
    covers = [Cover(cell(0, 0), 0, 4 * HOUR, 0), Cover(cell(0, 0), 5 * HOUR, 9 * HOUR, 0)]
    (patch,) = gaps(cell(0, 0), 0, 9 * HOUR, covers, FRAME)
    assert (patch.start, patch.end) == (4 * HOUR, 5 * HOUR)


def test_ground_that_meets_at_a_corner_is_two_patches_and_in_sequence_one() -> None:
    covers = [Cover(cell(0, 0), 0, HOUR, 0), Cover(cell(1, 1), 0, HOUR, 0)]
    patches = gaps(cell(0, 0, 2, 2), 0, HOUR, covers, FRAME)
    assert len(patches) == 2
    # In the second hour everything is open, which joins the two.
    (patch,) = gaps(cell(0, 0, 2, 2), 0, 2 * HOUR, covers, FRAME)
    assert patch.size_hours == pytest.approx(area(cell(0, 0, 2, 2)) * 1.5, rel=1e-3)
    assert patch.size == pytest.approx(area(cell(0, 0, 2, 2)), rel=1e-6)


def test_a_stretch_and_the_buffer_of_a_route() -> None:
    stretch = shapely.LineString([(44.0, 36.0), (44.1, 36.0)])
    route = Cover(shapely.LineString([(44.0, 35.9), (44.0, 36.0)]), 0, HOUR, 1_000)
    (patch,) = gaps(stretch, 0, HOUR, [route], FRAME)
    assert patch.dimension == 1
    assert patch.size == pytest.approx(FRAME.to_plane(stretch).length - 1_000, abs=2)
    assert patch.size_hours == pytest.approx(patch.size)


def test_a_route_without_a_buffer_covers_nothing() -> None:
    route = Cover(shapely.LineString([(44.0, 36.005), (44.01, 36.005)]), 0, HOUR, 0)
    patches = gaps(cell(0, 0), 0, HOUR, [route], FRAME)
    assert sum(p.size_hours for p in patches) == pytest.approx(area(cell(0, 0)))


covers = st.builds(
    lambda c, r, w, h, start, hours: Cover(cell(c, r, w, h), start * HOUR, (start + hours) * HOUR, 0),
    st.integers(-1, 4), st.integers(-1, 4), st.integers(1, 3), st.integers(1, 3),
    st.integers(-2, 7), st.integers(1, 6),
)  # fmt: skip


@given(st.lists(covers, max_size=8))
def test_open_cell_hours_add_up(listed: list[Cover]) -> None:
    ground, hours = cell(0, 0, 4, 4), 8
    open_cells = 0.0
    for hour in range(hours):
        for column in range(4):
            for row in range(4):
                middle = cell(column, row).centroid
                if not any(c.start <= hour * HOUR < c.end and c.geometry.contains(middle) for c in listed):
                    open_cells += area(cell(column, row))
    patches = gaps(ground, 0, hours * HOUR, listed, FRAME)
    assert math.isclose(sum(p.size_hours for p in patches), open_cells, rel_tol=1e-4, abs_tol=1_000)
    assert [p.size_hours for p in patches] == sorted((p.size_hours for p in patches), reverse=True)
    for patch in patches:
        assert 0 <= patch.start < patch.end <= hours * HOUR
