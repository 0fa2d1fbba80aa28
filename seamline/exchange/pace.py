"""How large the next message may be: what the line moves in a second (docs/spec/exchange.md 7.4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FIRST_ROOM: Final = 16 * 1024
LEAST_ROOM: Final = 4 * 1024
QUICK, SLOW, AIM = 0.5, 1.5, 1.0
"""Seconds that a message may take, beside the line's delay, before the next one is larger, or smaller."""
_SMALL: Final = 2048


@dataclass(slots=True)
class Pace:
    """room: bytes of the next message. most: never more. delay: seconds of the line alone, as far as seen."""

    most: int
    room: int = FIRST_ROOM
    delay: float = 0.0

    def took(self, size: int, seconds: float) -> None:
        """A message and its answer, the larger of them of `size` bytes, took so long."""
        if size <= _SMALL:
            # Hardly anything was carried: that is the delay; a jam must not make it seem long for ever.
            self.delay = min(self.delay or seconds, seconds)
            return
        carrying = max(seconds - self.delay, 0.001)
        if carrying > SLOW:
            self.room = max(LEAST_ROOM, self.room // 8, int(self.room * AIM / carrying))
        elif carrying < QUICK and size > self.room // 2:
            self.room = min(self.most, self.room * 2)
