"""Deadlines of a complaint: one clock, started by its arrival at the other side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seamline.picture.complaints import HOURS, ORDER, Stage, Taken, stages, upcoming

HOUR = 3_600_000
T0 = 1_760_000_000_000


def named(found: list[Stage]) -> dict[str, Stage]:
    return {one.step: one for one in found}


def test_no_clock_runs_before_it_has_reached_the_other_side() -> None:
    found = stages(None, [], T0 + 1000 * HOUR)
    assert all(one.due is None and not one.late for one in found)


def test_each_step_is_due_from_the_one_start_and_late_after() -> None:
    found = named(stages(T0, [], T0 + 25 * HOUR))
    assert found["acknowledged"] == Stage("acknowledged", None, T0 + 24 * HOUR, True)
    assert not found["team"].late
    taken = named(stages(T0, [Taken("acknowledged", T0 + HOUR)], T0 + 25 * HOUR))
    assert not taken["acknowledged"].late
    assert named(stages(T0, [Taken("acknowledged", T0 + 30 * HOUR)], T0 + 31 * HOUR))["acknowledged"].late


def test_a_step_may_name_another_time_for_the_next() -> None:
    taken = [Taken("acknowledged", T0), Taken("team", T0 + HOUR, due=T0 + 48 * HOUR)]
    found = stages(T0, taken, T0 + 49 * HOUR)
    assert named(found)["visit"] == Stage("visit", None, T0 + 48 * HOUR, True)
    assert upcoming(found) == named(found)["visit"]


def test_the_terms_name_other_hours() -> None:
    found = named(stages(T0, [], T0 + 13 * HOUR, {**HOURS, "acknowledged": 12}))
    assert found["acknowledged"].late


def test_what_was_passed_over_or_closed_is_due_no_more() -> None:
    late = T0 + 10_000 * HOUR
    found = stages(T0, [Taken("outcome", T0 + HOUR)], late)
    assert [one.step for one in found if one.late] == ["measure", "closed"]
    closed = stages(T0, [Taken("closed", T0 + HOUR)], late)
    assert not any(one.late for one in closed)
    assert upcoming(closed) is None


@given(st.lists(st.tuples(st.sampled_from(ORDER), st.integers(0, 2000)), max_size=8), st.integers(0, 3000))
def test_the_next_step_follows_the_farthest_that_was_taken(said: list[tuple[str, int]], now: int) -> None:
    taken = [Taken(step, T0 + at * HOUR) for step, at in said]
    coming = upcoming(stages(T0, taken, T0 + now * HOUR))
    farthest = max((ORDER.index(one.step) for one in taken), default=-1)
    assert (coming.step if coming else None) == (ORDER[farthest + 1] if farthest + 1 < len(ORDER) else None)
