"""Parties, officers and nodes for tests of the log; every key comes from its name."""

from __future__ import annotations

import hashlib
from typing import Any

from seamline.log import checkpoint, entry, merkle, statement
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry
from seamline.log.keys import SealKey, SigningKey
from seamline.log.verifier import Item

NOON = 1_760_000_000_000


def key(name: str) -> SigningKey:
    return SigningKey(hashlib.sha256(b"sign " + name.encode()).digest())


def seal_key(name: str) -> SealKey:
    return SealKey(hashlib.sha256(b"seal " + name.encode()).digest())


def said(n: int = 0, **fields: Any) -> Entry:
    """A plausible entry; n tells it from others."""
    plain: dict[str, Any] = {
        "id": f"0190a6c5-3f00-7abc-8abc-{n:012x}",
        "kind": "incident",
        "party": "isf",
        "by": "duty1",
        "at": NOON + n,
        "no": n + 1,
        "body": {"type": "shelling", "place": {"coordinates": [443_000_000 + n, 353_000_000]}, "text": "دوو"},
    }
    return Entry(**{**plain, **fields})


class PartyKey:
    """A party with its offline key: makes its statements, each after the one before."""

    def __init__(self, party: str) -> None:
        self.party = party
        self.key = key(f"{party} 1")
        self.first = self.key.public
        self._generation = 1
        self.notes: list[bytes] = []
        self.say(statement.Party(self.key.public.hex(), self._successor_hash(), party.upper()))

    def say(self, what: statement.Said, at: int = NOON) -> bytes:
        note = self.draft(what, at)
        self.notes.append(note)
        return note

    def draft(self, what: statement.Said, at: int = NOON, no: int | None = None) -> bytes:
        """The statement as it would be said next (or in place of number no), not yet part of the chain."""
        no = no or len(self.notes) + 1
        prev = statement.read(self.notes[no - 2]).hash if no > 1 else None
        return statement.make(what, party=self.party, no=no, prev=prev, at=at, key=self.key)

    def rotate(self) -> bytes:
        """Put the announced successor in force."""
        self._generation += 1
        self.key = key(f"{self.party} {self._generation}")
        return self.say(statement.Key(self.key.public.hex(), self._successor_hash()))

    def _successor_hash(self) -> str:
        return statement.successor(key(f"{self.party} {self._generation + 1}").public)


class NodeKey:
    """A node that writes one log."""

    def __init__(
        self, name: str, owners: tuple[str, ...], channel: str = "isf+ksf", lane: str = "routine"
    ) -> None:
        self.name = name
        self.owners = owners
        self.key = key(name)
        self.seal = seal_key(name)
        self.log = LogId(self.key.fingerprint, channel, lane)
        self.items: list[Item] = []

    def card(self, **changes: Any) -> statement.Node:
        fields: dict[str, Any] = {"name": self.name, "seal": self.seal.public, "owners": self.owners}
        return statement.node_card(self.key, **{**fields, **changes})

    def write(self, *entries: Entry) -> None:
        self.items += [Item.of(entry.to_bytes(e)) for e in entries]

    def tree(self) -> merkle.MemoryTree:
        return merkle.MemoryTree(i.leaf for i in self.items)

    def head(self, size: int | None = None) -> Checkpoint:
        size = len(self.items) if size is None else size
        return Checkpoint(self.log, size, merkle.root(self.tree(), size))

    def signed_head(self, size: int | None = None) -> bytes:
        return checkpoint.sign(self.head(size), self.key)
