"""What must be true of all rooms once every line is whole and nobody has anything left to say.

Each check carries the number of the law (DESIGN 3) or the paragraph (docs/spec) that it would see broken.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random

from seamline.actions.fold import Fold, owner_of
from seamline.exchange import envelope
from seamline.log import entry
from seamline.log.channel import may_hold, members
from seamline.log.checkpoint import Checkpoint, LogId, to_text
from seamline.log.entry import Entry
from seamline.log.merkle import MemoryTree, root
from seamline.store.memory import MemoryPicture
from tests.simulated_link import SimulatedLink
from tests.simulator.rooms import Room, Rooms, law

_OPEN = re.compile("«[a-z+]{3,}»|isf\\+ksf|ksf\\+mag|isf\\+mag".encode())
"""Words of an entry, or a channel's id: seven bytes or more, so that no hash reads like them by chance."""
_CHANNEL = re.compile(r'"channel":"([a-z+]+)"')
_NODE = re.compile(r'"node":"([0-9a-f]+)"')
_PAIR = re.compile(r'"a":\["([a-z+]+)",.*"b":\["([a-z+]+)",')


def up(line: SimulatedLink) -> bool:
    """Whether the two would talk to each other."""
    a, b = line.a, line.b
    assert isinstance(a, Room)
    assert isinstance(b, Room)
    return a.accepts(b) and b.accepts(a)


def settle(rooms: Rooms, most: int = 80) -> None:
    """All talk until nobody has anything to say; then a last word carries no part (exchange 7.6)."""
    for line in rooms.lines:
        line.clear()
    for _ in range(most):
        for line in rooms.lines:
            sealed(line)
        busy = [up(line) and (line.speak() | line.listen()) for line in rooms.lines]
        if not any(busy):
            break
    else:
        raise AssertionError(f"exchange 7.6: the rooms still talk after {most} rounds")
    # Of that last round each line still has what passed on it.
    for line in filter(up, rooms.lines):
        law("exchange 7.6", not line.speak(), f"{line.a.name} goes on to {line.b.name}")
        for passed in line.passed:
            read = (
                envelope.read_request(passed.data, line.b.exchange.public_of)
                if passed.request is None
                else envelope.read_answer(passed.data, passed.request, line.a.exchange.public_of)
            )
            law("exchange 7.6", not read.parts, "a part is sent where there is nothing new")


def sealed(line: SimulatedLink) -> None:
    """Nothing that left a room tells a channel or a word to who taps the line (exchange 8.3)."""
    for passed in line.passed:
        law("exchange 8.3", not _OPEN.search(passed.data), "a channel or words outside the seal")
    line.passed.clear()


def groups(rooms: Rooms, channel: str, but: Room | None = None) -> list[list[Room]]:
    """The rooms that may hold the channel, by which of them reach each other through such rooms.

    Nobody is reached through a room that was cut off, whether it has heard of that or not.
    """
    cut = rooms.truth.cuts
    able = [
        room
        for room in rooms.slots
        if may_hold(room.owners, channel)
        and room.in_service()
        and room.key.fingerprint not in cut
        and room is not but
    ]
    group = {room: {room} for room in able}
    for line in rooms.lines:
        if line.a in group and line.b in group and up(line) and group[line.a] is not group[line.b]:
            whole = group[line.a] | group[line.b]
            for room in whole:
                group[room] = whole
    found = {id(members): members for members in group.values()}
    return [[room for room in able if room in members] for members in found.values()]


def channels(rooms: Rooms) -> list[str]:
    return sorted({log.channel for room in rooms.slots for log in room.log.logs()})


def disagree(a: Room, b: Room, log: LogId) -> bool:
    """Do two rooms hold entries of one log of which neither goes on from the other?"""
    one, other = a.leaves(log), b.leaves(log)
    shared = min(len(one), len(other))
    return one[:shared] != other[:shared]


