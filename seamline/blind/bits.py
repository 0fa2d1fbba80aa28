"""Bits and sparse sets as bytes; the parsers take nothing on trust (docs/spec/blind.md 5.4, 5.6)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import zstandard

from seamline.errors import RuleBroken

Array = np.ndarray[Any, Any]

PLAIN, ZSTD = 0, 1
_LEVEL: Final = 1
# Bytes whose flags are looked at together: they stay near the processor.
_STEP: Final = 1 << 16
# Numbers worked on together: memory of this size is used again and again, and not given back in between.
_FEW: Final = 1 << 13


def squeeze(data: bytes | memoryview, before: bytes = b"") -> bytes:
    """What stands before it, a method byte and the data, in the fewer bytes of plain and zstd."""
    small = zstandard.ZstdCompressor(level=_LEVEL).compress(data)
    if len(small) < len(data):
        return b"".join((before, bytes([ZSTD]), small))
    return b"".join((before, bytes([PLAIN]), data))


def loosen(data: bytes | memoryview, size: int, rule: str) -> bytes:
    """What was squeezed: `size` bytes (at most that many, if negative); RuleBroken with the rule given."""
    exact, most = size >= 0, abs(size)
    how, rest = data[:1], memoryview(data)[1:]
    if how == bytes([PLAIN]):
        out = bytes(rest)
    elif how == bytes([ZSTD]):
        try:
            told = zstandard.frame_content_size(rest)
            if not 0 <= told <= most:
                raise RuleBroken(rule, f"packed bytes that would be {told}, at most {most} are read")
            unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27)
            out = unpacker.decompress(rest, max_output_size=most, allow_extra_data=False)
        except zstandard.ZstdError:
            raise RuleBroken(rule, "packed bytes that cannot be unpacked") from None
    else:
        raise RuleBroken(rule, "packed in no known way")
    if len(out) > most or (exact and len(out) != most):
        raise RuleBroken(rule, f"{len(out)} bytes, not {most}")
    return out


def pack(flags: Array) -> bytes:
    """bool (n,) as bits, the first in the highest bit; spare bits are zero."""
    return np.packbits(flags).tobytes()


def unpack(data: bytes, size: int, rule: str) -> Array:
    """bool (size,); RuleBroken with the rule given when it is longer, shorter, or a spare bit is set."""
    if len(data) != -(-size // 8):
        raise RuleBroken(rule, f"{len(data)} bytes for {size} bits")
    if size % 8 and data[-1] & (0xFF >> size % 8):
        raise RuleBroken(rule, "a spare bit is set")
    return np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=size).view(bool)


def popcount(data: bytes | Array) -> int:
    """How many bits are set in bytes, or in uint8 (n,)."""
    whole = len(data) // 8
    words = np.frombuffer(data, dtype=np.uint64, count=whole)
    rest = bytes(data[whole * 8 :])
    return int(np.bitwise_count(words).sum(dtype=np.int64)) + sum(b.bit_count() for b in rest)


def ones(data: Array) -> Array:
    """Which bits of uint8 (n,) are set, rising: int64."""
    found = []
    for start in range(0, len(data), _STEP):
        part = data[start : start + _STEP]
        # Few bytes have a one at all where few met.
        some = np.flatnonzero(part != 0)
        one = np.flatnonzero(np.unpackbits(part.take(some)).view(bool))
        at = some.take(one >> 3)
        at += start
        at <<= 3
        one &= 7
        at += one
        found.append(at)
    return np.concatenate(found)


def steps(places: Array) -> bytes:
    """Rising numbers as steps of a byte: 255 says that more of the same step follows."""
    low = np.empty(len(places), dtype=np.uint8)
    wide, more, last = [], [], -1
    for start in range(0, len(places), _FEW):
        part = places[start : start + _FEW]
        gaps: Array = np.diff(part, prepend=last)
        gaps -= 1
        last = int(part[-1])
        # Few steps are that long.
        long = np.flatnonzero(gaps >= 255)
        times, gaps[long] = np.divmod(gaps[long], 255)
        low[start : start + _FEW] = gaps
        wide.append(long + start)
        more.append(times)
    if not wide:
        return b""
    return np.insert(low, np.repeat(np.concatenate(wide), np.concatenate(more)), 255).tobytes()


def places(data: bytes, count: int, size: int, rule: str) -> Array:
    """What `steps` wrote: `count` rising numbers below size; RuleBroken with the rule given."""
    raw = np.frombuffer(data, dtype=np.uint8)
    ends = raw != 255
    told = np.count_nonzero(ends)
    if told != count or (len(raw) and raw[-1] == 255):
        raise RuleBroken(rule, f"{told} places, not {count}")
    out: Array = np.empty(count, dtype=np.int64)
    done, last = 0, -1
    for start in range(0, len(raw), _FEW):
        end = ends[start : start + _FEW]
        at = np.cumsum(raw[start : start + _FEW] + end, dtype=np.int64)
        at += last
        last = int(at[-1])
        found = at.compress(end)
        out[done : done + len(found)] = found
        done += len(found)
    if count and last >= size:
        raise RuleBroken(rule, f"place {last} of {size}")
    return out
