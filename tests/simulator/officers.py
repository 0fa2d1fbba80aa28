"""What parties state of their officers, once or twice under one number; and what officers sign (log 3, 8)."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.simulator import people
from tests.simulator.ground import Ground, lanes, some

ways = st.sampled_from(["well", "unsigned", "by another"])


class Officers(Ground):
    """The rules about officers."""

    @rule(party=some, who=some)
    def state(self, party: int, who: int) -> None:
        """A party names an officer; some room gets the statement, whoever carried it."""
        people.name_officer(self.rooms, people.party_of(self.rooms, party), self.room_of(who))

    @rule(party=some, one=some, other=some)
    def two_numbers(self, party: int, one: int, other: int) -> None:
        """A party states two things under one number; two rooms are brought one each (log 8.5)."""
        said = people.party_of(self.rooms, party)
        people.name_two(self.rooms, said, self.room_of(one), self.room_of(other))

    @rule(who=some, where=some, which=some, lane=lanes, how=ways)
    def sign(self, who: int, where: int, which: int, lane: str, how: str) -> None:
        """One party's word at a room: by its officer, by another's, or by nobody (log 3.4, 3.5)."""
        room = self.room_of(who)
        channel = self.channel_of(room, where)
        if made := people.signed(self.rooms, room, channel, which, how):
            self.commit(room, lane, (channel, made))
