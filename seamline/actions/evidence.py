"""Evidence that a node told two stories: found, checked, kept, shown (docs/spec/exchange.md 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from seamline.errors import RuleBroken
from seamline.log import merkle
from seamline.log.checkpoint import LogId
from seamline.log.merkle import Subtrees
from seamline.log.part import Evidence, Head, SignedHead
from seamline.log.part_codec import decode, encode
from seamline.log.run import extends, signed_head
from seamline.store.ports import LocalStore, LogReader

_KEY: Final = "evidence."
_SINCE: Final = "evidence_since."


class EvidenceBook:
    """One proof per log that its node signed two histories; kept for good, given to every reader."""

    def __init__(self, local: LocalStore, on_new: Callable[[Evidence], None] = lambda found: None) -> None:
        self._local, self._on_new = local, on_new

    def add(self, found: Evidence, now: int | None = None) -> bool:
        """Keep it; True if it is the first against that log. now: when it was learnt (ms)."""
        key = _key(found.log)
        if self._local.get(key) is not None:
            return False
        if now is not None:
            self._local.put(_SINCE + key, now.to_bytes(8, "big"))
        self._local.put(key, encode(found))
        self._on_new(found)
        return True

    def of(self, log: LogId) -> Evidence | None:
        data = self._local.get(_key(log))
        part = decode(data) if data is not None else None
        return part if isinstance(part, Evidence) else None

    def since(self, log: LogId) -> int | None:
        """When this node learnt of it (ms)."""
        kept = self._local.get(_SINCE + _key(log))
        return int.from_bytes(kept, "big") if kept is not None else None

    def all(self) -> list[Evidence]:
        kept = (self._local.get(key) for key in self._local.keys(_KEY))
        parts = (decode(data) for data in kept if data is not None)
        return [part for part in parts if isinstance(part, Evidence)]


def against_tree(reader: LogReader, tree: Subtrees, log: LogId, theirs: SignedHead) -> Evidence | None:
    """Does a verified head, no larger than what is held, contradict it?

    Raises RuleBroken exchange 5.1 if it does, and it cannot be proved before more has arrived.
    """
    root = merkle.root(tree, theirs.size)
    if root == theirs.root:
        return None
    mine = _kept(reader, log)
    if mine is None or not theirs.size <= mine.size <= reader.head(log).size:
        raise RuleBroken("exchange 5.1", "a signed head that is not that of the entries held here")
    return Evidence(log, theirs, mine, root, tuple(merkle.consistency(tree, theirs.size, mine.size)))


def against_kept(
    reader: LogReader, tree: Subtrees, log: LogId, kept: SignedHead, theirs: SignedHead
) -> Evidence | None:
    """Entries held have grown past a head kept from before, along a run that leads to theirs. Do they agree?

    Raises RuleBroken exchange 5.1 if they do not, and it cannot be proved before more has arrived.
    """
    root = merkle.root(tree, kept.size)
    if root == kept.root:
        return None
    if theirs.size != reader.head(log).size:
        raise RuleBroken("exchange 5.1", "these entries do not lead to a head signed before")
    return Evidence(log, kept, theirs, root, tuple(merkle.consistency(tree, kept.size, theirs.size)))


def against_proof(reader: LogReader, part: Head) -> Evidence | None:
    """Does a verified head beyond what is held, by its own proof, contradict the head kept here?"""
    mine = _kept(reader, part.log)
    if mine is None or part.old != mine.size or extends(part, mine.size, mine.root):
        return None
    return Evidence(part.log, mine, part.head, part.old_root, part.proof)


def _kept(reader: LogReader, log: LogId) -> SignedHead | None:
    note = reader.checkpoint(log)
    return signed_head(note, log) if note is not None else None


def _key(log: LogId) -> str:
    return f"{_KEY}{log.node}.{log.channel}.{log.lane}"
