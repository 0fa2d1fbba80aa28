"""Schedules that once broke a law, found by the soak (docs/simulator.md), step by step."""

from __future__ import annotations

from tests.simulator.cheap import cheap
from tests.simulator.machine import Machine


def test_who_settles_in_a_channel_he_holds_nothing_of_hears_what_comes_after() -> None:
    """Log 8.5: room 2 was told of ksf in a channel that it has no log of, and settles what counts."""
    with cheap():
        state = Machine()
        rooms, lines = [("ksf",), ("isf",), ("isf",)], [(2, 1), (1, 0)]
        state.open(shape=(("isf", "ksf"), rooms, lines), part=600, room=900, real=False, chance=0)
        state.back_up(who=0)
        state.two_numbers(one=0, other=1, party=1)
        state.restore(who=0)
        state.busy(said=[(0, 0, "flash"), (0, 0, "flash")])
        state.teardown()
