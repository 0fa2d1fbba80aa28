"""Schedules that once broke a law, or a check of one, found by the soak (docs/simulator.md), step by step."""

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


def test_of_two_stories_the_one_that_a_revocation_does_not_name_counts_nothing() -> None:
    """Log 8.11: room 1 says its own second story after it was revoked at the head of its double's."""
    with cheap():
        state = Machine()
        rooms, lines = [("isf",)] * 4, [(2, 1), (3, 2), (1, 0), (3, 0)]
        state.open(shape=(("isf", "ksf"), rooms, lines), part=600, room=900, real=False, chance=0)
        state.two_stories(heard=True, lane="routine", old=False, where=0, which=[0], who=1)
        state.mislead(lane="flash", over=False, where=1, which=0)
        state.revoke(by=0, less=0, who=1)
        state.busy(said=[(0, 0, "flash"), (1, 0, "flash")])
        state.teardown()


def test_two_stories_do_not_meet_at_their_author_on_an_older_disk() -> None:
    """Exchange 2.5: room 1, between the two who heard them, takes back neither; its officers are told."""
    with cheap():
        state = Machine()
        rooms, lines = [("isf",)] * 3, [(1, 0), (2, 1)]
        state.open(shape=(("isf", "ksf"), rooms, lines), part=600, room=900, real=False, chance=0)
        state.back_up(who=1)
        state.two_stories(heard=True, lane="flash", old=False, where=0, which=[0], who=1)
        state.put_back(marked=False, who=1)
        state.teardown()
        told = state.rooms.slots[1].exchange.refusals
        for one in (state.rooms.slots[0], state.rooms.slots[2]):
            assert [refused.rule for refused in told.of(one.key.fingerprint)] == ["exchange 2.5"]
