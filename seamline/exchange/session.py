"""The dialling side's session with one peer: a transition table, no I/O (docs/spec/exchange.md 7).

stopped     the link is off, or the peer is not in service
greeting    the first request is out; neither knows what the other has
settled     nothing to say; a request is held open at the peer, to hear what he has to say
speaking    a request with something in it is out
pressed     the same, and since then more came to be owed
backing_off the line failed; waiting before the next greeting
"""

from __future__ import annotations

from typing import Final, Literal

State = Literal["stopped", "greeting", "settled", "speaking", "pressed", "backing_off"]
Event = Literal["enabled", "disabled", "owed", "answered", "answered_more", "failed", "woke"]
Action = Literal["nothing", "speak", "wait", "hang_up"]

LISTENING: Final[frozenset[State]] = frozenset({"settled", "speaking", "pressed"})
"""States in which a request is held open at the peer: he may have something to say at any time."""

# answered: and nothing more is owed either way. answered_more: something is.
# failed: no answer, or none that can be believed. woke: the back-off is over.
TABLE: Final[dict[State, dict[Event, tuple[State, Action]]]] = {
    "stopped": {
        "enabled": ("greeting", "speak"),
        "disabled": ("stopped", "nothing"),
        "owed": ("stopped", "nothing"),
        "answered": ("stopped", "nothing"),
        "answered_more": ("stopped", "nothing"),
        "failed": ("stopped", "nothing"),
        "woke": ("stopped", "nothing"),
    },
    "greeting": {
        "enabled": ("greeting", "nothing"),
        "disabled": ("stopped", "hang_up"),
        # What comes to be owed now is found when the greeting is answered.
        "owed": ("greeting", "nothing"),
        "answered": ("settled", "nothing"),
        "answered_more": ("speaking", "speak"),
        "failed": ("backing_off", "wait"),
        "woke": ("greeting", "nothing"),
    },
    "settled": {
        "enabled": ("settled", "nothing"),
        "disabled": ("stopped", "hang_up"),
        "owed": ("speaking", "speak"),
        "answered": ("settled", "nothing"),
        "answered_more": ("speaking", "speak"),
        "failed": ("backing_off", "wait"),
        "woke": ("settled", "nothing"),
    },
    "speaking": {
        "enabled": ("speaking", "nothing"),
        "disabled": ("stopped", "hang_up"),
        "owed": ("pressed", "nothing"),
        "answered": ("settled", "nothing"),
        "answered_more": ("speaking", "speak"),
        "failed": ("backing_off", "wait"),
        "woke": ("speaking", "nothing"),
    },
    "pressed": {
        "enabled": ("pressed", "nothing"),
        "disabled": ("stopped", "hang_up"),
        "owed": ("pressed", "nothing"),
        "answered": ("speaking", "speak"),
        "answered_more": ("speaking", "speak"),
        "failed": ("backing_off", "wait"),
        "woke": ("pressed", "nothing"),
    },
    "backing_off": {
        "enabled": ("backing_off", "nothing"),
        "disabled": ("stopped", "hang_up"),
        # No knocking in between: a link that is down stays down for others' sake, too.
        "owed": ("backing_off", "nothing"),
        "answered": ("backing_off", "nothing"),
        "answered_more": ("backing_off", "nothing"),
        "failed": ("backing_off", "nothing"),
        "woke": ("greeting", "speak"),
    },
}


def step(state: State, event: Event) -> tuple[State, Action]:
    """Where an event leads, and what is to be done."""
    return TABLE[state][event]


def back_off(failures: int, chance: float, *, first: float = 1.0, most: float = 60.0) -> float:
    """Seconds to wait after so many failures in a row (1, 2, …); chance in [0, 1) spreads the knocks.

    Doubles up to `most`, less up to half of it, so that nodes cut off together do not return together.
    """
    whole = min(most, first * 2.0 ** min(failures - 1, 30))
    return whole * (0.5 + chance / 2)
