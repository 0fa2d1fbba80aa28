"""What watch lists and undertakings come to on the ground, computed once for each entry and kept in memory.

An entry never changes, so what was computed for its hash holds for good; what was not asked for longest goes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shapely.geometry.base import BaseGeometry

from seamline.geo.frame import Frame
from seamline.geo.relief import Relief
from seamline.picture.cover import Cover, Reach, reaches
from seamline.picture.gap import Gaps
from seamline.picture.ground import Parts, lay_out
from seamline.records.activity import Activity

MAX_GROUNDS, MAX_LOOKED_AT, MAX_ANSWERS = 32, 8, 8
MAX_REACH_BYTES, MAX_STATED_BYTES, MAX_GAPS_BYTES = 64 * 2**20, 32 * 2**20, 64 * 2**20
# What a kept reach takes beside its arrays.
_EACH = 400

Key = tuple[Any, ...]
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Stated:
    """An activity as its entry states it: the body and its place in degrees; None if it watches nothing."""

    body: Activity | None
    shape: BaseGeometry | None
    bytes: int


class Bounded(Generic[V]):
    """Values by key, up to a sum of sizes; what was not asked for longest goes. Safe on any thread."""

    def __init__(self, most: int, size: Callable[[V], int] = lambda value: 1) -> None:
        self._most, self._size = most, size
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, V] = OrderedDict()
        self._sum = 0

    def get(self, key: Key) -> V | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Key, value: V) -> None:
        with self._lock:
            if key in self._kept:
                self._sum -= self._size(self._kept.pop(key))
            self._kept[key] = value
            self._sum += self._size(value)
            while self._sum > self._most:
                self._sum -= self._size(self._kept.popitem(last=False)[1])

    def made(self, key: Key, make: Callable[[], V]) -> V:
        """What is kept for the key, or what make() gives; two that ask at once may both make it."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found


class Kept:
    """Grounds, reaches and answers by entry; safe on any thread.

    Whatever is kept follows from its key alone, and a key holds only what its asker may read (law 3).
    """

    def __init__(self) -> None:
        self._grounds: Bounded[Parts] = Bounded(MAX_GROUNDS)
        self._looked_at: Bounded[Parts] = Bounded(MAX_LOOKED_AT)
        self._reaches: Bounded[Reach] = Bounded(MAX_REACH_BYTES, _reach_bytes)
        self._stated: Bounded[Stated] = Bounded(MAX_STATED_BYTES, lambda one: one.bytes)
        self._gaps: Bounded[Gaps] = Bounded(MAX_GAPS_BYTES, _gaps_bytes)
        self._answers: Bounded[Any] = Bounded(MAX_ANSWERS)

    def ground(self, watch: str, frame: Frame, place: Callable[[], BaseGeometry]) -> Parts:
        """The parts of a watch list; watch: the hash of its entry; place: its geometry in degrees."""
        return self._grounds.made((watch, frame), lambda: lay_out(place(), frame))

    def looked_at(self, ground: BaseGeometry, frame: Frame, res: int) -> Parts:
        """The parts of an area somebody looks at, in degrees: he asks again with other figures."""
        return self._looked_at.made((ground.wkb, frame, res), lambda: lay_out(ground, frame, res))

    def stated(self, hash: str, read: Callable[[], Stated]) -> Stated:
        """What the entry of an activity states; hash: of the entry."""
        return self._stated.made((hash,), read)

    def gaps(self, key: Key, find: Callable[[], Gaps]) -> Gaps:
        """The gaps of a watch list; key: the hashes of all they follow from, the frame and the hours."""
        return self._gaps.made(key, find)

    def answer(self, key: Key, make: Callable[[], V]) -> V:
        """What several gaps come to when they are drawn; key: the keys of their lists and what was asked."""
        found: V = self._answers.made(key, make)
        return found

    def reaches(
        self, watch: str, parts: Parts, of: Sequence[str], covers: Sequence[Cover], relief: Relief | None
    ) -> list[Reach]:
        """What each cover reaches of a watch list; of: the hashes of the covers' entries."""
        # The hours of a cover are no part of it: an undertaking that was closed reaches what it reached.
        keys = [(watch, parts.frame, hash, id(relief)) for hash in of]
        found = [self._reaches.get(key) for key in keys]
        missing = [i for i, one in enumerate(found) if one is None]
        made = reaches(parts, [covers[i] for i in missing], relief)
        for i, one in zip(missing, made, strict=True):
            found[i] = one
            self._reaches.put(keys[i], one)
        return [one for one in found if one is not None]


def _reach_bytes(one: Reach) -> int:
    return int(one.parts.nbytes + one.metres.nbytes + one.seen.nbytes) + _EACH


def _gaps_bytes(one: Gaps) -> int:
    runs = one.runs
    held = (runs.cuts, runs.part, runs.begin, runs.end, runs.patch, one.first, one.size, one.size_hours,
            one.length, one.length_hours, one.middle, one.cut, one.order)  # fmt: skip
    return sum(int(array.nbytes) for array in held) + _EACH
