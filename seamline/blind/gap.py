"""Gap with a facilitator, one message each over F₃ (docs/spec/blind.md 6); he alone learns the result.

- blind 6.1  L = N + 128 cells; five digits of base three a byte, cell i in byte i mod n as digit i div n
- blind 6.2  u = s + q(1−x) and v = s − q(1−y) mod 3: equal exactly where both are open
- blind 6.3  64 check cells that must be equal and 64 that must not, at places from the run key
- blind 6.4  a share says what it is: format, transcript, side, N, places of the check cells, then the digits
- blind 6.5  he takes no result when a check cell is wrong or the sides name other places
- blind 6.6  above the agreed cap he proposes nothing
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any, Final

import numpy as np

from seamline.blind.keys import Stream
from seamline.blind.run import Terms
from seamline.errors import BadInput, RuleBroken

Array = np.ndarray[Any, Any]

CHECKS: Final = 64
_HEAD: Final = struct.Struct(">4s32sBI")
_DIGITS: Final = 5
_POWERS: Final = (1, 3, 9, 27, 81)


def length(terms: Terms) -> int:
    """L: the cells and the check cells among them."""
    return terms.cells + 2 * CHECKS


def message_bytes(terms: Terms) -> int:
    """How long an opened share is."""
    return _HEAD.size + 8 * CHECKS + _bytes(length(terms))


def share(terms: Terms, side: str, transcript: bytes, run_key: bytes, open_: Array) -> bytes:
    """The share for the facilitator, to be sealed. open_: bool (N,), True where this side covers nothing."""
    if len(open_) != terms.cells:
        raise BadInput("plan", len(open_), f"{terms.cells} cell-hours")
    place, total = terms.place(side), length(terms)
    checks = check_places(run_key, total)
    cells: Array = np.zeros(_bytes(total) * _DIGITS, dtype=np.uint8)
    cells[:total] = np.insert(open_, np.sort(checks) - np.arange(2 * CHECKS), 0)
    cells[checks[:CHECKS]] = 1
    masks, turns = _masks(run_key, len(cells) // _DIGITS)
    digits = mask(masks, turns, cells, place)
    head = _HEAD.pack(b"SBG1", transcript, place, terms.cells)
    return head + checks.astype(">u4").tobytes() + _pack(digits)


def mask(s: Array, q: Array, open_: Array, place: int) -> Array:
    """The digits a side sends (blind 6.2). s in {0, 1, 2}, q in {1, 2}, open_ in {0, 1}, uint8."""
    turn = q if place == 0 else 3 - q
    total: Array = s + turn * (1 - open_)
    total -= 3 * (total >= 3).view(np.uint8)
    return total


def check_places(run_key: bytes, total: int) -> Array:
    """The check cells, those that must be equal first, then those that must not: int64 (128,) (blind 6.3)."""
    stream = Stream(run_key, "checks/1")
    found: list[int] = []
    while len(found) < 2 * CHECKS:
        found = list(dict.fromkeys([*found, *stream.below(total, 64).tolist()]))
    return np.array(found[: 2 * CHECKS], dtype=np.int64)


def read_share(terms: Terms, side: str, transcript: bytes, share: bytes) -> tuple[Array, Array]:
    """(places of check cells, digits packed); RuleBroken blind 6.4 for bytes that are none of this run's."""
    if len(share) != message_bytes(terms):
        raise RuleBroken("blind 6.4", f"{len(share)} bytes, not {message_bytes(terms)}")
    form, of, place, told = _HEAD.unpack_from(share)
    if (form, of, place, told) != (b"SBG1", transcript, terms.place(side), terms.cells):
        raise RuleBroken("blind 6.4", f"no gap share of {side} in this run")
    checks = np.frombuffer(share, dtype=">u4", count=2 * CHECKS, offset=_HEAD.size).astype(np.int64)
    if checks.max() >= length(terms) or len(set(checks.tolist())) != 2 * CHECKS:
        raise RuleBroken("blind 6.4", "check cells that cannot be")
    digits = np.frombuffer(share, dtype=np.uint8, offset=_HEAD.size + 8 * CHECKS)
    if digits.max() >= 3**_DIGITS:
        raise RuleBroken("blind 6.4", "a byte that holds no five digits of base three")
    return checks, digits


