from __future__ import annotations

import h3.api.numpy_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.blind.places import join
from seamline.blind.universe import Universe, build, check_caps
from seamline.errors import BadInput
from tests.blind.runs import DAY, MONDAY, box, ground


def test_areas_that_touch_share_no_cell_and_leave_none_out() -> None:
    two, one = ground(), build([box(43.4, 35.6, 43.8, 35.8)], 8, MONDAY, 2)
    assert len(np.unique(two.cells)) == len(two.cells)
    assert sorted(two.cells) == sorted(one.cells)
    assert two.areas == 2


def test_the_digest_is_the_same_everywhere_and_differs_with_everything_in_it() -> None:
    made = [
        ground(),
        ground(days=3),
        ground(res=9),
        build([box(43.6, 35.6, 43.8, 35.8), box(43.4, 35.6, 43.6, 35.8)], 8, MONDAY, 2),
        build([box(43.4, 35.6, 43.6, 35.8), box(43.6, 35.6, 43.8, 35.8)], 8, MONDAY + DAY, 2),
    ]
    assert len({u.digest for u in made}) == len(made)
    assert ground().digest == ground().digest
    # Golden: another order, or another library's idea of a cell, would split nodes from each other.
    assert ground().digest.hex() == "58a9518a0045f5c0d47cc12dc10ae95f5fd7702e0b6df1b6502dd9adfad75994"


def test_a_leaf_is_one_area_on_one_day_and_all_leaves_are_the_universe() -> None:
    made = ground()
    seen = np.zeros(made.size, dtype=int)
    for day in range(made.days):
        for area in range(made.areas):
            where = made.leaf(day, area)
            seen[where] += 1
            cell, at = made.where(np.arange(where.start, where.stop))
            assert set(at // DAY) == {(made.start + day * DAY) // DAY}
            assert cell.min() >= made.offsets[area]
            assert cell.max() < made.offsets[area + 1]
    assert (seen == 1).all()


@pytest.mark.parametrize(
    ("res", "start", "days", "code"),
    [
        (6, MONDAY, 2, "blind_resolution"),
        (11, MONDAY, 2, "blind_resolution"),
        (8, MONDAY + 3_600_000, 2, "blind_days"),
        (8, MONDAY, 0, "blind_days"),
        (8, MONDAY, 32, "blind_days"),
    ],
)
def test_only_whole_days_and_agreed_resolutions(res: int, start: int, days: int, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        build([box(43.4, 35.6, 43.8, 35.8)], res, start, days)
    assert caught.value.code == code


def test_a_universe_larger_than_all_of_it_is_refused_before_it_is_counted() -> None:
    with pytest.raises(BadInput) as caught:
        build([box(40.0, 33.0, 48.0, 37.0)], 10, MONDAY, 31)
    assert caught.value.code == "blind_size"


@pytest.mark.parametrize(("cap", "result_cap"), [(0, 0), (2_501, 10), (100, 101), (100, 0)])
def test_caps_that_protect_nothing_are_refused(cap: int, result_cap: int) -> None:
    with pytest.raises(BadInput):
        check_caps(10_000, cap, result_cap)
    check_caps(10_000, 2_500, 2_500)


@given(st.sets(st.integers(0, ground().size - 1), max_size=300))
def test_joined_cell_hours_are_the_same_cell_hours_and_places_apart_stay_apart(found: set[int]) -> None:
    universe = ground()
    spots = join(universe, np.array(sorted(found), dtype=np.int64))
    assert sum(s.cell_hours for s in spots) == len(found)
    cell, at = universe.where(np.array(sorted(found), dtype=np.int64))
    given = set(zip(universe.cells[cell].tolist(), at.tolist(), strict=True))
    for one in spots:
        assert one.start in {t for c, t in given if c in one.cells}
    assert _components(given) == len(spots)
    assert spots == sorted(spots, key=lambda s: (s.start, -s.cell_hours, s.cells))


def _components(given: set[tuple[int, int]]) -> int:
    """How many there are, by walking: neighbours in space in the same hour, or the next hour in place."""
    left, count = set(given), 0
    while left:
        count += 1
        walk = [left.pop()]
        while walk:
            cell, at = walk.pop()
            beside = {(int(c), at) for c in h3.grid_disk(cell, 1)}
            beside |= {(cell, at - 3_600_000), (cell, at + 3_600_000)}
            met = beside & left
            left -= met
            walk.extend(met)
    return count


def test_where_gives_back_cell_and_hour() -> None:
    universe = Universe(8, MONDAY, 2, np.array([5, 7], dtype=np.uint64), (0, 2))
    cell, at = universe.where(np.array([0, 23, 24, 48, 95]))
    assert cell.tolist() == [0, 0, 1, 0, 1]
    assert ((at - MONDAY) // 3_600_000).tolist() == [0, 23, 0, 24, 47]
