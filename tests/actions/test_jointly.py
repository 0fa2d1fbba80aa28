"""Joint activities: one plan that both endorse, checked against both, and boundaries that no way may meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import activities, attention, jointly, read, write
from seamline.actions.node import Node
from seamline.errors import BadInput, NotFound
from tests.nodes import START, World, attested, copy, let_go, officer, patrol, put

SHARED = "isf+ksf"
HOUR = 3_600_000
Item = dict[str, Any]
WHEN = {"start": START + 10 * HOUR, "end": START + 16 * HOUR}


def line(*positions: tuple[float, float]) -> Item:
    """As a screen or a script gives it, in degrees."""
    return {"type": "LineString", "coordinates": [list(p) for p in positions]}


RIVER = {"line": line((43.70, 35.70), (43.80, 35.70)), "parties": ["isf", "ksf"], "text": "the river"}

NOWHERE = line((43.70, 35.70), (43.70, 35.70))


class Room:
    """The room both share, and Erbil."""

    def __init__(self) -> None:
        self.world = World()
        self.room = self.world.node("kirkuk", "isf", "ksf", channels=(SHARED,))
        self.erbil = self.world.node("erbil", "ksf", channels=(SHARED,))
        self.world.meet()
        self.erbil.clock.advance(1_001)  # type: ignore[attr-defined] # ids follow the clock of a test
        body = patrol(43.75, 35.70, 10, mode="joint", parts={"isf": "north bank", "ksf": "south bank"})
        self.activity = self.say("isf", "activity", body)

    def say(self, party: str, kind: str, body: Item, role: str = "release") -> Item:
        return attested(self.world, self.room, officer(party, role), kind, SHARED, body)

    def plan(self, **more: Any) -> Item:
        body = {
            "activity": self.activity["id"],
            "hash": self.activity["hash"],
            "when": WHEN,
            "parts": {"isf": "north bank, one section", "ksf": "south bank, one section"},
            "leaders": {"isf": "planner-1", "ksf": "planner-1"},
            "abort_word": "HEATHER",
            "recognition": "Two green lamps, answered by one.",
            **more,
        }
        return self.say("ksf", "joint_plan", body)

    def endorse(self, item: Item, *parties: str) -> None:
        for party in parties:
            self.say(party, "endorsement", {"of": item["id"], "hash": item["hash"]}, "signatory")

    def later(self) -> None:
        """The activity is an hour later."""
        who, id = officer("isf", "release"), self.activity["id"]
        body = dict(self.activity["body"]) | {"remarks": "an hour later"}
        saying = body | {"when": {"start": WHEN["start"] + HOUR, "end": WHEN["end"] + HOUR}}
        row, checked = write.revision(self.room, who, id, 1, saying)
        entry, _ = write.draft(self.room, who, checked, row)
        signed = write.attest(entry, SHARED, self.world.officer_key("isf", "release"))
        write.revise(self.room, who, id, 1, saying, attest=signed).result()

    def asked(self) -> tuple[str, list[str], list[str]]:
        """The activity's state, whose answer is missing, and what of it is in the other side's list."""
        one = activities.activity(self.room, officer("ksf", "watch"), self.activity["id"])
        items = attention.attention(self.room, officer("ksf", "watch"))["items"]
        listed = [i["what"] for i in items if (i["record"] or {}).get("id") == self.activity["id"]]
        return one["activity"]["state"], [w["party"] for w in one["waits_for"]], listed

    def seen(self, party: str = "isf", node: Node | None = None) -> Item:
        who = officer(party, "watch")
        (found,) = jointly.listed(node or self.room, who)["items"]
        assert jointly.one(node or self.room, who, found["activity"]["id"]) == found
        return dict(found)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.world.close()


def test_one_plan_is_in_force_when_every_part_has_endorsed_it_and_its_report_is_signed_by_both(
    room: Room,
) -> None:
    assert room.seen()["plan"] is None
    duties = [
        {"party": "isf", "post": "duty-3", "when": {"start": WHEN["start"], "end": WHEN["start"] + HOUR}},
        {"party": "ksf", "post": "duty-8", "when": {"start": WHEN["start"] + HOUR, "end": WHEN["end"]}},
    ]
    meeting = {"place": {"lon": 43.75, "lat": 35.701}, "at": "2025-10-09T19:00:00Z", "text": "at the ford"}
    plan = room.plan(duties=duties, meetings=[meeting])
    assert plan["body"]["meetings"][0]["place"]["mgrs"].startswith("38S")
    for party, then in (("isf", "partly_endorsed"), ("ksf", "in_force")):
        room.endorse(plan, party)
        assert room.seen()["plan"]["state"] == then
    assert not room.seen()["plan"]["stale"]
    report = {
        "activity": room.activity["id"], "hash": room.activity["hash"],
        "summary": "Both banks walked, nothing seen", "when": WHEN,
    }  # fmt: skip
    made = room.say("isf", "joint_report", report)
    room.endorse(made, "ksf", "isf")
    assert room.seen()["reports"][0]["state"] == "in_force"


def test_a_plan_of_an_earlier_revision_says_so(room: Room) -> None:
    room.plan()
    room.later()
    assert room.seen()["plan"]["stale"]


def test_who_endorsed_a_plan_in_force_is_asked_for_no_answer_until_the_activity_changes(room: Room) -> None:
    assert room.asked() == ("released", ["ksf"], ["answer_due"])
    plan = room.plan()
    room.endorse(plan, "ksf")
    assert room.asked() == ("released", ["ksf"], ["answer_due"])  # one side's yes puts nothing in force
    room.endorse(plan, "isf")
    assert room.asked() == ("answered", [], [])
    room.later()
    assert room.asked() == ("changed", ["ksf"], ["changed_since"])


def test_a_plan_that_was_taken_back_answers_nothing(room: Room) -> None:
    plan = room.plan()
    room.endorse(plan, "ksf", "isf")
    assert room.asked() == ("answered", [], [])
    room.say("ksf", "withdrawal", {"of": plan["id"], "reason": "called off"})
    assert room.asked() == ("released", ["ksf"], ["answer_due"])


def test_a_joint_activity_is_checked_against_both_sides(room: Room) -> None:
    """Said under one party's signature, it belongs to all that have a part in it."""
    for party in ("isf", "ksf"):
        near = room.say(party, "activity", patrol(43.751, 35.70, 12, title_text=f"{party} patrol"))
        found = read.clashes(room.room, officer("isf", "watch"), 0)["items"]
        pairs = [{c["a"]["id"], c["b"]["id"]} for c in found]
        assert {near["id"], room.activity["id"]} in pairs
    room.room.refold().result()
    assert len(read.clashes(room.room, officer("isf", "watch"), 0)["items"]) == 3
    assert room.seen()["clashes"] == 2


