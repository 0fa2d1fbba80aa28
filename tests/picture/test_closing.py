"""What would close a gap, against looking for the gap again after the change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.geo.relief import Relief
from seamline.picture.closing import MORE_HOURS, Closing
from seamline.picture.closing import closings as propose
from seamline.picture.cover import MORE_METRES, Cover
from seamline.picture.gap import Patch
from tests.picture.watched import HOUR, cell, laid, look, reach

START = 1_000 * HOUR


def cover(shape: shapely.Geometry, start: int, end: int, sight: int = 0) -> Cover:
    return Cover(shape, START + start * HOUR, START + end * HOUR, sight)


def changed(listed: list[Cover], closing: Closing) -> list[Cover]:
    wanted = replace(listed[closing.cover], start=closing.start, end=closing.end, sight_m=closing.sight_m)
    return [wanted if i == closing.cover else c for i, c in enumerate(listed)]


def closings(ground: shapely.Geometry, patch: Patch, listed: list[Cover]) -> list[Closing]:
    return propose([patch], listed, reach(ground, listed))[0]


def test_longer_hours_close_what_is_left_at_the_end() -> None:
    ground, listed = cell(0, 0), [cover(cell(0, 0), 0, 8)]
    (patch,) = look(ground, START, START + 12 * HOUR, listed)
    (closing,) = closings(ground, patch, listed)
    assert closing == Closing(0, "extend_hours", START, START + 12 * HOUR, 0, 100)
    assert list(look(ground, START, START + 12 * HOUR, changed(listed, closing))) == []


def test_a_farther_sight_closes_what_lies_beyond() -> None:
    ground, listed = cell(0, 0), [cover(shapely.Point(44.005, 36.005), 0, 8, 300)]
    (patch,) = look(ground, START, START + 8 * HOUR, listed)
    (closing,) = closings(ground, patch, listed)
    assert (closing.how, closing.percent) == ("extend_area", 100)
    # From the middle to a corner of 0.01 degrees by 0.01 degrees at 36 north, less half a cell.
    assert closing.sight_m == pytest.approx(713, abs=8)
    assert list(look(ground, START, START + 8 * HOUR, changed(listed, closing))) == []


def test_no_sight_is_proposed_through_a_mountain() -> None:
    heights = np.zeros((40, 40), dtype=np.float32)
    heights[:, 20] = 1_000
    relief = Relief(43.8, 36.4, 0.02, heights, 44.0)
    behind = shapely.box(44.26, 36.0, 44.3, 36.05)
    listed = [cover(shapely.Point(44.17, 36.02), 0, 8, 8_000)]
    (patch,) = look(behind, START, START + 8 * HOUR, listed, relief)
    assert propose([patch], listed, reach(behind, listed, relief)) == [[]]
    (closing, *_) = propose([patch], listed, reach(behind, listed))[0]
    assert (closing.how, closing.percent) == ("extend_area", 100)


def test_nobody_is_asked_for_more_than_a_day_or_ten_kilometres() -> None:
    ground, far = cell(0, 0), [cover(cell(40, 0), 0, 8), cover(cell(0, 0), 60, 70)]
    (patch,) = look(ground, START, START + 8 * HOUR, far)
    assert closings(ground, patch, far) == []


def test_what_closes_most_comes_first_and_asks_for_least() -> None:
    ground = cell(0, 0, 2)
    listed = [cover(cell(0, 0), 0, 2), cover(cell(0, 0, 2), 0, 3), cover(cell(0, 0, 2), 0, 1)]
    (patch,) = look(ground, START + HOUR, START + 6 * HOUR, listed[:1])
    order = [(c.cover, c.how) for c in closings(ground, patch, listed)]
    assert order[:2] == [(1, "extend_hours"), (2, "extend_hours")]


covers = st.builds(
    lambda c, r, start, hours, sight: cover(cell(c, r), start, start + hours, sight),
    st.integers(-1, 3), st.integers(-1, 3), st.integers(-4, 7), st.integers(1, 6), st.integers(0, 1500),
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(covers, min_size=1, max_size=4))
def test_a_proposal_closes_what_it_says(listed: list[Cover]) -> None:
    """After the change, what is left of the patch's own parts and hours is as much as was said."""
    ground, hours = cell(0, 0, 3, 3), (START, START + 8 * HOUR)
    patches = list(look(ground, *hours, listed))
    for patch, proposed in zip(patches, propose(patches, listed, reach(ground, listed)), strict=True):
        for closing in proposed:
            before = listed[closing.cover]
            assert closing.end - closing.start <= before.end - before.start + 2 * MORE_HOURS * HOUR
            assert before.sight_m <= closing.sight_m <= before.sight_m + MORE_METRES
            left = _table(patch) & _open(ground, changed(listed, closing))
            sizes = laid(ground.wkb).size
            percent = 100 * (1 - (left @ sizes).sum() / patch.size_hours)
            assert percent == pytest.approx(closing.percent + 0.5, abs=0.5001)


def _table(patch: Patch) -> np.ndarray:
    """Hours × parts of a patch."""
    table = np.zeros((8, len(patch.ground.size)), dtype=bool)
    for part, begin, end in zip(patch.runs.part, patch.runs.begin, patch.runs.end, strict=True):
        first, last = (int(patch.runs.cuts[c] - START) // HOUR for c in (begin, end))
        table[first:last, part] = True
    return table


def _open(ground: shapely.Geometry, listed: list[Cover]) -> np.ndarray:
    table = np.zeros((8, len(laid(ground.wkb).size)), dtype=bool)
    for patch in look(ground, START, START + 8 * HOUR, listed):
        table |= _table(patch)
    return table
