"""From what is owed to the parts that say it, read from the log: only what is on disk is sent (law 4)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from seamline.errors import OurFault
from seamline.exchange.conversation import Key, Sent
from seamline.exchange.cut import Cut
from seamline.exchange.owed import BULK, RANK, Owed
from seamline.exchange.ports import House
from seamline.log import merkle, parcel, run
from seamline.log.channel import may_hold
from seamline.log.checkpoint import LogId
from seamline.log.parcel import MAX_SEALED
from seamline.log.part import Chunk, Evidence, Gone, Head, Part, Receipts, Run, Statements, Want
from seamline.log.press import COLUMNS, PLAIN, STORED
from seamline.log.roster import NodeInfo
from seamline.store.tree import LogTree

_BATCH = 128
_RECEIPTS = 1000
_COSIGNED = 150
"""Bytes of a receipt, at most."""
_LEAST = 4096
"""A part is filled at least this far even when little room is left; a message holds at least one part."""
OVERHEAD: Final = 80 + 2 + 88 + 16 + 5
"""Bytes around a pressed part: sender and signature, the seal to one reader, its length in the message."""
_CHUNK: Final = 64 * 1024
_FULL, _TRIES = 0.9, 4
"""A part on a thin link is filled so far, if so many tries are enough for it."""
AROUND: Final = 400
"""Bytes around a fragment's own: kind, channel, hash, size, offset, length, and how it is compressed."""


@dataclass(slots=True)
class How:
    """How parts go to one peer. methods: compressions he undoes. size: most bytes of a sealed part.

    urgent: no bulk goes with a flash, which would wait for the end of their message. cuts: parts that go to
    him in fragments; flying(cut): offsets of those on their way.
    """

    methods: Collection[int] = PLAIN
    size: int = MAX_SEALED
    cuts: dict[Key, Cut] = field(default_factory=dict)
    wants: Sequence[Want] = ()
    flying: Callable[[Cut], Collection[int]] = lambda cut: ()
    urgent: bool = False


Filled = list[tuple[Sent, bytes]]
"""Parts, pressed and not yet signed."""


