"""What would close a gap, against looking for the gap again after the change."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from seamline.geo.frame import Frame
from seamline.geo.window import HOUR
from seamline.picture.closing import MORE_HOURS, MORE_METRES, Closing, closings
from seamline.picture.gap import Cover, gaps, reaching

FRAME = Frame(44.0, 36.0)
START = 1_000 * HOUR
STEP = 0.01


def cell(column: int, row: int, columns: int = 1, rows: int = 1) -> shapely.Polygon:
    west, south = 44.0 + column * STEP, 36.0 + row * STEP
    return shapely.box(west, south, west + columns * STEP, south + rows * STEP)


def cover(shape: shapely.Geometry, start: int, end: int, sight: int = 0) -> Cover:
    return Cover(shape, START + start * HOUR, START + end * HOUR, sight)


def changed(listed: list[Cover], closing: Closing) -> list[Cover]:
    wanted = replace(listed[closing.cover], start=closing.start, end=closing.end, buffer_m=closing.buffer_m)
    return [wanted if i == closing.cover else c for i, c in enumerate(listed)]


def test_longer_hours_close_what_is_left_at_the_end() -> None:
    listed = [cover(cell(0, 0), 0, 8)]
    (patch,) = gaps(cell(0, 0), START, START + 12 * HOUR, listed, FRAME)
    (closing,) = closings(patch, listed, FRAME)
    assert closing == Closing(0, "extend_hours", START, START + 12 * HOUR, 0, 100)
    assert gaps(cell(0, 0), START, START + 12 * HOUR, changed(listed, closing), FRAME) == []


def test_a_farther_sight_closes_what_lies_beyond() -> None:
    listed = [cover(shapely.Point(44.005, 36.005), 0, 8, 300)]
    (patch,) = gaps(cell(0, 0), START, START + 8 * HOUR, listed, FRAME)
    (closing,) = closings(patch, listed, FRAME)
    assert (closing.how, closing.percent) == ("extend_area", 100)
    # From the middle to a corner of 0.01 degrees by 0.01 degrees at 36 north.
    assert closing.buffer_m == pytest.approx(716, abs=3)
    assert gaps(cell(0, 0), START, START + 8 * HOUR, changed(listed, closing), FRAME) == []


def test_nobody_is_asked_for_more_than_a_day_or_ten_kilometres() -> None:
    far = [cover(cell(40, 0), 0, 8), cover(cell(0, 0), 60, 70)]
    (patch,) = gaps(cell(0, 0), START, START + 8 * HOUR, far, FRAME)
    assert closings(patch, far, FRAME) == []


def test_what_closes_most_comes_first_and_asks_for_least() -> None:
    listed = [cover(cell(0, 0), 0, 2), cover(cell(0, 0, 2), 0, 3), cover(cell(0, 0, 2), 0, 1)]
    (patch,) = gaps(cell(0, 0, 2), START + HOUR, START + 6 * HOUR, listed[:1], FRAME)
    order = [(c.cover, c.how) for c in closings(patch, listed, FRAME)]
    assert order[:2] == [(1, "extend_hours"), (2, "extend_hours")]


covers = st.builds(
    lambda c, r, start, hours, sight: cover(cell(c, r), start, start + hours, sight),
    st.integers(-1, 3), st.integers(-1, 3), st.integers(-4, 7), st.integers(1, 6), st.integers(0, 1500),
)  # fmt: skip


@given(st.lists(covers, min_size=1, max_size=4))
def test_a_proposal_closes_what_it_says(listed: list[Cover]) -> None:
    ground, hours = cell(0, 0, 3, 3), (START, START + 8 * HOUR)
    patches = gaps(ground, *hours, listed, FRAME)
    for patch in patches:
        for closing in closings(patch, listed, FRAME):
            before, wanted = listed[closing.cover], changed(listed, closing)
            assert closing.end - closing.start <= before.end - before.start + 2 * MORE_HOURS * HOUR
            assert before.buffer_m <= closing.buffer_m <= before.buffer_m + MORE_METRES
            left = 0.0
            for part in patch.open:
                shape = shapely.transform(part.shape, lambda xy: FRAME.to_degrees_many(xy) / 1e7)
                left += sum(p.size_hours for p in gaps(shape, part.start, part.end, wanted, FRAME))
            assert 100 * (1 - left / patch.size_hours) == pytest.approx(closing.percent, abs=1.1)


@given(st.lists(covers, max_size=4))
def test_the_answer_rests_on_the_covers_that_reach(listed: list[Cover]) -> None:
    ground, hours = cell(0, 0, 3, 3), (START, START + 8 * HOUR)
    used = reaching(ground, *hours, listed, FRAME)
    assert gaps(ground, *hours, used, FRAME) == gaps(ground, *hours, listed, FRAME)
