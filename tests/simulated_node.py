"""Whole nodes in memory, for the simulator: real logs, rosters, receive and exchange; a clock moved by hand.

world = World()                      parties isf, ksf, mag with their keys
a = world.node("erbil", "ksf")       a joint node has several owners
world.link(a, b)                     both know each other; who dials is up to the link
a.say("isf+ksf", {...})              an entry in a's own log, on disk, announced
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from seamline.actions.evidence import EvidenceBook
from seamline.actions.receive import Receive
from seamline.actions.trust import Trust
from seamline.clock import ManualClock
from seamline.exchange.answerer import Answerer
from seamline.exchange.caller import Caller
from seamline.exchange.ports import House, Limits
from seamline.exchange.talk import Exchange
from seamline.log import checkpoint, entry, merkle, statement
from seamline.log.channel import channel_id
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry
from seamline.log.keys import SealKey, SigningKey, fingerprint
from seamline.store.memory import MemoryLocal, MemoryLog
from seamline.store.ports import LinkRow, LogTx

T = TypeVar("T")
PARTIES = ("isf", "ksf", "mag")


def seed(*words: str) -> bytes:
    """32 bytes that are the same in every run."""
    return hashlib.sha256(" ".join(words).encode()).digest()


@cache
def signing_key(*words: str) -> SigningKey:
    """Drawn from the words; made once, since making one costs more than using it."""
    return SigningKey(seed(*words))


@cache
def seal_key(*words: str) -> SealKey:
    return SealKey(seed(*words))


@dataclass
class Party:
    """A party's key and its statements so far."""

    name: str
    key: SigningKey
    notes: list[bytes] = field(default_factory=list)

    def state(self, said: statement.Said, at: int = 1) -> bytes:
        prev = statement.read(self.notes[-1]).hash if self.notes else None
        note = statement.make(said, party=self.name, no=len(self.notes) + 1, prev=prev, at=at, key=self.key)
        self.notes.append(note)
        return note


class World:
    """Parties, nodes, and one clock."""

    def __init__(self, parties: tuple[str, ...] = PARTIES, limits: Limits | None = None) -> None:
        self.clock = ManualClock()
        self.limits = limits
        self.parties = {name: Party(name, signing_key("party", name)) for name in parties}
        for party in self.parties.values():
            key = party.key.public
            following = statement.successor(signing_key("next", party.name).public)
            party.state(statement.Party(key.hex(), following, f"Party {party.name}"))
        self.nodes: list[SimulatedNode] = []

    def node(self, name: str, *owners: str, knows: tuple[str, ...] | None = None) -> SimulatedNode:
        """A node in service. knows: the parties confirmed there (default all)."""
        node = SimulatedNode(self, name, tuple(sorted(owners)), knows or tuple(self.parties))
        for owner in node.owners:
            card = statement.node_card(node.key, name=name, seal=node.seal.public, owners=node.owners)
            self.parties[owner].state(card)
        self.nodes.append(node)
        self.share_rosters()
        return node

    def share_rosters(self) -> None:
        """Each node gets the statements of all parties (as on the day they set the centre up)."""
        notes = [note for party in self.parties.values() for note in party.notes]
        for node in self.nodes:
            node.trust.add(notes)

    def link(self, a: SimulatedNode, b: SimulatedNode) -> None:
        a.local.put_link(LinkRow(b.key.fingerprint, b.name, None))
        b.local.put_link(LinkRow(a.key.fingerprint, a.name, None))


