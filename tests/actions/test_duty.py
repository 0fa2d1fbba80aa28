"""The hotline log side by side, who has the watch, and the sheet that is handed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import calls, duty, everywhere, handing
from seamline.actions.arriving import arrivals
from seamline.actions.attention import in_order
from seamline.actions.everywhere import Wide
from seamline.errors import BadInput
from tests.nodes import INCIDENT, START, World, copy, officer, patrol, put

SHARED, MINUTE = "isf+ksf", 60_000
ISF, KSF = officer("isf", "watch", "release"), officer("ksf", "watch", "release")
CALL = {"caller": "isf", "called": "ksf", "when": START, "outcome": "reached", "said": "Patrol at 0600"}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.node("erbil", "ksf", channels=(SHARED,))
    made.node("baghdad", "isf", channels=(SHARED,))
    made.meet()
    for _ in range(100):
        # Two nodes of a test draw the same ids.
        made.nodes["baghdad"].clock.new_id()
    yield made
    made.close()


def spread(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    copy(erbil, baghdad)
    copy(baghdad, erbil)


def test_both_sides_entries_of_one_call_lie_side_by_side_with_what_differs(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    put(baghdad, ISF, "call", SHARED, CALL)
    put(
        erbil,
        KSF,
        "call",
        SHARED,
        CALL | {"when": START + MINUTE, "said": "Patrol at 0700", "reply": "Noted"},
    )
    put(erbil, KSF, "call", SHARED, CALL | {"when": START - 60 * MINUTE, "outcome": "no_answer", "said": ""})
    spread(world)
    one, tried = calls.calls(erbil, KSF)["items"]
    assert [e["party"] for e in one["entries"]] == ["ksf", "isf"]
    verdicts = {f["field"]: f["verdict"] for f in one["fields"]}
    assert (verdicts["when"], verdicts["said"], verdicts["reply"]) == ("agreed", "differs", "one_side")
    assert (one["differs"], one["linked"]) == (1, False)
    assert [e["party"] for e in calls.calls(baghdad, ISF)["items"][0]["entries"]] == ["isf", "ksf"]
    assert (len(tried["entries"]), tried["fields"]) == (1, [])


def test_an_author_names_the_other_side_s_entry_and_no_other_record(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    theirs = put(baghdad, ISF, "call", SHARED, CALL)
    spread(world)
    put(erbil, KSF, "call", SHARED, CALL | {"when": START - 40 * MINUTE, "same_as": theirs["id"]})
    assert calls.calls(erbil, KSF)["items"][0]["linked"]
    own = put(erbil, KSF, "call", "ksf", CALL)
    note = put(erbil, KSF, "incident", "ksf", INCIDENT)
    for field, id in (("same_as", own["id"]), ("same_as", note["id"]), ("about", note["id"])):
        with pytest.raises(BadInput) as caught:
            put(erbil, KSF, "call", SHARED, CALL | {field: id})
        assert caught.value.field == f"body.{field}"
    with pytest.raises(BadInput, match="look at the clock"):
        put(erbil, KSF, "call", SHARED, CALL | {"when": START + 10 * MINUTE})


def test_notice_by_voice_runs_from_what_its_reader_logged_as_read_back(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    plan = put(baghdad, officer("isf", "planner", "release"), "activity", SHARED, patrol(43.7, 35.7, 8))
    spread(world)
    put(erbil, KSF, "call", SHARED, CALL | {"read_back": True, "about": plan["id"]})
    spread(world)
    row = baghdad.picture.record(SHARED, plan["id"])
    assert row is not None
    assert arrivals(baghdad, row) == {"ksf": START}


def take(world: World, name: str, who: Any, hours: float = 8) -> None:
    node = world.nodes[name]
    when = {"start": node.clock.now(), "end": node.clock.now() + int(hours * 60) * MINUTE}
    everywhere.put(node, who, Wide("on_watch", {"when": when, "reach": "ext. 4"}, "en")).result()
    spread(world)


def test_who_has_the_watch_on_both_sides_and_that_nobody_took_over(world: World) -> None:
    take(world, "erbil", KSF)
    take(world, "baghdad", ISF, hours=1)
    baghdad = world.nodes["baghdad"]
    lines = duty.on_duty(baghdad, ISF)["items"]
    assert [(one["party"], one["by"], one["over"], one["here"]) for one in lines] == [
        ("isf", "watch-1", False, True),
        ("ksf", "watch-1", False, False),
    ]
    later = duty.on_duty(baghdad, ISF, START + 61 * MINUTE)["items"]
    assert [(one["party"], one["over"]) for one in later] == [("isf", True), ("ksf", False)]
    take(world, "baghdad", officer("isf", "release", "watch"))
    assert duty.on_duty(baghdad, ISF)["items"][0]["by"] == "release-1"


def test_a_room_whose_officer_may_tell_nobody_has_a_watch_all_the_same(world: World) -> None:
    erbil, alone = world.nodes["erbil"], officer("ksf", "watch")
    when = {"start": START, "end": START + 60 * MINUTE}
    made = everywhere.put(erbil, alone, Wide("on_watch", {"when": when}, "en")).result()
    assert [(item["channel"], item["party"]) for item in made["items"]] == [("ksf", "ksf")]
    assert [one["channel"] for one in made["refused"]] == [SHARED]
    assert duty.own(erbil, alone) is not None
    spread(world)
    assert duty.on_duty(world.nodes["baghdad"], ISF)["items"] == []


def test_the_sheet_holds_what_is_open_and_who_hands_over(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    take(world, "erbil", KSF)
    flash = put(baghdad, ISF, "incident", SHARED, INCIDENT, lane="flash")
    spread(world)
    made = handing.sheet(erbil, officer("ksf", "planner", "watch"))
    assert made["channel"] == "ksf"
    assert made["body"]["gives"] == "watch-1"
    lines = [(one["what"], one.get("record")) for one in made["body"]["items"]]
    assert ("unopened_flash", flash["id"]) in lines
    kept = put(erbil, KSF, "handover_sheet", "ksf", made["body"])
    assert kept["body"]["items"][0]["title"] == "Shots heard"


def test_what_is_kept_of_waiting_things_is_the_same_as_made_anew(world: World) -> None:
    """Whatever happened in between, and however much of it: the lists are those of a node that just began."""
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]

    def lists() -> list[tuple[str, list[tuple[Any, ...]]]]:
        return [(what, [one.place for one in waits]) for what, waits in in_order(erbil, KSF)]

    def anew() -> None:
        kept = lists()
        erbil.waits.forget()
        assert lists() == kept

    lists()
    made = [put(baghdad, ISF, "incident", SHARED, INCIDENT, lane="flash") for _ in range(5)]
    spread(world)
    anew()
    plan = put(erbil, officer("ksf", "planner", "release"), "activity", SHARED, patrol(43.7, 35.7, 8))
    put(baghdad, officer("isf", "planner", "release"), "activity", SHARED, patrol(43.7, 35.7, 9))
    spread(world)
    assert dict(lists())["clash"]
    anew()
    put(erbil, KSF, "opened", SHARED, {"of": made[0]["id"], "hash": made[0]["hash"]})
    put(erbil, KSF, "withdrawal", SHARED, {"of": plan["id"]})
    anew()
    assert len(dict(lists())["unopened_flash"]) == 4
