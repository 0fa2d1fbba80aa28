"""Gaps against counting: part by part and hour by hour, what is not covered adds up and hangs together."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.geo.relief import Relief
from seamline.picture.cover import Cover, sight_of
from seamline.picture.gap import components, gaps, reaching
from tests.picture.watched import FRAME, HOUR, area, cell, laid, look, reach

GROUND = cell(0, 0, 4, 4)
HOURS = 8


def test_nobody_covers_anything() -> None:
    (patch,) = look(GROUND, 0, 24 * HOUR, [])
    assert (patch.start, patch.end, patch.dimension) == (0, 24 * HOUR, 2)
    assert patch.size == pytest.approx(area(GROUND))
    assert patch.size_hours == pytest.approx(area(GROUND) * 24)
    assert GROUND.contains(shapely.Point(patch.where[0] / 1e7, patch.where[1] / 1e7))
    corners = shapely.get_coordinates(FRAME.to_plane(GROUND))
    assert patch.length == pytest.approx(np.hypot(*(corners[2] - corners[0])), rel=0.005)
    assert patch.length_hours == pytest.approx(24 * patch.length)
    assert area(patch.shape) == pytest.approx(area(GROUND), rel=1e-6)


def test_all_is_covered() -> None:
    covers = [
        Cover(cell(0, 0), 0, 5 * HOUR, 0),
        Cover(cell(0, 0), 5 * HOUR, 9 * HOUR, 0),
        Cover(cell(1, 0), 0, 9 * HOUR, 0),
    ]
    assert list(look(cell(0, 0, 2, 1), 0, 9 * HOUR, covers)) == []


def test_time_is_cut_exactly_where_a_watch_ends() -> None:
    covers = [Cover(cell(0, 0), 0, 4 * HOUR + 1, 0), Cover(cell(0, 0), 5 * HOUR - 1, 9 * HOUR, 0)]
    (patch,) = look(cell(0, 0), 0, 9 * HOUR, covers)
    assert (patch.start, patch.end) == (4 * HOUR + 1, 5 * HOUR - 1)


def test_ground_apart_is_two_patches_and_in_sequence_one() -> None:
    covers = [Cover(cell(1, 0), 0, HOUR, 0)]
    apart = look(cell(0, 0, 3, 1), 0, HOUR, covers)
    assert [round(p.size / area(cell(0, 0)), 1) for p in apart] == [1, 1]
    # In the second hour everything is open, which joins the two.
    (patch,) = look(cell(0, 0, 3, 1), 0, 2 * HOUR, covers)
    assert patch.size_hours == pytest.approx(area(cell(0, 0)) * 5, rel=0.01)
    assert patch.size == pytest.approx(area(cell(0, 0, 3, 1)))
    assert patch.length_hours == pytest.approx(2 * patch.length)
    first, second = patch.open_at(9)
    assert (first[:2], second[:2]) == ((0, HOUR), (HOUR, 2 * HOUR))
    assert set(first[2]) < set(second[2]) == set(patch.parts)
    assert [(s, e, len(p)) for s, e, p in patch.open_at(1)] == [(0, 2 * HOUR, len(patch.parts))]


def test_areas_that_nearly_meet_are_two_patches() -> None:
    both = shapely.MultiPolygon(
        [cell(0, 0), shapely.transform(cell(1, 0), lambda xy: xy + np.array([1e-5, 0]))]
    )
    assert len(look(both, 0, HOUR, [])) == 2


def test_an_area_narrower_than_any_cell_is_watched_all_the_same() -> None:
    ribbon = shapely.box(43.0, 36.0, 45.0, 36.00001)
    (patch,) = look(ribbon, 0, HOUR, [])
    assert patch.size == pytest.approx(area(ribbon), rel=1e-6)
    assert patch.length == pytest.approx(180_400, rel=0.01)


def test_a_stretch_and_the_sight_of_a_route() -> None:
    stretch = shapely.LineString([(44.0, 36.0), (44.1, 36.0)])
    route = Cover(shapely.LineString([(44.0, 35.9), (44.0, 36.0)]), 0, HOUR, 1_000)
    (patch,) = look(stretch, 0, HOUR, [route])
    assert patch.dimension == 1
    assert patch.size == pytest.approx(FRAME.to_plane(stretch).length - 1_000, abs=1)
    assert patch.length_hours == patch.size_hours == pytest.approx(patch.size)


def test_a_ring_is_one_stretch() -> None:
    ring = shapely.LineString([(44.0, 36.0), (44.1, 36.0), (44.1, 36.1), (44.0, 36.0)])
    far_side = Cover(shapely.Point(44.1, 36.05), 0, HOUR, 1_000)
    (patch,) = look(ring, 0, HOUR, [far_side])
    assert patch.size == pytest.approx(FRAME.to_plane(ring).length - 2_000, abs=3)


def test_a_route_walked_covers_its_own_stretch_and_no_area() -> None:
    route = shapely.LineString([(44.0, 36.005), (44.005, 36.0052), (44.01, 36.005)])
    assert list(look(route, 0, HOUR, [Cover(route, 0, HOUR, 0)])) == []
    patches = look(cell(0, 0), 0, HOUR, [Cover(route, 0, HOUR, 0)])
    assert sum(p.size_hours for p in patches) == pytest.approx(area(cell(0, 0)))


def test_the_sight_that_is_stated_counts() -> None:
    assert (sight_of(None), sight_of(0), sight_of(700)) == (0, 0, 700)
    assert (sight_of(None, 500), sight_of(0, 500), sight_of(700, 500)) == (500, 0, 700)


def test_what_the_relief_hides_is_open_and_says_so() -> None:
    """A post before a wall of 1,000 m: what lies behind is open, and only there the patch is marked."""
    heights = np.zeros((40, 40), dtype=np.float32)
    heights[:, 20] = 1_000
    relief = Relief(43.8, 36.4, 0.02, heights, 44.0)
    plain = shapely.box(44.0, 36.0, 44.4, 36.1)
    post = [Cover(shapely.Point(44.1, 36.05), 0, HOUR, 100_000)]
    assert list(look(plain, 0, HOUR, post)) == []
    (behind,) = look(plain, 0, HOUR, post, relief)
    assert behind.cut_by_relief
    assert behind.shape.bounds[0] >= 44.21  # half a cell before the end of the wall
    assert behind.shape.bounds[2] == pytest.approx(44.4)
    (open_,) = look(plain, HOUR, 2 * HOUR, post, relief)
    assert not open_.cut_by_relief


covers = st.builds(
    lambda c, r, w, h, start, hours, sight: Cover(
        cell(c, r, w, h), start * HOUR, (start + hours) * HOUR, sight
    ),
    st.integers(-1, 4), st.integers(-1, 4), st.integers(1, 3), st.integers(1, 3),
    st.integers(-2, 7), st.integers(1, 6), st.integers(0, 900),
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(covers, max_size=8))
def test_open_part_hours_add_up_and_hang_together(listed: list[Cover]) -> None:
    """Against a table of parts and hours, filled and flooded in the plainest way."""
    ground = laid(GROUND.wkb)
    plane = [FRAME.to_plane(c.geometry) for c in listed]
    points = shapely.points(ground.at)
    table = np.ones((HOURS, len(ground.size)), dtype=bool)
    for cover, shape in zip(listed, plane, strict=True):
        near = shapely.distance(points, shape) <= cover.sight_m + 0.01
        for hour in range(max(0, cover.start // HOUR), min(HOURS, cover.end // HOUR)):
            table[hour, near] = False
    patches = list(look(GROUND, 0, HOURS * HOUR, listed))
    size = sum(float(ground.size[row].sum()) for row in table)
    small = 100 * HOURS * 5  # slivers are left out
    assert sum(p.size_hours for p in patches) == pytest.approx(size, rel=1e-6, abs=small)
    assert [p.size_hours for p in patches] == sorted((p.size_hours for p in patches), reverse=True)
    owner = np.full(table.shape, -1)
    for i, patch in enumerate(patches):
        assert 0 <= patch.start < patch.end <= HOURS * HOUR
        for part, begin, end in zip(patch.runs.part, patch.runs.begin, patch.runs.end, strict=True):
            first, last = patch.runs.cuts[begin] // HOUR, patch.runs.cuts[end] // HOUR
            assert (owner[first:last, part] == -1).all()
            owner[first:last, part] = i
        assert patch.length_hours <= patch.length * (patch.end - patch.start) / HOUR * (1 + 1e-9)
    known = owner >= 0
    assert table[known].all()
    # Open neighbours, in space or in time, are one patch.
    one, two = ground.beside.T
    both = known[:, one] & known[:, two]
    assert (owner[:, one][both] == owner[:, two][both]).all()
    both = known[1:] & known[:-1]
    assert (owner[1:][both] == owner[:-1][both]).all()


@settings(max_examples=30)
@given(st.lists(covers, max_size=5), covers)
def test_one_more_undertaking_never_opens_anything(listed: list[Cover], more: Cover) -> None:
    hours = (0, HOURS * HOUR)
    before = sum(p.size_hours for p in look(GROUND, *hours, listed))
    assert sum(p.size_hours for p in look(GROUND, *hours, [*listed, more])) <= before + 1e-3


@settings(max_examples=30)
@given(st.lists(covers, max_size=5))
def test_the_answer_rests_on_the_covers_that_reach(listed: list[Cover]) -> None:
    hours = (0, HOURS * HOUR)
    reached = reach(GROUND, listed)
    used = reaching(listed, reached, *hours)
    some = gaps(laid(GROUND.wkb), *hours, [listed[i] for i in used], [reached[i] for i in used])
    every = gaps(laid(GROUND.wkb), *hours, listed, reached)
    assert [(p.start, p.end, p.where, p.size_hours) for p in some] == [
        (p.start, p.end, p.where, p.size_hours) for p in every
    ]


@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_components_against_repeated_joining(count: int, edges: list[tuple[int, int]]) -> None:
    pairs = [(a % count, b % count) for a, b in edges]
    label = list(range(count))
    for _ in range(count):
        for a, b in pairs:
            label[a] = label[b] = min(label[a], label[b])
    a, b = (np.array([p[i] for p in pairs], dtype=np.int64) for i in (0, 1))
    found = components(count, a, b)
    assert [sorted(set(label)).index(x) for x in label] == found.tolist()
