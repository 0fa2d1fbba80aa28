"""Proofs that leave the house (C2SP tlog-proof): one entry, its place in a log, the signed head.

The entry's own bytes travel as the proof's extra data, so one file and one public key are enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seamline.errors import RuleBroken
from seamline.log import checkpoint, keys, merkle, note
from seamline.log.checkpoint import Checkpoint

MAX_PROOF: Final = note.MAX_NOTE + 128 * 1024
MAX_HASHES: Final = 64

_FIRST = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof taken apart; `verify` says whether it holds. extra: the entry's bytes, if they are there."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        lines = [_FIRST]
        if self.extra is not None:
            lines.append(f"extra {keys.to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += map(keys.to_base64, self.hashes)
        return "\n".join([*lines, "", ""]).encode() + self.note


@dataclass(frozen=True, slots=True)
class Proved:
    """What a proof showed: this entry stands at this index of the log with this head."""

    checkpoint: Checkpoint
    index: int
    entry: bytes


def make(index: int, hashes: Sequence[bytes], head: bytes, entry: bytes | None = None) -> bytes:
    """The proof file. hashes: `merkle.inclusion` in the tree of the head; head: the checkpoint note."""
    return Proof(index, tuple(hashes), head, entry).to_bytes()


def read(data: bytes) -> Proof:
    """Take a proof file apart; RuleBroken log 7.1 if it is none. Nothing is verified."""
    if len(data) > MAX_PROOF:
        raise RuleBroken("log 7.1", f"a proof of {len(data)} bytes, at most {MAX_PROOF}")
    head, blank, rest = data.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if not blank or lines.pop(0) != _FIRST:
        raise RuleBroken("log 7.1", f"a proof begins with {_FIRST}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = keys.from_base64(lines.pop(0).removeprefix("extra "), rule="log 7.1")
    place = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if place is None:
        raise RuleBroken("log 7.1", "the line before the hashes is: index, a decimal without leading zeroes")
    if len(lines) > MAX_HASHES:
        raise RuleBroken("log 7.1", f"at most {MAX_HASHES} hashes")
    hashes = tuple(keys.from_base64(line, rule="log 7.1") for line in lines)
    return Proof(int(place[1]), hashes, rest, extra)


def claimed(data: bytes) -> Checkpoint:
    """The head a proof says it belongs to. Nothing is verified: use it only to choose the key."""
    return checkpoint.claimed(read(data).note)


def verify(data: bytes, public: bytes, entry: bytes | None = None) -> Proved:
    """What the proof shows, given the public key of the node whose log it is; else RuleBroken.

    entry: the bytes in question; without, those inside the proof.
    """
    proof = read(data)
    head = checkpoint.open(proof.note, checkpoint.claimed(proof.note).log, public)
    entry = proof.extra if entry is None else entry
    if entry is None:
        raise RuleBroken("log 7.1", "the proof carries no entry, and none was given")
    merkle.verify_inclusion(merkle.leaf_hash(entry), proof.index, head.size, proof.hashes, head.root)
    return Proved(head, proof.index, entry)