def shared_prefix(rooms: Iterable[Room], log: LogId) -> tuple[int, Room]:
    """How far no two of these contradict each other; and one of them that has it all."""
    every = sorted((room.leaves(log) for room in rooms), key=len)
    longest = max(rooms, key=lambda room: room.log.head(log).size)
    size = len(every[-1])
    for number, one in enumerate(every):
        for other in every[number + 1 :]:
            same = next(
                (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), size
            )
            size = min(size, same)
    return size, longest


def digest(head: Checkpoint) -> str:
    """How a statement hides a head (log 8.12)."""
    return hashlib.sha256(to_text(head)).hexdigest()


# ------------------------------------------------------------ before people act


def numbers(rooms: Rooms) -> None:
    """Log 8.5: two statements with one number that met stop that party's changes at every room in reach."""
    first = dict(sorted(rooms.truth.twice, reverse=True))
    for group, names in _circles(rooms):
        for name in first.keys() & names:
            two = set(rooms.truth.twice[name, first[name]])
            if two <= {note for room in group for note in room.statements_of(name)}:
                for room in group:
                    info = room.trust.roster.party(name)
                    told = info is not None and info.conflict is not None
                    law("log 8.5", told, f"{room.name} goes on after two statements of {name}")


def statements(rooms: Rooms) -> None:
    """Log 8.5: who reaches each other in a channel in use has the same statements of its members."""
    for group, names in _circles(rooms):
        for name in names:
            heard = {frozenset(room.statements_of(name)) for room in group}
            law("log 8.5", len(heard) == 1, f"{[room.name for room in group]} heard unlike things of {name}")


def _circles(rooms: Rooms) -> Iterator[tuple[list[Room], tuple[str, ...]]]:
    """Rooms that reach each other in a channel in which one of them holds something; and its members."""
    for channel in channels(rooms):
        for group in groups(rooms, channel):
            if any(log.channel == channel for room in group for log in room.log.logs()):
                yield group, members(channel)


def evidence(rooms: Rooms) -> None:
    """Exchange 5: two stories that meet are known to every reader in reach, and nobody else is accused."""
    for room in rooms.slots:
        for proof in room.evidence.all():
            log = proof.log
            law("law 3", may_hold(room.owners, log.channel), f"{room.name} has evidence of {log.channel}")
            law(
                "exchange 5.2", log.node in rooms.truth.loose, f"evidence against {log}, which told one story"
            )
    for channel in channels(rooms):
        for group in groups(rooms, channel):
            logs = {log for room in group for log in room.log.logs() if log.channel == channel}
            for log in sorted(logs):
                accused = [room for room in group if room.evidence.of(log) is not None]
                if accused or any(_told_apart(part, log) for part in _passing_on(rooms, group, log)):
                    law(
                        "exchange 5.2", len(accused) == len(group), _who(group, log, "evidence", len(accused))
                    )


def _passing_on(rooms: Rooms, group: list[Room], log: LogId) -> list[list[Room]]:
    """Those of the group whom the log reaches from each other: not by its author on an older disk (2.5)."""
    author = next((room for room in group if room.key.fingerprint == log.node), None)
    if author is None or author.log.head(log).size == max(room.log.head(log).size for room in group):
        return [group]
    parts = groups(rooms, log.channel, author)
    return [part for part in parts if part[0] in group]


def _told_apart(group: list[Room], log: LogId) -> bool:
    """Are two signed heads of the log in the group contradict each other?"""
    whole = [room for room in group if 0 < room.log.checkpoint_size(log) <= room.log.head(log).size]
    return any(
        a.leaves(log)[: (size := a.log.checkpoint_size(log))] != b.leaves(log)[:size]
        for a in whole
        for b in whole
        if a.log.checkpoint_size(log) <= b.log.checkpoint_size(log)
    )


