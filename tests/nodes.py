"""Nodes in memory for tests of the desks: keys, rosters, officers, and exchange by copying logs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from seamline.actions import release, write
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.clock import ManualClock
from seamline.log import statement
from seamline.log.entry import sign
from seamline.log.keys import SealKey, SigningKey
from seamline.records.values import CODES
from seamline.settings import Settings
from seamline.store.memory import MemoryBlobs, MemoryLocal, MemoryLog, MemoryPicture
from seamline.store.ports import PictureStore

START = 1_760_000_000_000
ROLES = CODES["role"]


def seed(*words: str) -> bytes:
    """A seed that is the same in every run."""
    return hashlib.sha256(" ".join(words).encode()).digest()


@dataclass
class World:
    """Parties with keys and officers (one a role), and the statements that every node believes."""

    parties: tuple[str, ...] = ("isf", "ksf", "mag")
    statements: dict[str, list[bytes]] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for party in self.parties:
            following = statement.successor(SigningKey(seed(party, "next")).public)
            self.say(party, statement.Party(self.party_key(party).public.hex(), following, party))
            for role in ROLES:
                public = self.officer_key(party, role).public.hex()
                self.say(party, statement.Officer(f"{role}-1", public, (role,), role))

    def party_key(self, party: str) -> SigningKey:
        return SigningKey(seed(party))

    def officer_key(self, party: str, role: str) -> SigningKey:
        return SigningKey(seed(party, role))

    def say(self, party: str, said: statement.Said) -> bytes:
        chain = self.statements.setdefault(party, [])
        before = statement.read(chain[-1]) if chain else None
        note = statement.make(
            said,
            party=party,
            no=len(chain) + 1,
            prev=before.hash if before else None,
            at=START,
            key=self.party_key(party),
        )
        chain.append(note)
        return note

    def node(
        self, name: str, *owners: str, channels: tuple[str, ...] = (), picture: PictureStore | None = None
    ) -> Node:
        """A started node that is named by its owners; call `meet` when all are made."""
        key = SigningKey(seed("node", name))
        card = statement.node_card(key, name=name, seal=SealKey(seed("seal", name)).public, owners=owners)
        for owner in owners:
            self.say(owner, card)
        node = Node(
            Settings(name=name, owners=tuple(sorted(owners)), zone="Asia/Baghdad"),
            key,
            ManualClock(START),
            MemoryLog(),
            MemoryPicture() if picture is None else picture,
            MemoryLocal(),
            MemoryBlobs(),
        )
        for channel in channels:
            node.open_channel(channel)
        node.start()
        self.nodes[name] = node
        return node

    def meet(self) -> None:
        """Every node hears every statement."""
        for node in self.nodes.values():
            node.trust.add([s for chain in self.statements.values() for s in chain])
            for party in self.parties:
                key = self.party_key(party)
                node.trust.confirm(party, key.public, key.fingerprint)

    def close(self) -> None:
        for node in self.nodes.values():
            node.close()


def officer(party: str, *roles: str) -> Officer:
    """The party's officer with these roles; his post is that of the first."""
    return Officer(party, f"{roles[0]}-1", frozenset(roles))


def copy(source: Node, target: Node) -> int:
    """Append to target every entry that it may hold and lacks; how many. Stands in for exchange."""
    copied = 0
    for log in source.log.logs():
        if log.channel not in target.channels():
            continue
        have = target.log.head(log).size
        entries = [e for e in source.log.entries(log, have, source.log.head(log).size) if e is not None]
        if entries:
            target.writer.submit(
                lambda tx, log=log, have=have, entries=entries: tx.log.append(
                    log, have, entries, target.clock.now()
                )
            ).result()
            copied += len(entries)
    return copied


def put(
    node: Node, who: Officer, kind: str, channel: str, body: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """Put a record and wait; its item."""
    id = more.pop("id", None)
    lane = more.pop("lane", "routine")
    item, _ = write.put(node, who, write.Saying(kind, channel, lane, "en", body), id=id, **more).result()
    return item


def attested(
    world: World, node: Node, who: Officer, kind: str, channel: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Put a record signed with the officer's own key."""
    saying = write.check(node, who, write.Saying(kind, channel, "routine", "en", body))
    entry, _ = write.draft(node, who, saying)
    role = who.id.removesuffix("-1")
    signed = sign(entry, channel, world.officer_key(who.party, role))
    assert signed.sig is not None
    item, _ = write.put(node, who, saying, attest=write.Attest(entry.id, entry.at, signed.sig)).result()
    return item


def let_go(node: Node, party: str, item: dict[str, Any], channel: str, mode: str = "whole") -> dict[str, Any]:
    """The party's release officer releases it."""
    ask = release.Release(item["id"], item["rev"], channel, mode)
    return release.release(node, officer(party, "release"), ask).result()


INCIDENT = {
    "summary": "Shots heard",
    "type": "fire_exchange",
    "occurred": {"start": START - 3_600_000, "end": START - 3_000_000},
    "place": {"geometry": {"type": "Point", "coordinates": [437_420_123, 357_160_456]}, "mgrs": "38SME"},
    "unit": "second company",
    "grade": "B2",
    "narrative": "Two bursts.",
}


def patrol(lon: float, lat: float, start: int, hours: float = 6, **more: Any) -> dict[str, Any]:
    """A patrol at a point in degrees, from START + start hours."""
    begin = START + int(start * 3_600_000)
    return {
        "title_text": "Patrol",
        "type": "patrol",
        "when": {"start": begin, "end": begin + int(hours * 3_600_000)},
        "place": {"lon": lon, "lat": lat},
        **more,
    }
