"""Requests: each step is its own side's record; the clock runs from arrival, and it escalates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import meetings, read, requests, write
from seamline.actions.attention import attention
from seamline.actions.node import Node
from seamline.errors import BadInput, Conflict, NotFound, SeamlineError
from tests.nodes import START, World, attested, copy, let_go, officer, put

SHARED, HOUR = "isf+ksf", 3_600_000
RADIOS = {
    "summary": "Radios for the Dibis checkpoint",
    "ask": "support",
    "support": "radios",
    "quantity": "four sets",
    "needed_by": START + 48 * HOUR,
}
ASK = {
    "summary": "Who holds the bridge",
    "ask": "information",
    "question": "Which side holds the bridge at night?",
    "needed_by": START + 12 * HOUR,
}
Item = dict[str, Any]


class Two:
    def __init__(self) -> None:
        self.world = World()
        self.erbil = self.world.node("erbil", "ksf", channels=(SHARED,))
        self.baghdad = self.world.node("baghdad", "isf", channels=(SHARED,))
        self.world.meet()
        self.baghdad.clock.advance(1_001)  # type: ignore[attr-defined] # ids follow the clock of a test

    def asks(self, body: Item) -> Item:
        return put(self.baghdad, officer("isf", "watch", "release"), "request", SHARED, body)

    def step(self, node: Node, request: Item, step: str, offer: Item | None = None, **more: Any) -> Item:
        on = {"offer": offer["id"]} if offer else {}
        on |= {"hash": offer["hash"]} if offer and step == "accepted" else {}
        body = {"request": request["id"], "step": step, **on, **more}
        made = put(node, officer(node.owners[0], "watch", "release"), "request_step", SHARED, body)
        self.meet()
        return made

    def meet(self, hours: float = 0) -> None:
        copy(self.erbil, self.baghdad)
        copy(self.baghdad, self.erbil)
        for node in (self.erbil, self.baghdad):
            node.clock.advance(5_000 + int(hours * HOUR))  # type: ignore[attr-defined] # as above

    def states(self) -> set[str]:
        return {
            requests.listed(node, officer(node.owners[0], "watch"))["items"][0]["record"]["state"]
            for node in (self.erbil, self.baghdad)
        }


def suggested(two: Two) -> list[tuple[str, str]]:
    """What a new meeting would find open."""
    host, planner = two.erbil, officer("ksf", "planner", "release")
    series = {
        "name": "Weekly",
        "parties": ["isf", "ksf"],
        "venues": ["erbil"],
        "chairs": ["ksf"],
        "quorum": 1,
    }
    hours = {"start": host.clock.now() + HOUR, "end": host.clock.now() + 2 * HOUR}
    body = {"name": "Meeting", "series": put(host, planner, "series", SHARED, series)["id"], "when": hours}
    made = put(
        host,
        planner,
        "meeting",
        SHARED,
        body | {"venue": "Erbil", "host": "ksf", "chair": "ksf", "quorum": 1},
    )
    return [(one["what"], one["about"]) for one in meetings.meeting(host, planner, made["id"])["suggested"]]


@pytest.fixture
def two() -> Iterator[Two]:
    made = Two()
    yield made
    made.world.close()


def waiting(node: Node, *roles: str) -> list[tuple[str, int]]:
    """What waits; the same as on a node that has just begun."""
    who = officer(node.owners[0], *(roles or ("watch",)))
    kept = attention(node, who)
    node.waits.forget()
    assert attention(node, who) == kept
    return [(i["what"], i["urgency"]) for i in kept["items"] if i["what"].startswith("request")]


def test_support_from_asking_to_receipt_and_whose_turn_it_is(two: Two) -> None:
    asked = two.asks(RADIOS)
    two.meet()
    assert (waiting(two.erbil), waiting(two.baghdad)) == ([("request_due", 1)], [])
    offer = two.step(two.erbil, asked, "offered", quantity="four sets", text="From our store.")
    assert two.states() == {"offered"}
    assert (waiting(two.erbil), waiting(two.baghdad)) == ([], [("request_offered", 2)])
    two.step(two.baghdad, asked, "accepted", offer)
    assert (waiting(two.erbil), waiting(two.baghdad)) == ([("request_accepted", 1)], [])
    two.step(two.erbil, asked, "delivered", offer)
    assert (waiting(two.erbil), waiting(two.baghdad)) == ([], [("request_delivered", 2)])
    two.step(two.baghdad, asked, "confirmed", offer)
    assert two.states() == {"confirmed"}
    assert waiting(two.erbil) == waiting(two.baghdad) == []
    case = requests.one(two.erbil, officer("ksf", "auditor"), asked["id"])
    assert (case["open"], case["turns"], case["may"]) == (False, [], False)
    assert [s["body"]["step"] for s in case["offers"][0]["steps"]] == ["accepted", "delivered", "confirmed"]


def test_a_question_is_answered_in_part_and_asked_on(two: Two) -> None:
    asked = two.asks(ASK)
    two.meet()
    part = two.step(two.erbil, asked, "answered", text="Until midnight we do.", partial=True)
    two.step(two.baghdad, asked, "confirmed", part, partial=True)
    assert two.states() == {"partly_confirmed"}
    assert waiting(two.erbil) == [("request_due", 2)]
    rest = two.step(two.erbil, asked, "answered", text="After it, nobody.")
    two.step(two.baghdad, asked, "confirmed", rest)
    assert two.states() == {"confirmed"}


def test_what_is_not_answered_escalates_by_the_clock_of_its_arrival(two: Two) -> None:
    asked = two.asks(ASK)
    # Six hours on the road are nobody's.
    two.erbil.clock.advance(6 * HOUR)  # type: ignore[attr-defined] # a test's ManualClock
    two.baghdad.clock.advance(6 * HOUR)  # type: ignore[attr-defined] # the same
    two.meet(1)
    assert (waiting(two.erbil), waiting(two.baghdad)) == ([("request_due", 2)], [])
    two.meet(6)
    assert waiting(two.erbil) == [("request_due", 3)]
    assert waiting(two.erbil, "signatory") == []
    # Twice over (six hours again): for every reader, which is the next level.
    two.meet(6)
    assert waiting(two.erbil, "signatory") == [("request_due", 3)]
    case = requests.one(two.erbil, officer("ksf", "watch"), asked["id"])
    assert (case["late"], case["turns"][0]["level"]) == (True, 2)
    # The side that asked was told once it was late, by what it knows of the arrival: nothing here.
    assert requests.one(two.baghdad, officer("isf", "watch"), asked["id"])["turns"][0]["due"] is None
    assert suggested(two) == [("request", asked["id"])]
    two.step(two.erbil, asked, "declined", text="We do not know.")
    assert (two.states(), waiting(two.erbil), suggested(two)) == ({"declined"}, [], [])


def test_what_comes_after_its_time_is_due_at_once_and_late_by_nobody_s_delay(two: Two) -> None:
    two.asks(ASK)
    two.erbil.clock.advance(100 * HOUR)  # type: ignore[attr-defined] # a test's ManualClock
    copy(two.baghdad, two.erbil)
    (case,) = requests.listed(two.erbil, officer("ksf", "watch"))["items"]
    assert case["turns"][0]["due"] == case["asked"][0]["reached"] == two.erbil.clock.now()


@pytest.mark.parametrize(
    ("party", "step", "on", "more", "field"),
    [
        ("isf", "offered", False, {}, "step"),
        ("isf", "declined", False, {}, "step"),
        ("ksf", "answered", False, {"text": "x"}, "step"),
        ("ksf", "accepted", True, {}, "step"),
        ("ksf", "confirmed", True, {}, "step"),
        ("isf", "delivered", True, {}, "step"),
        ("isf", "confirmed", True, {}, "step"),
        ("isf", "accepted", True, {"hash": "0" * 64}, "hash"),
    ],
)
def test_who_may_not_say_it_or_not_yet(
    two: Two, party: str, step: str, on: bool, more: Item, field: str
) -> None:
    asked = two.asks(RADIOS)
    two.meet()
    offer = two.step(two.erbil, asked, "offered")
    node = two.erbil if party == "ksf" else two.baghdad
    before = list(node.picture.dump())
    with pytest.raises(SeamlineError) as fault:
        two.step(node, asked, step, offer if on else None, **more)
    assert isinstance(fault.value, BadInput | Conflict)
    assert str(getattr(fault.value, "field", "")).endswith(field)
    assert list(node.picture.dump()) == before


def test_an_offer_in_other_words_is_accepted_anew_and_one_taken_back_is_gone(two: Two) -> None:
    asked = two.asks(RADIOS)
    two.meet()
    offer = two.step(two.erbil, asked, "offered", quantity="four sets")
    two.step(two.baghdad, asked, "accepted", offer)
    who = officer("ksf", "release")
    write.revise(two.erbil, who, offer["id"], 1, offer["body"] | {"quantity": "two sets"}).result()
    two.meet()
    assert two.states() == {"offered"}
    case = requests.one(two.baghdad, officer("isf", "watch"), asked["id"])
    assert case["offers"][0]["changed"]
    with pytest.raises(Conflict, match="read it again"):
        two.step(two.baghdad, asked, "accepted", offer)
    write.withdraw(two.erbil, who, offer["id"], "sent elsewhere").result()
    two.meet()
    assert two.states() == {"asked"}
    assert waiting(two.erbil) == [("request_due", 1)]


def test_who_asked_takes_it_back_and_nothing_can_follow(two: Two) -> None:
    asked = two.asks(RADIOS)
    two.meet()
    write.withdraw(two.baghdad, officer("isf", "release"), asked["id"], "they are found").result()
    two.meet()
    assert (two.states(), waiting(two.erbil)) == ({"withdrawn"}, [])
    with pytest.raises(BadInput, match="settled"):
        two.step(two.erbil, asked, "offered")


def test_a_draft_asks_nobody_and_what_is_released_is_listed_once(two: Two) -> None:
    kept = put(two.baghdad, officer("isf", "watch"), "request", "isf", RADIOS | {"remarks": "for Tuesday"})
    two.meet()
    assert requests.listed(two.erbil, officer("ksf", "watch"))["items"] == []
    for id in (kept["id"], kept["id"][:-1] + "f"):
        with pytest.raises(NotFound):
            requests.one(two.erbil, officer("ksf", "watch"), id)
    assert requests.one(two.baghdad, officer("isf", "watch"), kept["id"])["turns"] == []
    shared = let_go(two.baghdad, "isf", kept, SHARED, "tear")
    assert "remarks" not in shared["body"]
    two.meet()
    (seen,) = requests.listed(two.baghdad, officer("isf", "watch"))["items"]
    assert seen["record"]["id"] == shared["id"]
    assert waiting(two.erbil) == [("request_due", 1)]
    assert (
        len(read.records(two.erbil, officer("ksf", "watch"), read.RecordQuery(kinds=("request",))).items) == 1
    )


def test_a_room_asks_in_nobody_s_name_and_nobody_is_asked_who_does_not_read_it() -> None:
    world = World()
    room = world.node("kirkuk", "isf", "ksf", channels=(SHARED,))
    world.meet()
    with pytest.raises(BadInput, match="own key"):
        put(room, officer("isf", "release"), "request", SHARED, RADIOS)
    world.close()
    alone = Two()
    with pytest.raises(BadInput) as fault:
        alone.asks(RADIOS | {"addressees": ["mag"]})
    assert fault.value.field == "body.addressees"
    alone.world.close()


def test_who_asked_is_told_once_it_is_late_there_as_far_as_its_own_node_knows() -> None:
    world = World()
    room = world.node("kirkuk", "isf", "ksf", channels=(SHARED,))
    world.meet()
    attested(world, room, officer("isf", "release"), "request", SHARED, ASK)

    def told(party: str) -> list[tuple[str, int]]:
        items = attention(room, officer(party, "watch"))["items"]
        return [(i["what"], i["urgency"]) for i in items]

    assert (told("isf"), told("ksf")) == ([], [("request_due", 2)])
    room.clock.advance(13 * HOUR)  # type: ignore[attr-defined] # a test's ManualClock
    assert (told("isf"), told("ksf")) == ([("request_unanswered", 3)], [("request_due", 3)])
    world.close()