def logs(rooms: Rooms) -> None:
    """Law 1: who told one story is heard alike by all in reach, and each has signed for all of it."""
    for channel in channels(rooms):
        for group in groups(rooms, channel):
            found = {log for room in group for log in room.log.logs() if log.channel == channel}
            for log in sorted(found):
                if any(room.evidence.of(log) for room in group):
                    continue
                if any(disagree(group[0], room, log) for room in group):
                    law("exchange 5.2", log.node in rooms.truth.loose, f"two stories of {log}, told by none")
                    continue
                author = next((room for room in group if room.key.fingerprint == log.node), None)
                most = max(room.log.head(log).size for room in group)
                if author is not None and author.log.head(log).size < most:
                    # Its key said things elsewhere. It takes none of them back, and passes none of them on.
                    told = author.refusals["exchange 2.5", "ours"]
                    law("exchange 2.5", told, f"{author.name} is behind what it had shown, and was not told")
                    for part in groups(rooms, channel, but=author):
                        if part[0] in group:
                            _heard(part, log)
                else:
                    _heard(group, log, author)


def _heard(group: list[Room], log: LogId, author: Room | None = None) -> None:
    """One log in a group that agrees on it."""
    heard = [room for room in group if room is not author]
    sizes = {room.name: room.log.head(log).size for room in group}
    if author is None and any(room.log.checkpoint_size(log) > sizes[room.name] for room in heard):
        return  # nobody in reach can prove the rest to anyone (exchange 3.8)
    law("law 1", len(set(sizes.values())) == 1, f"{log} has {sizes} entries")
    _receipts(group, log, heard, sizes[group[0].name])


def _receipts(group: list[Room], log: LogId, heard: list[Room], size: int) -> None:
    for room in group:
        kept = {r.reader: r.size for r in room.log.receipts(log)}
        for reader in heard:
            got = kept.get(reader.key.fingerprint, 0)
            law(
                "exchange 4.6",
                got == size,
                f"{room.name} has a receipt of {reader.name} over {got} of {size}",
            )


def kept(rooms: Rooms) -> None:
    """Laws 4 to 6: what was confirmed is on its author's disk; nothing held went, or changed its time."""
    by_key = {room.key.fingerprint: room for room in rooms.slots}
    for log, index, leaf in rooms.truth.acked:
        author = by_key.get(log.node)
        if author is not None and log.node not in rooms.truth.loose:
            law(
                "law 4",
                author.log.leaves(log, index, index + 1) == [leaf],
                f"{author.name} lost {log} {index}",
            )
    for room in rooms.slots:
        now = [(a.seq, a.received_at, a.leaf) for a in room.log.journal(0, 1_000_000)]
        law("law 6", now == room.journal, f"the journal of {room.name} is not what it was")
        for log in room.log.logs():
            law(
                "law 3",
                may_hold(room.owners, log.channel),
                f"{room.name} of {room.party} holds {log.channel}",
            )


# ------------------------------------------------------------ after people acted


def pictures(rooms: Rooms, chance: Random) -> None:
    """Law 1: canonical dumps agree, as they grew, as rebuilt, and as rebuilt in another order of arrival."""
    dumps = {room: _dump(room.picture) for room in rooms.slots}
    for room in rooms.slots:
        before = list(room.picture.dump())
        law("law 1", before == _rebuilt(room, None), f"{room.name}: the picture is not that of a rebuild")
    one = chance.choice(rooms.slots)
    law(
        "law 1",
        list(one.picture.dump()) == _rebuilt(one, chance),
        f"{one.name}: another order, another picture",
    )
    for channel in channels(rooms):
        for group in groups(rooms, channel):
            first = _counting(rooms, dumps[group[0]][channel])
            for room in group[1:]:
                other = _counting(rooms, dumps[room][channel])
                differing = sorted(set(first) ^ set(other))
                law("law 1", first == other, f"{group[0].name} and {room.name} of {channel}: {differing}")
    for room in rooms.slots:
        if room.in_service() and room.key.fingerprint not in rooms.truth.cuts:
            _winners(rooms, room)


