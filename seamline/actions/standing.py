"""Who may say what in a channel, by this node's roster (docs/spec/exchange.md 2). Default deny (law 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seamline.errors import RuleBroken
from seamline.log import chain, statement
from seamline.log.chain import Held
from seamline.log.channel import may_hold, members
from seamline.log.checkpoint import LogId
from seamline.log.part import Statements
from seamline.log.roster import Roster

MAX_UNTRUSTED = 256
"""Statements kept of a party whose key nobody here has confirmed: enough to be confirmed later."""


class Standing:
    """The questions `receive` asks of one roster. me: this node's fingerprint."""

    def __init__(self, roster: Roster, me: str) -> None:
        self._roster, self._me = roster, me

    def check_sender(self, sender: str, channel: str) -> None:
        """RuleBroken exchange 2.1 to 2.3 unless both the sender and this node may hold the channel."""
        node = self._roster.node(sender)
        if node is None or not node.counts or node.revoked:
            raise RuleBroken("exchange 2.1", f"node {sender} is not in service on this node's roster")
        if not may_hold(node.owners, channel):
            raise RuleBroken("exchange 2.2", f"node {node.name} is no reader of {channel}")
        mine = self._roster.node(self._me)
        if mine is None or not may_hold(mine.owners, channel):
            raise RuleBroken(
                "exchange 2.3", f"this node is no reader of {channel} and should not have been sent it"
            )

    def check_log(self, log: LogId) -> None:
        """RuleBroken exchange 2.4 unless the log's node is known and may hold the channel."""
        node = self._roster.node(log.node)
        if node is None:
            raise RuleBroken(
                "exchange 2.4", f"node {log.node} is on no roster that has arrived; not kept yet"
            )
        if not may_hold(node.owners, log.channel):
            raise RuleBroken("exchange 2.2", f"node {node.name} has no log in {log.channel}")

    def check_reader(self, reader: str, channel: str) -> None:
        """RuleBroken exchange 4.4 unless that node may give receipts in the channel."""
        node = self._roster.node(reader)
        if node is None:
            raise RuleBroken(
                "exchange 2.4", f"reader {reader} is on no roster that has arrived; not kept yet"
            )
        if not may_hold(node.owners, channel):
            raise RuleBroken("exchange 4.4", f"node {node.name} is no reader of {channel}")

    def key_of(self, node: str) -> bytes:
        """The node's signing key, also after a revocation; RuleBroken exchange 2.4 if it is unknown."""
        info = self._roster.node(node)
        if info is None:
            raise RuleBroken("exchange 2.4", f"node {node} is on no roster that has arrived; not kept yet")
        return info.key

    def fitting(
        self,
        part: Statements,
        kept: Iterable[bytes],
        trusted: Mapping[str, bytes],
        cleared: Mapping[tuple[str, int], str],
    ) -> list[bytes]:
        """The notes worth keeping: of members of the channel, in their chain or against it.

        cleared: (party, no) → hash of the one of two statements that people settled on.

        Otherwise a stranger could fill the store with statements that nobody signed. RuleBroken log 8.x.
        """
        allowed = set(members(part.channel))
        new = [Held(note, statement.read(note)) for note in part.notes]
        if any(one.statement.party not in allowed for one in new):
            raise RuleBroken("exchange 2.6", "a statement of a party that is not in the channel")
        old = [Held(note, statement.read(note)) for note in kept]
        fit: list[bytes] = []
        for party in sorted({one.statement.party for one in new}):
            before = [one for one in old if one.statement.party == party]
            offered = [one for one in new if one.statement.party == party]
            if party in trusted:
                followed = chain.follow(party, trusted[party], [*before, *offered], cleared)
                known = {one.hash for one in followed.accepted}
                known |= set(followed.conflict.hashes) if followed.conflict else set()
                fit += [one.note for one in offered if one.statement.hash in known]
            else:
                fit += [one.note for one in offered[: max(0, MAX_UNTRUSTED - len(before))]]
        return fit
