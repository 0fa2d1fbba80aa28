"""The machine: any schedule of talk, bad lines, disks and clocks, old backups, thieves (docs/simulator.md).

A rule is one thing that happens; `teardown` makes every line whole and holds the rooms to the laws.
"""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from seamline.errors import Behind
from seamline.exchange.ports import Limits
from seamline.log import statement
from tests.simulated_link import FATES, SimulatedLink
from tests.simulator import laws, people
from tests.simulator.cheap import CHEAP
from tests.simulator.ground import lanes, some
from tests.simulator.officers import Officers
from tests.simulator.rooms import Disk, Room, Rooms, law

PARTIES = ("isf", "ksf", "mag")
DAY = 86_400_000
kinds = st.sampled_from(["note", "note", "note", "activity"])


@st.composite
def shapes(draw: st.DrawFn) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[tuple[int, int]]]:
    """2 or 3 parties; 2 to 7 rooms, of one party or joint; any lines between them, with who dials."""
    parties = PARTIES[: draw(st.sampled_from([2, 3, 3]))]
    owners = [some for n in (1, 1, 1, 2) for some in combinations(parties, n)]
    rooms = draw(st.lists(st.sampled_from(owners), min_size=2, max_size=draw(st.sampled_from([3, 4, 7]))))
    every = list(combinations(range(len(rooms)), 2))
    # A line of rooms, with others across it; the odd one leaves a room alone.
    lines = [(n, n + 1) for n in range(len(rooms) - 1) if draw(st.integers(0, 7))]
    lines += draw(st.lists(st.sampled_from(every), max_size=3, unique=True))
    return parties, rooms, [pair if draw(st.booleans()) else pair[::-1] for pair in dict.fromkeys(lines)]


