"""What watch lists and undertakings come to on the ground, computed once for each entry and kept in memory.

An entry never changes, so what was computed for its hash holds for good; what was not asked for longest goes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from shapely.geometry.base import BaseGeometry

from seamline.geo.frame import Frame
from seamline.geo.relief import Relief
from seamline.picture.cover import Cover, Reach, reaches
from seamline.picture.ground import Parts, lay_out

MAX_GROUNDS, MAX_LOOKED_AT = 32, 8
MAX_BYTES = 64 * 2**20
# What a kept reach takes beside its arrays.
_EACH = 400

Key = tuple[Any, ...]


class Kept:
    """Grounds and reaches by entry; safe on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grounds: OrderedDict[Key, Parts] = OrderedDict()
        self._looked_at: OrderedDict[Key, Parts] = OrderedDict()
        self._reaches: OrderedDict[Key, Reach] = OrderedDict()
        self._bytes = 0

    def ground(self, watch: str, frame: Frame, place: Callable[[], BaseGeometry]) -> Parts:
        """The parts of a watch list; watch: the hash of its entry; place: its geometry in degrees."""
        return self._part(self._grounds, (watch, frame), MAX_GROUNDS, lambda: lay_out(place(), frame))

    def looked_at(self, ground: BaseGeometry, frame: Frame, res: int) -> Parts:
        """The parts of an area somebody looks at, in degrees: he asks again with other figures."""
        key = (ground.wkb, frame, res)
        return self._part(self._looked_at, key, MAX_LOOKED_AT, lambda: lay_out(ground, frame, res))

    def _part(self, kept: OrderedDict[Key, Parts], key: Key, most: int, make: Callable[[], Parts]) -> Parts:
        with self._lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        made = make()
        with self._lock:
            kept[key] = made
            while len(kept) > most:
                kept.popitem(last=False)
        return made

    def reaches(
        self, watch: str, parts: Parts, of: Sequence[str], covers: Sequence[Cover], relief: Relief | None
    ) -> list[Reach]:
        """What each cover reaches of a watch list; of: the hashes of the covers' entries."""
        # The hours of a cover are no part of it: an undertaking that was closed reaches what it reached.
        keys = [(watch, parts.frame, hash, id(relief)) for hash in of]
        with self._lock:
            found = [self._reaches.get(key) for key in keys]
            for key, one in zip(keys, found, strict=True):
                if one is not None:
                    self._reaches.move_to_end(key)
        missing = [i for i, one in enumerate(found) if one is None]
        made = reaches(parts, [covers[i] for i in missing], relief)
        with self._lock:
            for i, one in zip(missing, made, strict=True):
                found[i] = one
                self._keep(keys[i], one)
        return [one for one in found if one is not None]

    def _keep(self, key: Key, one: Reach) -> None:
        if key not in self._reaches:
            self._bytes += _size(one)
        self._reaches[key] = one
        while self._bytes > MAX_BYTES:
            self._bytes -= _size(self._reaches.popitem(last=False)[1])


def _size(one: Reach) -> int:
    return int(one.parts.nbytes + one.metres.nbytes + one.seen.nbytes) + _EACH