def open_for_both(terms: Terms, one: tuple[Array, Array], other: tuple[Array, Array]) -> Array:
    """Where neither covers: indexes, for him alone. RuleBroken blind 6.5 for a wrong check cell."""
    if (one[0] != other[0]).any():
        raise RuleBroken("blind 6.5", "the sides name different check cells: their run keys differ")
    total, checks = length(terms), one[0]
    equal = _equal(one[1], other[1])[:total]
    if not equal[checks[:CHECKS]].all() or equal[checks[CHECKS:]].any():
        raise RuleBroken("blind 6.5", "check cells are wrong: keys that differ, or a share that was changed")
    # The cells between check cells, put together again: cheaper than to count how many lie before each.
    edges = [-1, *np.sort(checks).tolist(), total]
    between = [equal[a + 1 : b] for a, b in pairwise(edges)]
    return np.flatnonzero(np.concatenate(between))


def placed(terms: Terms, run_key: bytes, where: slice) -> tuple[Array, Array]:
    """Of some cell-hours: their places among the L, and their masks s + 3·(q − 1), uint8 (blind 7.6).

    They tell nothing of other cells: each has masks of its own.
    """
    total = length(terms)
    places = np.delete(np.arange(total), check_places(run_key, total))[where]
    s, q = _masks(run_key, _bytes(total))
    return places, s[places] + 3 * (q[places] - 1)


def sent(masks: Array, open_: Array, place: int) -> Array:
    """The digits that a side with these masks and this plan sends; place: 0 or 1 (blind 6.2)."""
    return mask(masks % 3, masks // 3 + 1, open_.astype(np.uint8), place)


def digits_at(packed: Array, places: Array) -> Array:
    """The digits of a share at some places, uint8 (blind 6.1)."""
    digit, byte = np.divmod(places, len(packed))
    found: Array = packed[byte] // np.array(_POWERS, dtype=np.uint8)[digit] % np.uint8(3)
    return found


def _bytes(total: int) -> int:
    return -(-total // _DIGITS)


def _masks(run_key: bytes, count: int) -> tuple[Array, Array]:
    """s and q for 5·count cells. A byte below 243 is five uniform digits; larger ones are thrown away."""
    stream = Stream(run_key, "masks/1")
    packed: Array = np.zeros(0, dtype=np.uint8)
    while len(packed) < count:
        drawn = stream.take((count - len(packed)) * 19 // 18 + 64)
        packed = np.concatenate((packed, drawn[drawn < 3**_DIGITS]))
    turns = np.unpackbits(Stream(run_key, "turns/1").take(-(-count * _DIGITS // 8)), count=count * _DIGITS)
    turns += 1
    return _unpack(packed[:count]).reshape(-1), turns


def _unpack(packed: Array) -> Array:
    """uint8 (5, n): the digits of each byte, the lowest first."""
    out: Array = np.empty((_DIGITS, len(packed)), dtype=np.uint8)
    rest = packed
    for digit in range(_DIGITS):
        above = rest // np.uint8(3)
        np.subtract(rest, above * np.uint8(3), out=out[digit])
        rest = above
    return out


def _pack(digits: Array) -> bytes:
    rows = digits.reshape(_DIGITS, -1)
    out: Array = np.zeros(rows.shape[1], dtype=np.uint8)
    for power, row in zip(_POWERS, rows, strict=True):
        out += np.uint8(power) * row
    return out.tobytes()


def _equal(one: Array, other: Array) -> Array:
    """bool (5n,): where the digits of both are the same, in the order of cells."""
    same: Array = _unpack(one) == _unpack(other)
    return same.reshape(-1)
