"""Both ends of what goes through a relay, and the relay itself (docs/spec/exchange.md 13). Any thread.

Sender: what a peer lacks becomes a letter, sealed to him alone, and is handed to the node named by `via`.
Relay: keeps it, unread, until the peer's next message. Reader: takes it in as a courier's file.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from seamline.actions.linking import policy
from seamline.actions.receive import Refusal
from seamline.errors import RuleBroken
from seamline.exchange import packet
from seamline.exchange.backlog import known_of
from seamline.exchange.box import Box
from seamline.exchange.courier import Courier
from seamline.exchange.gather import Gatherer, How
from seamline.exchange.links import file
from seamline.exchange.links.file import Letter
from seamline.exchange.owed import Known, Owed, owed
from seamline.exchange.packet import Address, Inside, Lane
from seamline.exchange.talk import Exchange
from seamline.log import parcel
from seamline.log.part import Chunk, Part, Run
from seamline.log.roster import NodeInfo
from seamline.store.ports import LinkRow

ROOM: Final = 64 * 1024
"""Bytes of parts in a packet, so that a flash waits for no more than that of others."""
PATIENCE: Final = 3 * 86_400_000
DIRECT: Final = 90_000
"""A peer who was heard on the direct line so lately (ms) is told things there."""
AHEAD: Final = 512 * 1024
"""Bytes of photos that may be at the relay at a time, so that they push nothing else out of it."""
STOPPED: Final = 10 * 60_000
"""How long a relay that refused is left alone (ms)."""
_LEAST: Final = 8192
_URGENT: Final = frozenset({"statements", "evidence", "flash"})


@dataclass(frozen=True, slots=True)
class _Packed:
    """A packet that left or is leaving."""

    lane: Lane
    parts: tuple[Part, ...]
    number: int
    at: int
    taken: tuple[bytes, ...]


@dataclass(slots=True)
class _Mail:
    """Between this node and one peer, since this process started.

    leaving: in a message to the relay. handed: the relay has it. taken: tags to acknowledge; answers: now.
    again: packets that could not be kept here. stopped: when the relay said that it carries nothing, ms.
    """

    leaving: dict[bytes, _Packed] = field(default_factory=dict)
    handed: dict[bytes, _Packed] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    answers: bool = False
    heard: int | None = None
    again: set[bytes] = field(default_factory=set)
    stopped: int | None = None

    def named(self, tags: Iterable[bytes]) -> None:
        """The peer took these. What left before one of them in its lane is there too, or is lost."""
        for one in [self.handed[tag] for tag in tags if tag in self.handed]:
            kept = {t: o for t, o in self.handed.items() if o.lane != one.lane or o.number > one.number}
            self.handed = kept


class Relay:
    """The relaying of one node."""

    def __init__(self, exchange: Exchange, courier: Courier) -> None:
        self._exchange, self._house, self._courier = exchange, exchange.house, courier
        self.box = Box(exchange.house.local, exchange.house.clock)
        self._gatherer = Gatherer(exchange.house, ROOM)
        self._mail: dict[str, _Mail] = {}
        self._guard = threading.RLock()

    # ------------------------------------------------------------ what goes into a message

    def outgoing(
        self, peer: str, room: int, flying: Collection[bytes], lane: Lane
    ) -> list[tuple[bytes, bytes]]:
        """(tag, packet) for a message to this peer: kept for him, or to be handed to him for others.

        room: bytes, of which one packet may take more. flying: tags in messages to him that he has not
        answered.
        """
        found = self.box.due(peer, room, flying, lane) if self._serves(peer) else []
        with self._guard:
            for node in self._through(peer):
                left = room - sum(len(data) for _, data in found)
                if found and left <= 0:
                    break
                specs = self._lanes(node, flying).get(lane)
                if specs is not None:
                    found.append(self._packet(node, lane, specs, min(max(left, _LEAST), ROOM)))
        return found

    def waits(self, peer: str, flying: Collection[bytes]) -> bool:
        """Whether there is anything for a message to this peer."""
        if self._serves(peer) and self.box.waiting(peer, flying):
            return True
        with self._guard:
            return any(self._lanes(node, flying) for node in self._through(peer))

    def came(self, peer: str, tags: Iterable[bytes], refused: Collection[bytes]) -> None:
        """He took these out of a message, or refused them for good."""
        now = self._house.clock.now()
        with self._guard:
            for tag in tags:
                self.box.take(tag)
                for to, mail in self._mail.items():
                    packed = mail.leaving.pop(tag, None)
                    if packed is not None and tag in refused:
                        mail.stopped = now
                    elif packed is not None and packed.number:
                        mail.handed[tag] = packed
                        self._sent(to, packed, now)

    def _sent(self, to: str, packed: _Packed, now: int) -> None:
        for part in packed.parts:
            if isinstance(part, Run):
                self._exchange.book.sent(part.log, to, part.start, part.stop, now)

    # ------------------------------------------------------------ what came in one

    def take(self, peer: str, packets: Mapping[int, bytes]) -> list[Refusal]:
        """Packets of a message by this peer, by their number there. On disk on return; raises OurFault."""
        refused: list[Refusal] = []
        for number, data in packets.items():
            try:
                to = packet.address(data)
                if to.reader == self._house.me:
                    self._read(data, to)
                else:
                    self._keep(peer, data, to)
            except RuleBroken as fault:
                refused.append(Refusal(number, fault.rule, "theirs", str(fault.params["detail"])))
        return refused

    def _keep(self, peer: str, data: bytes, to: Address) -> None:
        if peer != to.sender:
            raise RuleBroken("exchange 13.3", "a packet by another than who brings it")
        if not (self._serves(to.sender) and self._serves(to.reader)):
            raise RuleBroken("exchange 13.3", "this node carries nothing between these two")
        self.box.put(data, to)
        self._exchange.peer(to.reader).wake()

    def _read(self, data: bytes, to: Address) -> None:
        public = self._exchange.public_of(to.sender)
        if public is None:
            raise RuleBroken("exchange 13.3", "a packet by a node that has no link to this one")
        inside = packet.read(data, self._house.seal, public)
        mail, tag = self._mail_of(to.sender), packet.tag(data)
        # The same again is no fault of the relay's: it may not know that it arrived.
        new = not inside.number or self._exchange.counters.take(_counter(to.lane, to.sender), inside.number)
        if not new and tag not in mail.again:
            return
        found = file.letter(inside.letter, self._exchange.public_of)
        if found.writer != to.sender or not found.whole:
            raise RuleBroken("exchange 13.5", "the letter is not whole, or not by the packet's sender")
        # Until it is on disk it may come again, though its number was taken.
        mail.again.add(tag)
        self._courier.take(found, by_hand=False)
        with self._guard:
            mail.again.discard(tag)
            mail.named(inside.taken)
            mail.heard = self._house.clock.now()
            if inside.number:
                mail.taken = [*mail.taken, tag][-packet.MAX_TAGS :]
                mail.answers = True
        self._wake_relay(to.sender)

    # ------------------------------------------------------------ packing

    def _packet(self, node: NodeInfo, lane: Lane, specs: Sequence[Owed], room: int) -> tuple[bytes, bytes]:
        mail, now = self._mail_of(node.fingerprint), self._house.clock.now()
        said, frames = self._fill(node, lane, specs, room)
        number = self._exchange.counters.next(_counter(lane, node.fingerprint)) if said else 0
        taken: tuple[bytes, ...] = ()
        if lane == "routine":
            taken, mail.taken, mail.answers = tuple(mail.taken), [], False
        letter = file.write_letter(Letter((node.seal,), tuple(frames)), self._house.key, now)
        to = Address(self._house.me, node.fingerprint, lane)
        data = packet.write(to, Inside(number, taken, letter), self._house.key, node.seal)
        mail.leaving[packet.tag(data)] = _Packed(lane, tuple(said), number, now, taken)
        return packet.tag(data), data

    def _lanes(self, node: NodeInfo, flying: Collection[bytes]) -> dict[Lane, list[Owed]]:
        """What is to be packed now, urgent first. Of one lane one packet leaves at a time."""
        mail = self._mail_of(node.fingerprint)
        self._forget(mail, flying)
        if mail.stopped is not None and 0 <= self._house.clock.now() - mail.stopped < STOPPED:
            return {}
        leaving = {one.lane for one in mail.leaving.values()}
        known = known_of(
            self._house, self._exchange.shelf, self._exchange.peer(node.fingerprint).conversation
        )
        specs = self._specs(node, known, mail)
        urgent = any(spec.what in ("evidence", "flash") for spec in specs)
        found: dict[Lane, list[Owed]] = {}
        if urgent and "flash" not in leaving:
            found["flash"] = [spec for spec in specs if spec.what in _URGENT]
        rest = [spec for spec in specs if not (urgent and spec.what in _URGENT)]
        if "routine" not in leaving and (rest or mail.answers):
            found["routine"] = rest
        return found

    def _specs(self, node: NodeInfo, known: Known, mail: _Mail) -> list[Owed]:
        shelf, peer = self._exchange.shelf, node.fingerprint
        expected = known.copy()
        for one in (*mail.handed.values(), *mail.leaving.values()):
            for part in one.parts:
                expected.has(part)
        found = owed(shelf.holdings(peer), expected, shelf.tag_at, peer=peer, sure=known)
        return found + self._chunks(peer, mail)

    def _chunks(self, peer: str, mail: _Mail) -> list[Owed]:
        """What he asked for of photos in his newest letter, from where what is on its way ends."""
        asked, ahead = self._courier.asked(peer), 0
        for one in (*mail.handed.values(), *mail.leaving.values()):
            for part in one.parts:
                if isinstance(part, Chunk):
                    place = (part.channel, part.digest)
                    asked.given[place] = max(asked.given.get(place, 0), part.offset + len(part.data))
                    ahead += len(part.data)
        via = policy(self._house.local, peer).via
        return self._exchange.greeter.chunks(asked, via) if ahead < AHEAD else []

    def _forget(self, mail: _Mail, flying: Collection[bytes]) -> None:
        """What no message carries any more did not arrive; what was not named for days is said again."""
        for tag in [tag for tag in mail.leaving if tag not in flying]:
            lost = mail.leaving.pop(tag)
            mail.taken, mail.answers = [*lost.taken, *mail.taken], mail.answers or bool(lost.taken)
        oldest = self._house.clock.now() - PATIENCE
        for tag in [tag for tag, one in mail.handed.items() if one.at < oldest]:
            del mail.handed[tag]

    def _fill(
        self, node: NodeInfo, lane: Lane, specs: Sequence[Owed], room: int
    ) -> tuple[list[Part], list[bytes]]:
        """Parts that settle something, and all there are with have-lists and the like, signed."""
        press, said, frames = self._house.press, list[Part](), list[bytes]()
        if lane == "routine":
            via = policy(self._house.local, node.fingerprint).via
            for part in self._exchange.greeter.parts(node.fingerprint, via=via):
                self._gatherer.allow(part.channel, node)
                frames.append(press.press(part))
        how = How(self._exchange.intake.methods(node.fingerprint))
        filled, _ = self._gatherer.fill(specs, room - sum(map(len, frames)), how) if specs else ([], False)
        for one, frame in filled:
            self._gatherer.allow(one.part.channel, node)
            frames.append(frame)
            said.append(one.part)
        return said, [parcel.sign(frame, self._house.key) for frame in frames]

    # ------------------------------------------------------------ who

    def _serves(self, peer: str) -> bool:
        """Whether this node is a relay for that one: both have said yes, and it is in service."""
        return self._exchange.public_of(peer) is not None and policy(self._house.local, peer).relay

    def _through(self, relay: str) -> list[NodeInfo]:
        """The peers to whom this node hands things by that relay, and who are not on a direct line."""
        found = []
        for row in self._house.local.links():
            if row.enabled and row.peer != relay and policy(self._house.local, row.peer).via == relay:
                node = self._house.trust.roster.node(row.peer)
                last = self._exchange.peer(row.peer).state.last_contact
                direct = last is not None and 0 <= self._house.clock.now() - last < DIRECT
                if node is not None and self._exchange.public_of(row.peer) is not None and not direct:
                    found.append(node)
        return found

    def _mail_of(self, peer: str) -> _Mail:
        with self._guard:
            return self._mail.setdefault(peer, _Mail())

    def notify(self, channels: Collection[str]) -> None:
        """Something was committed there: wake the relays to those who may hear of it."""
        for row in self._house.local.links():
            if any(self._exchange.shelf.shares(row.peer, channel) for channel in channels):
                self._wake_relay(row.peer)

    def want(self, channels: Collection[str]) -> None:
        """Blobs are newly named there: ask for them in a packet to those who are reached by a relay."""
        for row in self._house.local.links():
            via = policy(self._house.local, row.peer).via
            if via is not None and self._exchange.greeter.wants(row.peer, channels, via):
                self._mail_of(row.peer).answers = True
                self._exchange.peer(via).wake()

    def _wake_relay(self, peer: str) -> None:
        via = policy(self._house.local, peer).via
        if via is not None:
            self._exchange.peer(via).wake()

    def told(self, row: LinkRow) -> dict[str, object]:
        """For officers: what the relay has that the peer did not name yet, and what is kept here for him."""
        with self._guard:
            mail = self._mail_of(row.peer)
            oldest = min((one.at for one in mail.handed.values()), default=None)
            handed = len(mail.handed)
        return {"handed": handed, "oldest": oldest, "heard": mail.heard, "kept": self.box.told(row.peer)}


def _counter(lane: Lane, peer: str) -> str:
    """Each lane is numbered apart: a flash overtakes any number of routine packets."""
    return f"packet.{lane}.{peer}"
