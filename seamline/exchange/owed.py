"""Who owes what: what one node has against what the other is known to have (docs/spec/exchange.md 7). Pure.

Order: statements (who may speak), evidence, heads, flash runs, receipts, routine runs; within a rank
the channels take turns, and which begins moves on with each message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from seamline.exchange.holdings import Holdings, note_hash, set_tag
from seamline.log.checkpoint import LogId
from seamline.log.part import Evidence, Have, Head, Held, Part, Receipts, Run, SignedHead, Statements, Told

What = Literal["have", "statements", "evidence", "head", "flash", "receipts", "routine", "chunk"]
RANK: Final[tuple[What, ...]] = (
    "have", "statements", "evidence", "head", "flash", "receipts", "routine", "chunk",
)  # fmt: skip
BULK: Final[frozenset[What]] = frozenset({"routine", "chunk"})


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to say. start, stop: entries of a run; for a head, start is the size they have signed for.

    have: a have-list on its way in fragments. notes: party statements. receipts: (log, reader, size). For a
    chunk, start and stop are bytes of the blob whose SHA-256 is digest.
    """

    what: What
    channel: str
    log: LogId | None = None
    start: int = 0
    stop: int = 0
    notes: tuple[bytes, ...] = ()
    receipts: tuple[tuple[LogId, str, int], ...] = ()
    digest: bytes = b""

    @property
    def key(self) -> tuple[str, str, LogId | None]:
        """Names it when it is refused: no more of the like is offered until they say anew what they have."""
        return (self.what, self.channel, self.log)


@dataclass(slots=True)
class Known:
    """What a peer is known to have: what it said, and what it took or gave since."""

    logs: dict[LogId, Held] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    notes: set[bytes] = field(default_factory=set)
    agreed: set[tuple[LogId, int, bytes]] = field(default_factory=set)

    def learn(self, have: Have) -> None:
        """They said what they have of a channel: that replaces whatever was thought of it."""
        for log in [log for log in self.logs if log.channel == have.channel]:
            del self.logs[log]
        self.logs.update((held.log, held) for held in have.logs)
        self.told.update((told.party, told) for told in have.told)

    def forget_others(self, channels: Collection[str]) -> None:
        """They say anew what they have, and that is of these channels. What they took before may be lost."""
        self.logs = {log: held for log, held in self.logs.items() if log.channel in channels}
        # What they were told of a party may have stood in a channel that they no longer know of.
        self.told.clear()
        self.notes.clear()

    def authored(self, log: LogId, size: int, tag: bytes) -> None:
        """It is their own log: they have what there is of it."""
        held = self._held(log)
        if size > held.head:
            self.logs[log] = replace(held, size=max(held.size, size), head=size, tag=tag)

    def copy(self) -> Known:
        """A guess to play with; what was found to agree stays shared."""
        return Known(dict(self.logs), dict(self.told), set(self.notes), self.agreed)

    def has(self, part: Part, me: str | None = None) -> None:
        """They took this part, or sent it themselves. me: their fingerprint, whose receipts tell sizes."""
        match part:
            case Run():
                self._grow(part.log, part.stop, part.head)
            case Head():
                self._grow(part.log, 0, part.head)
            case Evidence():
                self.logs[part.log] = replace(self._held(part.log), forked=True)
            case Receipts():
                for item in part.items:
                    self._signed(item.log, item.reader, item.size, item.root, me)
            case Statements():
                self.notes.update(map(note_hash, part.notes))

    def _held(self, log: LogId) -> Held:
        return self.logs.get(log, Held(log, 0))

    def _grow(self, log: LogId, size: int, head: SignedHead) -> None:
        held = self._held(log)
        if size:
            held = replace(held, size=max(held.size, size))
        if head.size > held.head:
            held = replace(held, head=head.size, tag=head.root[:8])
        self.logs[log] = held

    def _signed(self, log: LogId, reader: str, size: int, root: bytes, me: str | None) -> None:
        held = self._held(log)
        kept = dict(held.receipts)
        kept[reader] = max(size, kept.get(reader, 0))
        held = replace(held, receipts=tuple(sorted(kept.items())))
        if reader == me:
            # A receipt says: every entry up to there is on disk. The best news of what they have.
            held = replace(held, size=max(held.size, size))
            if size > held.head:
                held = replace(held, head=size, tag=root[:8])
        self.logs[log] = held


