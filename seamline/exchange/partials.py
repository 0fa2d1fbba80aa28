"""Parts that came in fragments and are not whole yet, kept within bounds (docs/spec/exchange.md 10)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from seamline.clock import Clock
from seamline.errors import RuleBroken
from seamline.log.part import Chunk, Fragment, Want
from seamline.log.wire import ByteReader, ByteWriter
from seamline.store.ports import LocalStore

MAX_PARTS: Final = 16
MAX_OF_SENDER: Final = 4 << 20
MAX_BYTES: Final = 32 << 20
PATIENCE: Final = 30 * 86_400_000
"""How long nothing may be added to a part before it is forgotten (ms); couriers take weeks."""

_RULE = "exchange 10.2"


@dataclass(slots=True)
class _Partial:
    channel: str
    size: int
    last: int = 0
    pieces: dict[int, int] = field(default_factory=dict)

    @property
    def held(self) -> int:
        return sum(self.pieces.values())

    def gaps(self) -> Iterator[tuple[int, int]]:
        """What is missing, [start, stop), in order."""
        at = 0
        for offset, length in sorted(self.pieces.items()):
            if offset > at:
                yield at, offset
            at = max(at, offset + length)
        if at < self.size:
            yield at, self.size


class Partials:
    """Any thread. Each fragment is on disk when `add` returns."""

    def __init__(
        self, local: LocalStore, clock: Clock, *, key: str = "partial.", most: int = MAX_OF_SENDER
    ) -> None:
        """key: where in local state they are; most: bytes of one sender."""
        self._local, self._clock, self._key, self._most = local, clock, key, most
        self._guard = threading.Lock()
        self._held: dict[tuple[str, str], _Partial] = {}
        self._dropped: set[tuple[str, str]] = set()
        for name in local.keys(key):
            self._load(name)

    def add(self, sender: str, part: Fragment | Chunk) -> bytes | None:
        """The pressed part once it is whole, else None. RuleBroken exchange 10.2: all of it is gone then."""
        place, now = (sender, part.digest.hex()), self._clock.now()
        with self._guard:
            one = self._held.setdefault(place, _Partial(part.channel, part.size))
            if (one.channel, one.size) != (part.channel, part.size):
                self._drop(place)
                raise RuleBroken(_RULE, "fragments of one part that name another size or channel")
            if one.pieces.get(part.offset, 0) < len(part.data):
                self._local.put(self._name(place, part.offset), _value(part, now))
                one.pieces[part.offset] = len(part.data)
            one.last = now
            if next(one.gaps(), None) is None:
                frame = self._whole(place, one)
                self._drop(place)
                if hashlib.sha256(frame).digest() != part.digest:
                    raise RuleBroken(_RULE, "the fragments make a part of another hash")
                return frame
            self._make_room(place, now)
            return None

    def lacking(self, sender: str) -> dict[str, tuple[Want, ...]]:
        """By channel, what is missing of the parts begun by this sender."""
        found: dict[str, tuple[Want, ...]] = {}
        with self._guard:
            for (who, digest), one in sorted(self._held.items()):
                if who == sender:
                    gaps = tuple(Want(bytes.fromhex(digest), a, b, of_part=True) for a, b in one.gaps())
                    found[one.channel] = found.get(one.channel, ()) + gaps
        return found

    def forget(self, sender: str, digest: str) -> None:
        """Whatever is kept of that part is dropped."""
        with self._guard:
            if (sender, digest) in self._held:
                self._drop((sender, digest))

    def dropped(self, sender: str) -> set[str]:
        """Channels of whose parts by this sender something was forgotten since this was last asked."""
        with self._guard:
            found = {channel for who, channel in self._dropped if who == sender}
            self._dropped -= {(sender, channel) for channel in found}
            return found

    def _make_room(self, newest: tuple[str, str], now: int) -> None:
        by_age = sorted((p for p in self._held if p != newest), key=lambda p: self._held[p].last)
        for place in by_age:
            mine = [one for (who, _), one in self._held.items() if who == newest[0]]
            crowded = len(mine) > MAX_PARTS or sum(one.held for one in mine) > self._most
            full = sum(one.held for one in self._held.values()) > max(MAX_BYTES, self._most)
            if full or (crowded and place[0] == newest[0]) or self._held[place].last + PATIENCE < now:
                self._dropped.add((place[0], self._held[place].channel))
                self._drop(place)

    def _whole(self, place: tuple[str, str], one: _Partial) -> bytes:
        frame = bytearray(one.size)
        for offset, length in sorted(one.pieces.items()):
            _, _, _, data = _read(self._local.get(self._name(place, offset)) or b"")
            frame[offset : offset + length] = data[:length]
        return bytes(frame)

    def _drop(self, place: tuple[str, str]) -> None:
        for offset in self._held.pop(place).pieces:
            self._local.put(self._name(place, offset), None)

    def _name(self, place: tuple[str, str], offset: int) -> str:
        return f"{self._key}{place[0]}.{place[1]}.{offset}"

    def _load(self, key: str) -> None:
        sender, digest, offset = key.removeprefix(self._key).split(".")
        last, size, channel, data = _read(self._local.get(key) or b"")
        one = self._held.setdefault((sender, digest), _Partial(channel, size))
        one.pieces[int(offset)] = len(data)
        one.last = max(one.last, last)


def _value(part: Fragment | Chunk, now: int) -> bytes:
    out = ByteWriter()
    out.number(now)
    out.number(part.size)
    out.text(part.channel)
    out.raw(part.data)
    return out.done()


def _read(value: bytes) -> tuple[int, int, str, bytes]:
    reader = ByteReader(value, _RULE)
    return reader.number(), reader.number(), reader.text(300), reader.raw(reader.left)
