"""The case of October 2023, replayed: a third party leaves posts, one side moves in, the other does not know.

At each point where one side would have had to say something, it is asked to; once it has said it, both sides
are told, before anyone moves. Places are real ground, posts and plans are synthetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import attention, finding, posts, read, write
from seamline.geo.window import DAY
from tests.nodes import START, World, attested, copy, let_go, officer, put

SHARED, HOUR = "isf+ksf", 3_600_000
SEATS = (("erbil", "ksf"), ("baghdad", "isf"), ("kirkuk", "isf"), ("kirkuk", "ksf"))
RIDGE = {"lon": 43.742, "lat": 35.716}
ROUTE = {"geometry": {"type": "LineString", "coordinates": [[43.715, 35.735], [43.745, 35.715]]}}
POSTS = {"geometry": {"type": "Polygon", "coordinates": [
    [[43.738, 35.698], [43.77, 35.698], [43.77, 35.72], [43.738, 35.72], [43.738, 35.698]]]}}  # fmt: skip
VALID = {"start": START - DAY, "end": START + 300 * DAY}


class Case:
    """The three nodes on the day, and what both sides agreed on before it."""

    def __init__(self) -> None:
        self.world = World()
        for name, owners in (("erbil", ("ksf",)), ("baghdad", ("isf",)), ("kirkuk", ("isf", "ksf"))):
            self.world.node(name, *owners, channels=(SHARED,))
        self.world.meet()
        # Ids are made from the time: no two nodes make the same.
        for late, node in enumerate(self.world.nodes.values()):
            node.clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
        for kind, hours in (("notice", 24), ("handover", 12), ("answer", 4)):
            rule = {"name": kind, "type": kind, "parties": ["isf", "ksf"], "hours": hours, "valid": VALID}
            self.endorse(self.say("erbil", "ksf", "rule", SHARED, rule), "isf", "ksf")
        self.post = self.say("erbil", "ksf", "post", SHARED, {"name": "Qarachogh 1", "place": RIDGE})
        for name, party in SEATS[:2]:
            self.hold(name, party, "not_ours")

    def later(self, hours: float = 0.0) -> None:
        """Time passes, and what was said is everywhere."""
        for node in self.world.nodes.values():
            node.clock.advance(round(hours * HOUR) + 60_000)  # type: ignore[attr-defined] # see above
        for source in self.world.nodes.values():
            for target in self.world.nodes.values():
                if source is not target:
                    copy(source, target)

    def now(self) -> int:
        return max(node.clock.now() for node in self.world.nodes.values())

    def say(
        self, name: str, party: str, kind: str, channel: str, body: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        made = put(self.world.nodes[name], officer(party, "release"), kind, channel, body, **more)
        self.later()
        return made

    def endorse(self, item: dict[str, Any], *parties: str) -> None:
        for party in parties:
            yes = {"of": item["id"], "hash": item["hash"]}
            who = officer(party, "signatory")
            attested(self.world, self.world.nodes["kirkuk"], who, "endorsement", SHARED, yes)
        self.later()

    def hold(self, name: str, party: str, status: str, **more: Any) -> None:
        self.say(name, party, "holding", SHARED, {"post": self.post["id"], "status": status, **more})

    def waits(self, name: str, party: str) -> set[str]:
        items = attention.attention(self.world.nodes[name], officer(party, "watch", "planner"))["items"]
        return {item["what"] for item in items}

    def at_every_seat(self, what: str) -> bool:
        """Is it in front of both sides, at home and in the room they share?"""
        return all(what in self.waits(name, party) for name, party in SEATS)

    def line(self, name: str, party: str) -> dict[str, Any]:
        (item,) = posts.register(self.world.nodes[name], officer(party, "watch"))["items"]
        return dict(item)


@pytest.fixture
def case() -> Iterator[Case]:
    made = Case()
    yield made
    made.world.close()


def leaving(case: Case) -> dict[str, Any]:
    return {"name": "Left at night", "place": RIDGE, "seen": case.now() - HOUR, "post": case.post["id"]}


def movement(case: Case, begins: float) -> dict[str, Any]:
    start = case.now() + round(begins * HOUR)
    return {
        "title_text": "Into the empty posts", "type": "movement", "place": POSTS,
        "when": {"start": start, "end": start + 6 * HOUR},
    }  # fmt: skip


def test_who_sees_that_a_post_was_left_is_asked_to_say_so_and_then_both_know(case: Case) -> None:
    """First point. As it was, one side knew and the other did not."""
    kept = case.say("baghdad", "isf", "post_left", "isf", leaving(case))
    assert "post_left_untold" in case.waits("baghdad", "isf")
    assert not case.waits("erbil", "ksf") & {"post_left", "post_left_untold"}
    let_go(case.world.nodes["baghdad"], "isf", kept, SHARED)
    case.later()
    assert case.at_every_seat("post_left")
    assert "post_left_untold" not in case.waits("baghdad", "isf")
    # It stays in front of each side until that side says what it holds there.
    case.hold("erbil", "ksf", "not_ours")
    assert [case.waits(*seat) >= {"post_left"} for seat in SEATS] == [False, True, True, False]
    assert [one["waits_for"] for one in case.line("erbil", "ksf")["left"]] == [["isf"]]
    case.hold("baghdad", "isf", "empty")
    assert not any("post_left" in case.waits(*seat) for seat in SEATS)


def test_who_means_to_move_in_sees_the_other_s_patrol_and_both_know_once_he_declares(case: Case) -> None:
    """Second point: before anyone moves, both are told of it and of where they would meet."""
    patrol = movement(case, 30) | {"title_text": "Along the ridge", "type": "patrol", "place": ROUTE}
    case.say("erbil", "ksf", "activity", SHARED, patrol)
    plan = put(case.world.nodes["baghdad"], officer("isf", "planner"), "activity", "isf", movement(case, 29))
    case.later()
    # Not declared: he alone is warned, and the other side learns nothing of it.
    assert "clash" in case.waits("baghdad", "isf")
    assert not case.waits("erbil", "ksf") & {"clash", "answer_due"}
    let_go(case.world.nodes["baghdad"], "isf", plan, SHARED)
    case.later()
    assert case.at_every_seat("clash")
    assert "answer_due" in case.waits("erbil", "ksf")
    assert case.now() < plan["body"]["when"]["start"]


def test_a_move_declared_too_late_is_a_fact_before_both_and_an_answer_is_asked_for(case: Case) -> None:
    """Third point: the clause asked for a day; what was given is said, by the clock of who was told."""
    shown = case.say("baghdad", "isf", "activity", SHARED, movement(case, 10))
    for name, party in SEATS:
        found = finding.findings(case.world.nodes[name], officer(party, "watch"))["items"]
        facts = [(f["kind"], f["party"], f["needed_ms"]) for f in found]
        assert facts == [("notice", "isf", 24 * HOUR)]
    # The other side logs that it was read to it: now the declaring side knows since when it has it.
    call = {"caller": "isf", "called": "ksf", "when": case.now(), "outcome": "reached", "read_back": True,
            "said": "Into the empty posts, ten hours from now", "about": shown["id"]}  # fmt: skip
    case.say("erbil", "ksf", "call", SHARED, call)
    case.later(4)
    # Nobody answered: both sides hear that, and the move is no more agreed than before.
    assert "answer_due" in case.waits("erbil", "ksf")
    assert "unanswered" in case.waits("baghdad", "isf")
    assert read.record(case.world.nodes["erbil"], officer("ksf", "watch"), shown["id"])["state"] == "released"
    own = case.say("erbil", "ksf", "activity", SHARED, movement(case, 30) | {"mode": "presence"})
    answer = {"of": shown["id"], "hash": shown["hash"], "answer": "request_change", "counters": own["id"]}
    case.say("erbil", "ksf", "answer", SHARED, answer)
    assert "unanswered" not in case.waits("baghdad", "isf")
    # He changes the plan: that is told, too, and asks again.
    write.revise(
        case.world.nodes["baghdad"], officer("isf", "release"), shown["id"], 1, movement(case, 40)
    ).result()
    case.later()
    assert "changed_since" in case.waits("erbil", "ksf")


def test_two_who_state_that_they_hold_it_both_see_that_before_they_meet(case: Case) -> None:
    """Fourth point: what each states differs, so the post is reserved on both sides' maps alike."""
    case.say("baghdad", "isf", "post_left", SHARED, leaving(case), lane="flash")
    case.hold("baghdad", "isf", "held")
    assert [case.line(*seat)["status"] for seat in SEATS] == ["held"] * 4
    assert "post_left" in case.waits("erbil", "ksf"), "the other side has yet to say what it holds"
    case.hold("erbil", "ksf", "held")
    assert case.at_every_seat("post_reserved")
    for name, party in SEATS:
        line = case.line(name, party)
        assert (line["status"], set(line["holders"])) == ("reserved", {"isf", "ksf"})
        assert [s["party"] for s in line["stated"]] == sorted(("isf", "ksf"), key=lambda p: p != party)
        assert {c["what"] for c in line["changes"]} == {"holding", "post_left"}


def test_what_is_vacated_is_handed_over_by_what_both_endorse(case: Case) -> None:
    """Fifth point: who leaves says so, a clock starts before both, and a signature of each ends it."""
    case.hold("baghdad", "isf", "held")
    case.hold("baghdad", "isf", "vacating", leaves=case.now() + 3 * HOUR)
    assert case.at_every_seat("handover_due")
    (gone,) = case.line("erbil", "ksf")["leaving"]
    assert gone["due"] == gone["since"] + 12 * HOUR
    case.later(16)
    assert [
        f["kind"] for f in finding.findings(case.world.nodes["erbil"], officer("ksf", "watch"))["items"]
    ] == ["handover"]
    body = {"post": case.post["id"], "giver": "isf", "taker": "ksf", "when": case.now()}
    made = case.say("baghdad", "isf", "handover", SHARED, body)
    case.endorse(made, "isf")
    assert case.line("erbil", "ksf")["status"] == "vacating", "one signature is none"
    case.endorse(made, "ksf")
    for name, party in SEATS:
        line = case.line(name, party)
        assert (line["status"], line["holders"]) == ("held", ["ksf"])
        assert "handover_due" not in case.waits(name, party)
