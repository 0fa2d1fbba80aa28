"""Gaps as each side sees them: on watch lists in force, from what he may see, proposed and never ordered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import attention, gaps, write
from seamline.actions.evidence import EvidenceBook
from seamline.actions.node import Node
from seamline.errors import BadInput
from seamline.log import statement
from seamline.log.checkpoint import LogId
from seamline.log.part import Evidence, SignedHead
from seamline.picture.closing import closings
from tests.nodes import INCIDENT, START, World, attested, copy, let_go, officer, put

SHARED, HOUR = "isf+ksf", 3_600_000
RING = [[43.6, 35.6], [43.7, 35.6], [43.7, 35.7], [43.6, 35.7], [43.6, 35.6]]
AREA = {"geometry": {"type": "Polygon", "coordinates": [RING]}}
WATCH = {"name": "Valley", "place": AREA, "weight": 5, "hours": {"start": START, "end": START + 12 * HOUR}}


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, owners in (("erbil", ("ksf",)), ("baghdad", ("isf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners, channels=(SHARED,))
    world.meet()
    # Ids are made from the time: no two nodes make the same. The room is the earliest, all know its acts.
    for late, name in enumerate(("kirkuk", "erbil", "baghdad")):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


def spread(world: World) -> None:
    for source in world.nodes.values():
        for target in world.nodes.values():
            if source is not target:
                copy(source, target)


def endorse(world: World, item: dict[str, Any], *parties: str) -> None:
    yes = {"of": item["id"], "hash": item["hash"]}
    for party in parties:
        attested(
            world, world.nodes["kirkuk"], officer(party, "signatory"), "endorsement", item["channel"], yes
        )
    spread(world)


def watched(world: World, *by: str, **more: Any) -> dict[str, Any]:
    made = put(world.nodes["erbil"], officer("ksf", "planner", "release"), "watch", SHARED, WATCH | more)
    spread(world)
    endorse(world, made, *by)
    return made


def watching(start: float, hours: float, place: Any = AREA, **more: Any) -> dict[str, Any]:
    begin = START + int(start * HOUR)
    return {
        "title_text": "Watching", "type": "observation", "mode": "undertaking", "place": place,
        "when": {"start": begin, "end": begin + int(hours * HOUR)}, **more,
    }  # fmt: skip


def look(node: Node, party: str, **asked: int) -> list[dict[str, Any]]:
    asking = gaps.Asked(**{"start": START, **asked})
    items: list[dict[str, Any]] = gaps.found(node, officer(party, "watch"), asking)["items"]
    return items


def test_a_watch_list_is_used_once_both_sides_endorsed_it(world: World) -> None:
    made = watched(world, "ksf")
    erbil = world.nodes["erbil"]
    answer = gaps.found(erbil, officer("ksf", "watch"))
    assert (answer["items"], answer["note"]["key"]) == ([], "note.no_watch_list_endorsed")
    endorse(world, made, "isf")
    for node, party in (("erbil", "ksf"), ("baghdad", "isf"), ("kirkuk", "isf")):
        (gap,) = look(world.nodes[node], party)
        assert (gap["start"], gap["end"], gap["hours"]) == (START, START + 12 * HOUR, 12)
        assert gap["watch"]["id"] == made["id"]
        assert gap["watch"]["state"] == "in_force"
        assert gap["seen_by"] == ["isf", "ksf"]
        # From corner to corner: 0.1 degrees of latitude, 0.1 of longitude.
        assert gap["length_m"] == pytest.approx(math.hypot(11_095, 9_050), rel=0.01)
        assert gap["length_hours"] == pytest.approx(12 * gap["length_m"], abs=12)
        assert gap["closes"] == []


def test_one_s_own_unreleased_undertaking_counts_for_oneself_alone(world: World) -> None:
    watched(world, "isf", "ksf")
    baghdad, erbil = world.nodes["baghdad"], world.nodes["erbil"]
    before = look(erbil, "ksf")
    kept = put(baghdad, officer("isf", "planner"), "activity", "isf", watching(0, 8))
    spread(world)
    (gap,) = look(baghdad, "isf")
    assert (gap["start"], gap["seen_by"]) == (START + 8 * HOUR, ["isf"])
    assert look(erbil, "ksf") == before
    let_go(baghdad, "isf", kept, SHARED)
    spread(world)
    (theirs,) = look(erbil, "ksf")
    assert (theirs["start"], theirs["seen_by"]) == (START + 8 * HOUR, ["isf", "ksf"])
    (own,) = look(baghdad, "isf")
    assert own["seen_by"] == ["isf", "ksf"]
    # To its owner the source alone counts, not its released form again.
    assert [c["undertaking"]["id"] for c in own["closes"]] == [kept["id"]]
    assert [(c["party"], c["how"], c["end"], c["percent"]) for c in theirs["closes"]] == [
        ("isf", "extend_hours", START + 12 * HOUR, 100)
    ]


def test_a_tear_line_leaves_at_least_this_gap(world: World) -> None:
    watched(world, "isf", "ksf")
    baghdad = world.nodes["baghdad"]
    spot = {"geometry": {"type": "Point", "coordinates": [43.65, 35.65]}}
    kept = put(baghdad, officer("isf", "planner"), "activity", "isf", watching(0.5, 7, spot, sight_m=3000))
    let_go(baghdad, "isf", kept, SHARED, "tear")
    spread(world)
    (own,), (theirs,) = look(baghdad, "isf"), look(world.nodes["erbil"], "ksf")
    assert (own["at_least"], theirs["at_least"]) == (False, True)
    assert theirs["length_hours"] <= own["length_hours"]


def test_presence_and_what_was_called_off_cover_nothing(world: World) -> None:
    watched(world, "isf", "ksf")
    erbil, planner = world.nodes["erbil"], officer("ksf", "planner")
    put(erbil, planner, "activity", "ksf", watching(0, 12, mode="presence"))
    made = put(erbil, planner, "activity", "ksf", watching(0, 12))
    assert look(erbil, "ksf") == []
    write.revise(erbil, planner, made["id"], 1, made["body"] | {"status": "cancelled"}).result()
    (gap,) = look(erbil, "ksf")
    assert gap["hours"] == 12


def test_heavier_longer_gaps_first_and_hours_as_asked(world: World) -> None:
    light = watched(world, "isf", "ksf", weight=1)
    heavy = watched(world, "isf", "ksf", weight=3, hours={"start": START, "end": START + 6 * HOUR})
    erbil = world.nodes["erbil"]
    assert [g["watch"]["id"] for g in look(erbil, "ksf")] == [heavy["id"], light["id"]]
    late = look(erbil, "ksf", start=START + 5 * HOUR, end=START + 9 * HOUR)
    assert [(g["watch"]["id"], g["hours"]) for g in late] == [(light["id"], 4), (heavy["id"], 1)]
    # What is over is looked at only when it is asked for.
    erbil.clock.advance(7 * HOUR)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    now_on = gaps.found(erbil, officer("ksf", "watch"))["items"]
    this_minute = erbil.clock.now() - erbil.clock.now() % 60_000
    end = START + 12 * HOUR
    assert [(g["watch"]["id"], g["start"], g["end"]) for g in now_on] == [(light["id"], this_minute, end)]
    assert len(look(erbil, "ksf", start=START)) == 2
    with pytest.raises(BadInput):
        look(erbil, "ksf", start=START + 2, end=START + 1)


def test_a_question_asked_again_is_worked_out_again_only_when_something_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(world, "isf", "ksf")
    erbil, planner = world.nodes["erbil"], officer("ksf", "planner")
    worked: list[int] = []

    def counted(patches: Any, *more: Any) -> Any:
        worked.append(len(patches))
        return closings(patches, *more)

    monkeypatch.setattr(gaps, "closings", counted)
    first = look(erbil, "ksf")
    erbil.clock.advance(1)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    assert (look(erbil, "ksf"), worked) == (first, [1])
    made = put(erbil, planner, "activity", "ksf", watching(0, 8))
    (later,) = look(erbil, "ksf")
    assert (later["start"], worked) == (START + 8 * HOUR, [1, 1])
    # Withdrawn, it covers nothing: the first answer again, and it is still known.
    put(erbil, officer("ksf", "release"), "withdrawal", "ksf", {"of": made["id"], "reason": "mistaken"})
    assert (look(erbil, "ksf"), worked) == (first, [1, 1])


def test_a_stretch_may_be_open_in_two_parts(world: World) -> None:
    line = {"geometry": {"type": "LineString", "coordinates": [[43.6, 35.6], [43.8, 35.6]]}}
    watched(world, "isf", "ksf", place=line)
    erbil = world.nodes["erbil"]
    middle = {"geometry": {"type": "Point", "coordinates": [43.7, 35.6]}}
    body = watching(0, 11, middle, sight_m=2000)
    put(erbil, officer("ksf", "planner"), "activity", "ksf", body)
    (gap,) = look(erbil, "ksf")
    assert gap["area_m2"] is None
    assert gap["geometry"]["type"] == "LineString"
    assert gap["length_hours"] == pytest.approx(12 * gap["length_m"] - 11 * 4000, rel=1e-3)


def test_what_needs_an_officer_s_attention(world: World) -> None:
    watched(world, "isf", "ksf")
    baghdad, kirkuk = world.nodes["baghdad"], world.nodes["kirkuk"]
    attested(world, kirkuk, officer("ksf", "watch", "release"), "note", SHARED, {"text": "x"})
    put(world.nodes["erbil"], officer("ksf", "watch", "release"), "incident", SHARED, INCIDENT, lane="flash")
    spread(world)
    baghdad.link_states = lambda: [
        {"peer": "a", "name": "erbil", "enabled": True, "last_contact": START - 2 * HOUR},
        {"peer": "b", "name": "kirkuk", "enabled": True, "last_contact": START},
        {"peer": "c", "name": "old", "enabled": False, "last_contact": None},
    ]
    note = world.say("ksf", statement.RevokeOfficer("planner-1", START))
    baghdad.trust.add([note])
    items = attention.attention(baghdad, officer("isf", "watch"))["items"]
    assert [(i["what"], i["about"], i["urgency"]) for i in items] == [
        ("unopened_flash", None, 3),
        ("gap", None, 2),
        ("silent_link", "erbil", 2),
        ("revocation", "planner-1 (ksf)", 1),
    ]
    flash, gap, link, revoked = items
    assert flash["record"]["kind"] == "incident"
    assert (link["since"], revoked["since"], gap["due"]) == (START - 2 * HOUR, None, START)


def test_two_stories_come_first_and_only_for_who_reads_that_log(world: World) -> None:
    baghdad, erbil = world.nodes["baghdad"], world.nodes["erbil"]
    for channel in (SHARED, "ksf"):
        log = LogId(world.nodes["kirkuk"].key.fingerprint, channel, "routine")
        heads = (SignedHead(1, b"a" * 32, b"s" * 64), SignedHead(1, b"b" * 32, b"s" * 64))
        EvidenceBook(baghdad.local).add(Evidence(log, *heads, b"b" * 32))
    items = attention.attention(baghdad, officer("isf", "watch"))["items"]
    assert [(i["what"], i["about"], i["urgency"]) for i in items] == [
        ("two_stories", "kirkuk · isf+ksf · routine", 4)
    ]
    assert attention.attention(erbil, officer("ksf", "watch"))["items"] == []
