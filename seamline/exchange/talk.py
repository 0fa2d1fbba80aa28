"""The exchange of one node: what it says to each peer and how it takes what they say. Blocking; any thread.

`Caller` and `Answerer` put it into messages, `links/` and `endpoint` carry those.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field, replace

import msgspec

from seamline.actions.linking import carried, policy
from seamline.actions.receive import Refusal
from seamline.exchange import packet
from seamline.exchange.backlog import Backlog, held, known_of
from seamline.exchange.conversation import Conversation, Saying
from seamline.exchange.counter import Counters
from seamline.exchange.gather import Gatherer, How
from seamline.exchange.greeter import Greeter
from seamline.exchange.holdings import Shelf, in_service
from seamline.exchange.intake import Intake
from seamline.exchange.owed import owed, waiting
from seamline.exchange.packet import Lane
from seamline.exchange.ports import House, Limits, Relaying
from seamline.exchange.refusals import Refusals
from seamline.exchange.sent_book import SentBook
from seamline.exchange.state import LinkState
from seamline.log.part import Run
from seamline.log.press import COLUMNS
from seamline.log.roster import NodeInfo
from seamline.store.ports import LinkRow

_FAST = 512 * 1024
"""Room of a message (bytes) from which on the line is faster than the press: some 4 Mbit/s."""


@dataclass(slots=True)
class Peer:
    """One peer: the conversation, its lock, and whom to wake when there may be something to say.

    changed: parties of whom this node believes something else than when it last spoke. waiting: how many
    entries of each lane he lacked when that was last looked at; None if it is not known. told: the same with
    bytes, and what he has.
    """

    conversation: Conversation
    state: LinkState
    lock: threading.RLock = field(default_factory=threading.RLock)
    wakers: list[Callable[[], None]] = field(default_factory=list)
    changed: frozenset[str] = frozenset()
    asks_for: frozenset[str] = frozenset()
    waiting: dict[str, int] | None = None
    backlog: Backlog | None = None
    told: dict[str, object] = field(default_factory=lambda: {"waits": None, "has": None})

    def wake(self) -> None:
        """There may be something to say; wakers are quick and may be called on any thread."""
        for waker in list(self.wakers):
            waker()


class Exchange:
    """All conversations of a node."""

    def __init__(self, house: House, limits: Limits | None = None) -> None:
        self.house, self.limits = house, limits or Limits()
        self.shelf = Shelf(house)
        self.counters = Counters(house.local)
        self.book = SentBook(house.local)
        self.intake = Intake(house)
        self.greeter = Greeter(house, self.shelf, self.intake)
        self.refusals = Refusals(house.local)
        self.relay: Relaying | None = None
        self._gatherer = Gatherer(house, self.limits.part)
        self._peers: dict[str, Peer] = {}
        self._guard = threading.Lock()
        self._beliefs = self.shelf.beliefs()

    # ------------------------------------------------------------ peers

    def peer(self, fingerprint: str) -> Peer:
        with self._guard:
            if fingerprint not in self._peers:
                self._peers[fingerprint] = Peer(Conversation(fingerprint), LinkState())
            return self._peers[fingerprint]

    def public_of(self, fingerprint: str) -> bytes | None:
        """The key of a node that may talk to this one: linked, switched on, in service. None for others."""
        node = self._partner(fingerprint)
        linked = any(row.peer == fingerprint and row.enabled for row in self.house.local.links())
        return node.key if node is not None and linked else None

    def seal_of(self, fingerprint: str) -> bytes | None:
        """The key that what only this node may read is sealed to; None for one that no statement names."""
        node = self.house.trust.roster.node(fingerprint)
        return node.seal if node is not None else None

    def dialled(self) -> list[tuple[str, str]]:
        """(peer, url) of the links that are switched on, can be dialled, and lead to a node in service."""
        local = self.house.local
        rows = [row for row in local.links() if row.enabled and row.url and policy(local, row.peer).dial]
        return [(row.peer, row.url) for row in rows if row.url and self._partner(row.peer) is not None]

    def trouble(self, peer: Peer, fault: Exception) -> None:
        """Keep for the officer who asks how the link is."""
        peer.state.went_wrong(fault, self.house.clock.now())

    def refused(self, peer: Peer, refusals: Sequence[Refusal], *, by_us: bool) -> None:
        """The same of parts that broke a rule, here or there."""
        now = self.house.clock.now()
        peer.state.was_refused(tuple(refusals), now, by_us=by_us)
        self.refusals.note(peer.conversation.peer, refusals, now, by_us=by_us)

    def turned_away(self, fingerprint: str) -> None:
        """A message well signed by a node that is linked and out of service: nothing of it was read."""
        detail = "a message of a node that is revoked, or that its owners no longer name alike; not read"
        self.refused(self.peer(fingerprint), [Refusal(0, "exchange 6.2", "theirs", detail)], by_us=True)

    def retired(self, fingerprint: str) -> bytes | None:
        """The key of a node with a link here that is out of service; None for any other."""
        node = self.house.trust.roster.node(fingerprint)
        linked = any(row.peer == fingerprint and row.enabled for row in self.house.local.links())
        return node.key if node is not None and linked and not in_service(node) else None

    def _partner(self, fingerprint: str) -> NodeInfo | None:
        node = self.house.trust.roster.node(fingerprint)
        return node if node is not None and in_service(node) else None

    # ------------------------------------------------------------ saying

    def say(self, peer: Peer, room: int) -> Saying:
        """What to say now, within room (bytes). The caller marks it as said under the message's tag."""
        talk, node = peer.conversation, self._partner(peer.conversation.peer)
        if node is None:
            return Saying()
        self._recheck(peer)
        sent, cut = self.greeter.told(talk)
        parts = [self._gatherer.seal(one.part, node) for one in sent]
        packets = self._packets(talk, room, "flash", {})
        left = room - sum(map(len, (*parts, *packets.values())))
        specs = talk.telling() + talk.owed(self.shelf) + self.greeter.chunks(talk)
        # What goes through here, and what is said here, share the line.
        own = left // 2 if self._carries(talk, packets) else left
        filled, more = self._gatherer.fill(specs, own, self._how(talk, room))
        sent += [one for one, _ in filled]
        parts += [self._gatherer.seal_frame(one.part.channel, frame, node) for one, frame in filled]
        left = room - sum(map(len, (*parts, *packets.values())))
        packets |= self._packets(talk, left, "routine", packets)
        more = more or self._carries(talk, packets)
        parts += packets.values()
        return Saying(tuple(parts), tuple(sent), talk.asks, talk.fresh, more, tuple(packets), cut)

    def _packets(
        self, talk: Conversation, room: int, lane: Lane, before: Collection[bytes]
    ) -> dict[bytes, bytes]:
        if self.relay is None:
            return {}
        return dict(self.relay.outgoing(talk.peer, room, {*talk.carrying(), *before}, lane))

    def _carries(self, talk: Conversation, before: Collection[bytes] = ()) -> bool:
        """Whether there are packets for a message to him."""
        return self.relay is not None and self.relay.waits(talk.peer, {*talk.carrying(), *before})

    def want(self, channels: Collection[str]) -> None:
        """Blobs are newly named in these channels: ask the peers who share one."""
        for peer in self._all():
            shared = {c for c in channels if self.shelf.shares(peer.conversation.peer, c)}
            if shared:
                peer.asks_for = peer.asks_for | shared
                peer.wake()
        if self.relay is not None:
            self.relay.want(channels)

    def _how(self, talk: Conversation, room: int) -> How:
        wants = [want for of in talk.wants.values() for want in of]
        methods = self.intake.methods(talk.peer)
        if room >= _FAST:
            # On such a line small parts save less time than they take.
            methods -= {COLUMNS}
        return How(
            methods,
            policy(self.house.local, talk.peer).part,
            talk.cuts,
            wants,
            talk.flying,
            urgent=True,
        )

    def has_more(self, peer: Peer) -> bool:
        """Whether there is something to say that was not said yet."""
        self._recheck(peer)
        talk = peer.conversation
        told = talk.asks or talk.greets or talk.renew or talk.telling()
        return bool(told or talk.owed(self.shelf) or self.greeter.chunks(talk) or self._carries(talk))

    def came(self, peer: Peer, tag: bytes, refused: Sequence[Refusal]) -> None:
        """The peer took that message, but for what he refused."""
        now, talk = self.house.clock.now(), peer.conversation
        flight = talk.flight(tag)
        if self.relay is not None and flight.carried:
            numbers = {one.part - len(flight.sent) for one in refused}
            spoilt = {one for number, one in enumerate(flight.carried) if number in numbers}
            self.relay.came(talk.peer, flight.carried, spoilt)
        for one in talk.came(tag, refused):
            if isinstance(one.part, Run):
                self.book.sent(one.part.log, talk.peer, one.part.start, one.part.stop, now)
        self.refused(peer, refused, by_us=False)

    # ------------------------------------------------------------ taking

    def take(self, peer: Peer, sealed: Sequence[bytes]) -> tuple[Refusal, ...]:
        """Open, check, keep. What is not refused is on disk on return; raises only OurFault."""
        talk = peer.conversation
        packets = {n: data for n, data in enumerate(sealed) if packet.is_one(data)}
        numbers = [n for n in range(len(sealed)) if n not in packets or self.relay is None]
        taken = self.intake.unpack(sealed[n] for n in numbers)
        refused = tuple(replace(one, part=numbers[one.part]) for one in taken.refused)
        if self.relay is not None and packets:
            refused += tuple(self.relay.take(talk.peer, packets))
        good = taken.good.get(talk.peer, [])
        self.shelf.named(talk.peer, {part.channel for part in good})
        talk.hear(good)
        talk.renew |= taken.mistaken.get(talk.peer, set())
        self.refused(peer, refused, by_us=True)
        self.notify(taken.channels())
        return refused

    # ------------------------------------------------------------ waking

    def notify(self, channels: Collection[str]) -> None:
        """Something was committed in these channels: wake the talks that share one, and no other (law 3)."""
        for peer in self._all():
            if any(self.shelf.shares(peer.conversation.peer, channel) for channel in channels):
                peer.wake()
        if self.relay is not None:
            self.relay.notify(channels)

    def roster_changed(self) -> None:
        """Say anew what is here to those who may hear of the parties it changed for, and to no other.

        Any thread, also one that holds a peer's lock: so each peer is looked at under its own, later.
        """
        with self._guard:
            before, self._beliefs = self._beliefs, self.shelf.beliefs()
            changed = {p for p, said in self._beliefs.items() if before.get(p) != said}
            peers = list(self._peers.values())
        for peer in peers:
            peer.changed = peer.changed | changed
            peer.wake()

    def _recheck(self, peer: Peer) -> None:
        if not peer.conversation.unknown:
            peer.conversation.renew |= peer.asks_for
            peer.asks_for = frozenset()
        changed, peer.changed = peer.changed, frozenset()
        if changed and changed & self.shelf.parties(peer.conversation.peer):
            peer.conversation.greets = peer.conversation.fresh = True
            peer.conversation.forgive_all()

    def _all(self) -> list[Peer]:
        with self._guard:
            return list(self._peers.values())

    # ------------------------------------------------------------ looking

    def links(self) -> list[dict[str, object]]:
        """Each link as GET /api/links tells it. Never waits for a message that is being taken in.

        waiting: entries the peer lacks, by lane; None while it is not known what he has.
        """
        return [self._link(row) for row in self.house.local.links()]

    def _link(self, row: LinkRow) -> dict[str, object]:
        peer = self.peer(row.peer)
        state, talk = peer.state, peer.conversation
        told = self.relay.told(row) if self.relay is not None else None
        if peer.lock.acquire(blocking=False):
            try:
                peer.waiting = None if talk.unknown else waiting(talk.lacking(self.shelf))
                peer.told = self._told_of(peer)
            finally:
                peer.lock.release()
        return {
            "peer": row.peer,
            "name": row.name,
            "url": row.url,
            "enabled": row.enabled,
            "state": state.state if row.enabled else "stopped",
            "last_contact": _later(state.last_contact, told["heard"] if told else None),
            "waiting": peer.waiting,
            **peer.told,
            "rate": state.rate,
            "trouble": None if state.trouble is None else asdict(state.trouble),
            "refused": state.refused,
            "refusals": msgspec.to_builtins(self.refusals.of(row.peer)),
            "messages": state.messages,
            "bytes_out": state.bytes_out,
            "bytes_in": state.bytes_in,
            "channels": list(self.shelf.shared(row.peer)),
            "carried": carried(self.house.local, row.peer),
            "relayed": told,
            **msgspec.to_builtins(policy(self.house.local, row.peer)),
        }

    def _told_of(self, peer: Peer) -> dict[str, object]:
        """What the peer has and what waits for him, by all that is known of it here: also by courier."""
        talk = peer.conversation
        known, shared = known_of(self.house, self.shelf, talk), self.shelf.shared(talk.peer)
        if not known.logs:
            return {"waits": None, "has": None}
        if peer.backlog is None:
            peer.backlog = Backlog(self._gatherer, self.house)
        specs = owed(self.shelf.holdings(talk.peer), known, self.shelf.tag_at, peer=talk.peer)
        waits = peer.backlog.waits(specs, self.intake.methods(talk.peer))
        return {"waits": waits, "has": held(known, self.house, shared)}


def _later(one: int | None, other: object) -> int | None:
    """The later of two times, either of which may not have been."""
    found = [at for at in (one, other) if isinstance(at, int)]
    return max(found, default=None)
