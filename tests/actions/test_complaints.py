"""A complaint from allegation to closure: each step by who takes it, an outcome that both endorse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import complaints, read
from seamline.actions.attention import attention
from seamline.actions.node import Node
from seamline.errors import BadInput, NotFound
from tests.nodes import START, World, attested, copy, let_go, officer, put

SHARED = "isf+ksf"
HOUR = 3_600_000
COMPLAINT = {
    "summary": "Orchard entered and trees cut",
    "allegation": "property",
    "when": {"start": START - 10 * HOUR, "end": START - 8 * HOUR},
    "place": {"geometry": {"type": "Point", "coordinates": [437_420_123, 357_160_456]}},
    "concerns": ["ksf"],
    "complainants": ["C-12", "C-13"],
    "witnesses": ["W-4"],
}
Item = dict[str, Any]


class Two:
    def __init__(self) -> None:
        self.world = World()
        self.erbil = self.world.node("erbil", "ksf", channels=(SHARED,))
        self.baghdad = self.world.node("baghdad", "isf", channels=(SHARED,))
        self.world.meet()
        self.baghdad.clock.advance(1_001)  # type: ignore[attr-defined] # ids follow the clock of a test
        kept = put(self.baghdad, officer("isf", "watch"), "complaint", "isf", COMPLAINT)
        self.shared = let_go(self.baghdad, "isf", kept, SHARED)
        self.kept = kept

    def meet(self, hours: float = 0) -> None:
        copy(self.erbil, self.baghdad)
        copy(self.baghdad, self.erbil)
        for node in (self.erbil, self.baghdad):
            node.clock.advance(5_000 + int(hours * HOUR))  # type: ignore[attr-defined] # as above

    def step(self, node: Node, party: str, step: str, **more: Any) -> Item:
        body = {"complaint": self.shared["id"], "step": step, **more}
        return put(node, officer(party, "watch", "release"), "complaint_step", SHARED, body)

    def case(self, node: Node, party: str) -> Item:
        (found,) = complaints.listed(node, officer(party, "watch"))["items"]
        assert complaints.one(node, officer(party, "watch"), found["record"]["id"]) == found
        return dict(found)


@pytest.fixture
def two() -> Iterator[Two]:
    made = Two()
    yield made
    made.world.close()


def test_from_allegation_to_closure(two: Two) -> None:
    two.meet()
    assert two.case(two.erbil, "ksf")["next"]["step"] == "acknowledged"
    two.step(two.erbil, "ksf", "acknowledged")
    two.meet()
    two.step(two.baghdad, "isf", "team", team={"isf": "duty-3, duty-4", "ksf": "liaison-2"})
    two.meet()
    visit = {"start": START, "end": START + HOUR}
    two.step(two.erbil, "ksf", "visit", when=visit, text="Stumps counted together.")
    two.meet()
    body = {"complaint": two.shared["id"], "result": "agreed", "text": "Twelve trees were cut on that day."}
    made = put(two.erbil, officer("ksf", "watch", "release"), "complaint_outcome", SHARED, body)
    for node, party, then in ((two.erbil, "ksf", "partly_endorsed"), (two.baghdad, "isf", "in_force")):
        two.meet()
        yes = {"of": made["id"], "hash": made["hash"]}
        attested(two.world, node, officer(party, "signatory"), "endorsement", SHARED, yes)
        assert two.case(node, party)["outcomes"][0]["state"] == then
    two.meet()
    two.step(two.erbil, "ksf", "measure", text="The owner is paid; the unit was told.")
    two.meet()
    # The other side alone closes nothing: those who brought it do.
    two.step(two.erbil, "ksf", "closed")
    two.meet()
    assert two.case(two.baghdad, "isf")["record"]["state"] == "measure_stated"
    assert two.case(two.baghdad, "isf")["open"]
    two.step(two.baghdad, "isf", "closed")
    two.meet()
    for node, party in ((two.erbil, "ksf"), (two.baghdad, "isf")):
        case = two.case(node, party)
        assert (case["record"]["state"], case["open"], case["next"]) == ("closed", False, None)
        assert [one["taken_at"] is not None for one in case["stages"]] == [True] * 6
        assert not any(one["late"] for one in case["stages"])


def test_the_clock_starts_when_it_arrives_there_and_lateness_is_by_as_of(two: Two) -> None:
    assert two.case(two.baghdad, "isf")["started"] is None
    two.erbil.clock.advance(100 * HOUR)  # type: ignore[attr-defined] # a week on the road is nobody's delay
    copy(two.baghdad, two.erbil)
    case = two.case(two.erbil, "ksf")
    assert case["started"] == two.erbil.clock.now()
    assert case["next"]["due"] == case["started"] + 24 * HOUR
    assert not case["next"]["late"]
    later = complaints.one(two.erbil, officer("ksf", "watch"), two.shared["id"], case["started"] + 25 * HOUR)
    assert later["next"]["late"]


def test_the_terms_in_force_name_other_hours(two: Two) -> None:
    terms = {"name": "Terms", "parties": ["ksf"], "complaint_hours": {"acknowledged": 12}}
    made = put(two.erbil, officer("ksf", "planner", "release"), "terms", "ksf", terms)
    yes = {"of": made["id"], "hash": made["hash"]}
    attested(two.world, two.erbil, officer("ksf", "signatory"), "endorsement", "ksf", yes)
    two.meet()
    case = two.case(two.erbil, "ksf")
    assert case["next"]["due"] == case["started"] + 12 * HOUR


def test_a_step_is_about_a_complaint_that_its_channel_holds(two: Two) -> None:
    who = officer("isf", "watch", "release")
    body = {"complaint": two.kept["id"], "step": "acknowledged"}
    with pytest.raises(BadInput) as caught:
        put(two.baghdad, who, "complaint_step", SHARED, body)
    assert caught.value.field == "body.complaint"
    note = put(two.baghdad, who, "note", SHARED, {"text": "none"})
    with pytest.raises(BadInput):
        put(two.baghdad, who, "complaint_step", SHARED, {"complaint": note["id"], "step": "acknowledged"})


def test_a_team_of_one_side_is_none_and_half_nothing_is_saved(two: Two) -> None:
    with pytest.raises(BadInput):
        two.step(two.baghdad, "isf", "team", team={"isf": "duty-3"})
    assert two.case(two.baghdad, "isf")["steps"] == []


def test_numbers_of_persons_stay_at_home_in_a_tear_line(two: Two) -> None:
    kept = put(two.baghdad, officer("isf", "watch"), "complaint", "isf", COMPLAINT | {"narrative": "told"})
    torn = let_go(two.baghdad, "isf", kept, SHARED, "tear")
    assert not {"complainants", "witnesses", "detainees", "narrative"} & torn["body"].keys()


def test_what_is_not_released_is_nobody_elses(two: Two) -> None:
    hidden = put(two.baghdad, officer("isf", "watch"), "complaint", "isf", COMPLAINT)
    two.meet()
    assert len(complaints.listed(two.erbil, officer("ksf", "watch"))["items"]) == 1
    for id in (hidden["id"], hidden["id"][:-1] + "f"):
        with pytest.raises(NotFound):
            complaints.one(two.erbil, officer("ksf", "watch"), id)
    incident = read.records(two.erbil, officer("ksf", "watch"), read.RecordQuery(kinds=("complaint",))).items
    with pytest.raises(NotFound):
        complaints.one(two.erbil, officer("ksf", "watch"), incident[0]["links"]["source"] or "none")


def waiting(node: Node, party: str) -> list[tuple[int, int]]:
    items = attention(node, officer(party, "watch"))["items"]
    return [(i["urgency"], i["due"]) for i in items if i["what"] == "complaint_due"]


def test_what_is_due_waits_for_who_owes_it(two: Two) -> None:
    two.meet()
    due = two.case(two.erbil, "ksf")["next"]["due"]
    assert waiting(two.erbil, "ksf") == [(2, due)]
    # Whoever brought it does not acknowledge it himself.
    assert waiting(two.baghdad, "isf") == []
    two.meet(25)
    assert waiting(two.erbil, "ksf") == [(3, due)]
    two.step(two.erbil, "ksf", "acknowledged")
    two.meet()
    for node, party in ((two.erbil, "ksf"), (two.baghdad, "isf")):
        coming = two.case(node, party)["next"]
        assert coming["step"] == "team"
        assert waiting(node, party) == [(1, coming["due"])]
