"""The side that dials: requests out, answers in (docs/spec/exchange.md 6). Blocking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from seamline.actions.receive import Refusal
from seamline.errors import RuleBroken
from seamline.exchange import envelope
from seamline.exchange.conversation import Saying
from seamline.exchange.envelope import MAX_SEEN, Request
from seamline.exchange.talk import Exchange


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way. acked: tags of answers that it names as seen."""

    data: bytes
    tag: bytes
    acked: tuple[bytes, ...]
    lost: bool
    hold: bool


class Took(NamedTuple):
    """Who has more to say."""

    there: bool
    here: bool


class Caller:
    """Requests to one peer. Any thread."""

    def __init__(self, exchange: Exchange, peer: str) -> None:
        self._exchange, self.peer = exchange, exchange.peer(peer)
        self._to = peer
        self._seen: dict[bytes, tuple[Refusal, ...]] = {}
        # Requests from before a restart may still be held open there: the first one gives them all up.
        self._lost = True

    def speak(self, room: int, back: int | None = None) -> Call | None:
        """The next request with something in it; None if there is nothing to say.

        room: bytes of it; back: of its answer, if that is another.
        """
        with self.peer.lock:
            saying = self._exchange.say(self.peer, min(room, self._exchange.limits.message))
            if saying.empty and not self._lost:
                return None
            return self._call(saying, hold=False, room=room if back is None else back)

    def listen(self, room: int) -> Call:
        """A request that says nothing and waits for what the peer may come to say."""
        with self.peer.lock:
            return self._call(Saying(), hold=True, room=room)

    def answered(self, call: Call, data: bytes) -> bool:
        """Take the answer in. Whether there is more to say, on either side. Raises what `take` raises."""
        took = self.take(call, data)
        return took.there or took.here

    def take(self, call: Call, data: bytes) -> Took:
        """Take the answer in.

        Raises RuleBroken exchange 6.x for an answer that cannot be believed, or OurFault: then call `failed`.
        """
        exchange, peer = self._exchange, self.peer
        answer = envelope.read_answer(data, call.data, exchange.public_of, exchange.house.seal)
        if answer.sender != self._to or answer.to != exchange.house.me:
            raise RuleBroken("exchange 6.4", "an answer by another node, or for one")
        with peer.lock:
            peer.state.heard(exchange.house.clock.now(), len(data))
            if answer.behind:
                exchange.counters.catch_up(self._to, answer.counter)
                self._undo(call)
                return Took(there=False, here=True)
            exchange.came(peer, call.tag, answer.refused)
            for tag in call.acked:
                self._seen.pop(tag, None)
            self._lost = self._lost and not call.lost
            if answer.ask:
                peer.conversation.asked()
            if answer.fresh:
                peer.conversation.forgive_all()
            if answer.parts or answer.ask or answer.fresh:
                self._seen[envelope.tag(data)] = exchange.take(peer, answer.parts)
            if answer.late and peer.conversation.unknown:
                peer.conversation.asks = True
            return Took(there=answer.more, here=exchange.has_more(peer))

    def failed(self, call: Call) -> None:
        """No answer came. Whether the request did is not known, so all of it is said again."""
        with self.peer.lock:
            self._undo(call)
            self._lost = True

    def _undo(self, call: Call) -> None:
        self.peer.conversation.lost(call.tag)

    def _call(self, saying: Saying, *, hold: bool, room: int) -> Call:
        exchange = self._exchange
        seal_to = exchange.seal_of(self._to)
        # Who was taken off the roster by what he said (log 8.5) is told what was refused once he is back.
        seen = tuple(
            (tag, refused if seal_to is not None else ())
            for tag, refused in tuple(self._seen.items())[:MAX_SEEN]
        )
        request = Request(
            exchange.house.me,
            self._to,
            exchange.counters.next(self._to),
            saying.parts,
            seen,
            hold=hold,
            ask=saying.asks,
            lost=self._lost,
            fresh=saying.fresh,
            room=room,
        )
        data = envelope.write_request(request, exchange.house.key, seal_to)
        tag = envelope.tag(data)
        self.peer.conversation.said(tag, saying)
        self.peer.state.bytes_out += len(data)
        return Call(data, tag, tuple(t for t, _ in seen), self._lost, hold)