def _dump(picture: MemoryPicture) -> dict[str, list[str]]:
    """Lines by channel; of a clash that lies in two, by both."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in picture.dump():
        pair = _PAIR.search(line)
        names = {pair[1], pair[2]} if pair else {_CHANNEL.search(line)[1]}  # type: ignore[index] # every line has one
        found["|".join(sorted(names))].append(line)
    return found


def _counting(rooms: Rooms, lines: list[str]) -> list[str]:
    """Without what revoked nodes said that counts nowhere: of two stories, each keeps the one it was told."""
    return [
        line
        for line in lines
        if '"counts":false' not in line or (m := _NODE.search(line)) is None or m[1] not in rooms.truth.cuts
    ]


def _rebuilt(room: Room, chance: Random | None) -> list[str]:
    """The dump of a new picture: in order of arrival, or in another that keeps each log's own."""
    picture, arrivals = MemoryPicture(), room.log.journal(0, 1_000_000)
    fold = Fold(lambda: room.trust.roster, room.log)
    if chance is not None:
        queues: dict[LogId, list[int]] = defaultdict(list)
        for place, arrival in enumerate(arrivals):
            queues[arrival.log].append(place)
        order = [arrival.log for arrival in arrivals]
        chance.shuffle(order)
        arrivals = [arrivals[queues[log].pop(0)] for log in order]
    with picture.transaction() as tx:
        for arrival in arrivals:
            fold.apply(tx, arrival, lambda log, index: None)
    return list(picture.dump())


def _most(rooms: Rooms, room: Room, log: LogId) -> int:
    """How many entries of the log count at the room (log 8.11): a revocation means one story, by its root."""
    if log.node not in rooms.truth.cuts:
        return 1 << 53
    cut = rooms.truth.cuts[log.node].get(log)
    if cut is None:
        return 0
    held = room.leaves(log)[: cut.size]
    other = len(held) == cut.size and root(MemoryTree(held), cut.size) != cut.root
    return 0 if other else cut.size


def _winners(rooms: Rooms, room: Room) -> None:
    """Law 2, reckoned anew: which revisions count, and which one of each record is current."""
    best: dict[tuple[str, str], tuple[int, int, str, str]] = {}
    parties: dict[tuple[str, str], set[str]] = defaultdict(set)
    counted = set()
    most = {log: _most(rooms, room, log) for log in room.log.logs()}
    for arrival in room.log.journal(0, 1_000_000):
        log, said = arrival.log, entry.from_bytes(arrival.data or b"")
        if arrival.index < most[log] and _spoke(rooms, room, log, said):
            parties[log.channel, said.id].add(said.party)
            counted.add((log.channel, said.id, arrival.leaf.hex()))
    for arrival in room.log.journal(0, 1_000_000):
        said, leaf = entry.from_bytes(arrival.data or b""), arrival.leaf.hex()
        key = arrival.log.channel, said.id
        if (*key, leaf) in counted and said.party == owner_of(said.id, parties[key]):
            best[key] = max(best.get(key, (0, 0, "", "")), (said.rev, said.at, leaf, said.party))
    rows = [row for revisions in room.picture._state.rows.base.values() for row in revisions.values()]
    counts = {(row.channel, row.id, row.hash) for row in rows if row.counts}
    law("log 8.11", counts == counted, f"{room.name} counts {len(counts)} revisions, not {len(counted)}")
    current = {(row.channel, row.id): row.hash for row in rows if row.current}
    law("law 2", current == {key: won[2] for key, won in best.items()}, f"{room.name}: another revision won")


def _spoke(rooms: Rooms, room: Room, log: LogId, said: Entry) -> bool:
    """Log 3.4, 3.5: a party's word at a joint room is its own officer's, whom this room has heard of."""
    if said.by == "node" and said.sig is None:
        return said.party == rooms.owners_of[log.node]
    officer = next(one for one in rooms.truth.officers if (one.party, one.id) == (said.party, said.by))
    signed = said.sig is not None and said.sig.key == officer.key.fingerprint
    info, note = (
        room.trust.roster.party(officer.party),
        rooms.parties[officer.party].notes[officer.number - 1],
    )
    heard = info is not None and info.no >= officer.number and note in room.statements_of(officer.party)
    return signed and heard


def _who(group: list[Room], log: LogId, what: str, count: int) -> str:
    return f"{count} of {[room.name for room in group]} have {what} of {log}"