class Gatherer:
    """Builds and seals parts for one peer."""

    def __init__(self, house: House, part_limit: int) -> None:
        self._house, self._limit = house, part_limit

    def fill(self, specs: Sequence[Owed], room: int, how: How) -> tuple[Filled, bool]:
        """Parts in the order of specs until the room (bytes) is used; within a rank the specs take turns.

        Also whether something was left over. However little room there is, one part goes; in none, no bulk.
        """
        filled: Filled = []
        size = min(how.size, max(_LEAST, room))
        left = room
        for what in RANK:
            turns = deque(one for one in specs if one.what == what)
            if turns and how.urgent and what in BULK and any(_is_flash(one) for one, _ in filled):
                return filled, True
            while turns:
                if left <= 0 and (filled or what in BULK):
                    return filled, True
                spec = turns.popleft()
                added, rest = self._next(spec, how, size, left)
                cost = sum(OVERHEAD + len(frame) for _, frame in added)
                if cost > left and filled:
                    return filled, True
                filled += added
                left -= cost
                if rest is not None:
                    turns.append(rest)
        return filled, False

    def _next(self, spec: Owed, how: How, size: int, left: int) -> tuple[Filled, Owed | None]:
        """The next part of a spec, or as many fragments of it as there is room for; and what is left."""
        cut = how.cuts.get(spec.key)
        if cut is not None and not cut.fits(spec):
            del how.cuts[spec.key]
            cut = None
        if cut is None:
            part, frame, rest = self._fitted(spec, how, size, left)
            # Who announced nothing may not know fragments either (exchange 10.1).
            if part is None or len(frame) + OVERHEAD <= size or PLAIN.issuperset(how.methods):
                return ([(Sent(spec, part), frame)] if part is not None else []), rest
            cut = how.cuts[spec.key] = Cut(spec, part, frame, size - OVERHEAD - AROUND)
            cut.resume(how.wants)
        offsets = cut.left(how.flying(cut))
        now = offsets[: max(1, left // size)]
        found = [Sent(spec, cut.piece(offset)) for offset in now]
        rest = spec if len(now) < len(offsets) else None
        # What follows the part waits until it is known to have come whole.
        return [(one, self._house.press.press(one.part)) for one in found], rest

    def _fitted(self, spec: Owed, how: How, size: int, left: int) -> tuple[Part | None, bytes, Owed | None]:
        """A part that fits, if there is one with at least one entry; else one that does not."""
        most = min(size, max(_LEAST, left)) - OVERHEAD
        if spec.what == "chunk":
            part, rest = self.build(spec, most - AROUND)
            # Pictures are compressed already.
            frame = self._house.press.press(part, {STORED}) if part is not None else b""
            return part, frame, rest
        # Compression gains about so much, so a part that fits may be larger before it.
        limit = min(self._limit, most * (16 if COLUMNS in how.methods else 4))
        found: tuple[Part, bytes, Owed | None] | None = None
        low = over = tries = 0
        while found is None or (over - low > 1 and len(found[1]) < most * _FULL and tries < _TRIES):
            part, rest = self.build(spec, limit)
            if part is None:
                return None, b"", rest
            frame = self._house.press.press(part, how.methods)
            if len(frame) <= most or _single(part):
                found, low = (part, frame, rest), limit
            else:
                over = limit
            tries += found is not None
            guess = limit * most * 19 // (len(frame) * 20)
            # Entries differ, so a guess may lie outside what was tried already.
            limit = guess if low < guess < (over or guess + 1) else (low + over) // 2
            limit = max(1, limit)
        return found

    def seal(self, part: Part, peer: NodeInfo) -> bytes:
        """The part for this peer's eyes, in a way that everybody undoes."""
        return self.seal_frame(part.channel, self._house.press.press(part), peer)

    def seal_frame(self, channel: str, frame: bytes, peer: NodeInfo) -> bytes:
        """A pressed part for this peer's eyes. OurFault rather than let a channel out."""
        self.allow(channel, peer)
        return parcel.seal(frame, self._house.key, [peer.seal])

    def allow(self, channel: str, peer: NodeInfo) -> None:
        """The last gate (law 3)."""
        if not may_hold(peer.owners, channel):
            raise OurFault(f"a part of {channel} was about to go to {peer.name}, who is not in it")

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
                return self._receipts(spec, limit)
            case "head":
                return self._head(spec), None
            case "evidence":
                return self._evidence(spec), None
            case "chunk":
                return self._chunk(spec, limit)
            case "have":
                # Only what is cut already goes in this way.
                return None, None

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

    def _receipts(self, spec: Owed, limit: int) -> tuple[Part | None, Owed | None]:
        count = max(1, min(_RECEIPTS, limit // _COSIGNED))
        items, now, later = [], spec.receipts[:count], spec.receipts[count:]
        for log in dict.fromkeys(log for log, _, _ in now):
            wanted = {(reader, size) for named, reader, size in now if named == log}
            kept = self._house.log.receipts(log)
            items += [run.compact(r.note, log, r.reader) for r in kept if (r.reader, r.size) in wanted]
        rest = replace(spec, receipts=later) if later else None
        return (Receipts(spec.channel, tuple(items)) if items else None), rest

    def _head(self, spec: Owed) -> Head | None:
        log, reader = _log(spec), self._house.log
        note, tree = reader.checkpoint(log), LogTree(self._house.log, log)
        if note is None or reader.checkpoint_size(log) > reader.head(log).size:
            return None
        signed = run.signed_head(note, log)
        proof = merkle.consistency(tree, spec.start, signed.size)
        return Head(log, signed, spec.start, merkle.root(tree, spec.start), tuple(proof))

    def _chunk(self, spec: Owed, limit: int) -> tuple[Part | None, Owed | None]:
        blobs = self._house.blobs
        data = blobs.serve(spec.channel, spec.digest.hex()) if blobs is not None else None
        if data is None:
            return None, None
        stop = min(spec.start + min(limit, _CHUNK), spec.stop, len(data))
        part = Chunk(spec.channel, spec.digest, len(data), spec.start, data[spec.start : stop])
        return part, replace(spec, start=stop) if stop < min(spec.stop, len(data)) else None

    def _evidence(self, spec: Owed) -> Evidence | None:
        return self._house.evidence.of(_log(spec))


def _log(spec: Owed) -> LogId:
    if spec.log is None:
        raise ValueError(f"{spec.what} without a log")
    return spec.log


def _is_flash(sent: Sent) -> bool:
    return sent.spec is not None and sent.spec.what == "flash"


def _single(part: Part) -> bool:
    match part:
        case Run():
            return len(part.entries) == 1
        case Statements():
            return len(part.notes) == 1
        case Receipts():
            return len(part.items) == 1
        case _:
            return True