class SimulatedNode:
    """A node without desks, pictures or sockets. `restart` keeps what was on disk and nothing else."""

    def __init__(
        self, world: World, name: str, owners: tuple[str, ...], knows: tuple[str, ...], *words: str
    ) -> None:
        """words: more to draw its keys from, where a node of that name had others before."""
        self.world, self.name, self.owners = world, name, owners
        self.key, self.seal = signing_key("node", name, *words), seal_key("seal", name, *words)
        self.clock = world.clock
        self.log, self.local = self.stores()
        self.channels: set[str] = {channel_id(owners)}
        self.said = 0
        self.watchers: list[Callable[[], None]] = []
        self._writing = threading.Lock()
        trust = Trust(self.local)
        for party in knows:
            public = world.parties[party].key.public
            trust.confirm(party, public, fingerprint(public))
        self.restart()

    def stores(self) -> tuple[MemoryLog, MemoryLocal]:
        return MemoryLog(), MemoryLocal()

    def restart(self) -> None:
        """As after a crash: logs and local state are there, conversations are not."""
        self.trust = Trust(self.local)
        self.evidence = EvidenceBook(self.local)
        self.receive = Receive(
            self.key, self.clock, self.log, self.trust, self.evidence, self.run, self.channels.add
        )
        self.receive.give_receipts()
        house = House(
            key=self.key,
            seal=self.seal,
            clock=self.clock,
            log=self.log,
            trust=self.trust,
            receive=self.receive,
            evidence=self.evidence,
            local=self.local,
            channels=lambda: sorted(self.channels),
        )
        self.exchange = Exchange(house, self.world.limits)
        self.trust.on_change(lambda before, after: self.exchange.roster_changed())
        self.answerer = Answerer(self.exchange)
        self.callers: dict[str, Caller] = {}

    def caller(self, to: SimulatedNode) -> Caller:
        peer = to.key.fingerprint
        if peer not in self.callers:
            self.callers[peer] = Caller(self.exchange, peer)
        return self.callers[peer]

    def run(self, job: Callable[[LogTx], T]) -> T:
        with self._writing, self.log.transaction() as tx:
            result = job(tx)
        for watcher in list(self.watchers):
            watcher()
        return result

    # ------------------------------------------------------------ saying

    def log_id(self, channel: str, lane: str = "routine") -> LogId:
        return LogId(self.key.fingerprint, channel, lane)

    def entry(self, body: dict[str, Any], *, salt: str = "") -> bytes:
        """The next entry of this node. Ids are its own, so that other nodes' doings change none of them."""
        self.said += 1
        digest = seed(self.name, str(self.said), salt).hex()
        return entry.to_bytes(
            Entry(
                id=f"0199aaaa-bbbb-7{digest[:3]}-8{digest[3:6]}-{digest[6:18]}",
                kind="note",
                party="+".join(self.owners),
                by="node",
                at=self.clock.now(),
                body=body,
                no=self.said,
            )
        )

    def say(self, channel: str, *bodies: dict[str, Any], lane: str = "routine") -> None:
        """Entries, committed together, in this node's own log."""
        self.append(self.log_id(channel, lane), [self.entry(body) for body in bodies])

    def append(self, log: LogId, entries: list[bytes]) -> None:
        def job(tx: LogTx) -> None:
            head = tx.append(log, tx.head(log).size, entries, self.clock.now())
            note = checkpoint.sign(Checkpoint(log, head.size, head.root), self.key)
            tx.put_checkpoint(log, head.size, note)

        self.run(job)
        self.exchange.notify({log.channel})

    # ------------------------------------------------------------ looking

    def heads(self, *channels: str) -> dict[LogId, tuple[int, bytes]]:
        """Size and root of every log, of some channels or of all."""
        found = {}
        for log in self.log.logs():
            if self.log.head(log).size and (not channels or log.channel in channels):
                head = self.log.head(log)
                assert merkle.root(_Tree(self.log, log), head.size) == head.root
                found[log] = (head.size, head.root)
        return found

    def receipts(self, *channels: str) -> dict[tuple[LogId, str], int]:
        kept = self.log.receipts()
        return {(r.log, r.reader): r.size for r in kept if not channels or r.log.channel in channels}

    def bodies(self, log: LogId) -> list[dict[str, Any]]:
        entries = self.log.entries(log, 0, self.log.head(log).size)
        return [entry.from_bytes(data).body for data in entries if data is not None]


class _Tree:
    def __init__(self, reader: MemoryLog, log: LogId) -> None:
        self._reader, self._log = reader, log

    def subtree(self, level: int, index: int) -> bytes:
        return self._reader.subtree(self._log, level, index)
