"""What a peer is told of what is held and lacked here, and which blobs he gets (exchange 9 to 12)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from seamline.actions.linking import policy
from seamline.exchange.conversation import Conversation, Sent
from seamline.exchange.cut import Cut
from seamline.exchange.gather import AROUND, OVERHEAD
from seamline.exchange.holdings import Shelf
from seamline.exchange.intake import Intake
from seamline.exchange.owed import Owed
from seamline.exchange.ports import House
from seamline.log.part import Ability, Have, Part, Request, Want
from seamline.log.part_codec import MAX_WANTS
from seamline.log.press import PLAIN

PIECES: Final = 4
"""Announced beside the compressions: have-lists are taken in fragments (exchange 10.1)."""
_BLOBS = 100
"""Blobs asked for in one message."""


class Greeter:
    """Any thread."""

    def __init__(self, house: House, shelf: Shelf, intake: Intake) -> None:
        self._house, self._shelf, self._intake = house, shelf, intake

    def told(self, talk: Conversation) -> tuple[list[Sent], frozenset[str]]:
        """What is to be told now; and the channels whose have-list is too large for the link's parts.

        Such a one goes in fragments, with what is owed.
        """
        talk.renew |= self._intake.partials.dropped(talk.peer)
        if not (talk.greets or talk.renew):
            return [], frozenset()
        sent, cut = list[Sent](), set[str]()
        for part in self.parts(talk.peer, None if talk.greets else talk.renew):
            if isinstance(part, Have) and self._in_pieces(talk, part):
                cut.add(part.channel)
            else:
                sent.append(Sent(None, part))
        return sent, frozenset(cut)

    def _in_pieces(self, talk: Conversation, part: Have) -> bool:
        spec = Owed("have", part.channel)
        step = policy(self._house.local, talk.peer).part - OVERHEAD - AROUND
        frame = self._house.press.press(part)
        if PIECES not in self._intake.methods(talk.peer) or len(frame) <= step + AROUND:
            talk.cuts.pop(spec.key, None)
            return False
        before = talk.cuts.get(spec.key)
        if before is None or before.part != part:
            talk.cuts[spec.key] = Cut(spec, part, frame, step)
        return True

    def parts(self, peer: str, channels: Collection[str] | None = None, via: str | None = None) -> list[Part]:
        """What is held of these channels (None: all that he may hear of), and what of his parts is missing
        (exchange 10.4); and how he may compress (exchange 9.1). via: the relay by which it goes.
        """
        have = self._shelf.holdings(peer).have
        lacking = self._intake.partials.lacking(peer)
        found: list[Part] = []
        for channel in sorted(have if channels is None else set(channels) & have.keys()):
            found.append(have[channel])
            wants = (*lacking.get(channel, ()), *self._blobs_wanted(peer, channel, via))
            if wants:
                found.append(Request(channel, wants[:MAX_WANTS]))
        narrowest = min(have, key=lambda c: (c.count("+"), c), default=None)
        methods = self._house.press.methods
        if narrowest in {part.channel for part in found} and methods > PLAIN:
            found.append(Ability(str(narrowest), (*sorted(methods), PIECES)))
        return found

    def wants(self, peer: str, channels: Collection[str], via: str) -> bool:
        """Whether a blob is to be fetched from this peer by that relay, in channels that he may hold."""
        mine = [channel for channel in channels if self._shelf.shares(peer, channel)]
        return any(self._blobs_wanted(peer, channel, via) for channel in mine)

    def _blobs_wanted(self, peer: str, channel: str, via: str | None) -> list[Want]:
        """What is to be fetched on this link (exchange 12.1), from where it was cut."""
        blobs = self._house.blobs
        if blobs is None:
            return []
        begun = self._intake.chunks.lacking(channel).get(channel, ())
        starts = {want.digest: want.start for want in reversed(begun)}
        for digest in starts:
            if blobs.named(channel, digest.hex()) is None:
                # Destroyed before this process started (law 6).
                self._intake.chunks.forget(channel, digest.hex())
        named = blobs.lacking(channel, self._most(peer, via))[:_BLOBS]
        hashes = [bytes.fromhex(one.hash) for one in named]
        return [Want(digest, starts.get(digest, 0)) for digest in hashes]

    def chunks(self, talk: Conversation, via: str | None = None) -> list[Owed]:
        """Blobs that the peer asked for, that he may have and that this link may carry (exchange 12.2)."""
        blobs = self._house.blobs
        if blobs is None or not talk.wants:
            return []
        most = self._most(talk.peer, via)
        shared = self._shelf.shared(talk.peer)

        def size_of(channel: str, digest: bytes) -> int:
            size = blobs.size(channel, digest.hex()) if channel in shared else 0
            return size if most is None or size <= most else 0

        return talk.chunks(size_of)

    def _most(self, peer: str, via: str | None) -> int | None:
        """Bytes of a blob on the way to this peer, by what is set for each line of it; None: any."""
        set_for = [policy(self._house.local, one).blob for one in (peer, via) if one is not None]
        return min((most for most in set_for if most is not None), default=None)
