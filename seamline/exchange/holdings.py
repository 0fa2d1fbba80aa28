"""What this node has of the channels it shares with a peer: the only place that chooses them (law 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seamline.errors import RuleBroken
from seamline.exchange.ports import House
from seamline.log import checkpoint, merkle, statement
from seamline.log.channel import channel_id, may_hold, members
from seamline.log.checkpoint import LogId
from seamline.log.part import Have, Held, Told
from seamline.log.roster import NodeInfo, Roster
from seamline.store.tree import LogTree


@dataclass(frozen=True, slots=True)
class Holdings:
    """Have-lists by channel, and statements by party (in order of number, then hash)."""

    have: Mapping[str, Have]
    statements: Mapping[str, Sequence[bytes]]


class Shelf:
    """Looks up holdings. Default deny: nothing of a channel that the peer may not hold is even counted."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._named: dict[str, frozenset[str]] = {}
        self._tags: dict[tuple[LogId, int], bytes] = {}
        self._sorted: tuple[Roster | None, dict[str, list[bytes]]] = (None, {})

    def shared(self, peer: str) -> tuple[str, ...]:
        """Channels that both this node and a peer in service may hold, sorted; none for a stranger."""
        roster = self._house.trust.roster
        mine, theirs = roster.node(self._house.me), roster.node(peer)
        if mine is None or theirs is None or not in_service(theirs):
            return ()
        known = {log.channel for log in self._house.log.logs()} | set(self._house.channels())
        known.add(channel_id([*mine.owners, *theirs.owners]))
        known |= self._named.get(peer, frozenset())
        return tuple(sorted(c for c in known if may_hold(mine.owners, c) and may_hold(theirs.owners, c)))

    def named(self, peer: str, channels: Iterable[str]) -> None:
        """He spoke in these channels, so he knows of them: he is told what is here, be it nothing yet."""
        parties = self._house.trust.roster.parties.keys()
        here = frozenset(channel for channel in channels if parties >= set(members(channel)))
        self._named[peer] = self._named.get(peer, frozenset()) | here

    def shares(self, peer: str, channel: str) -> bool:
        """Whether the channel is one of `shared`, without reading the log."""
        roster = self._house.trust.roster
        mine, theirs = roster.node(self._house.me), roster.node(peer)
        if mine is None or theirs is None or not in_service(theirs):
            return False
        return may_hold(mine.owners, channel) and may_hold(theirs.owners, channel)

    def holdings(self, peer: str) -> Holdings:
        """What may be said to this peer of what is held."""
        shared = self.shared(peer)
        statements = self._statements(self.parties(peer))
        told: dict[str, str] = {}
        for channel in shared:
            for party in members(channel):
                told.setdefault(party, channel)
        logs: dict[str, list[Held]] = {channel: [] for channel in shared}
        for log in self._house.log.logs():
            if log.channel in logs:
                logs[log.channel].append(self._held(log))
        have = {}
        for channel in shared:
            said = [
                Told(party, len(notes), set_tag(notes))
                for party, notes in sorted(statements.items())
                if told[party] == channel
            ]
            have[channel] = Have(channel, tuple(said), tuple(logs[channel]))
        return Holdings(have, statements)

    def beliefs(self) -> dict[str, bytes]:
        """What is believed here of each party.

        It differs when a statement came, a person confirmed a key, or people settled which of two counts.
        """
        roster = self._house.trust.roster
        parties = {*roster.parties, *self._by_party()}
        counts = {p: info.no for p, info in roster.parties.items()}
        return {p: set_tag(self._by_party().get(p, [])) + b"%d" % counts.get(p, 0) for p in parties}

    def parties(self, peer: str) -> set[str]:
        """The parties that the peer may hear of: the members of shared channels."""
        return {party for channel in self.shared(peer) for party in members(channel)}

    def tag_at(self, log: LogId, size: int) -> bytes:
        """8 bytes of the root of the first `size` entries held of a log."""
        key = (log, size)
        if key not in self._tags:
            if len(self._tags) > 10_000:
                self._tags.clear()
            self._tags[key] = merkle.root(LogTree(self._house.log, log), size)[:8]
        return self._tags[key]

    def _held(self, log: LogId) -> Held:
        reader = self._house.log
        size, note = reader.head(log).size, reader.checkpoint(log)
        head, tag = 0, bytes(8)
        if note is not None:
            signed = checkpoint.claimed(note)
            head, tag = signed.size, signed.root[:8]
        receipts = tuple(sorted((r.reader, r.size) for r in reader.receipts(log)))
        return Held(log, size, head, tag, self._house.evidence.of(log) is not None, receipts)

    def _statements(self, parties: set[str]) -> dict[str, list[bytes]]:
        return {party: self._by_party().get(party, []) for party in parties}

    def _by_party(self) -> dict[str, list[bytes]]:
        # A statement that arrives makes a new roster, so the sorted ones last as long as that one does.
        roster = self._house.trust.roster
        if self._sorted[0] is not roster:
            self._sorted = (roster, _by_party(self._house.trust.statements()))
        return self._sorted[1]


def _by_party(notes: Iterable[bytes]) -> dict[str, list[bytes]]:
    found: dict[str, list[tuple[int, bytes, bytes]]] = {}
    for note in notes:
        try:
            said = statement.read(note)
        except RuleBroken:
            continue
        found.setdefault(said.party, []).append((said.no, note_hash(note), note))
    return {party: [note for _, _, note in sorted(rows)] for party, rows in found.items()}


def in_service(node: NodeInfo) -> bool:
    """Whether the node counts and is not revoked."""
    return node.counts and not node.revoked


def note_hash(note: bytes) -> bytes:
    """How a statement is told from another: SHA-256 of the whole note."""
    return hashlib.sha256(note).digest()


def set_tag(notes: Sequence[bytes]) -> bytes:
    """8 bytes that differ when two ordered sets of statements do."""
    return hashlib.sha256(b"".join(map(note_hash, notes))).digest()[:8]
