"""Whole nodes for the machine: they fold as they write; disks fail and are copied; clocks are their own.

What is true of every commit on every node is checked here, in the commit (`Room.run`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from seamline.actions.fold import Fold, own_id
from seamline.actions.receive import Report
from seamline.clock import ManualClock, uuid7
from seamline.errors import StoreBroken, StoreFull
from seamline.log import checkpoint, entry, statement
from seamline.log.channel import channel_id, may_hold, members
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry
from seamline.log.keys import SigningKey
from seamline.log.part import Part, Receipts, Run
from seamline.log.roster import Roster
from seamline.store.highwater import HighWater
from seamline.store.memory import MemoryPicture
from seamline.store.memory.layers import Table
from seamline.store.ports import Arrival, LogTx, Row
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World, signing_key
from tests.simulator.cheap import CHEAP
from tests.simulator.quick import QuickLocal, QuickLog, quicken

T = TypeVar("T")
Seen = tuple[int, int, bytes]
"""What is decided once of an arrival: its sequence, when it was received, its leaf."""

PLACE = {"geometry": {"type": "Point", "coordinates": [437500000, 357000000]}, "mgrs": "38SLE8691251394"}
_HOUR = 3_600_000


def law(number: str, holds: object, what: str) -> None:
    """Fails with the law's number (DESIGN 3) or the paragraph of docs/spec."""
    if not holds:
        raise AssertionError(f"{number}: {what}")


def mark_of(channel: str) -> str:
    """Stands in every text said in the channel, so that it is known again wherever it turns up."""
    return f"«{channel}»"


@dataclass
class Disk:
    """What a node has on disk: a copy of it is a backup, or what a thief carries away."""

    log: QuickLog
    local: QuickLocal
    channels: set[str]
    said: int

    def copy(self) -> Disk:
        log, local = QuickLog(), QuickLocal()
        for name in self.log._state.__slots__:
            old, new = getattr(self.log._state, name), getattr(log._state, name)
            assert isinstance(old, Table)
            new.base = dict(old.base)
        local._values, local._links = dict(self.local._values), dict(self.local._links)
        return Disk(log, local, set(self.channels), self.said)


@dataclass(frozen=True)
class Named:
    """An officer with a key, and the number of his party's statement that says so."""

    party: str
    id: str
    number: int

    @property
    def key(self) -> SigningKey:
        return signing_key("officer", self.party, self.id)


@dataclass
class Truth:
    """What really happened, which no node knows in full.

    acked: entries whose saving was confirmed to their author. high: the most entries each machine ever had
    on disk. loose: keys that more than one machine has used, or may. cuts: how much of a revoked node's
    log counts. gone: machines that are no more, kept to compare what they had said. refusals: of what each
    node was sent, by rule and whose fault. officers: named with a key. twice: two statements with one number,
    of which people settle on the first. openings: heads that were hidden, by whose they are.
    """

    acked: list[tuple[LogId, int, bytes]] = field(default_factory=list)
    high: Counter[tuple[str, LogId]] = field(default_factory=Counter)
    loose: set[str] = field(default_factory=set)
    cuts: dict[str, dict[LogId, Checkpoint]] = field(default_factory=dict)
    gone: list[Room] = field(default_factory=list)
    officers: list[Named] = field(default_factory=list)
    twice: dict[tuple[str, int], tuple[bytes, bytes]] = field(default_factory=dict)
    openings: dict[tuple[str, ...], list[Checkpoint]] = field(default_factory=dict)


