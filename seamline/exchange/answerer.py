"""The side that is dialled: request bytes in, answer bytes out (docs/spec/exchange.md 6). Blocking."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from seamline.actions.receive import Refusal
from seamline.errors import RuleBroken
from seamline.exchange import envelope
from seamline.exchange.conversation import Saying
from seamline.exchange.envelope import MAX_BODY, Answer, Request
from seamline.exchange.talk import Exchange, Peer


@dataclass(frozen=True, slots=True)
class Heard:
    """A request taken in: its parts are on disk, or refused.

    behind: its counter was used before, and nothing was taken. late: a later request came first.
    """

    request: Request
    tag: bytes
    peer: Peer
    refused: tuple[Refusal, ...]
    behind: bool = False
    late: bool = False


class Answerer:
    """Takes requests of linked peers. Any thread; one peer's requests wait for each other."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def hear(self, data: bytes) -> Heard:
        """Verify and apply a request. Raises RuleBroken exchange 6.1, 6.2 (nothing was kept), or OurFault."""
        exchange = self._exchange
        try:
            request = envelope.read_request(data, exchange.public_of, exchange.house.seal)
        except RuleBroken:
            self._turned_away(data)
            raise
        if request.to != exchange.house.me:
            raise RuleBroken("exchange 6.2", f"a message for node {request.to}")
        peer, tag = exchange.peer(request.sender), envelope.tag(data)
        if not exchange.counters.take(request.sender, request.counter):
            return Heard(request, tag, peer, (), behind=True)
        with peer.lock:
            peer.state.heard(exchange.house.clock.now(), len(data))
            talk = peer.conversation
            for seen, refused in request.seen:
                exchange.came(peer, seen, refused)
            if request.lost:
                talk.lost_answers(request.counter)
            late = request.counter < exchange.counters.taken(request.sender)
            if request.ask and not late:
                # Told that it came late, he asks again if he still does not know.
                talk.asked(request.counter)
            if request.fresh:
                talk.forgive_all()
            return Heard(request, tag, peer, exchange.take(peer, request.parts), late=late)

    def _turned_away(self, data: bytes) -> None:
        """An officer sees who goes on talking, if it is he: anybody can write a name into a message."""
        with contextlib.suppress(RuleBroken):
            retired = envelope.read_request(data, self._exchange.retired)
            self._exchange.turned_away(retired.sender)

    def answer(self, heard: Heard, *, final: bool = True) -> bytes | None:
        """The answer; None if there is nothing to say and the peer wants to wait for something.

        final: he has waited long enough, or did not want to. Raises OurFault.
        """
        exchange, peer, request = self._exchange, heard.peer, heard.request
        with peer.lock:
            # Whoever sent a later request may have given this one up: then nobody would say that what is
            # said here was lost, so nothing is said.
            late = heard.late or request.counter < peer.conversation.void_below
            saying = Saying()
            if not (heard.behind or late):
                # Who asks is only greeted: two small messages tell him how long the line itself takes.
                room = 0 if request.ask else min(request.room, exchange.limits.message, MAX_BODY // 2)
                saying = exchange.say(peer, room)
                if saying.empty and not heard.refused and not final:
                    return None
            seal_to = exchange.seal_of(request.sender)
            answer = Answer(
                exchange.house.me,
                request.sender,
                heard.tag,
                exchange.counters.taken(request.sender),
                saying.parts,
                # Who was taken off the roster by what he said (log 8.5) is told once he is back.
                heard.refused if seal_to is not None else (),
                ask=saying.asks,
                fresh=saying.fresh,
                more=saying.more,
                behind=heard.behind,
                late=late,
            )
            data = envelope.write_answer(answer, exchange.house.key, seal_to)
            peer.state.bytes_out += len(data)
            peer.conversation.said(envelope.tag(data), saying, answer=True)
        if saying.more:
            # The rest goes in the answer to a request that is held open, if there is one.
            peer.wake()
        return data
