"""A permutation drawn from a key: uniform over all there are (docs/spec/blind.md 5.2).

Each place gets a random key of 40 bits; its own number stands below it in one 64-bit word; the words are
sorted. Distinct keys put the places into each order equally often. Keys that fall together (about 17 pairs
among six million) would leave those places in the order of their numbers, so they are drawn again for them
alone. Sorting words needs no index beside them: eight times as fast as argsort of the same keys.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from seamline.blind.keys import Stream

Array = np.ndarray[Any, Any]

INDEX_BITS: Final = 24
_STEP: Final = 1 << 18


def permutation(key: bytes, size: int) -> Array:
    """Where each place goes: int64 (size,), the same for whoever has the key. size < 2^24."""
    return draw(Stream(key, "shuffle/1"), size, INDEX_BITS)


def draw(stream: Stream, size: int, low: int) -> Array:
    """low: bits of a 64-bit word that hold the number of the place; the others are its key."""
    if not 0 < size < 1 << low:
        raise ValueError(f"{size} places")
    words = stream.take(8 * size).view("<u8")
    mask = np.uint64((1 << low) - 1)
    for start in range(0, size, _STEP):
        part = words[start : start + _STEP]
        part &= ~mask
        part |= np.arange(start, start + len(part), dtype=np.uint64)
    words.sort()
    equal = _equal(words, low)
    # Numbers below 2^24 in eight bytes: numpy copies narrower ones each time they are used as indexes.
    out: Array = np.bitwise_and(words, mask, out=words).view(np.int64)
    if len(equal):
        _settle(out, equal, stream)
    return out


def _equal(words: Array, low: int) -> Array:
    """Places i in sorted words whose key is that of i + 1, looked for piece by piece for memory's sake."""
    shift = np.uint64(low)
    found = [
        start + np.flatnonzero(part[1:] >> shift == part[:-1] >> shift)
        for start in range(0, len(words), _STEP)
        for part in (words[start : start + _STEP + 1],)
    ]
    return np.concatenate(found)


def _settle(order: Array, equal: Array, stream: Stream) -> None:
    """Each run of places whose keys are equal, into a uniform order by keys of its own."""
    for run in np.split(equal, np.flatnonzero(np.diff(equal) > 1) + 1):
        first, last = int(run[0]), int(run[-1]) + 2
        while True:
            fresh = stream.take(8 * (last - first)).view("<u8")
            if len(set(fresh.tolist())) == len(fresh):
                break
        order[first:last] = order[first:last][np.argsort(fresh)]