class Machine(Officers):
    """One schedule."""

    @initialize(
        shape=shapes(),
        part=st.sampled_from([600, 4096]),
        room=st.sampled_from([900, 1 << 20]),
        real=st.integers(0, 31).map(lambda n: n == 31),
        chance=st.integers(0, 1 << 16),
    )
    def open(self, shape: Any, part: int, room: int, real: bool, chance: int) -> None:
        CHEAP.real = real
        parties, owners, lines = shape
        self.rooms = Rooms(parties, owners, limits=Limits(part=part))
        self.chance = Random(chance)
        for a, b in lines:
            self.rooms.join(a, b)
            self.rooms.lines[-1].room = room

    # ------------------------------------------------------------ saying

    @rule(who=some, where=some, lane=lanes, count=st.integers(1, 3), kind=kinds)
    def say(self, who: int, where: int, lane: str, count: int, kind: str) -> None:
        """New records, also private ones (the narrowest channel is a party's own)."""
        room = self.room_of(who)
        channel = self.channel_of(room, where)
        self.commit(room, lane, *((channel, room.make(channel, kind, "new")) for _ in range(count)))

    @rule(said=st.lists(st.tuples(some, some, lanes), min_size=2, max_size=6))
    def busy(self, said: list[tuple[int, int, str]]) -> None:
        """Many say something, in the widest channel or in another."""
        for who, where, lane in said:
            room = self.room_of(who)
            channel = self.channel_of(room, where if where % 2 else -1)
            self.commit(room, lane, (channel, room.make(channel, "note", "new")))

    @rule(who=some, where=some, which=some, lane=lanes)
    def revise(self, who: int, where: int, which: int, lane: str) -> None:
        """A party's record goes on, at whichever of its rooms, perhaps at two of them at once."""
        room = self.room_of(who)
        channel = self.channel_of(room, where)
        found = room.records(channel, room.party)
        if found:
            before = found[which % len(found)]
            self.commit(room, lane, (channel, room.make(channel, before.kind, "revised", before)))

    @rule(who=some, where=some, which=some)
    def let_go(self, who: int, where: int, which: int) -> None:
        """A release: a new record in a wider channel, and the link to its source in the narrower one."""
        room = self.room_of(who)
        narrow, wide = sorted((self.channel_of(room, where), self.channel_of(room, where + 1)), key=len)
        found = room.records(narrow, room.party)
        if not found or len(narrow) >= len(wide):
            return
        source = found[which % len(found)]
        made = room.make(wide, source.kind, "released")
        link = room.make(narrow, "release", "")
        body = {"of": source.id, "hash": source.hash, "channel": wide, "released": made.id, "mode": "whole"}
        for key in list(link.body):
            del link.body[key]
        link.body.update(body)
        self.commit(room, "routine", (wide, made), (narrow, link))

    # ------------------------------------------------------------ lines

    @rule(which=some, fate=st.sampled_from(FATES))
    def speak(self, which: int, fate: Any) -> None:
        if line := self.line_of(which):
            line.speak(fate)
            self.bury()

    @rule(which=some, fate=st.sampled_from(FATES))
    def listen(self, which: int, fate: Any) -> None:
        if line := self.line_of(which):
            line.listen(fate)
            self.bury()

    @rule(which=some, end=st.sampled_from(["hold", "reply", "arrives", "cut"]))
    def wait(self, which: int, end: str) -> None:
        """A request is held open; answered; the answer arrives, late; or the line is cut meanwhile."""
        line = self.line_of(which)
        if line is None or not laws.up(line):
            return
        match end:
            case "hold":
                line.hold()
            case "reply":
                line.reply()
            case "arrives":
                line.release()
            case "cut":
                line.release("answer_lost")
        self.bury()

    @rule(which=st.lists(some, min_size=1, max_size=5))
    def talk(self, which: list[int]) -> None:
        """Good hours: one line after another, both say all they have."""
        for line in filter(None, map(self.line_of, which)):
            for _ in range(12):
                if not (laws.up(line) and (line.speak() | line.listen())):
                    break
                self.bury()

    # ------------------------------------------------------------ machines

    @rule(who=some)
    def restart(self, who: int) -> None:
        self.down(self.room_of(who))

    @rule(who=some, days=st.integers(-4000, 4000), ms=st.integers(0, DAY))
    def clock(self, who: int, days: int, ms: int) -> None:
        """It jumps, and is then as wrong as that for as long as nobody sees it."""
        self.room_of(who).clock.advance(days * DAY + ms)

    @rule(who=some, fate=st.sampled_from(["full", "done, and reported lost"]))
    def disk(self, who: int, fate: str) -> None:
        """What becomes of the next transaction."""
        self.room_of(who).fate = fate

    @rule(who=some)
    def back_up(self, who: int) -> None:
        room = self.room_of(who)
        room.backup = room.disk().copy()

    def replace(self, slot: int, room: Room) -> None:
        """Another machine stands where that one stood; its lines are dialled anew."""
        before, self.rooms.slots[slot] = self.rooms.slots[slot], room
        self.rooms.truth.gone.append(before)
        self.connect(slot, before, room)

    def connect(self, slot: int, before: Room, after: Room) -> None:
        for number, ends in enumerate(self.rooms.ends):
            line = self.rooms.lines[number]
            if slot in ends and before in (line.a, line.b):
                self.swap(number, before, after)

    def swap(self, number: int, before: Room, after: Room) -> None:
        old = self.rooms.lines[number]
        a, b = (after if room is before else room for room in (old.a, old.b))
        old.restart(before)
        self.rooms.lines[number] = SimulatedLink(a, b, old.room)
        self.rooms.link(a, b)

    # ------------------------------------------------------------ old disks

    @rule(who=some)
    def restore(self, who: int) -> None:
        """The right way back from a backup: a new key, named by the owners with the old one's final heads."""
        room = self.room_of(who)
        if room.backup is not None and room.key.fingerprint not in self.rooms.truth.cuts:
            self.renew(self.slot(who), room.backup)

    def renew(self, slot: int, disk: Disk) -> None:
        old, rooms = self.rooms.slots[slot], self.rooms
        new = Room(rooms, old.name, old.owners, tuple(rooms.parties), str(old.generation + 1))
        new.generation = old.generation + 1
        new.clock.advance(old.clock.now() - new.clock.now())
        new.load(disk)
        shown, hidden, openings = people.final_heads(rooms, old, new)
        rooms.card(new, statement.Predecessor(old.key.fingerprint, shown, hidden))
        self.replace(slot, new)
        near = {room for line in rooms.lines for room in (line.a, line.b) if new in (line.a, line.b)}
        for room in {new, *near}:
            assert isinstance(room, Room)
            room.trust.add(rooms.notes())
        people.show(rooms, old, openings)
        people.show_all(rooms, new)

    @rule(who=some, marked=st.booleans())
    def put_back(self, who: int, marked: bool) -> None:
        """The wrong way: the old disk with the old key. The mark kept outside the backups refuses it."""
        slot, rooms = self.slot(who), self.rooms
        room = rooms.slots[slot]
        if room.backup is None or room.key.fingerprint in rooms.truth.cuts:
            return
        if marked:
            own = [log for log in room.log.logs() if log.node == room.key.fingerprint]
            behind = any(room.backup.log.head(log) != room.log.head(log) for log in own)
            law(
                "log 9.1",
                behind == self.refuses(room, room.backup),
                f"{room.name} may serve from an old disk",
            )
            return
        rooms.truth.loose.add(room.key.fingerprint)
        words = [str(room.generation)] * bool(room.generation)
        again = Room(rooms, room.name, room.owners, tuple(rooms.parties), *words)
        again.generation = room.generation
        again.clock.advance(room.clock.now() - again.clock.now())
        again.load(room.backup)
        again.said += 1000 * (len(rooms.truth.gone) + 1)
        self.replace(slot, again)
        people.show_all(rooms, again)

    def refuses(self, room: Room, disk: Disk) -> bool:
        try:
            room.mark.check(disk.log)
        except Behind:
            return True
        return False

    # ------------------------------------------------------------ thieves and liars

    @rule(who=some, old=st.booleans())
    def capture(self, who: int, old: bool) -> None:
        """A second machine with the room's key and its disk, or an old one; the room knows nothing of it."""
        slot = self.slot(who)
        room = self.rooms.slots[slot]
        if slot in self.rooms.twins or room.key.fingerprint in self.rooms.truth.cuts:
            return
        words = [str(room.generation)] * bool(room.generation)
        twin = Room(self.rooms, room.name, room.owners, tuple(self.rooms.parties), *words)
        twin.load(room.backup if old and room.backup else room.disk())
        twin.said += 1000 * (len(self.rooms.truth.gone) + 1) + 500
        self.rooms.truth.loose.add(room.key.fingerprint)
        self.rooms.twins[slot] = twin

    @rule(
        who=some,
        old=st.booleans(),
        where=some,
        which=st.lists(some, min_size=1, max_size=2),
        lane=lanes,
        heard=st.sampled_from([True, True, False]),
    )
    def two_stories(
        self, who: int, old: bool, where: int, which: list[int], lane: str, heard: bool = False
    ) -> None:
        """The room says one thing, and its double another, at once; some of the lines lead to the double.

        heard: all say what they have, so that both stories are told.
        """
        self.capture(who, old)
        slot = self.slot(who)
        if slot not in self.rooms.twins:
            return
        channel = self.channel_of(self.room_of(who), where if where % 3 else -1)
        for room in (self.rooms.slots[slot], self.rooms.twins[slot]):
            self.commit(room, lane, (channel, room.make(channel, "note", "one of two stories")))
        for number in which:
            self.intercept(number)
        if heard:
            self.talk([n for n, ends in enumerate(self.rooms.ends) if slot in ends])

    @precondition(lambda self: self.rooms.twins)
    @rule(which=some, where=some, lane=lanes, over=st.booleans())
    def mislead(self, which: int, where: int, lane: str, over: bool) -> None:
        """The second machine says something, perhaps over another party's record."""
        twin = list(self.rooms.twins.values())[which % len(self.rooms.twins)]
        channel = self.channel_of(twin, where)
        found = twin.records(channel)
        before = found[which % len(found)] if over and found else None
        self.commit(
            twin, lane, (channel, twin.make(channel, before.kind if before else "note", "false", before))
        )

    @precondition(lambda self: self.rooms.twins)
    @rule(which=some)
    def intercept(self, which: int) -> None:
        """A line leads to the second machine instead of the first, or back."""
        lines = [n for n, ends in enumerate(self.rooms.ends) if self.rooms.twins.keys() & set(ends)]
        if not lines:
            return
        number = lines[which % len(lines)]
        slot = next(slot for slot in self.rooms.ends[number] if slot in self.rooms.twins)
        room, twin = self.rooms.slots[slot], self.rooms.twins[slot]
        line = self.rooms.lines[number]
        before, after = (room, twin) if room in (line.a, line.b) else (twin, room)
        self.swap(number, before, after)

    @rule(who=some, less=st.integers(0, 2), by=some)
    def revoke(self, who: int, less: int, by: int) -> None:
        """An owner revokes the room, at the head that its readers agree on or a little before."""
        room = self.room_of(who)
        if room.key.fingerprint in self.rooms.truth.loose:
            people.cut_off(self.rooms, room, less, by)

    # ------------------------------------------------------------ always, and in the end

    @invariant()
    def law_3(self) -> None:
        """Nothing that left a room tells a channel or a word to who taps the line (exchange 8.3)."""
        for line in self.rooms.lines if hasattr(self, "rooms") else ():
            laws.sealed(line)

    def teardown(self) -> None:
        if not hasattr(self, "rooms"):
            return
        rooms = self.rooms
        for slot, twin in rooms.twins.items():
            # Its double took things in its name: it asks anew what the others have.
            self.down(rooms.slots[slot])
            self.connect(slot, twin, rooms.slots[slot])
        rooms.truth.gone += rooms.twins.values()
        rooms.twins.clear()
        for room in rooms.slots:
            room.fate = None
        laws.settle(rooms)
        laws.numbers(rooms)
        self.settle_numbers()
        laws.statements(rooms)
        laws.evidence(rooms)
        laws.logs(rooms)
        laws.kept(rooms)
        if rooms.truth.loose - rooms.truth.cuts.keys():
            for room in [r for r in rooms.slots if r.key.fingerprint in rooms.truth.loose]:
                people.cut_off(rooms, room, 0, 0)
        if rooms.truth.cuts:
            people.carry(rooms, self.chance)
            laws.settle(rooms)
            self.settle_numbers()
            laws.logs(rooms)
        laws.pictures(rooms, self.chance)

    def settle_numbers(self) -> None:
        """People settle what a party stated twice, until that is known and settled everywhere."""
        while self.rooms.truth.twice and people.settle_numbers(self.rooms):
            laws.settle(self.rooms)
