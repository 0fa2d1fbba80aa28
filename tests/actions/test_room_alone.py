"""Law 9: a room works with every link down, for weeks. Law 8: swapping the parties swaps the answers only."""

from __future__ import annotations

import json
import re
from typing import Any

from seamline.actions import read, write
from tests.nodes import INCIDENT, World, attested, copy, let_go, officer, patrol, put

SHARED = "isf+ksf"
WEEK = 7 * 86_400_000


def test_a_room_alone_reports_plans_finds_clashes_and_reads_for_weeks() -> None:
    world = World()
    room = world.node("kirkuk", "isf", "ksf", channels=(SHARED,))
    world.meet()
    for week in range(3):
        room.clock.advance(WEEK)  # type: ignore[attr-defined] # a test's clock is moved by hand
        hours = week * 7 * 24
        attested(world, room, officer("isf", "release"), "incident", SHARED, INCIDENT)
        attested(world, room, officer("isf", "release"), "activity", SHARED, patrol(43.75, 35.7, hours))
        theirs = attested(
            world, room, officer("ksf", "release"), "activity", SHARED, patrol(43.751, 35.7, hours + 2)
        )
        write.opened(room, officer("isf", "watch"), theirs["id"]).result()
        for party in ("isf", "ksf"):
            who = officer(party, "watch")
            assert len(read.clashes(room, who, 0)["items"]) == week + 1
            assert len(read.records(room, who, read.RecordQuery(kinds=("incident",))).items) == week + 1
    assert room.link_states() == []
    world.close()


def _answers(one: str, other: str) -> str:
    """What two headquarters see of a small day, the first doing what `one` does; ids and hashes masked."""
    world = World()
    a = world.node("node-a", one, channels=(SHARED,))
    b = world.node("node-b", other, channels=(SHARED,))
    world.meet()
    said = (
        (a, one, "planner", "activity", patrol(43.75, 35.7, 4), "whole"),
        (b, other, "planner", "activity", patrol(43.752, 35.7, 5), "whole"),
        (b, other, "watch", "incident", INCIDENT, "tear"),
    )
    for node, party, role, kind, body, mode in said:
        for each in (a, b):
            each.clock.advance(60_000)  # type: ignore[attr-defined] # a test's clock is moved by hand
        let_go(node, party, put(node, officer(party, role), kind, party, body), SHARED, mode)
    copy(a, b)
    copy(b, a)
    seen: list[Any] = []
    for node, party in ((a, one), (b, other)):
        who = officer(party, "watch", "release")
        seen += [
            read.records(node, who, read.RecordQuery()).items,
            read.clashes(node, who),
            read.kinds(node, who),
        ]
    world.close()
    text = re.sub(
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|\b[0-9a-f]{64}\b", "#", json.dumps(seen, sort_keys=True)
    )
    swapped = {one: "first", other: "second", SHARED: "shared"}
    return re.sub(r"isf\+ksf|\bisf\b|\bksf\b", lambda m: swapped[m[0]], text)


def test_swapping_the_parties_swaps_them_in_every_answer_and_changes_nothing_else() -> None:
    assert _answers("isf", "ksf") == _answers("ksf", "isf")
