"""On any line a flash waits for seconds, and a good line is used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.exchange.pace import LEAST_ROOM, SLOW, Pace

MOST = 4 << 20


def settled(rate: float, delay: float, messages: int = 30) -> tuple[Pace, float]:
    """After so many full messages over a line of `rate` bytes a second: the pace; seconds of the last one."""
    pace, last = Pace(MOST), 0.0
    pace.took(600, delay + 600 / rate)
    for _ in range(messages):
        last = delay + pace.room / rate
        pace.took(pace.room, last)
    return pace, last


@pytest.mark.parametrize("delay", [0.01, 0.9])
@pytest.mark.parametrize("bits", [64_000, 1_000_000, 100_000_000])
def test_a_message_takes_a_second_or_two_and_no_more(bits: int, delay: float) -> None:
    pace, last = settled(bits / 8, delay)
    assert last <= delay + SLOW + 0.1
    assert pace.room == MOST or pace.room / (bits / 8) >= 0.4


def test_on_64_kbit_a_flash_waits_less_than_three_seconds() -> None:
    """From the first full message on."""
    pace = Pace(MOST)
    assert pace.room / 8000 < 3
    assert all(settled(8000, 0.1, count)[1] < 3 for count in range(1, 12))


@given(st.lists(st.tuples(st.integers(1, 1 << 23), st.floats(0, 1000)), max_size=40))
def test_whatever_is_measured_the_room_stays_within_bounds(seen: list[tuple[int, float]]) -> None:
    pace = Pace(MOST)
    for size, seconds in seen:
        pace.took(size, seconds)
        assert LEAST_ROOM <= pace.room <= MOST


def test_a_thin_line_that_fails_is_asked_for_less_and_waited_for_longer() -> None:
    """Else a message larger than the line moves in that time would be said again for ever."""
    pace = Pace(MOST, room=64 * 1024)
    waits = []
    for _ in range(3):
        waits.append((pace.room, pace.patience))
        pace.failed()
    assert [room for room, _ in waits] == [64 * 1024, 16 * 1024, LEAST_ROOM]
    assert waits[0][1] == waits[1][1] < waits[2][1]
    assert pace.patience > LEAST_ROOM / (2400 / 8 / 4), "four times over at 2,400 bit/s"


def test_a_good_line_is_found_out_in_five_messages() -> None:
    assert settled(100_000_000 / 8, 0.01, 5)[0].room == MOST


def test_a_message_that_was_half_full_says_what_a_full_one_takes() -> None:
    """64 kbit/s, 300 ms: however full they are, no message may take three seconds."""
    pace, longest = Pace(MOST), 0.0
    pace.took(600, 0.3)
    for turn in range(40):
        size = pace.room if turn % 3 else pace.room * 5 // 8
        longest = max(longest, pace.room / 8000)
        pace.took(size, 0.3 + size / 8000)
    assert longest <= SLOW
    assert pace.room / 8000 > 1
