"""When an entry was sent to which node: the first of the four times of law 7. Local, and told to nobody."""

from __future__ import annotations

import threading
from bisect import bisect_right

from seamline.log.checkpoint import LogId
from seamline.store.ports import LocalStore

BLOCK = 1024
"""Entries of a log whose times are kept in one value, so that saving one more stays cheap."""

_Place = tuple[str, LogId, int]
_Row = tuple[int, int, int]


class SentBook:
    """Runs sent: (start, stop, time) by peer and log. `flush` saves; a crash before it loses times only."""

    def __init__(self, local: LocalStore) -> None:
        self._local = local
        self._guard = threading.Lock()
        self._blocks: dict[_Place, list[_Row]] = {}
        self._unsaved: set[_Place] = set()

    def sent(self, log: LogId, peer: str, start: int, stop: int, at: int) -> None:
        """The peer took entries [start, stop) at this time (ms)."""
        with self._guard:
            for number in range(start // BLOCK, (stop - 1) // BLOCK + 1):
                place = (peer, log, number)
                block = self._block(place)
                until = min(stop, (number + 1) * BLOCK)
                begin = max(start, block[-1][1] if block else 0)
                if begin < until:
                    block.append((begin, until, at))
                    self._unsaved.add(place)

    def sent_at(self, log: LogId, index: int, peer: str) -> int | None:
        """When the peer took the entry from this node (ms); None if it did not, or another node gave it."""
        with self._guard:
            block = self._block((peer, log, index // BLOCK))
            place = bisect_right(block, index, key=lambda row: row[1])
            return block[place][2] if place < len(block) and block[place][0] <= index else None

    def flush(self) -> None:
        """Save what came in since the last time."""
        with self._guard:
            rows = [(place, list(self._blocks[place])) for place in sorted(self._unsaved)]
            self._unsaved.clear()
        for place, block in rows:
            self._local.put(_key(place), b"".join(n.to_bytes(8, "big") for row in block for n in row))

    def _block(self, place: _Place) -> list[_Row]:
        if place not in self._blocks:
            data = self._local.get(_key(place)) or b""
            numbers = [int.from_bytes(data[i : i + 8], "big") for i in range(0, len(data), 8)]
            self._blocks[place] = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
        return self._blocks[place]


def _key(place: _Place) -> str:
    peer, log, number = place
    return f"sent.{peer}.{log.node}.{log.channel}.{log.lane}.{number}"
