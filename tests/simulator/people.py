"""What people do: agree on final heads, revoke, carry statements, show what was hidden, name officers."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec

from seamline.log import entry, statement
from seamline.log.checkpoint import Checkpoint
from seamline.log.entry import Entry
from seamline.log.merkle import MemoryTree, root
from tests.simulated_node import Party
from tests.simulator import laws
from tests.simulator.rooms import Named, Room, Rooms


def final_heads(
    rooms: Rooms, old: Room, new: Room | None = None, less: int = 0
) -> tuple[Any, Any, list[Checkpoint]]:
    """Per log how much counts: what nobody contradicts. A party's own logs are hidden, and opened to it.

    new: the machine that takes over, which holds something, too. less: entries that are left out besides.
    """
    key = old.key.fingerprint
    holders = [*rooms.machines(), *([new] if new else [])]
    if key not in rooms.truth.loose:
        holders = [room for room in holders if room is not old]
    shown, openings = [], []
    cuts = rooms.truth.cuts.setdefault(key, {})
    for log in sorted({log for room in holders for log in room.log.logs() if log.node == key}):
        whole, holder = laws.shared_prefix(holders, log)
        size = max(0, whole - less)
        if size == 0:
            continue
        head = Checkpoint(log, size, root(MemoryTree(holder.leaves(log)), size))
        cuts[log] = head
        if log.channel == old.party and "+" not in log.channel:
            openings.append(head)
        else:
            shown.append(statement.Head(log.channel, log.lane, size, head.root.hex()))
    hidden = tuple(sorted(laws.digest(head) for head in openings))
    return tuple(shown), hidden, openings


def cut_off(rooms: Rooms, room: Room, less: int, by: int) -> None:
    """An owner revokes the room; wherever something of it may be held, one room is brought the statement."""
    if room.key.fingerprint in rooms.truth.cuts:
        return
    shown, hidden, openings = final_heads(rooms, room, None, less)
    said = statement.RevokeNode(room.key.fingerprint, shown, hidden)
    rooms.parties[room.owners[by % len(room.owners)]].state(said)
    for channel in rooms.channels_of(room):
        for group in laws.groups(rooms, channel, room):
            group[by % len(group)].trust.add(rooms.notes())
    show(rooms, room, openings)


def show(rooms: Rooms, old: Room, openings: list[Checkpoint]) -> None:
    """Who is in the party's own channel is given the heads that the statement hides (log 8.12)."""
    rooms.truth.openings.setdefault(old.owners, []).extend(openings)
    for room in rooms.slots:
        if openings and room.owners == old.owners:
            room.trust.add_openings(openings)


def show_all(rooms: Rooms, room: Room) -> None:
    """On an older disk they may be missing: whoever puts one in brings them again."""
    if openings := rooms.truth.openings.get(room.owners):
        room.trust.add_openings(openings)


def carry(rooms: Rooms, chance: Random) -> None:
    """Wherever rooms reach each other, one of those still in service is brought all statements."""
    for channel in laws.channels(rooms):
        for group in laws.groups(rooms, channel):
            serving = [room for room in group if room.key.fingerprint not in rooms.truth.cuts]
            if serving:
                chance.choice(serving).trust.add(rooms.notes())


# ------------------------------------------------------------ parties and officers


def party_of(rooms: Rooms, number: int) -> Party:
    return rooms.parties[sorted(rooms.parties)[number % len(rooms.parties)]]


def name_officer(rooms: Rooms, said: Party, first: Room) -> Named:
    """Another officer of the party, with a key; a room is brought the statement."""
    number = len(said.notes) + 1
    officer = Named(said.name, f"officer-{number}", number)
    said.state(statement.Officer(officer.id, officer.key.public.hex(), ("watch",), "Watch"))
    rooms.truth.officers.append(officer)
    first.trust.add(said.notes)
    return officer


def name_two(rooms: Rooms, said: Party, first: Room, second: Room) -> None:
    """Two statements with one number, brought to a room each. The first is the one that people will keep."""
    before, number = said.notes[-1], len(said.notes) + 1
    false = statement.make(
        statement.Officer(f"officer-{number}", None, ("watch",), "Another"),
        party=said.name,
        no=number,
        prev=statement.read(before).hash,
        at=1,
        key=said.key,
    )
    name_officer(rooms, said, first)
    rooms.truth.twice[said.name, number] = (said.notes[-1], false)
    second.trust.add([*said.notes[:-1], false])


def signed(rooms: Rooms, room: Room, channel: str, which: int, how: str) -> Entry | None:
    """What an officer of an owner says at this room; None where there is none to say it."""
    party = rooms.parties[room.owners[which % len(room.owners)]]
    mine = [one for one in rooms.truth.officers if one.party == party.name]
    others = [one for one in rooms.truth.officers if one.party != party.name]
    if how == "by another" and not others:
        return None
    officer = mine[which % len(mine)] if mine else name_officer(rooms, party, room)
    made = room.make(channel, "note", how, party=officer.party)
    if how == "unsigned":
        return made
    key = officer.key if how == "well" else others[which % len(others)].key
    return entry.sign(msgspec.structs.replace(made, by=officer.id), channel, key)


def settle_numbers(rooms: Rooms) -> bool:
    """Where two statements have one number, people settle which one counts, room by room. Whether any had."""
    found = False
    for room in rooms.slots:
        for name, party in rooms.parties.items():
            while (info := room.trust.roster.party(name)) is not None and info.conflict is not None:
                no = info.conflict.no
                room.trust.settle(name, no, statement.read(party.notes[no - 1]).hash)
                found = True
    return found