def test_a_track_that_meets_a_boundary_is_told_before_anybody_signs(room: Room) -> None:
    across = {"party": "ksf", "line": line((43.74, 35.69), (43.74, 35.71)), "when": WHEN}
    along = {"party": "isf", "line": line((43.72, 35.703), (43.78, 35.703)), "when": WHEN}
    room.plan(tracks=[across, along], boundaries=[RIVER])
    (hit,) = room.seen()["crossings"]
    assert (hit["party"], hit["track"], hit["boundary"]["text"]) == ("ksf", 0, "the river")
    assert hit["mgrs"].startswith("38S")


def test_parallel_patrols_are_held_against_a_boundary_in_force(room: Room) -> None:
    route = patrol(43.75, 35.70, 11, 3) | {"place": {"geometry": line((43.77, 35.69), (43.77, 35.71))}}
    kept = put(room.erbil, officer("ksf", "planner"), "activity", "ksf", route | {"title_text": "own patrol"})
    plan = room.plan(boundaries=[RIVER])
    copy(room.room, room.erbil)
    assert room.seen("ksf", room.erbil)["crossings"] == []
    room.endorse(plan, "isf", "ksf")
    copy(room.room, room.erbil)
    (hit,) = room.seen("ksf", room.erbil)["crossings"]
    assert (hit["record"]["id"], hit["track"]) == (kept["id"], None)
    # The other side sees none of it before it is released.
    assert room.seen("isf")["crossings"] == []
    let_go(room.erbil, "ksf", kept, SHARED)
    copy(room.erbil, room.room)
    assert len(room.seen("isf")["crossings"]) == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"tracks": [{"party": "isf", "line": NOWHERE, "when": WHEN}]}, "body.tracks[0].line"),
        ({"tracks": [{"party": "mag", "line": RIVER["line"], "when": WHEN}]}, "body.tracks[0].party"),
        ({"when": {"start": START, "end": START}}, "body.when"),
        ({"meetings": [{"place": {"lon": 43.7, "lat": 35.7}, "at": START}]}, "body.meetings[0].at"),
        ({"boundaries": [{**RIVER, "line": line((40.0, 30.0), (48.0, 38.0))}]}, "body.boundaries[0].line"),
        ({"hash": "0" * 64}, "body.hash"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(
    room: Room, more: Item, field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        room.plan(**more)
    assert caught.value.field.removesuffix(".geometry").removesuffix(".coordinates") == field
    assert room.seen()["plan"] is None


def test_only_a_joint_activity_is_one(room: Room) -> None:
    alone = room.say("isf", "activity", patrol(43.0, 35.0, 1))
    with pytest.raises(NotFound):
        jointly.one(room.room, officer("isf", "watch"), alone["id"])