class Rooms(World):
    """A world of 2 to 7 rooms and the lines between them. A slot holds one room after another."""

    def __init__(self, parties: tuple[str, ...], owners: Sequence[tuple[str, ...]], **how: Any) -> None:
        super().__init__(parties, **how)
        self.truth = Truth()
        self.slots: list[Room] = []
        self.twins: dict[int, Room] = {}
        self.lines: list[SimulatedLink] = []
        self.ends: list[tuple[int, int]] = []
        self.owners_of: dict[str, str] = {}
        for number, owning in enumerate(owners):
            room = Room(self, f"room-{number}", owning, parties)
            self.card(room)
            self.slots.append(room)
        for room in self.slots:
            room.trust.add(self.notes())
        self.nodes = list(self.slots)
        CHEAP.tap = self.tap

    def notes(self) -> list[bytes]:
        return [note for party in self.parties.values() for note in party.notes]

    def card(self, room: Room, before: statement.Predecessor | None = None) -> None:
        """Each owner names the node."""
        card = statement.node_card(room.key, name=room.name, seal=room.seal.public, owners=room.owners)
        said = statement.Node(card.name, card.key, card.seal, card.owners, card.proof, None, before)
        self.owners_of[room.key.fingerprint] = room.party
        for owner in room.owners:
            self.parties[owner].state(said)

    def join(self, a: int, b: int) -> None:
        self.link(self.slots[a], self.slots[b])
        self.lines.append(SimulatedLink(self.slots[a], self.slots[b]))
        self.ends.append((a, b))

    def channels_of(self, room: Room) -> list[str]:
        """All channels the room may hold, the narrowest first."""
        names = sorted(self.parties)
        every = [channel_id(some) for n in range(1, len(names) + 1) for some in combinations(names, n)]
        return [channel for channel in every if may_hold(room.owners, channel)]

    def machines(self) -> list[Room]:
        """Every machine there ever was."""
        return [*self.slots, *self.twins.values(), *self.truth.gone]

    def tap(self, part: Part, key: SigningKey, readers: Sequence[bytes]) -> None:
        """Law 3 on what goes out: sealed only to who may hold its channel, and nothing of another's in it."""
        owners = {room.seal.public: room.owners for room in self.machines()}
        for reader in readers:
            mine = owners[reader]
            law("law 3", may_hold(mine, part.channel), f"a part of {part.channel} to {mine}")
        high = self.truth.high
        if isinstance(part, Run):
            said = b"".join(e for e in part.entries if isinstance(e, bytes)).decode()
            for piece in said.split("«")[1:]:
                fits = piece.startswith(part.channel + "»")
                law("law 3", fits, f"«{piece[:20]} in a run of {part.channel}")
            held = high[key.fingerprint, part.log]
            law("law 4", part.stop <= held, f"entries to {part.stop} are sent, {held} are on disk")
        if isinstance(part, Receipts):
            for item in part.items:
                held = high[item.reader, item.log]
                law("law 4", item.size <= held, f"{item.reader} signed for {item.size}, and has {held}")


