"""Injectable time and ids. Only authors ask for them; whatever folds the log never does (law 5)."""

from __future__ import annotations

import os
import time
from typing import Protocol


class Clock(Protocol):
    """Where now() and new_id() come from: the machine, or a test."""

    def now(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        ...

    def new_id(self) -> str:
        """A fresh UUIDv7 (RFC 9562 §5.7), lower case, with hyphens."""
        ...


class SystemClock:
    """The machine's clock and its random source."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def new_id(self) -> str:
        return uuid7(self.now(), os.urandom(10))


class ManualClock:
    """A clock a test moves by hand; ids count up so that two runs give the same bytes."""

    def __init__(self, now: int = 1_760_000_000_000) -> None:
        self._now = now
        self._count = 0

    def now(self) -> int:
        return self._now

    def advance(self, ms: int) -> None:
        self._now += ms

    def new_id(self) -> str:
        self._count += 1
        return uuid7(self._now, self._count.to_bytes(10, "big"))


def uuid7(ms: int, random: bytes) -> str:
    """UUIDv7 from a millisecond time and 10 random bytes (RFC 9562 §5.7)."""
    value = (ms & ((1 << 48) - 1)) << 80 | int.from_bytes(random[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    h = f"{value:032x}"
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
