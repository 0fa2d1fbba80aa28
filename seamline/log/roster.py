"""The roster: which parties, nodes and officers there are, and what of them counts (log 8).

`Roster.fold` gives the same roster for any order of arrival. It says what counts, never what is
kept: entries of unknown or revoked nodes stay in the log and are folded nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from seamline.log import chain, keys
from seamline.log.chain import Chain, Conflict
from seamline.log.channel import may_hold
from seamline.log.checkpoint import Checkpoint, LogId, to_text
from seamline.log.roster_fold import (
    Fold,
    NodeInfo,
    OfficerInfo,
    Revocation,
    SignerKey,
    read_all,
)

__all__ = ["Conflict", "NodeInfo", "OfficerInfo", "PartyInfo", "Revocation", "Roster", "SignerKey"]


@dataclass(frozen=True, slots=True)
class PartyInfo:
    """A trusted party after its last statement that counts.

    first: the key confirmed in person. no, hash: of that last statement, which the next one names.
    waiting: numbers that are here and do not count yet: one before them is missing or in conflict.
    """

    party: str
    title: str
    key: bytes
    first: bytes
    next: str
    no: int
    hash: str | None
    waiting: tuple[int, ...]
    conflict: Conflict | None

    @property
    def fingerprint(self) -> str:
        return keys.fingerprint(self.key)


@dataclass(frozen=True)
class Roster:
    """What the statements come to. refused: (SHA-256 of the bytes, why) of those that are none.

    untrusted: party → fingerprints it introduces itself with, which no person here has confirmed.
    basis: a number of 62 bits for all that was folded; two rosters of the same are the same.
    """

    parties: Mapping[str, PartyInfo] = field(default_factory=dict)
    untrusted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    _nodes: Mapping[str, NodeInfo] = field(default_factory=dict)
    _officers: Mapping[tuple[str, str], OfficerInfo] = field(default_factory=dict)
    _signers: Mapping[tuple[str, str, str], SignerKey] = field(default_factory=dict)
    _revoked: Mapping[str, Mapping[LogId, Revocation]] = field(default_factory=dict)
    basis: int = field(default=0, compare=False)

    @classmethod
    def fold(
        cls,
        statements: Iterable[bytes],
        trusted: Mapping[str, bytes],
        *,
        cleared: Mapping[tuple[str, int], str] | None = None,
        openings: Iterable[Checkpoint] = (),
    ) -> Roster:
        """The roster of these notes, in whatever order, repeated or not.

        trusted: party → its first public key, confirmed in person. cleared: (party, no) → hash of the
        statement that people settled on after a conflict. openings: heads that a revocation may have
        hidden (log 8.12).
        """
        notes, heads = set(statements), list(openings)
        by_party, refused = read_all(notes)
        fold = Fold()
        parties = {}
        for party in sorted(trusted.keys() & by_party.keys()):
            followed = chain.follow(party, trusted[party], by_party[party], cleared or {})
            if followed.no:
                parties[party] = _party_info(followed)
            for one in followed.accepted:
                fold.apply(one)
        untrusted = {}
        for party, held in sorted(by_party.items()):
            known = keys.fingerprint(trusted[party]) if party in trusted else None
            shown = {f for one in held if (f := chain.signed_by_itself(one)) not in (None, known)}
            if shown:
                untrusted[party] = tuple(sorted(str(f) for f in shown))
        nodes, revoked = fold.nodes(heads)
        basis = _basis(notes, trusted, cleared or {}, heads)
        return cls(parties, untrusted, refused, nodes, fold.officers, fold.signers, revoked, basis)

    def party(self, party: str) -> PartyInfo | None:
        return self.parties.get(party)

    def node(self, fingerprint: str) -> NodeInfo | None:
        """A node that any trusted owner named; see its `counts` and `revoked`."""
        return self._nodes.get(fingerprint)

    def nodes(self) -> list[NodeInfo]:
        """All that are named, by name, then fingerprint."""
        return sorted(self._nodes.values(), key=lambda n: (n.name, n.fingerprint))

    def node_named(self, name: str) -> NodeInfo | None:
        """The node of that name in service, else the one that was; None when two could be meant."""
        named = [n for n in self.nodes() if n.name == name]
        serving = [n for n in named if n.counts and not n.revoked]
        chosen = serving or named
        return chosen[0] if len(chosen) == 1 else None

    def officer(self, party: str, officer: str) -> OfficerInfo | None:
        return self._officers.get((party, officer))

    def officers(self, party: str | None = None) -> list[OfficerInfo]:
        """All officers, or one party's, by party, then id; also those revoked."""
        chosen = [o for o in self._officers.values() if party in (None, o.party)]
        return sorted(chosen, key=lambda o: (o.party, o.officer))

    def officer_by_key(self, fingerprint: str) -> OfficerInfo | None:
        """The officer whose key this is or was; None if nobody's, or if two officers claim it."""
        owners = {(party, officer) for party, officer, key in self._signers if key == fingerprint}
        return self._officers.get(owners.pop()) if len(owners) == 1 else None

    def signer(self, party: str, officer: str, fingerprint: str) -> SignerKey | None:
        """A key that this officer of this party has or had, and until when its signatures count."""
        return self._signers.get((party, officer, fingerprint))

    def revocation(self, log: LogId) -> Revocation | None:
        """How much of a revoked node's log counts (size 0: nothing); None if the node is not revoked."""
        if log.node not in self._revoked:
            return None
        return self._revoked[log.node].get(log, Revocation())

    def counts(self, log: LogId, index: int) -> bool:
        """Whether the entry at this index is folded: its node counts, may hold it, was not revoked before.

        That the log has the root the revocation names is for who holds the log to check (log 8.11).
        """
        node = self._nodes.get(log.node)
        if node is None or not node.counts or not may_hold(node.owners, log.channel):
            return False
        revocation = self.revocation(log)
        return revocation is None or index < revocation.size

    def judges_otherwise(self, before: Roster, logs: Iterable[LogId]) -> Literal["nothing", "more", "any"]:
        """What this roster, after the one before, may change of what counts in these logs.

        nothing: every entry is judged as before. more: some that did not count now may. any: all may change.
        """
        held = list(logs)
        if any(self._standing(log) != before._standing(log) for log in held):
            return "any"
        parties = {p for log in held if (node := self._nodes.get(log.node)) for p in node.owners}
        was = {place: key for place, key in before._signers.items() if place[0] in parties}
        now = {place: key for place, key in self._signers.items() if place[0] in parties}
        if was == now:
            return "nothing"
        # A key that somebody had already may now be found under another name first, with another end.
        known = {fingerprint for _, _, fingerprint in was}
        is_wider = was.items() <= now.items()
        return "more" if is_wider and not any(p[2] in known for p in now.keys() - was.keys()) else "any"

    def _standing(self, log: LogId) -> object:
        node = self._nodes.get(log.node)
        return (node.owners, node.counts) if node else None, self.revocation(log)

    def readers(self, channel: str) -> list[NodeInfo]:
        """Nodes in service that may hold the channel: what is said in it is sealed to them (log 8.8)."""
        serving = (n for n in self.nodes() if n.counts and not n.revoked)
        return [n for n in serving if may_hold(n.owners, channel)]


def _basis(
    notes: Iterable[bytes],
    trusted: Mapping[str, bytes],
    cleared: Mapping[tuple[str, int], str],
    heads: Iterable[Checkpoint],
) -> int:
    parts = [b"statement " + note for note in notes]
    parts += [f"trusted {party} {key.hex()}".encode() for party, key in trusted.items()]
    parts += [f"cleared {party} {no} {hash}".encode() for (party, no), hash in cleared.items()]
    parts += [b"opening " + to_text(head) for head in heads]
    digests = sorted({hashlib.sha256(part).digest() for part in parts})
    return int.from_bytes(hashlib.sha256(b"".join(digests)).digest()[:8], "big") >> 2


def _party_info(c: Chain) -> PartyInfo:
    return PartyInfo(c.party, c.title, c.key, c.first, c.next, c.no, c.hash, c.waiting, c.conflict)
