"""From what is owed to the parts that say it, read from the log: only what is on disk is sent (law 4)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from seamline.errors import OurFault
from seamline.exchange.conversation import Sent
from seamline.exchange.owed import RANK, Owed
from seamline.exchange.ports import House
from seamline.log import merkle, parcel, run
from seamline.log.channel import may_hold
from seamline.log.checkpoint import LogId
from seamline.log.part import Evidence, Gone, Head, Part, Receipts, Run, Statements
from seamline.log.roster import NodeInfo
from seamline.store.tree import LogTree

_BATCH = 128
_RECEIPTS = 1000
_LEAST = 4096
"""A part is filled at least this far even when little room is left; a message holds at least one part."""


class Gatherer:
    """Builds and seals parts for one peer."""

    def __init__(self, house: House, part_limit: int) -> None:
        self._house, self._limit = house, part_limit

    def fill(self, specs: Sequence[Owed], peer: NodeInfo, room: int) -> tuple[list[tuple[Sent, bytes]], bool]:
        """Parts in the order of specs until the room (bytes) is used; within a rank the specs take turns.

        Also whether something was left over.
        """
        left, filled, more = room, list[tuple[Sent, bytes]](), False
        for what in RANK:
            turns = deque(one for one in specs if one.what == what)
            while turns and left > 0:
                spec = turns.popleft()
                # Compression gains about a factor of four, so a part that fits may be larger before it.
                part, rest = self.build(spec, min(self._limit, max(_LEAST, left * 4)))
                if rest is not None:
                    turns.append(rest)
                if part is not None:
                    sealed = self.seal(part, peer)
                    left -= len(sealed)
                    filled.append((Sent(spec, part), sealed))
            more = more or bool(turns)
        return filled, more

    def seal(self, part: Part, peer: NodeInfo) -> bytes:
        """The part for this peer's eyes. The last gate (law 3): OurFault rather than let a channel out."""
        if not may_hold(peer.owners, part.channel):
            raise OurFault(f"a part of {part.channel} was about to go to {peer.name}, who is not in it")
        return parcel.pack(part, self._house.key, [peer.seal])

    def build(self, spec: Owed, limit: int) -> tuple[Part | None, Owed | None]:
        """The part, filled up to the limit (bytes before compression), and what is left of the spec.

        None for a part if the log has moved on meanwhile: it is then owed anew.
        """
        match spec.what:
            case "flash" | "routine":
                return self._run(spec, limit)
            case "statements":
                return self._statements(spec, limit)
            case "receipts":
                return self._receipts(spec)
            case "head":
                return self._head(spec), None
            case "evidence":
                return self._evidence(spec), None

    def _run(self, spec: Owed, limit: int) -> tuple[Part | None, Owed | None]:
        log, reader = _log(spec), self._house.log
        note, tree = reader.checkpoint(log), LogTree(self._house.log, log)
        signed = run.signed_head(note, log) if note is not None else None
        if signed is None or signed.size > reader.head(log).size or signed.size < spec.stop:
            return None, None
        entries = self._entries(spec, limit)
        stop = spec.start + len(entries)
        rest = replace(spec, start=stop) if stop < spec.stop else None
        if log.node == self._house.me and stop != signed.size:
            # Our own log can be signed at any size, so that each part earns a receipt of its own.
            signed = run.sign_head(log, stop, merkle.root(tree, stop), self._house.key)
        right = tuple(tree.subtree(level, index) for level, index in merkle.cover(stop, signed.size))
        return Run(log, spec.start, entries, signed, right), rest

    def _entries(self, spec: Owed, limit: int) -> tuple[bytes | Gone, ...]:
        log, found, size = _log(spec), list[bytes | Gone](), 0
        for start in range(spec.start, spec.stop, _BATCH):
            stop = min(start + _BATCH, spec.stop)
            batch = self._house.log.entries(log, start, stop)
            leaves = self._house.log.leaves(log, start, stop) if None in batch else []
            for place, data in enumerate(batch):
                size += 34 if data is None else len(data) + 3
                if size > limit and found:
                    return tuple(found)
                found.append(Gone(leaves[place]) if data is None else data)
        return tuple(found)

    def _statements(self, spec: Owed, limit: int) -> tuple[Part | None, Owed | None]:
        size, count = 0, 0
        for note in spec.notes:
            size += len(note) + 3
            if size > limit and count:
                break
            count += 1
        rest = replace(spec, notes=spec.notes[count:]) if count < len(spec.notes) else None
        return Statements(spec.channel, spec.notes[:count]), rest

    def _receipts(self, spec: Owed) -> tuple[Part | None, Owed | None]:
        items, now = [], spec.receipts[:_RECEIPTS]
        for log in dict.fromkeys(log for log, _, _ in now):
            wanted = {(reader, size) for named, reader, size in now if named == log}
            kept = self._house.log.receipts(log)
            items += [run.compact(r.note, log, r.reader) for r in kept if (r.reader, r.size) in wanted]
        rest = replace(spec, receipts=spec.receipts[_RECEIPTS:]) if len(spec.receipts) > _RECEIPTS else None
        return (Receipts(spec.channel, tuple(items)) if items else None), rest

    def _head(self, spec: Owed) -> Head | None:
        log, reader = _log(spec), self._house.log
        note, tree = reader.checkpoint(log), LogTree(self._house.log, log)
        if note is None or reader.checkpoint_size(log) > reader.head(log).size:
            return None
        signed = run.signed_head(note, log)
        proof = merkle.consistency(tree, spec.start, signed.size)
        return Head(log, signed, spec.start, merkle.root(tree, spec.start), tuple(proof))

    def _evidence(self, spec: Owed) -> Evidence | None:
        return self._house.evidence.of(_log(spec))


def _log(spec: Owed) -> LogId:
    if spec.log is None:
        raise ValueError(f"{spec.what} without a log")
    return spec.log
