"""What a side signs of its plan before a run, and how one sector-day of it is opened (docs/spec/blind.md 7).

- blind 7.1  a leaf for each sector-day: its own 32-byte salt, its place, its bits
- blind 7.2  the commitment is the root of the tree of leaves (RFC 6962)
- blind 7.3  an opening is salt, bits and proof of one leaf; nothing of the others
- blind 7.4  the facilitator says what he received at the places both sides name
- blind 7.5  each of the three is sound, or does not fit what it signed
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seamline.blind import bits
from seamline.blind.keys import leaf_salt
from seamline.blind.universe import Universe
from seamline.errors import RuleBroken
from seamline.log import merkle

Array = np.ndarray[Any, Any]

_TAG: Final = b"seamline/blind/leaf/1\n"
_HEAD: Final = struct.Struct(">4sIIIH32s")


@dataclass(frozen=True, slots=True)
class Opening:
    """One sector-day: day and area count from 0; flags: its cell-hours; proof: of its leaf."""

    day: int
    area: int
    salt: bytes
    flags: Array
    proof: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        head = _HEAD.pack(b"SBO1", self.day, self.area, len(self.flags), len(self.proof), self.salt)
        return head + b"".join(self.proof) + bits.pack(self.flags)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an audit says of one party. code: sound, unopened (its opening fits no commitment), or differs.

    cells: how many cell-hours differ.
    """

    party: str
    code: str
    cells: int = 0


def commit(universe: Universe, plan: Array, seed: bytes) -> bytes:
    """The commitment to a plan; seed: 32 random bytes that stay at home (blind 7.2)."""
    tree = _tree(universe, plan, seed)
    return merkle.root(tree, tree.size)


def open_leaf(universe: Universe, plan: Array, seed: bytes, day: int, area: int) -> Opening:
    """The opening of one sector-day (blind 7.3)."""
    at, where = _number(universe, day, area), universe.leaf(day, area)
    tree = _tree(universe, plan, seed)
    proof = tuple(merkle.inclusion(tree, at, tree.size))
    return Opening(day, area, leaf_salt(seed, at), plan[where], proof)


def read_opening(data: bytes) -> Opening:
    """RuleBroken blind 7.3 for bytes that are no opening."""
    if len(data) < _HEAD.size:
        raise RuleBroken("blind 7.3", "the opening was cut short")
    form, day, area, size, count, salt = _HEAD.unpack_from(data)
    stop = _HEAD.size + 32 * count
    if form != b"SBO1" or count > 32 or len(data) < stop:
        raise RuleBroken("blind 7.3", "no opening")
    proof = tuple(data[i : i + 32] for i in range(_HEAD.size, stop, 32))
    return Opening(day, area, salt, bits.unpack(data[stop:], size, "blind 7.3"), proof)


def check_opening(universe: Universe, root: bytes, opening: Opening) -> None:
    """RuleBroken blind 7.3 unless this is the sector-day that was committed to."""
    if not (0 <= opening.day < universe.days and 0 <= opening.area < universe.areas):
        raise RuleBroken("blind 7.3", f"no sector-day {opening.day}, {opening.area}")
    where = universe.leaf(opening.day, opening.area)
    if len(opening.flags) != where.stop - where.start:
        raise RuleBroken("blind 7.3", f"{len(opening.flags)} cell-hours")
    leaf = _leaf(opening.salt, opening.day, opening.area, opening.flags)
    total = universe.days * universe.areas
    try:
        merkle.verify_inclusion(
            leaf, _number(universe, opening.day, opening.area), total, opening.proof, root
        )
    except RuleBroken as fault:
        raise RuleBroken("blind 7.3", f"it is not what was committed to: {fault.params['detail']}") from None


def judge(
    universe: Universe,
    roots: dict[str, bytes],
    openings: dict[str, Opening],
    received: dict[str, Array],
    facilitator: str,
    answered: Array,
    sent: dict[str, Array] | None = None,
) -> list[Outcome]:
    """What the opened sector-day says of each side and of the facilitator (blind 7.5).

    received: by side, what the facilitator signs that it got there; answered: what it posted there, or, of a
    gap, what it found open (bool). In the order of the sector-day. sent: of a gap, the digits that the opened
    plans and masks make (blind 7.6); of a clash the opened bits are what was sent. Where a side and what was
    received differ, it is between these two.
    """
    found = []
    for side in sorted(roots):
        opening = openings[side]
        try:
            check_opening(universe, roots[side], opening)
        except RuleBroken:
            found.append(Outcome(side, "unopened"))
            continue
        meant = opening.flags if sent is None else sent[side]
        cells = int(np.count_nonzero(meant != received[side]))
        found.append(Outcome(side, "differs" if cells else "sound", cells))
    one, other = (received[side] for side in sorted(roots))
    found_there = one & other if sent is None else one == other
    cells = int(np.count_nonzero(found_there != answered))
    return [*found, Outcome(facilitator, "differs" if cells else "sound", cells)]


def _tree(universe: Universe, plan: Array, seed: bytes) -> merkle.MemoryTree:
    return merkle.MemoryTree(
        _leaf(leaf_salt(seed, _number(universe, day, area)), day, area, plan[universe.leaf(day, area)])
        for day in range(universe.days)
        for area in range(universe.areas)
    )


def _leaf(salt: bytes, day: int, area: int, flags: Array) -> bytes:
    head = _TAG + salt + struct.pack(">III", day, area, len(flags))
    return merkle.leaf_hash(head + bits.pack(flags))


def _number(universe: Universe, day: int, area: int) -> int:
    return day * universe.areas + area
