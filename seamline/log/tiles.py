"""A log as C2SP tlog-tiles: static files that any transparency-log tool reads (docs/spec/log.md 13).

Tiles of 256 hashes: tile/<level>/<n> holds the roots of the subtrees of 256^level leaves; entries lie 256 to
a bundle in tile/entries/<n>, each after its length in two bytes; `checkpoint` is the signed head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from seamline.errors import Conflict
from seamline.log.merkle import Subtrees

WIDTH: Final = 256
"""Hashes to a full tile, entries to a full bundle."""

_HEIGHT = 8
_DIGITS = 1000


def hash_tiles(tree: Subtrees, size: int) -> Iterator[tuple[str, bytes]]:
    """(path, content) of every hash tile of a tree of this size, the lowest level first."""
    level = 0
    while size >> (_HEIGHT * level):
        count = size >> (_HEIGHT * level)
        for start in range(0, count, WIDTH):
            stop = min(count, start + WIDTH)
            hashes = (tree.subtree(_HEIGHT * level, index) for index in range(start, stop))
            yield path(str(level), start // WIDTH, stop - start), b"".join(hashes)
        level += 1


def entry_bundles(
    entries: Callable[[int, int], Sequence[bytes | None]], size: int
) -> Iterator[tuple[str, bytes]]:
    """(path, content) of every entry bundle. entries(start, stop): those entries.

    Raises Conflict where a body was destroyed (log 10): the format has no place for a leaf hash alone.
    """
    for start in range(0, size, WIDTH):
        stop = min(size, start + WIDTH)
        parts = []
        for index, data in enumerate(entries(start, stop), start):
            if data is None:
                raise Conflict(f"the body of entry {index} was destroyed; export the hash tiles alone")
            parts.append(len(data).to_bytes(2, "big") + data)
        yield path("entries", start // WIDTH, stop - start), b"".join(parts)


def path(kind: str, number: int, width: int) -> str:
    """tile/<kind>/x001/x234/067, with .p/<width> for a tile that is not full."""
    digits = [f"{number % _DIGITS:03}"]
    while number := number // _DIGITS:
        digits.insert(0, f"x{number % _DIGITS:03}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{kind}/{'/'.join(digits)}{partial}"