def owed(
    mine: Holdings,
    theirs: Known,
    tag_at: Callable[[LogId, int], bytes],
    *,
    peer: str,
    turn: int = 0,
    sure: Known | None = None,
) -> list[Owed]:
    """All that the peer lacks and may have, in the order it should go. mine holds shared channels only.

    tag_at: 8 bytes of the root of the first n entries this node holds. turn: which channel begins.
    sure: what they have without what is on its way to them (theirs counts that).
    """
    found: list[Owed] = []
    for channel, have in mine.have.items():
        found += _statements(channel, have, mine.statements, theirs)
        for held in have.logs:
            found += _log(held, theirs, tag_at)
        found += _receipts(channel, have, theirs, sure or theirs, peer)
    return _in_turn(found, list(mine.have), turn)


def waiting(specs: Iterable[Owed]) -> dict[str, int]:
    """How many entries of each lane they still lack."""
    count = {"flash": 0, "routine": 0}
    for one in specs:
        if one.what == "flash" or one.what == "routine":
            count[one.what] += one.stop - one.start
    return count


def _statements(channel: str, have: Have, notes: Mapping[str, Sequence[bytes]], theirs: Known) -> list[Owed]:
    new: list[bytes] = []
    for told in have.told:
        all_mine, known = notes.get(told.party, ()), theirs.told.get(told.party)
        start = 0
        if known is not None and set_tag(all_mine[: known.count]) == known.tag:
            start = known.count
        new += [note for note in all_mine[start:] if note_hash(note) not in theirs.notes]
    return [Owed("statements", channel, notes=tuple(new))] if new else []


def _log(held: Held, theirs: Known, tag_at: Callable[[LogId, int], bytes]) -> list[Owed]:
    log, known = held.log, theirs.logs.get(held.log, Held(held.log, 0))
    found = []
    if held.forked and not known.forked:
        found.append(Owed("evidence", log.channel, log))
    # What is not held up to a signed head cannot be proved to anyone yet.
    whole = held.head if held.head <= held.size else 0
    if 0 < known.head <= whole and not _agree(known, theirs, tag_at):
        found.append(Owed("head", log.channel, log, known.head, whole))
    elif known.size < whole:
        lane: What = "flash" if log.lane == "flash" else "routine"
        found.append(Owed(lane, log.channel, log, known.size, whole))
    elif known.head < whole:
        found.append(Owed("head", log.channel, log, known.head, whole))
    return found


def _agree(known: Held, theirs: Known, tag_at: Callable[[LogId, int], bytes]) -> bool:
    """Is the head they have signed for a head of the log held here?"""
    key = (known.log, known.head, known.tag)
    if key not in theirs.agreed and tag_at(known.log, known.head) == known.tag:
        theirs.agreed.add(key)
    return key in theirs.agreed


def _receipts(channel: str, have: Have, theirs: Known, sure: Known, peer: str) -> list[Owed]:
    lacking = []
    for held in have.logs:
        known = sure.logs.get(held.log, Held(held.log, 0))
        kept = dict(theirs.logs.get(held.log, known).receipts)
        lacking += [
            (held.log, reader, size)
            for reader, size in held.receipts
            # They can hold a receipt against their own entries only, so those are there first.
            if reader != peer and kept.get(reader, 0) < size <= known.size
        ]
    return [Owed("receipts", channel, receipts=tuple(lacking))] if lacking else []


def _in_turn(found: list[Owed], channels: list[str], turn: int) -> list[Owed]:
    order = {channel: (place - turn) % len(channels) for place, channel in enumerate(channels)}
    seen: dict[tuple[str, str], int] = {}
    keyed: list[tuple[int, int, int, int, Owed]] = []
    for one in found:
        nth = seen[one.what, one.channel] = seen.get((one.what, one.channel), 0) + 1
        keyed.append((RANK.index(one.what), nth, order[one.channel], len(keyed), one))
    return [one for *_, one in sorted(keyed, key=lambda k: k[:4])]
