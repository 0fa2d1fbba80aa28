"""How large the next message may be: what the line moves in a second (docs/spec/exchange.md 7.4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEAST_ROOM: Final = 4 * 1024
"""Also the first: 2,400 bit/s move it in 14 s, and a good line is found out in five messages."""
QUICK, SLOW, AIM = 1.2, 2.0, 1.6
"""Seconds that a message may take, beside the line's delay, before the next one is larger, or smaller.

A flash waits for one at most, and then goes without bulk (exchange 7.4)."""
_SMALL: Final = 2048
_PATIENCE: Final = 60.0
_WORST: Final = 25
"""Bytes a second: 2,400 bit/s, 900 ms, and three packets of ten lost, as measured (tests/network)."""


@dataclass(slots=True)
class Pace:
    """room: bytes of the next message. most: never more. delay: seconds of the line alone, as far as seen."""

    most: int
    room: int = LEAST_ROOM
    delay: float = 0.0

    def took(self, size: int, seconds: float) -> None:
        """A message and its answer, the larger of them of `size` bytes, took so long."""
        if size <= _SMALL:
            # Hardly anything was carried: that is the delay; a jam must not make it seem long for ever.
            self.delay = min(self.delay or seconds, seconds)
            return
        carrying = max(seconds - self.delay, 0.001)
        # What a full one would have taken.
        full = carrying * max(1.0, self.room / size)
        if carrying > SLOW:
            self.room = max(LEAST_ROOM, self.room // 8, int(self.room * AIM / carrying))
        elif full < QUICK and size > self.room // 2:
            self.room = min(self.most, int(self.room * min(AIM / full, 4.0)))

    def failed(self) -> None:
        """A message was not answered: perhaps the line moves less than it did."""
        self.room = max(LEAST_ROOM, self.room // 4)

    @property
    def patience(self) -> float:
        """Seconds after which a message that is not answered is given up, and all of it is said again.

        A line that moved more than the least room in a second or two has long been silent after a minute. One
        that did not may be slow and lose much, and giving up too early would say everything again for ever.
        """
        return _PATIENCE + (2 * LEAST_ROOM / _WORST if self.room == LEAST_ROOM else 0.0)
