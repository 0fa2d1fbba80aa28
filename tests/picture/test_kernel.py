"""The kernel against its definition: it adds up to what was counted, wherever that lies."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.picture import kernel
from seamline.picture.kernel import Incidents, share_of_hours

HOUR, DAY = 3_600_000, 86_400_000
STEP = 500.0
GRID = np.stack(np.meshgrid(*[np.arange(-40_000, 40_001, STEP)] * 2), axis=-1).reshape(-1, 2)

events = st.lists(
    st.tuples(
        st.floats(-9e3, 9e3), st.floats(-9e3, 9e3), st.sampled_from([0, 2_000, 25_000]), st.floats(0.1, 3)
    ),
    min_size=1,
    max_size=6,
)


def past(listed: list[tuple[float, float, float, float]]) -> Incidents:
    table = np.array(listed, dtype=np.float64)
    return Incidents(table[:, :2], table[:, 2], table[:, 3])


@settings(max_examples=25)
@given(events, st.sampled_from([5_000, 10_000]))
def test_each_incident_adds_up_to_its_weight(listed: list[tuple[float, ...]], bandwidth: int) -> None:
    found = kernel.density(GRID, past(listed), bandwidth)
    assert found.density.sum() * STEP**2 == pytest.approx(sum(e[3] for e in listed), rel=0.01)
    for at, one in zip(found.of, found.near, strict=True):
        assert np.hypot(*(GRID[at] - listed[one][:2])) <= max(bandwidth, listed[one][2])


@settings(max_examples=25)
@given(events, events)
def test_what_is_apart_is_added(one: list[tuple[float, ...]], two: list[tuple[float, ...]]) -> None:
    both = kernel.density(GRID, past(one + two), 8_000).density
    apart = kernel.density(GRID, past(one), 8_000).density + kernel.density(GRID, past(two), 8_000).density
    assert both == pytest.approx(apart)


def test_the_height_of_the_kernel() -> None:
    here = np.array([[0.0, 0.0], [6_000.0, 0.0], [10_000.0, 0.0], [12_000.0, 0.0]])
    found = kernel.density(here, past([(0, 0, 0, 1)]), 10_000)
    assert found.density * 1e8 == pytest.approx([3 / np.pi, 3 / np.pi * 0.64**2, 0, 0])
    assert found.of.tolist() == [0, 1]


def test_an_area_is_spread_evenly_over_itself() -> None:
    area = shapely.box(-10_250, -10_250, 10_250, 10_250)
    found = kernel.spread(GRID, [area, shapely.Point(0, 0)], np.array([2.0, 1.0]))
    assert found.density.sum() * STEP**2 == pytest.approx(2)
    assert len(np.unique(found.density)) == 2
    assert set(found.near) == {0}


def test_the_reference_bandwidth() -> None:
    """For a round normal cluster it is the one that was used to choose 2.78: h = 2.78 s n^(-1/6)."""
    spots = np.random.default_rng(3).normal(0, 5_000, (4_000, 2))
    found = kernel.reference_bandwidth(Incidents(spots, np.zeros(4_000), np.ones(4_000)))
    assert found == pytest.approx(2.78 * 5_000 * 4_000 ** (-1 / 6), rel=0.03)
    one = np.zeros((1, 2))
    assert kernel.reference_bandwidth(Incidents(one, np.zeros(1), np.ones(1))) is None
    assert kernel.reference_bandwidth(Incidents(np.zeros((3, 2)), np.zeros(3), np.ones(3))) is None


def test_nearness_falls_from_one_to_nothing() -> None:
    assert kernel.near(np.array([0.0, 5_000, 10_000, 1e9]), 10_000) == pytest.approx([1, 0.5625, 0, 0])


@settings(max_examples=60)
@given(st.integers(0, 200), st.integers(1, 100), st.integers(0, 23), st.integers(0, 23), st.integers(-12, 14))
def test_the_share_of_hours_against_counting(
    start: int, hours: int, first: int, last: int, east: int
) -> None:
    asked = {(first + h) % 24 for h in range((last - first) % 24 or 24)}
    counted = sum((start + h + east) % 24 in asked for h in range(hours)) / hours
    got = share_of_hours(start * HOUR, (start + hours) * HOUR, first, last, east * HOUR)
    assert got == pytest.approx(counted)


def test_a_date_alone_counts_by_the_share_of_the_day() -> None:
    assert share_of_hours(0, DAY, 18, 6, 3 * HOUR) == pytest.approx(0.5)
    assert share_of_hours(0, HOUR, 5, 6, 3 * HOUR) == 0
    assert share_of_hours(2 * HOUR, 3 * HOUR, 5, 6, 3 * HOUR) == 1
