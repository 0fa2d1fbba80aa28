"""Whom an alert waits for in a room: its watch, the next officer, the next level."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE = 60_000
WATCH, NEXT_OFFICER, NEXT_LEVEL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Clock:
    """reached: since when the room has it (ms); due, last: until when its watch and its next officer have."""

    reached: int
    due: int
    last: int

    def level(self, as_of: int) -> int:
        """Whom it waits for by then."""
        return WATCH if as_of < self.due else NEXT_OFFICER if as_of < self.last else NEXT_LEVEL


def clock(reached: int, within_min: int) -> Clock:
    """The hours of an alert in a room, from its arrival there; over twice, it is for the next level."""
    return Clock(reached, reached + within_min * MINUTE, reached + 2 * within_min * MINUTE)
