"""What a relay keeps for others until they come: sealed packets, within bounds (docs/spec/exchange.md 13)."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from seamline.clock import Clock
from seamline.exchange import packet
from seamline.store.ports import LocalStore

MAX_PAIR: Final = 8 << 20
MAX_PACKETS: Final = 512
MAX_ALL: Final = 64 << 20
AGE: Final = 30 * 86_400_000

_KEY: Final = "relay.box."


@dataclass(frozen=True, slots=True)
class Kept:
    """A packet on disk. number: in order of arrival; at: ms by this node's clock; size: bytes."""

    key: str
    number: int
    to: packet.Address
    at: int
    size: int

    @property
    def pair(self) -> tuple[str, str]:
        return self.to.sender, self.to.reader


class Box:
    """Any thread. A packet is on disk when `put` returns, and not read by anybody here."""

    def __init__(self, local: LocalStore, clock: Clock) -> None:
        self._local, self._clock = local, clock
        self._guard = threading.Lock()
        self._held: dict[bytes, Kept] = {}
        self.dropped = 0
        for key in local.keys(_KEY):
            data = local.get(key)
            if data is not None:
                self._note(key, int(key.rpartition(".")[2]), data)

    def put(self, data: bytes, to: packet.Address) -> None:
        """Keep it; the same one twice is kept once. Others may have to go for it."""
        with self._guard:
            if packet.tag(data) in self._held:
                return
            number = 1 + max((one.number for one in self._held.values()), default=0)
            key = f"{_KEY}{to.reader}.{number:012d}"
            value = self._clock.now().to_bytes(8, "big") + data
            self._local.put(key, value)
            self._note(key, number, value)
            self._make_room((to.sender, to.reader))

    def take(self, tag: bytes) -> None:
        """Its reader has it, or will never take it."""
        with self._guard:
            self._drop(tag)

    def due(
        self, reader: str, room: int, flying: Collection[bytes], lane: packet.Lane
    ) -> list[tuple[bytes, bytes]]:
        """(tag, packet) of a lane for this node within room (bytes); one at least, if there is one."""
        found: list[tuple[bytes, bytes]] = []
        for tag in self.waiting(reader, flying, lane):
            data = self._local.get(self._held[tag].key) if tag in self._held else None
            if data is None:
                continue
            if found and len(data) > room:
                break
            room -= len(data)
            found.append((tag, data[8:]))
        return found

    def waiting(
        self, reader: str, flying: Collection[bytes] = (), lane: packet.Lane | None = None
    ) -> list[bytes]:
        """Tags of what is here for this node (in a lane), in the order in which it goes."""
        with self._guard:
            mine = [(t, one) for t, one in self._held.items() if one.to.reader == reader and t not in flying]
        mine = [(t, one) for t, one in mine if lane in (None, one.to.lane)]
        return [t for t, one in sorted(mine, key=lambda m: (m[1].to.lane != "flash", m[1].number))]

    def told(self, reader: str) -> dict[str, int]:
        """How many packets are here for a node, and their bytes."""
        with self._guard:
            sizes = [one.size for one in self._held.values() if one.to.reader == reader]
        return {"packets": len(sizes), "bytes": sum(sizes)}

    def _note(self, key: str, number: int, value: bytes) -> None:
        at, data = int.from_bytes(value[:8], "big"), value[8:]
        self._held[packet.tag(data)] = Kept(key, number, packet.address(data), at, len(data))

    def _make_room(self, pair: tuple[str, str]) -> None:
        now = self._clock.now()
        for tag in [t for t, one in self._held.items() if one.at + AGE < now]:
            self._drop(tag, lost=True)
        while self._crowded(pair):
            mine = [(t, one) for t, one in self._held.items() if one.pair == pair]
            tag, _ = min(mine, key=lambda m: (m[1].to.lane == "flash", m[1].number))
            self._drop(tag, lost=True)

    def _crowded(self, pair: tuple[str, str]) -> bool:
        mine = [one.size for one in self._held.values() if one.pair == pair]
        full = sum(one.size for one in self._held.values()) > MAX_ALL
        return bool(mine) and (full or len(mine) > MAX_PACKETS or sum(mine) > MAX_PAIR)

    def _drop(self, tag: bytes, *, lost: bool = False) -> None:
        one = self._held.pop(tag, None)
        if one is not None:
            self._local.put(one.key, None)
            self.dropped += lost
