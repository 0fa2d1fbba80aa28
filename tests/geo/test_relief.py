"""Relief: flat ground hides nothing, a wall all that lies behind it, and hiding only takes away."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seamline.actions import terrain
from seamline.errors import BadInput
from seamline.geo.relief import Relief

# At most 46 km from corner to corner: over that, the earth itself would hide what is level.
SIZE, STEP, MARGIN = 16, 0.02, 44.0
WEST, NORTH = 44.0, 36.0


def relief(heights: np.ndarray) -> Relief:
    return Relief(WEST, NORTH, STEP, heights.astype(np.float32), MARGIN)


def middle(row: float, column: float) -> np.ndarray:
    return np.array([[WEST + (column + 0.5) * STEP, NORTH - (row + 0.5) * STEP]])


def seen(made: Relief, observers: np.ndarray, targets: np.ndarray, reach: float) -> np.ndarray:
    return made.seen(made.numbers(observers), made.numbers(targets), reach)


EVERY = np.concatenate([middle(r, c) for r in range(SIZE) for c in range(SIZE)])
grids = arrays(np.float32, (SIZE, SIZE), elements=st.integers(0, 1500))
spots = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))


@given(st.floats(-100, 4_000), st.lists(spots, min_size=1, max_size=3))
@settings(max_examples=20)
def test_level_ground_hides_nothing(height: float, standing: list[tuple[int, int]]) -> None:
    made = relief(np.full((SIZE, SIZE), height))
    found = seen(made, np.concatenate([middle(*s) for s in standing]), EVERY, 1_000_000)
    assert found.all()
    assert (made.dead_ground(EVERY, 12_000) == 0).all()


@given(st.integers(4, SIZE - 4), st.integers(0, SIZE - 1), st.booleans())
@settings(max_examples=30)
def test_a_wall_hides_all_behind_it(wall: int, row: int, turned: bool) -> None:
    heights = np.zeros((SIZE, SIZE))
    heights[:, wall] = 9_000
    made = relief(heights.T if turned else heights)

    def at(r: int, c: int) -> np.ndarray:
        return middle(c, r) if turned else middle(r, c)

    standing = at(row, wall - 3)
    behind = np.concatenate([at(r, c) for r in range(SIZE) for c in range(wall + 2, SIZE)])
    before = np.concatenate([at(r, c) for r in range(SIZE) for c in range(wall)])
    assert not seen(made, standing, behind, 1_000_000).any()
    assert seen(made, standing, before, 1_000_000).all()
    # From the top of the wall both sides are seen.
    assert seen(made, at(row, wall), behind, 1_000_000).all()


@given(st.integers(0, 43), st.booleans())
@settings(max_examples=20)
def test_what_is_within_the_grid_s_error_hides_nothing(height: int, near: bool) -> None:
    heights = np.zeros((SIZE, SIZE))
    heights[:, 8] = height
    standing = middle(5, 6 if near else 3)
    # Within 10 km the earth adds less than the eyes' own height takes off.
    close = EVERY[np.hypot(*(EVERY - standing).T) * 111_195 < 10_000]
    assert seen(relief(heights), standing, close, 1_000_000).all()


@given(grids, st.lists(spots, min_size=1, max_size=3), spots)
@settings(max_examples=30)
def test_one_more_observer_only_adds(
    heights: np.ndarray, standing: list[tuple[int, int]], more: tuple[int, int]
) -> None:
    made = relief(heights)
    few = np.concatenate([middle(*s) for s in standing])
    before, after = (seen(made, p, EVERY, 30_000) for p in (few, np.concatenate([few, middle(*more)])))
    assert (before <= after).all()
    # Whoever stands there sees his own cell and those beside it.
    for row, column in standing:
        assert before[row * SIZE + column]


@given(grids, spots)
@settings(max_examples=20)
def test_dead_ground_is_what_is_not_seen(heights: np.ndarray, spot: tuple[int, int]) -> None:
    made = relief(heights)
    reach = 11_000.0
    dx = STEP * 111_195 * np.cos(np.radians(NORTH - (spot[0] + 0.5) * STEP))
    dy = STEP * 111_195
    rows, columns = np.divmod(np.arange(SIZE * SIZE), SIZE)
    far = np.hypot((rows - spot[0]) * dy, (columns - spot[1]) * dx)
    around = (far > 0) & (far <= reach)
    hidden = ~seen(made, middle(*spot), EVERY[around], 1_000_000)
    assert made.dead_ground(middle(*spot), reach)[0] == pytest.approx(hidden.mean())


def test_off_the_grid_nothing_is_known_and_nothing_cut() -> None:
    heights = np.zeros((SIZE, SIZE))
    heights[:, 8] = 3_000
    made, away = relief(heights), np.array([[10.0, 10.0]])
    assert seen(made, away, EVERY, 1_000_000).all()
    assert seen(made, middle(5, 5), away, 1_000_000).all()
    assert np.isnan(made.dead_ground(away, 10_000)).all()


def test_the_earth_itself_hides_what_is_far() -> None:
    """Over 200 km of level ground the line dips below the curve by more than the margin."""
    long = Relief(44.0, 36.0, 0.02, np.zeros((4, 200), dtype=np.float32), MARGIN)
    row = np.column_stack((44.01 + 0.02 * np.arange(200), np.full(200, 35.97)))
    found = seen(long, row[:1], row, 1_000_000)
    first_hidden = int(np.argmin(found))
    # d²/8R = 44 + 2 m: d = 52 km.
    assert np.hypot(*(row[first_hidden] - row[0])) * 111_195 * np.cos(np.radians(36)) == pytest.approx(
        52_000, rel=0.05
    )
    assert not found[first_hidden:].any()


def test_the_relief_that_is_shipped() -> None:
    made = terrain.relief()
    assert made.heights.shape == (225, 247)
    assert made.margin_m == 44
    assert made.heights[tuple(made.cells(np.array([[43.755, 35.752]]))[0])] > 450  # Qarachogh


def test_what_is_no_relief_is_refused() -> None:
    grid = np.zeros((3, 3), dtype=np.int16)
    about = {"west": 44, "north": 36, "cell_deg": 0.02, "rmse_vs_itu_m": 43.04}
    assert Relief.read(grid, json.dumps(about).encode()).margin_m == 44
    for heights, told in ((grid, b"{}"), (grid, b"x"), (grid, b"[]"), (grid[0], json.dumps(about).encode())):
        with pytest.raises(BadInput):
            Relief.read(heights, told)
