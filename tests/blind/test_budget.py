"""Each answer tells something: how often may be asked (blind 3)."""

from __future__ import annotations

import h3.api.numpy_int as h3
import pytest

from seamline.blind.budget import check, footprint, rate_is_high, spending
from seamline.blind.universe import Universe, build
from seamline.errors import BadInput
from tests.blind.runs import DAY, MONDAY, box, ground


def refused(before: list, wanted: object) -> str:
    with pytest.raises(BadInput) as caught:
        check(before, wanted)
    return str(caught.value.code)


def of(days: int = 2, start: int = MONDAY, res: int = 8, west: float = 43.4) -> Universe:
    return build([box(west, 35.6, west + 0.4, 35.8)], res, start, days)


def test_ground_and_days_not_asked_about_are_free() -> None:
    first = spending(of(), "r1", "clash")
    check([], first)
    check([first], first)
    check([first], spending(of(start=MONDAY + 2 * DAY), "r2", "clash"))
    check([first], spending(of(west=43.8), "r2", "gap"))


def test_a_second_run_a_shifted_window_another_resolution_or_a_larger_universe() -> None:
    first = spending(of(), "r1", "clash")
    for other in (of(), of(start=MONDAY + DAY), of(res=7), of(res=9), of(days=3), of(west=43.79)):
        assert refused([first], spending(other, "r2", "clash")) == "blind_spent"


def test_a_finer_and_a_coarser_universe_use_up_the_same_ground() -> None:
    for one, two in ((7, 9), (9, 7), (10, 8), (9, 10)):
        first = spending(of(res=one), "r1", "clash")
        assert refused([first], spending(of(res=two), "r2", "clash")) == "blind_spent"


def test_both_kinds_on_one_cell_hour() -> None:
    for one, two in (("clash", "gap"), ("gap", "clash")):
        first = spending(of(), "r1", one)
        assert refused([first], spending(of(start=MONDAY + DAY), "r2", two)) == "blind_both"


def test_one_amendment_over_the_same_universe_and_none_of_that() -> None:
    first = spending(of(), "r1", "clash")
    second = spending(of(), "r2", "clash", amends="r1")
    check([first], second)
    check([first, second], second)
    assert refused([first, second], spending(of(), "r3", "clash", amends="r1")) == "blind_spent"
    assert refused([first, second], spending(of(), "r3", "clash", amends="r2")) == "blind_spent"
    assert refused([first], spending(of(start=MONDAY + DAY), "r2", "clash", amends="r1")) == "blind_spent"
    assert refused([first], spending(of(), "r2", "gap", amends="r1")) == "blind_both"


def test_the_ledger_counts_in_cells_of_resolution_8() -> None:
    cells = ground().cells
    assert set(footprint(cells, 8)) == set(cells)
    finer = h3.cell_to_children(int(cells[0]), 10)
    assert footprint(finer, 10).tolist() == [int(cells[0])]


@pytest.mark.parametrize(
    ("before", "rate", "high"),
    [([], 0.51, True), ([], 0.2, False), ([0.01, 0.02, 0.03], 0.09, False), ([0.01, 0.02, 0.03], 0.11, True),
     ([0.3, 0.3, 0.3], 0.9, False), ([0.1, 0.2, 0.2], 0.81, True)],
)  # fmt: skip
def test_the_alarm(before: list[float], rate: float, high: bool) -> None:
    assert rate_is_high(before, rate) is high
