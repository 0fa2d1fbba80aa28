"""The table of the session: whole, and never stuck."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from seamline.exchange.session import LISTENING, TABLE, Event, State, back_off, step

STATES, EVENTS = get_args(State), get_args(Event)


def test_every_state_answers_every_event() -> None:
    assert set(TABLE) == set(STATES)
    for state, row in TABLE.items():
        assert set(row) == set(EVENTS), state
        assert {after for after, _ in row.values()} <= set(STATES)


def test_whoever_waits_for_an_answer_has_asked() -> None:
    """Into a state that waits one comes by speaking, or was there already."""
    waits = {"greeting", "speaking", "pressed"}
    for state, row in TABLE.items():
        for event, (after, action) in row.items():
            if after in waits and state not in waits:
                assert action == "speak", (state, event)
            if action == "speak":
                assert after in {"greeting", "speaking"}, (state, event)
                # Never two requests at once: only who waits for none, or has just been answered, speaks.
                assert state not in waits or event in {"answered", "answered_more"}, (state, event)


def test_switching_off_hangs_up_everywhere_and_failing_always_waits() -> None:
    for state in STATES:
        assert step(state, "disabled")[0] == "stopped"
        if state not in {"stopped", "backing_off"}:
            assert step(state, "disabled")[1] == "hang_up"
            assert step(state, "failed") == ("backing_off", "wait")


@given(st.lists(st.sampled_from(EVENTS), max_size=30))
def test_nothing_owed_is_forgotten(events: list[Event]) -> None:
    """Whatever happened, what comes to be owed is spoken of after at most two answers, or one back-off."""
    state: State = "stopped"
    for event in events:
        state, _ = step(state, event)
    if state == "stopped":
        return
    spoke = False
    state, action = step(state, "owed")
    spoke = spoke or action == "speak"
    for _ in range(2):
        event: Event = "woke" if state == "backing_off" else "answered"
        state, action = step(state, event)
        spoke = spoke or action == "speak"
    # A greeting finds by itself what is owed when it is answered.
    assert spoke or state == "settled"


def test_a_held_request_is_out_only_where_the_peer_is_known() -> None:
    assert {"settled", "speaking", "pressed"} == LISTENING


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_back_off_grows_to_a_minute_and_spreads(failures: int, chance: float) -> None:
    wait = back_off(failures, chance)
    whole = min(60.0, 2.0 ** min(failures - 1, 10))
    assert whole / 2 <= wait <= whole
    assert back_off(failures, 0.0) < back_off(failures, 0.9)
