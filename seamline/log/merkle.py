"""RFC 6962 Merkle trees: roots, proofs, and their verification. Indexes and sizes count leaves.

A tree is read through `Subtrees`: roots of perfect subtrees, which never change once complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from seamline.errors import BadInput, RuleBroken

empty_root: Final = hashlib.sha256(b"").digest()

MAX_SIZE: Final = (1 << 53) - 1
"""More entries than any log will have; keeps sizes exact in every JSON reader."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data) (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right) (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Subtrees(Protocol):
    """Whoever keeps a tree: a store, or `MemoryTree`."""

    def subtree(self, level: int, index: int) -> bytes:
        """Root of the perfect subtree over leaves [index << level, (index + 1) << level)."""
        ...


class Frontier:
    """The right edge of a tree: enough to append and to give the root, in O(log size) hashes."""

    __slots__ = ("_nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        """nodes: roots of the perfect subtrees that make up the tree, the largest (leftmost) first."""
        self.size = size
        self._nodes = list(nodes)
        if len(self._nodes) != size.bit_count():
            raise RuleBroken("log 4.3", f"a tree of {size} has {size.bit_count()} such subtrees")

    @classmethod
    def of(cls, subtrees: Subtrees, size: int) -> Frontier:
        """The right edge of a kept tree."""
        return cls(size, [subtrees.subtree(level, index) for level, index in cover(0, size)])

    @property
    def nodes(self) -> tuple[bytes, ...]:
        return tuple(self._nodes)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash. Returns the perfect subtrees that it completed.

        [k] is the one at level k, index (new size - 1) >> k; [0] is the leaf itself.
        """
        return self.append_subtree(0, leaf)

    def append_subtree(self, level: int, root: bytes) -> list[bytes]:
        """Add 2**level leaves at once by their root; the size must be a multiple of that."""
        if self.size & ((1 << level) - 1):
            raise RuleBroken("log 4.3", f"a subtree of {1 << level} cannot begin at {self.size}")
        done = [root]
        rest = self.size >> level
        while rest & 1:
            root = node_hash(self._nodes.pop(), root)
            done.append(root)
            rest >>= 1
        self._nodes.append(root)
        self.size += 1 << level
        return done

    def root(self) -> bytes:
        return fold(self._nodes)

    def copy(self) -> Frontier:
        return Frontier(self.size, self._nodes)


class MemoryTree:
    """A whole tree in memory, for tests, proofs of small logs, and the memory store."""

    __slots__ = ("_frontier", "_levels")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = []
        self._frontier = Frontier()
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        return self._frontier.size

    def append(self, leaf: bytes) -> None:
        for level, root in enumerate(self._frontier.append(leaf)):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(root)

    def subtree(self, level: int, index: int) -> bytes:
        return self._levels[level][index]


def fold(nodes: Sequence[bytes]) -> bytes:
    """The root over adjacent subtrees, the largest (leftmost) first; SHA-256 of nothing for none."""
    if not nodes:
        return empty_root
    root = nodes[-1]
    for left in nodes[-2::-1]:
        root = node_hash(left, root)
    return root


def cover(start: int, stop: int) -> list[tuple[int, int]]:
    """(level, index) of the largest perfect subtrees that make up leaves [start, stop), left to right."""
    parts = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        parts.append((level, start >> level))
        start += 1 << level
    return parts


def root(subtrees: Subtrees, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _span(subtrees, 0, size)


def inclusion(subtrees: Subtrees, index: int, size: int) -> list[bytes]:
    """Proof that leaf `index` is in the tree of `size` (RFC 6962 §2.1.1), the leaf's sibling first."""
    _in_tree(0 <= index < size, index, f"the tree has {size} leaves")
    path = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(_span(subtrees, middle, stop))
            stop = middle
        else:
            path.append(_span(subtrees, start, middle))
            start = middle
    return path[::-1]


def consistency(subtrees: Subtrees, old: int, new: int) -> list[bytes]:
    """Proof that the tree of `new` begins with the tree of `old` (RFC 6962 §2.1.2); none for 0."""
    _in_tree(0 <= old <= new, old, f"the tree has {new} leaves")
    if old == 0 or old == new:
        return []
    path = []
    start, stop, known = 0, new, True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(_span(subtrees, middle, stop))
            stop = middle
        else:
            path.append(_span(subtrees, start, middle))
            start, known = middle, False
    if not known:
        path.append(_span(subtrees, start, stop))
    return path[::-1]


def range_proof(subtrees: Subtrees, start: int, stop: int, size: int) -> list[bytes]:
    """What with leaves [start, stop) gives the root of `size` (docs/spec/log.md 7.4).

    The largest perfect subtrees left of start, then those right of stop.
    """
    _in_tree(0 <= start < stop <= size, (start, stop), f"the tree has {size} leaves")
    return [subtrees.subtree(level, index) for level, index in cover(0, start) + cover(stop, size)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RuleBroken log 7.2 unless the proof leads from the leaf to the root (RFC 9162 §2.1.3.2)."""
    rule = "log 7.2"
    _require(rule, 0 <= index < size <= MAX_SIZE, f"no leaf {index} in a tree of {size}")
    _hashes(rule, [leaf, root, *proof])
    place, last, result = index, size - 1, leaf
    for step in proof:
        _require(rule, last > 0, "the proof is longer than the tree is high")
        if place & 1 or place == last:
            result = node_hash(step, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, step)
        place, last = place >> 1, last >> 1
    _require(rule, last == 0, "the proof is shorter than the tree is high")
    _require(rule, result == root, "the proof leads to another root")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """RuleBroken log 7.3 unless the tree of `new` begins with that of `old` (RFC 9162 §2.1.4.2)."""
    rule = "log 7.3"
    _require(rule, 0 <= old <= new <= MAX_SIZE, f"a tree of {new} does not begin with one of {old}")
    if old == 0 or old == new:
        _require(rule, not proof, "nothing is to be proved, so the proof must be empty")
        _require(rule, old != 0 or old_root == empty_root, "the tree of nothing has one root")
        _require(rule, old != new or old_root == new_root, "two roots of one size")
        _require(rule, old == new or len(new_root) == 32, "a hash has 32 bytes")
        return
    _hashes(rule, [old_root, new_root, *proof])
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    _require(rule, bool(path), "the proof is empty")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        _require(rule, last > 0, "the proof is longer than the tree is high")
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    _require(rule, last == 0, "the proof is shorter than the tree is high")
    _require(rule, first == old_root, "the proof leads to another old root")
    _require(rule, second == new_root, "the proof leads to another new root")


def verify_range(
    leaves: Sequence[bytes], start: int, size: int, proof: Sequence[bytes], root: bytes
) -> Frontier:
    """RuleBroken log 7.4 unless leaf hashes [start, start + len) are those of the tree with this root.

    Returns the frontier at the run's end (size start + len), to go on from.
    """
    rule = "log 7.4"
    stop = start + len(leaves)
    _require(rule, 0 <= start < stop <= size <= MAX_SIZE, f"no run [{start}, {stop}) in a tree of {size}")
    _hashes(rule, [root, *leaves, *proof])
    left, right = start.bit_count(), cover(stop, size)
    _require(rule, len(proof) == left + len(right), "a proof of the wrong length")
    frontier = Frontier(start, proof[:left])
    for leaf in leaves:
        frontier.append(leaf)
    after_run = frontier.copy()
    for (level, _), node in zip(right, proof[left:], strict=True):
        frontier.append_subtree(level, node)
    _require(rule, frontier.root() == root, "the run does not lead to the root")
    return after_run


def _span(subtrees: Subtrees, start: int, stop: int) -> bytes:
    return fold([subtrees.subtree(level, index) for level, index in cover(start, stop)])


def _split(size: int) -> int:
    """The largest power of two smaller than size (RFC 6962's k)."""
    return 1 << (size - 1).bit_length() - 1


def _in_tree(condition: bool, asked: object, remedy: str) -> None:
    if not condition:
        raise BadInput("proof", asked, remedy)


def _require(rule: str, condition: bool, message: str) -> None:
    if not condition:
        raise RuleBroken(rule, message)


def _hashes(rule: str, hashes: Iterable[bytes]) -> None:
    _require(rule, all(len(h) == 32 for h in hashes), "a hash has 32 bytes")
