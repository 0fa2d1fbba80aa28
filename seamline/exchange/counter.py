"""Link counters: requests are numbered, and a number is taken once (docs/spec/exchange.md 6.3).

No clock is asked, so a wrong one locks nobody out. They are saved in steps: after a crash ours skips
the rest of a step, and a peer's last few requests could be played to us again, which changes nothing,
since taking a part twice is taking it once.
"""

from __future__ import annotations

import threading
from typing import Final

from seamline.store.ports import LocalStore

STEP: Final = 1000
WINDOW: Final = 64
"""How far behind the highest a late request may be: two are under way at once, and a line may reorder."""


class Counters:
    """The counters of one node with all its peers. Each is moved only by what its peer may see (law 3)."""

    def __init__(self, local: LocalStore) -> None:
        self._local = local
        self._guard = threading.Lock()
        self._ours: dict[str, tuple[int, int]] = {}
        self._theirs: dict[str, tuple[int, int, int]] = {}

    def next(self, peer: str) -> int:
        """Ours for the next request to this peer."""
        with self._guard:
            last, reserved = self._ours.get(peer) or (2 * (self._load(f"exchange.ours.{peer}"),))
            if last >= reserved:
                reserved = last + STEP
                self._save(f"exchange.ours.{peer}", reserved)
            self._ours[peer] = (last + 1, reserved)
            return last + 1

    def catch_up(self, peer: str, taken: int) -> None:
        """The peer says that it took this number from us before: go on above it."""
        with self._guard:
            last, _ = self._ours.get(peer, (0, 0))
            if taken > last:
                self._ours[peer] = (taken, taken)

    def take(self, peer: str, counter: int) -> bool:
        """Whether the peer's number is a new one; from now on it is not."""
        with self._guard:
            highest, seen, saved = self._peer(peer)
            if counter > highest:
                seen = (
                    (seen << (counter - highest) | 1) & ((1 << WINDOW) - 1)
                    if counter - highest < WINDOW
                    else 1
                )
                highest = counter
                if highest >= saved + STEP:
                    saved = highest
                    self._save(f"exchange.theirs.{peer}", saved)
            else:
                bit = 1 << (highest - counter) if highest - counter < WINDOW else 0
                if not bit or seen & bit:
                    return False
                seen |= bit
            self._theirs[peer] = (highest, seen, saved)
            return True

    def taken(self, peer: str) -> int:
        """The highest number taken from this peer."""
        with self._guard:
            return self._peer(peer)[0]

    def _peer(self, peer: str) -> tuple[int, int, int]:
        if peer not in self._theirs:
            saved = self._load(f"exchange.theirs.{peer}")
            self._theirs[peer] = (saved, (1 << WINDOW) - 1, saved)
        return self._theirs[peer]

    def _load(self, key: str) -> int:
        return int.from_bytes(self._local.get(key) or b"", "big")

    def _save(self, key: str, value: int) -> None:
        self._local.put(key, value.to_bytes(8, "big"))
