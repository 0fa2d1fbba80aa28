"""What people do: agree on final heads, revoke, carry statements, show each other what was hidden."""

from __future__ import annotations

from random import Random
from typing import Any

from seamline.log import statement
from seamline.log.checkpoint import Checkpoint
from seamline.log.merkle import MemoryTree, root
from tests.simulator import laws
from tests.simulator.rooms import Room, Rooms


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
        cuts[log] = size
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
    for room in rooms.slots:
        if openings and room.owners == old.owners:
            room.trust.add_openings(openings)


def carry(rooms: Rooms, chance: Random) -> None:
    """Wherever rooms reach each other, one of those still in service is brought all statements."""
    for channel in laws.channels(rooms):
        for group in laws.groups(rooms, channel):
            serving = [room for room in group if room.key.fingerprint not in rooms.truth.cuts]
            if serving:
                chance.choice(serving).trust.add(rooms.notes())
