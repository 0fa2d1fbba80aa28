"""What all rules of the machine stand on: who is meant by a number; saying something; going down."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from seamline.errors import OurFault
from tests.simulated_link import SimulatedLink
from tests.simulator.rooms import Room, Rooms

some = st.integers(0, 1 << 16)
"""One of several: taken modulo how many there are."""
lanes = st.sampled_from(["flash", "routine"])


class Ground(RuleBasedStateMachine):
    """A schedule of which nothing has happened yet."""

    rooms: Rooms

    # ------------------------------------------------------------ who is meant

    def slot(self, number: int) -> int:
        return number % len(self.rooms.slots)

    def room_of(self, number: int) -> Room:
        return self.rooms.slots[self.slot(number)]

    def line_of(self, number: int) -> SimulatedLink | None:
        return self.rooms.lines[number % len(self.rooms.lines)] if self.rooms.lines else None

    def channel_of(self, room: Room, number: int) -> str:
        every = self.rooms.channels_of(room)
        return every[number % len(every)]

    # ------------------------------------------------------------ what rooms do

    def commit(self, room: Room, lane: str, *said: Any) -> None:
        """What a full disk refuses was not promised to anyone."""
        try:
            room.commit(lane, *said)
        except OurFault:
            self.bury()

    def down(self, room: Room) -> None:
        for line in self.rooms.lines:
            if room in (line.a, line.b):
                line.restart(room)
        room.restart()

    def bury(self) -> None:
        """A room whose disk reports a fault goes down, and is started again."""
        for room in [*self.rooms.slots, *self.rooms.twins.values()]:
            if room.crashed:
                self.down(room)
