"""A number is taken once, across restarts, whatever the order; and only what a peer may see moves his."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seamline.exchange.counter import STEP, WINDOW, Counters
from seamline.store.memory import MemoryLocal


def test_ours_rise_and_never_repeat_across_restarts() -> None:
    local = MemoryLocal()
    counters = Counters(local)
    first = [counters.next("a") for _ in range(STEP + 5)]
    assert first == list(range(1, STEP + 6))
    assert Counters(local).next("a") > first[-1]
    assert Counters(local).next("b") == 1


@given(st.lists(st.integers(1, 3 * WINDOW)))
def test_each_of_theirs_is_taken_once(numbers: list[int]) -> None:
    counters, taken, highest = Counters(MemoryLocal()), set[int](), 0
    for number in numbers:
        fits = number > highest - WINDOW and number not in taken
        assert counters.take("a", number) == fits
        if fits:
            taken.add(number)
            highest = max(highest, number)
        assert counters.taken("a") == highest


def test_what_was_taken_long_ago_is_not_taken_after_a_restart() -> None:
    local = MemoryLocal()
    counters = Counters(local)
    assert counters.take("a", STEP + 7)
    again = Counters(local)
    assert not again.take("a", STEP + 7)
    assert not again.take("a", 3)
    assert again.take("a", STEP + 8)


def test_who_is_behind_catches_up_and_nobody_is_locked_out() -> None:
    local = MemoryLocal()
    counters = Counters(local)
    counters.next("a")
    counters.catch_up("a", 10 * STEP)
    assert counters.next("a") == 10 * STEP + 1
    counters.catch_up("a", 5)
    assert counters.next("a") == 10 * STEP + 2
    assert Counters(local).next("a") > 10 * STEP + 2
