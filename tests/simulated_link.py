"""A line between two simulated nodes that does what the script says: cut, lose, repeat, delay, lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seamline.errors import SeamlineError
from seamline.exchange.answerer import Heard
from seamline.exchange.caller import Call, Caller
from tests.simulated_node import SimulatedNode

Fate = Literal["arrives", "request_lost", "answer_lost", "repeated", "delayed", "damaged"]
FATES: tuple[Fate, ...] = ("arrives", "request_lost", "answer_lost", "repeated", "delayed", "damaged")


@dataclass
class Passed:
    """One message that left a node, as whoever taps the line sees it; an answer with its request."""

    sender: str
    data: bytes
    request: bytes | None = None


@dataclass
class SimulatedLink:
    """a dials, b answers. room: bytes of one message's parts.

    held: a request that b holds open. transit: the answer to it, on its way. ghosts: requests that b holds
    and a has given up; what b answers to those goes nowhere, as on a connection that b does not know to
    be dead.
    """

    a: SimulatedNode
    b: SimulatedNode
    room: int = 1 << 20
    passed: list[Passed] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    held: tuple[Call, Heard] | None = None
    transit: bytes | None = None
    ghosts: list[Heard] = field(default_factory=list)
    faults: list[SeamlineError] = field(default_factory=list)

    def speak(self, fate: Fate = "arrives") -> bool:
        """One request and its answer; False if there was nothing to say. Late ones from before come first."""
        call = self._caller.speak(self.room)
        return call is not None and self._carry(call, fate)

    def listen(self, fate: Fate = "arrives") -> bool:
        """A held request, to its end. False if b had nothing to say."""
        return self._carry(self._caller.listen(self.room), fate)

    def hold(self) -> None:
        """Begin a held request; `release` ends it."""
        if self.held is None:
            call = self._caller.listen(self.room)
            self.passed.append(Passed(self.a.name, call.data))
            self.held = (call, self.b.answerer.hear(call.data))

    def reply(self) -> None:
        """b answers the request it holds (whatever there is to say), or one that a gave up long ago."""
        for ghost in self.ghosts:
            self.b.answerer.answer(ghost)
        self.ghosts.clear()
        if self.held is not None and self.transit is None:
            self.transit = self.b.answerer.answer(self.held[1])
            assert self.transit is not None
            self.passed.append(Passed(self.b.name, self.transit, self.held[0].data))

    def release(self, fate: Fate = "arrives") -> None:
        """The answer to the held request is given, if it was not, and arrives; others may have overtaken."""
        self.reply()
        if self.held is not None and self.transit is not None:
            call, answer = self.held[0], self.transit
            self.held = self.transit = None
            if fate == "arrives":
                self._take(call, answer)
            else:
                self._fail(call)

    def restart(self, node: SimulatedNode) -> None:
        """One of the two goes down and comes back: what is held open breaks; the other side may notice."""
        held, self.held = self.held, None
        answered, self.transit = self.transit is not None, None
        if node is self.b:
            self.ghosts.clear()
            if held is not None:
                self._caller.failed(held[0])
        elif held is not None and not answered:
            self.ghosts.append(held[1])

    def settle(self, most: int = 200) -> int:
        """Talk until neither has anything to say; how many messages that took. Fails if they never rest."""
        self.clear()
        for count in range(most):
            if not (self.speak() | self.listen()):
                return count
        raise AssertionError(f"{self.a.name} and {self.b.name} still talk after {most} rounds")

    def clear(self) -> None:
        """Whatever is under way arrives."""
        late, self.late = self.late, []
        for data in late:
            self._deliver(data, hold=False)
        self.release()

    @property
    def _caller(self) -> Caller:
        return self.a.caller(self.b)

    def _fail(self, call: Call) -> None:
        """No answer came; the dialling side hangs up everywhere and starts again."""
        self._caller.failed(call)
        if self.held is not None:
            held, heard = self.held
            self._caller.failed(held)
            if self.transit is None:
                self.ghosts.append(heard)
            self.held = self.transit = None

    def _carry(self, call: Call, fate: Fate) -> bool:
        self.passed.append(Passed(self.a.name, call.data))
        if fate == "delayed":
            self.late.append(call.data)
        if fate in ("delayed", "request_lost"):
            self._fail(call)
            return True
        answer, empty = self._deliver(_damaged(call.data) if fate == "damaged" else call.data, hold=call.hold)
        late, self.late = self.late, []
        for data in late + ([call.data] if fate == "repeated" else []):
            self._deliver(data, hold=False)
        if answer is None or fate == "answer_lost":
            self._fail(call)
            return True
        return self._take(call, answer) or not (call.hold and empty)

    def _take(self, call: Call, answer: bytes) -> bool:
        """The answer reaches a, who may be unable to keep it: then it did not come. Whether there is more."""
        try:
            return self._caller.answered(call, answer)
        except SeamlineError as fault:
            self.faults.append(fault)
            self._fail(call)
            return True

    def _deliver(self, data: bytes, *, hold: bool) -> tuple[bytes | None, bool]:
        """The answer, None if b refused; and whether b waited for nothing before it gave an empty one."""
        try:
            heard = self.b.answerer.hear(data)
            answer = self.b.answerer.answer(heard, final=not hold)
            empty = answer is None
            answer = answer or self.b.answerer.answer(heard)
        except SeamlineError as fault:
            self.faults.append(fault)
            return None, False
        assert answer is not None
        self.passed.append(Passed(self.b.name, answer, data))
        return answer, empty


def _damaged(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def settle_all(links: list[SimulatedLink], most: int = 100) -> int:
    """Let a whole net come to rest; how many rounds it took."""
    for link in links:
        link.clear()
    for count in range(most):
        busy = [link.speak() | link.listen() for link in links]
        if not any(busy):
            return count
    raise AssertionError(f"the net still talks after {most} rounds")
