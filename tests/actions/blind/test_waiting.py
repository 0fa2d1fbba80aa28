"""What of a blind check waits for whom: consents, what was found, what the facilitator asks after a gap."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.actions import attention
from seamline.actions.accounts import Accounts
from seamline.actions.blind import desk, status
from seamline.errors import BadInput, NotAllowed
from seamline.web.app import create_app
from tests.actions.blind.rooms import ALL, DAY, FIRST, HOUR, A, B, F, Rooms, meeting, patrol
from tests.nodes import attested, officer
from tests.web.desk import PASSWORD, QUICK
from tests.wire import Wire


def waits(rooms: Rooms, party: str, role: str) -> list[tuple[str, str]]:
    """What of blind checks is in his list, and under which record; the same from a list made anew."""
    node, who = rooms.by[party], officer(party, role)
    items = attention.attention(node, who)["items"]
    node.waits.forget()
    assert attention.attention(node, who)["items"] == items
    return [(i["what"], i["record"]["id"]) for i in items if i["what"].startswith("blind")]


def test_a_consent_waits_for_the_signatory_of_a_side_until_he_gave_it(rooms: Rooms) -> None:
    run = rooms.start(rooms.universe())
    rooms.settle()
    asked = [("blind_consent", run)]
    assert [waits(rooms, p, "signatory") for p in (A, B, F)] == [asked, asked, []]
    assert [waits(rooms, p, "planner") for p in (A, B, F)] == [[], [], []]
    rooms.consent(A, run)
    rooms.settle()
    assert [waits(rooms, p, "signatory") for p in (A, B, F)] == [[], asked, []]
    rooms.tick(4 * DAY)
    assert waits(rooms, B, "signatory") == []


def test_no_consent_is_asked_over_a_universe_that_was_withdrawn(rooms: Rooms) -> None:
    universe = rooms.universe()
    run = rooms.start(universe)
    rooms.settle()
    assert waits(rooms, B, "signatory") == [("blind_consent", run)]
    body = {"of": universe["id"], "reason": "other days"}
    attested(rooms.world, rooms.by[A], officer(A, "release"), "withdrawal", ALL, body)
    rooms.settle()
    assert waits(rooms, B, "signatory") == []


def test_what_was_found_waits_for_those_who_learnt_it_until_its_hours_are_over(rooms: Rooms) -> None:
    run = meeting(rooms)
    rooms.settle()
    found = [("blind_found", run)]
    assert [waits(rooms, p, "planner") for p in (A, B, F)] == [found, found, []]
    assert [waits(rooms, p, "auditor") for p in (A, B, F)] == [[], [], []]
    rooms.tick(3 * DAY)
    assert waits(rooms, A, "planner") == []


def test_plans_that_do_not_meet_leave_nothing_to_do(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.45, 35.65, 5))
    rooms.plan(B, patrol(43.75, 35.75, 5))
    rooms.agreed(rooms.universe())
    rooms.settle()
    assert rooms.learnt(A)
    assert [waits(rooms, p, "planner") for p in (A, B, F)] == [[], [], []]


def gap(rooms: Rooms) -> str:
    """A run after which nobody watches hours 20 to 23, nor 42 to 48."""
    post = {"mode": "undertaking", "sight_m": 60_000}
    rooms.plan(A, patrol(43.60, 35.70, 0, 20, **post))
    rooms.plan(B, patrol(43.60, 35.70, 23, 19, **post))
    run = rooms.agreed(rooms.universe("gap", result_cap=12_000, cap=12_000))
    rooms.settle()
    return run


def seen(rooms: Rooms, party: str) -> Any:
    """All that a party's officers are told of blind checks."""
    who = officer(party, "planner")
    return status.status(rooms.by[party], who)


def propose(rooms: Rooms, run: str, said: dict[str, Any]) -> dict[str, Any]:
    """As the facilitator's screen does it, at his own node."""
    node = rooms.by[F]
    node.clock.advance(60_000)  # type: ignore[attr-defined]  # a ManualClock; ids follow it
    accounts = Accounts(
        node.local,
        node.clock,
        node.owners,
        roster=lambda: node.trust.roster,
        passwords=QUICK,
        limits=node.settings.limits,
    )
    with Wire(create_app(node, accounts)) as wire:
        accounts.add(F, "release-1", ["release"], PASSWORD)
        reply = wire.post(f"/api/blind/{run}/propose", said, token=accounts.issue(F, "release-1")[0])
    assert reply.status == 201, reply.body
    return dict(reply.json)


def test_the_facilitator_sees_a_ranked_list_and_asks_one_side_alone(rooms: Rooms) -> None:
    run = gap(rooms)
    facilitator = officer(F, "planner", "release")
    told = status.one(rooms.by[F], facilitator, run)["learnt"]
    hours = [((s["start"] - FIRST) // HOUR, (s["end"] - FIRST) // HOUR) for s in told["spots"]]
    assert hours == [(42, 48), (20, 23)]  # the heaviest first
    assert waits(rooms, F, "planner") == [("blind_found", run)]
    before = seen(rooms, B)
    item = propose(rooms, run, {"side": A, "spot": 0, "remarks": "Can you look there?"})
    rooms.settle()
    for party in (A, F):
        (one,) = seen(rooms, party)["proposals"]
        assert (one["id"], one["to"], one["start"], one["end"]) == (
            item["id"], [A], told["spots"][0]["start"], told["spots"][0]["end"],
        )  # fmt: skip
    assert waits(rooms, A, "planner") == [("blind_asked", item["id"])]
    # The other side is told nothing, and holds nothing: not even that there was something to ask.
    assert seen(rooms, B) == before
    assert before["proposals"] == []
    assert waits(rooms, B, "planner") == []
    assert rooms.by[B].picture.find(item["id"], rooms.by[B].channels()) == []
    assert all(status.one(rooms.by[p], officer(p, "planner"), run)["learnt"] is None for p in (A, B))


def test_only_the_facilitator_proposes_and_only_what_he_learnt(rooms: Rooms) -> None:
    run = gap(rooms)
    with pytest.raises(NotAllowed):
        desk.suggest(rooms.by[A], officer(A, "planner"), run, B, 0)
    with pytest.raises(NotAllowed):
        desk.suggest(rooms.by[F], officer(F, "planner"), run, F, 0)
    with pytest.raises(BadInput) as caught:
        desk.suggest(rooms.by[F], officer(F, "planner"), run, A, 2)
    assert caught.value.field == "spot"
