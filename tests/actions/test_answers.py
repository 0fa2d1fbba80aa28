"""Declare and answer: what stands, what has changed since, and whose time runs, as each side sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import activities, attention, read, write
from seamline.actions.node import Node
from seamline.errors import BadInput, Conflict, NotFound
from tests.nodes import START, World, attested, copy, let_go, officer, patrol, put

SHARED, HOUR = "isf+ksf", 3_600_000


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, owners in (("erbil", ("ksf",)), ("baghdad", ("isf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners, channels=(SHARED,))
    world.meet()
    # Ids are made from the time: no two nodes make the same.
    for late, name in enumerate(("kirkuk", "erbil", "baghdad")):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


def spread(world: World, minutes: int = 1) -> None:
    """A little later, every node has what it may hold."""
    for node in world.nodes.values():
        node.clock.advance(minutes * 60_000)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    for source in world.nodes.values():
        for target in world.nodes.values():
            if source is not target:
                copy(source, target)


def declared(world: World, **more: Any) -> dict[str, Any]:
    """A plan of ksf that begins in ten hours, released to isf."""
    erbil = world.nodes["erbil"]
    plan = put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.74, 35.71, 10, **more))
    shown = let_go(erbil, "ksf", plan, SHARED)
    spread(world)
    return shown


def reply(node: Node, party: str, item: dict[str, Any], answer: str, **more: Any) -> dict[str, Any]:
    body = {"of": item["id"], "hash": item["hash"], "answer": answer, **more}
    return put(node, officer(party, "release"), "answer", SHARED, body)


def listed(node: Node, party: str, **wish: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = activities.activities(
        node, officer(party, "watch"), activities.Wish(**wish)
    )["items"]
    return items


def waits(node: Node, party: str, role: str = "watch") -> list[tuple[str, int, int | None]]:
    items = attention.attention(node, officer(party, role))["items"]
    wanted = ("answer_due", "unanswered", "changed_since")
    return [(i["what"], i["urgency"], i["due"]) for i in items if i["what"] in wanted]


def test_a_plan_is_a_draft_until_it_is_released_and_answered_once_it_was(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    plan = put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.74, 35.71, 10))
    assert (plan["state"], [i["waits_for"] for i in listed(erbil, "ksf")]) == ("draft", [[]])
    shown = let_go(erbil, "ksf", plan, SHARED)
    assert shown["state"] == "released"
    spread(world)
    # Its own side sees one line of it, and that is what the other side answers.
    assert [i["activity"]["id"] for i in listed(erbil, "ksf")] == [shown["id"]]
    reply(baghdad, "isf", shown, "no_conflict_seen")
    spread(world)
    for name, party in (("erbil", "ksf"), ("baghdad", "isf"), ("kirkuk", "isf"), ("kirkuk", "ksf")):
        (item,) = listed(world.nodes[name], party)
        assert item["activity"]["state"] == "answered"
        assert [(a["party"], a["answer"], a["earlier"]) for a in item["answers"]] == [
            ("isf", "no_conflict_seen", False)
        ]
        assert item["waits_for"] == []
    told = read.record(erbil, officer("ksf", "watch"), shown["id"])["told"]
    by_node = {t["node"]: (t["answered"] is not None, t["answer"]) for t in told}
    assert by_node == {"baghdad": (True, "no_conflict_seen"), "kirkuk": (False, None)}


def test_a_change_after_an_answer_asks_again_for_what_changed(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    plan = put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.74, 35.71, 10))
    shown = let_go(erbil, "ksf", plan, SHARED)
    spread(world)
    reply(baghdad, "isf", shown, "no_conflict_seen")
    spread(world)
    later = patrol(43.74, 35.71, 12, buffer_m=900)
    revised = write.revise(erbil, officer("ksf", "planner"), plan["id"], 1, later).result()
    again = let_go(erbil, "ksf", revised, SHARED)
    spread(world)
    (item,) = listed(baghdad, "isf")
    assert item["activity"]["state"] == "changed"
    assert [(a["earlier"], a["changed"]) for a in item["answers"]] == [(True, ["buffer_m", "when"])]
    assert [(w["party"], w["again"]) for w in item["waits_for"]] == [("isf", True)]
    assert [w for w, _, _ in waits(baghdad, "isf")] == ["changed_since"]
    # An answer to what was is refused: it has changed.
    with pytest.raises(Conflict):
        reply(baghdad, "isf", shown, "object")
    reply(baghdad, "isf", again, "object")
    assert listed(baghdad, "isf")[0]["activity"]["state"] == "answered"


def test_a_request_for_change_counters_with_a_plan_of_one_s_own(world: World) -> None:
    shown = declared(world)
    baghdad = world.nodes["baghdad"]
    own = put(baghdad, officer("isf", "release"), "activity", SHARED, patrol(43.80, 35.71, 10))
    reply(baghdad, "isf", shown, "request_change", counters=own["id"], remarks="farther east")
    spread(world)
    (answer,) = activities.activity(world.nodes["erbil"], officer("ksf", "watch"), shown["id"])["answers"]
    assert (answer["counters"]["id"], answer["remarks"]) == (own["id"], "farther east")
    assert answer["counters"]["state"] == "released", "to counter with a plan does not answer that plan"
    with pytest.raises(BadInput) as fault:
        reply(baghdad, "isf", shown, "request_change", counters=plan_of(world, "ksf"))
    assert fault.value.field == "body.counters"


def plan_of(world: World, party: str) -> str:
    node = world.nodes["erbil" if party == "ksf" else "baghdad"]
    made = put(node, officer(party, "release"), "activity", SHARED, patrol(43.9, 35.9, 30))
    spread(world)
    return str(made["id"])


def test_what_cannot_be_answered(world: World) -> None:
    shown = declared(world)
    baghdad, erbil, kirkuk = (world.nodes[n] for n in ("baghdad", "erbil", "kirkuk"))
    with pytest.raises(BadInput) as own:
        reply(erbil, "ksf", shown, "no_conflict_seen")
    assert own.value.field == "body.of"
    # In the room an answer without a key speaks for the room, which the declaring side shares.
    with pytest.raises(BadInput):
        reply(kirkuk, "isf", shown, "no_conflict_seen")
    body = {"of": shown["id"], "hash": shown["hash"], "answer": "object"}
    assert attested(world, kirkuk, officer("isf", "release"), "answer", SHARED, body)["party"] == "isf"
    unknown = shown | {"id": "0199c1de-7a00-7000-8000-000000000001"}
    with pytest.raises(BadInput):
        reply(baghdad, "isf", unknown, "object")
    write.withdraw(erbil, officer("ksf", "release"), shown["id"], "entered twice").result()
    spread(world)
    before = baghdad.log.last_seq()
    with pytest.raises(BadInput) as gone:
        reply(baghdad, "isf", shown, "no_conflict_seen")
    assert (gone.value.field, gone.value.value, baghdad.log.last_seq()) == ("body.of", "withdrawn", before)
    with pytest.raises(NotFound):
        activities.activity(erbil, officer("ksf", "watch"), unknown["id"])


def test_who_has_not_answered_is_asked_by_a_clock_of_its_own(world: World) -> None:
    due = START + 4 * HOUR
    declared(world, answer_by=due)
    baghdad, erbil = world.nodes["baghdad"], world.nodes["erbil"]
    assert waits(baghdad, "isf") == [("answer_due", 2, due)]
    # The next level hears of it when the time is over twice, the declaring side when it is over.
    assert (waits(baghdad, "isf", "signatory"), waits(erbil, "ksf")) == ([], [])
    spread(world, 4 * 60)
    assert waits(baghdad, "isf") == [("answer_due", 3, due)]
    assert waits(erbil, "ksf") == [("unanswered", 3, due)]
    assert waits(erbil, "ksf", "signatory") == []
    spread(world, 4 * 60)
    assert waits(erbil, "ksf", "signatory") == [("unanswered", 3, due)]
    assert waits(baghdad, "isf", "signatory") == [("answer_due", 3, due)]
    # It never becomes anything else by itself; once it is over, nobody is asked any more.
    assert listed(baghdad, "isf")[0]["activity"]["state"] == "released"
    spread(world, 24 * 60)
    assert (waits(baghdad, "isf"), waits(erbil, "ksf")) == ([], [])
    assert listed(baghdad, "isf")[0]["activity"]["state"] == "expired"


def test_an_emergency_is_taken_and_flagged(world: World) -> None:
    shown = declared(world, emergency=True, reason="A convoy broke down")
    assert shown["body"]["reason"] == "A convoy broke down"
    (item,) = listed(world.nodes["baghdad"], "isf")
    assert item["flags"] == ["emergency"]


def test_another_side_s_drafts_change_nothing(world: World) -> None:
    declared(world)
    before = listed(world.nodes["baghdad"], "isf"), waits(world.nodes["baghdad"], "isf")
    erbil = world.nodes["erbil"]
    put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.74, 35.71, 11, emergency=True))
    spread(world, 0)
    assert (listed(world.nodes["baghdad"], "isf"), waits(world.nodes["baghdad"], "isf")) == before


def shape(kind: str, *positions: tuple[float, float]) -> dict[str, Any]:
    coordinates: Any = [list(p) for p in positions]
    return {
        "place": {
            "geometry": {"type": kind, "coordinates": [coordinates] if kind == "Polygon" else coordinates}
        }
    }


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (shape("LineString", (43.7, 35.7), (43.7, 35.7)), "body.place.geometry"),
        (
            shape("Polygon", (43.7, 35.7), (43.8, 35.8), (43.8, 35.7), (43.7, 35.8), (43.7, 35.7)),
            "body.place",
        ),
        (
            shape("Polygon", (40.1, 32.1), (46.1, 32.1), (46.1, 36.1), (40.1, 36.1), (40.1, 32.1)),
            "body.place",
        ),
        ({"when": {"start": START, "end": START}}, "body.when"),
        ({"when": {"start": "2026-10-25T02:30:00", "end": "2026-10-25T04:00:00"}}, "body.when.start"),
        # The clock goes back between the two: the end is an hour before the beginning.
        ({"when": {"start": "2026-10-25T02:30:00+01:00", "end": "2026-10-25T02:30:00+02:00"}}, "body.when"),
        ({"answer_by": "tomorrow"}, "body.answer_by"),
    ],
)
def test_what_cannot_be_declared_is_refused_at_the_field_and_nothing_is_kept(
    world: World, said: dict[str, Any], field: str
) -> None:
    erbil = world.nodes["erbil"]
    before = erbil.log.last_seq()
    with pytest.raises(BadInput) as fault:
        put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.7, 35.7, 5) | said)
    assert fault.value.field.startswith(field)
    assert (len(fault.value.remedy) > 5, erbil.log.last_seq()) == (True, before)


def test_a_window_across_a_clock_change_is_as_long_as_it_is(world: World) -> None:
    when = {"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:30:00+01:00"}
    plan = patrol(43.7, 35.7, 5) | {"when": when}
    made = put(world.nodes["erbil"], officer("ksf", "planner"), "activity", "ksf", plan)
    assert made["body"]["when"]["end"] - made["body"]["when"]["start"] == HOUR
