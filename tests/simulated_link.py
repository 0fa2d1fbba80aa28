"""A line between two simulated nodes that does what the script says: cut, lose, repeat, delay, lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seamline.errors import SeamlineError
from seamline.exchange.caller import Call
from tests.simulated_node import SimulatedNode

Fate = Literal["arrives", "request_lost", "answer_lost", "repeated", "delayed", "damaged"]
FATES: tuple[Fate, ...] = ("arrives", "request_lost", "answer_lost", "repeated", "delayed", "damaged")


@dataclass
class Passed:
    """One message that left a node, as whoever taps the line sees it."""

    sender: str
    data: bytes


@dataclass
class SimulatedLink:
    """a dials, b answers. room: bytes of one message's parts."""

    a: SimulatedNode
    b: SimulatedNode
    room: int = 1 << 20
    up: bool = True
    passed: list[Passed] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    faults: list[SeamlineError] = field(default_factory=list)

    def speak(self, fate: Fate = "arrives") -> bool:
        """One request and its answer; False if there was nothing to say. Late ones from before come first."""
        call = self.a.caller(self.b).speak(self.room)
        return call is not None and self._carry(call, fate)

    def listen(self, fate: Fate = "arrives") -> bool:
        """A held request; it is answered only if b has something to say. False if he has not."""
        return self._carry(self.a.caller(self.b).listen(self.room), fate)

    def settle(self, most: int = 200) -> int:
        """Talk until neither has anything to say; how many messages that took. Fails if they never rest."""
        for count in range(most):
            if not (self.speak() | self.listen()):
                return count
        raise AssertionError(f"{self.a.name} and {self.b.name} still talk after {most} rounds")

    def _carry(self, call: Call, fate: Fate) -> bool:
        caller = self.a.caller(self.b)
        self.passed.append(Passed(self.a.name, call.data))
        if not self.up or fate == "request_lost":
            caller.failed(call)
            return True
        if fate == "delayed":
            self.late.append(call.data)
            caller.failed(call)
            return True
        data = (
            bytes([call.data[0]]) + bytes([call.data[1] ^ 1]) + call.data[2:]
            if fate == "damaged"
            else call.data
        )
        answer = self._deliver(data, hold=call.hold)
        if fate == "repeated":
            self._deliver(data, hold=False)
        for late in [self.late.pop(0) for _ in range(len(self.late))]:
            self._deliver(late, hold=False)
        if answer is None and call.hold and fate == "arrives":
            # The wait is over and there was nothing: the empty answer says so, and tells b what a has seen.
            final = self._deliver_final
            if final is not None:
                caller.answered(call, final)
            return False
        if answer is None or fate == "answer_lost":
            caller.failed(call)
            return True
        more = caller.answered(call, answer)
        return more or not call.hold or bool(answer)

    _deliver_final: bytes | None = None

    def _deliver(self, data: bytes, *, hold: bool) -> bytes | None:
        self._deliver_final = None
        try:
            heard = self.b.answerer.hear(data)
            answer = self.b.answerer.answer(heard, final=not hold)
            if answer is None:
                self._deliver_final = self.b.answerer.answer(heard, final=True)
        except SeamlineError as fault:
            self.faults.append(fault)
            return None
        if answer is not None:
            self.passed.append(Passed(self.b.name, answer))
        return answer


def settle_all(links: list[SimulatedLink], most: int = 100) -> int:
    """Let a whole net come to rest; how many rounds it took."""
    for count in range(most):
        busy = [link.speak() | link.listen() for link in links]
        if not any(busy):
            return count
    raise AssertionError(f"the net still talks after {most} rounds")
