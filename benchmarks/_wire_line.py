"""A line between two real exchanges under a clock of its own: bytes / rate + delay, no sockets.

What goes over it is what goes over HTTP: the bytes of `Caller` and `Answerer`, with the headers that the
client and the server put before them, in the order of the session's table (one request with something in it,
one held open). What the two nodes compute takes no time here, so a loaded machine changes nothing.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2

from seamline.clock import ManualClock
from seamline.exchange.answerer import Answerer, Heard
from seamline.exchange.caller import Call, Caller
from seamline.exchange.envelope import MEDIA_TYPE
from seamline.exchange.links.http import silence
from seamline.exchange.pace import Pace
from seamline.exchange.session import LISTENING, Event, State, step
from seamline.exchange.talk import Exchange

_REPLY = (
    "HTTP/1.1 200 OK\r\ndate: Sat, 21 Nov 2026 00:00:00 GMT\r\n"
    f"content-type: {MEDIA_TYPE}\r\ncontent-length: 100000\r\n\r\n"
)


def _request_head() -> int:
    """Bytes that the client puts before a request, as it would write them."""
    url = "http://127.0.0.1:7710/exchange"
    headers = {"content-type": MEDIA_TYPE, "content-length": "100000"}
    with httpx2.Client(trust_env=False) as client:
        silence(client)
        told = client.build_request("POST", url, headers=headers, content=b"").headers
    return len("POST /exchange HTTP/1.1\r\n\r\n") + sum(len(k) + len(v) + 4 for k, v in told.items())


@dataclass
class Line:
    """bits: a second, each way. delay: seconds, one way. sent: bytes, there and back, with HTTP's headers."""

    bits: int
    delay: float
    sent: list[int] = field(default_factory=lambda: [0, 0])
    free: list[float] = field(default_factory=lambda: [0.0, 0.0])
    heads: tuple[int, int] = field(default_factory=lambda: (_request_head(), len(_REPLY)))

    def carry(self, back: bool, now: float, size: int) -> float:
        """When a message that leaves now has arrived: those before it go first."""
        whole = size + self.heads[back]
        self.sent[back] += whole
        self.free[back] = max(now, self.free[back]) + whole * 8 / self.bits
        return self.free[back] + self.delay


class Talk:
    """a dials, b answers. now: seconds since the line came up; trips: requests that were answered.

    pace: what a learnt of the line before the cut.
    """

    def __init__(
        self, a: Exchange, b: Exchange, line: Line, clock: ManualClock, pace: Pace | None = None
    ) -> None:
        self.line, self.clock = line, clock
        self.caller = Caller(a, b.house.me)
        self.answerer = Answerer(b)
        self.pace = pace or Pace(a.limits.message)
        self.ear_pace = Pace(a.limits.message)
        self.now = 0.0
        self.trips = 0
        self._begun = clock.now()
        self._state: State = "stopped"
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._owed = self._moved = False
        self._ear = False
        self._held: tuple[Call, Heard, float] | None = None
        self._at_once = False
        self.caller.peer.wakers.append(self._tell_owed)
        b.peer(a.house.me).wakers.append(self._tell_moved)
        self._patience = b.limits.hold
        self._event("enabled")

    def at(self, when: float, work: Callable[[], None]) -> None:
        """Do something at that second."""
        heapq.heappush(self._coming, (when, next(self._order), work))

    def run(self, until: Callable[[], bool], most: float = 1e9) -> bool:
        """Go on until that is so (true), or that second has come, or nothing is left to happen."""
        while self._coming and not until():
            if self.due > most:
                return False
            self.next()
        return until()

    @property
    def due(self) -> float:
        """The second of what happens next."""
        return self._coming[0][0] if self._coming else math.inf

    def next(self) -> None:
        """Let the next thing happen."""
        self.now, _, work = heapq.heappop(self._coming)
        self.clock.advance(max(0, self._begun + round(self.now * 1000) - self.clock.now()))
        work()
        self.wake(self.now)

    def wake(self, now: float) -> None:
        """At that second something happened at one of the two: say what there is to say."""
        self.now = max(self.now, now)
        self._answer_held()
        if self._owed:
            self._owed = False
            self._event("owed")

    def run_to(self, when: float) -> float:
        """Go on until that second, whatever happens; the second it is then."""
        reached = False

        def mark() -> None:
            nonlocal reached
            reached = True

        self.at(max(when, self.now), mark)
        self.run(lambda: reached)
        return self.now

    # ------------------------------------------------------------ the session's table

    def _tell_owed(self) -> None:
        self._owed = True

    def _tell_moved(self) -> None:
        self._moved = True

    def _event(self, event: Event) -> None:
        self._state, action = step(self._state, event)
        if action == "speak":
            self._speak()
        elif action != "nothing":
            raise RuntimeError(f"{action}: nothing fails on this line")
        if self._state in LISTENING and not self._ear:
            self._ear = True
            self._listen()

    def _speak(self) -> None:
        call = self.caller.speak(self.pace.room, 0 if self._ear else None)
        if call is None:
            self.at(self.now, lambda: self._event("answered"))
            return
        started = self.now
        self._send(call, lambda heard: self._answer(call, heard, started))

    def _send(self, call: Call, then: Callable[[Heard], None]) -> None:
        arrives = self.line.carry(False, self.now, len(call.data))
        self.at(arrives, lambda: then(self.answerer.hear(call.data)))

    def _answer(self, call: Call, heard: Heard, started: float) -> None:
        data = self.answerer.answer(heard)
        if data is None:
            raise RuntimeError("a final answer is never none")
        size = max(len(data), len(call.data))

        def take() -> None:
            more = self.caller.answered(call, data)
            self.trips += 1
            self.pace.took(size, self.now - started)
            self._event("answered_more" if more else "answered")

        self.at(self.line.carry(True, self.now, len(data)), take)

    # ------------------------------------------------------------ the request that is held open

    def _listen(self) -> None:
        call, started = self.caller.listen(self.ear_pace.room), self.now
        self._send(call, lambda heard: self._hold(call, heard, started))

    def _hold(self, call: Call, heard: Heard, started: float) -> None:
        self._held, self._moved = (call, heard, started), True
        self.at(self.now + self._patience, lambda: self._answer_held(heard))

    def _answer_held(self, last: Heard | None = None) -> None:
        """If there is something to say; or in any case, if it is that request and it was held long enough."""
        if self._held is None or not (self._moved or self._held[1] is last):
            return
        call, heard, started = self._held
        self._moved = False
        data = self.answerer.answer(heard, final=heard is last)
        if data is None:
            return
        self._held = None

        def take() -> None:
            self.trips += 1
            told = self.caller.take(call, data)
            if self._at_once:
                self.ear_pace.delay = self.pace.delay
                self.ear_pace.took(len(data), self.now - started)
            self._at_once = told.there
            self._owed = self._owed or any(told)
            self._listen()

        self.at(self.line.carry(True, self.now, len(data)), take)