class Room(SimulatedNode):
    """A node that folds what it takes. disk: what it starts from (a copy is made)."""

    world: Rooms
    log: QuickLog
    local: QuickLocal

    def __init__(
        self, world: Rooms, name: str, owners: tuple[str, ...], knows: tuple[str, ...], *words: str
    ) -> None:
        self.picture = MemoryPicture()
        self.fate: str | None = None
        self.crashed = False
        self.refusals: Counter[tuple[str, str]] = Counter()
        self.journal: list[Seen] = []
        self.backup: Disk | None = None
        self.generation = len(words)
        self.mark = HighWater(Path("no-such-folder/high-water"), seconds=lambda: -1.0)
        self.party = "+".join(owners)
        super().__init__(world, name, owners, knows, *words)

    def disk(self) -> Disk:
        return Disk(self.log, self.local, self.channels, self.said)

    def load(self, disk: Disk) -> None:
        """This disk is put in, and the node started from it."""
        copy = disk.copy()
        self.log, self.local, self.channels, self.said = copy.log, copy.local, copy.channels, copy.said
        self.journal = [_seen(a) for a in self.log.journal(0, 1_000_000)]
        for log in self.log.logs():
            key = self.key.fingerprint, log
            self.world.truth.high[key] = max(self.world.truth.high[key], self.log.head(log).size)
        self.picture = MemoryPicture()
        self.restart()

    def stores(self) -> tuple[QuickLog, QuickLocal]:
        return QuickLog(), QuickLocal()

    def restart(self) -> None:
        if self.clock is self.world.clock:
            self.clock = ManualClock()
        self.crashed, self.fate = False, None
        super().restart()
        quicken(self.exchange, self.log, self.local, self.channels)
        apply = self.receive.apply

        def counted(sender: str, parts: Sequence[Part]) -> Report:
            report = apply(sender, parts)
            self.refusals.update((r.rule, r.fault) for r in report.refused)
            return report

        # What it refuses is counted on the way; everybody asks this one object.
        self.receive.apply = counted  # type: ignore[method-assign] # see above
        self.fold = Fold(lambda: self.trust.roster, self.log)
        self.trust.on_change(self._roster_changed)
        self.refold()

    def _roster_changed(self, before: Roster, after: Roster) -> None:
        """As a node does: it folds again where something folded may be judged otherwise now."""
        judged = after.judges_otherwise(before, self.log.logs())
        if judged == "any" or (judged == "more" and self.picture.has_uncounted()):
            self.refold()

    def refold(self) -> None:
        with self.picture.transaction() as picture:
            self.fold.rebuild(picture, self.log, lambda log, index: None)

    # ------------------------------------------------------------ writing

    def run(self, job: Callable[[LogTx], T]) -> T:
        """As the writer does: log and picture together, or neither. The disk may fail, before or after."""
        fate, self.fate = self.fate, None
        with self.picture.transaction() as picture, self.log.transaction() as tx:
            start = tx.last_seq()
            result = job(tx)
            arrivals = tx.journal(start, 1_000_000)
            for arrival in arrivals:
                self.fold.apply(picture, arrival, tx.destroy)
            picture.set_folded(tx.last_seq())
            if fate == "full":
                raise StoreFull("the disk is full")
        if self.fold.outgrown(arrivals):
            self.refold()
        self._committed(arrivals)
        if fate == "done, and reported lost":
            self.crashed = True
            raise StoreBroken("the disk says that it failed; it did not")
        return result

    def _committed(self, arrivals: list[Arrival]) -> None:
        me, high = self.key.fingerprint, self.world.truth.high
        for arrival in arrivals:
            channel = arrival.log.channel
            law("law 3", may_hold(self.owners, channel), f"{self.name} of {self.party} holds {channel}")
            law("law 5", arrival.received_at == self.clock.now(), "received at another time than it was")
            high[me, arrival.log] = max(high[me, arrival.log], arrival.index + 1)
        self.journal += [_seen(arrival) for arrival in arrivals]
        for (log, reader), kept in self.log._state.receipts.base.items():
            if reader == me:
                held = self.log.head(log).size
                law("law 4", kept.size <= held, f"{self.name} signed for {kept.size} of {held} entries")
        own = {log: self.log.head(log) for log in {a.log for a in arrivals} if log.node == me}
        self.mark.update(own)

    # ------------------------------------------------------------ saying

    def make(
        self, channel: str, kind: str, words: str, before: Row | None = None, party: str | None = None
    ) -> Entry:
        """An entry of this node: new, or the next revision of a record. party: one owner, or all of them."""
        self.said += 1
        now = min(max(self.clock.now(), 0), 250_000_000_000_000)
        text = f"{mark_of(channel)} {self.name} {self.said} {words}"
        body: dict[str, Any] = {"text": text}
        if kind == "activity":
            start = 1_760_000_000_000 + self.said * _HOUR
            window = {"start": start, "end": start + 6 * _HOUR}
            body = {"title_text": text, "type": "patrol", "when": window, "place": PLACE}
        return Entry(
            id=before.id if before else self._new_id(channel, words, now, party or self.party),
            kind=kind,
            rev=before.rev + 1 if before else 1,
            prev=before.hash if before else None,
            party=party or self.party,
            by="node",
            at=now,
            body=body,
        )

    def _new_id(self, channel: str, words: str, now: int, party: str) -> str:
        count = iter(range(1_000_000))

        def draw() -> str:
            salt = f"{self.key.fingerprint} {self.said} {words} {next(count)}"
            return uuid7(now, hashlib.sha256(salt.encode()).digest()[:10])

        return own_id(draw, party, set(members(channel)))

    def commit(self, lane: str, *said: tuple[str, Entry]) -> None:
        """Entries, each in its channel, in one transaction. Raises OurFault; then nothing was promised."""
        kept: list[tuple[LogId, int, bytes]] = []

        def job(tx: LogTx) -> None:
            for channel, one in said:
                log = self.log_id(channel, lane)
                number = tx.allot(channel) if one.rev == 1 and one.kind != "release" else 0
                data = entry.to_bytes(msgspec.structs.replace(one, no=number))
                head = tx.append(log, tx.head(log).size, [data], self.clock.now())
                note = checkpoint.sign(Checkpoint(log, head.size, head.root), self.key)
                tx.put_checkpoint(log, head.size, note)
                kept.append((log, head.size - 1, entry.leaf_hash(data)))
            self.channels.update(channel for channel, _ in said)

        self.run(job)
        self.world.truth.acked += kept
        self.exchange.notify({channel for channel, _ in said})

    # ------------------------------------------------------------ looking

    def records(self, channel: str, *parties: str) -> list[Row]:
        """Current notes and activities in a channel, of some parties or of all; oldest name first."""
        kinds = (self.picture.current_of_kind(kind, [channel]) for kind in ("activity", "note"))
        return [row for rows in kinds for row in rows if not parties or row.party in parties]

    def leaves(self, log: LogId) -> list[bytes]:
        return self.log.leaves(log, 0, self.log.head(log).size)

    def statements_of(self, party: str) -> list[bytes]:
        return [note for note in self.trust.statements() if statement.read(note).party == party]

    def in_service(self) -> bool:
        """By its own roster: it counts and was not revoked."""
        info = self.trust.roster.node(self.key.fingerprint)
        return info is not None and info.counts and not info.revoked

    def accepts(self, other: Room) -> bool:
        return self.in_service() and self.exchange.public_of(other.key.fingerprint) is not None


def _seen(arrival: Arrival) -> Seen:
    return arrival.seq, arrival.received_at, arrival.leaf
