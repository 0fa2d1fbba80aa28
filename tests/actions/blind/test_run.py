"""A whole run between three nodes: what each learns, in any order, resumed from any point."""

from __future__ import annotations

import random

import h3.api.numpy_int as h3
import numpy as np
import pytest

from seamline.actions.blind import plans, runs
from seamline.errors import BadInput, Conflict, NotAllowed
from tests.actions.blind.rooms import ALL, A, B, F, Rooms, patrol
from tests.nodes import officer

MEETING = (patrol(43.60, 35.70, 5), patrol(43.605, 35.702, 6))


def test_two_plans_that_meet_are_found_by_both_and_by_nobody_else(rooms: Rooms) -> None:
    rooms.plan(A, MEETING[0])
    rooms.plan(A, patrol(43.45, 35.65, 20))
    rooms.plan(B, MEETING[1])
    rooms.plan(B, patrol(43.75, 35.75, 30))
    id = rooms.agreed(rooms.universe())
    rooms.settle()
    run = rooms.run(A, id)
    made = runs.built(run.universe_row, run.universe)
    x, y = (plans.marks(rooms.by[p], p, o, made, "clash") for p, o in ((A, B), (B, A)))
    both = np.flatnonzero(x & y)
    for party in (A, B):
        assert rooms.found(party, id) == "sound"
        (told,) = rooms.learnt(party)
        assert told["count"] == len(both) > 0
        assert len(told["spots"]) == 1
        hours = told["spots"][0]["when"]
        assert (hours["start"], hours["end"]) == (made.start + 6 * 3_600_000, made.start + 8 * 3_600_000)
    assert rooms.learnt(F) == []
    answer = rooms.run(F, id).answer
    assert answer is not None
    assert (answer[1].verdict, answer[1].count) == ("met", len(both))


def test_what_the_other_side_holds_already_is_not_marked_again(rooms: Rooms) -> None:
    """A whole release is left to the open check; a tear line shows it coarsely only, and is checked."""
    from tests.nodes import let_go

    whole = rooms.plan(A, patrol(43.5, 35.7, 1))
    torn = rooms.plan(A, patrol(43.7, 35.7, 1))
    rooms.plan(A, MEETING[0])
    universe = rooms.universe()
    let_go(rooms.by[A], A, whole, "isf+ksf")
    let_go(rooms.by[A], A, torn, "isf+ksf", "tear")
    run = rooms.run(A, rooms.start(universe))
    made = runs.built(run.universe_row, run.universe)
    hours = plans.marks(rooms.by[A], A, B, made, "clash").reshape(2, -1, 24).any(axis=0)
    east = np.array([h3.cell_to_latlng(int(c))[1] for c in made.cells])
    assert not hours[east < 43.55].any()
    assert hours[east > 43.65].any()


def test_plans_that_do_not_meet(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.45, 35.65, 5))
    rooms.plan(B, patrol(43.75, 35.75, 5))
    id = rooms.agreed(rooms.universe())
    rooms.settle()
    assert [rooms.learnt(p)[0].get("count", 0) for p in (A, B)] == [0, 0]
    assert rooms.found(A, id) == rooms.found(B, id) == "sound"


def test_a_gap_is_told_to_the_facilitator_alone(rooms: Rooms) -> None:
    post = {"mode": "undertaking", "sight_m": 60_000}
    rooms.plan(A, patrol(43.60, 35.70, 0, 20, **post))
    rooms.plan(B, patrol(43.60, 35.70, 25, 23, **post))
    id = rooms.agreed(rooms.universe("gap", result_cap=6_000, cap=6_000))
    rooms.settle()
    (told,) = rooms.learnt(F)
    cells = rooms.run(F, id).terms.cells // 48
    assert told["count"] == 5 * cells
    assert {s["when"]["end"] - s["when"]["start"] for s in told["spots"]} == {5 * 3_600_000}
    assert rooms.learnt(A) == rooms.learnt(B) == []
    answer = rooms.run(A, id).answer
    assert answer is not None
    assert (answer[1].verdict, answer[1].count, answer[1].shares) == ("taken", None, [])


@pytest.mark.parametrize("number", range(6))
def test_in_any_order_by_any_carrier(rooms: Rooms, number: int) -> None:
    """Single messages between random pairs, each node doing what it can in between."""
    rng = random.Random(number)
    rooms.plan(A, MEETING[0])
    rooms.plan(B, MEETING[1])
    id = rooms.start(rooms.universe())
    waiting = [A, B]
    for _ in range(400):
        one, other = rng.sample([A, B, F], 2)
        rooms.carry(one, other)
        if rng.random() < 0.7:
            rooms.advance(rng.choice([A, B, F]))
        for party in list(waiting):
            if rooms.by[party].picture.record(ALL, id) and rng.random() < 0.3:
                rooms.consent(party, id)
                waiting.remove(party)
        if rooms.found(A, id) and rooms.by[B].picture.record(ALL, id) and rooms.found(B, id):
            break
    assert rooms.found(A, id) == rooms.found(B, id) == "sound"
    assert rooms.learnt(A)[0]["count"] == rooms.learnt(B)[0]["count"] > 0


def test_what_each_side_signs_is_said_in_numbers_before(rooms: Rooms) -> None:
    rooms.plan(A, MEETING[0])
    universe = rooms.universe(cap=500, result_cap=7)
    id = rooms.start(universe)
    numbers = rooms.consent(A, id)
    run = rooms.run(A, id)
    made = runs.built(run.universe_row, run.universe)
    marked = int(np.count_nonzero(plans.marks(rooms.by[A], A, B, made, "clash")))
    assert numbers["marked"] == numbers["together"] == marked
    assert numbers["other_most"] == min(marked, 7)
    assert (numbers["facilitator"], numbers["facilitator_most"]) == ("count", 0)
    assert (numbers["cap"], numbers["result_cap"], numbers["cells"]) == (500, 7, made.size)


def test_only_signatories_of_the_two_sides_consent(rooms: Rooms) -> None:
    from seamline.actions.blind import desk

    id = rooms.start(rooms.universe())
    rooms.carry(A, F)
    for party, role in ((A, "planner"), (A, "release"), (F, "signatory")):
        with pytest.raises(NotAllowed):
            desk.draft_consent(rooms.by[party], officer(party, role), id)


def test_a_consent_is_for_the_draft_that_was_read(rooms: Rooms) -> None:
    from seamline.actions import write
    from seamline.actions.blind import desk
    from seamline.log.entry import sign

    id = rooms.start(rooms.universe())
    who = officer(A, "signatory")
    first = desk.draft_consent(rooms.by[A], who, id)
    desk.draft_consent(rooms.by[A], who, id)
    signed = sign(first.entry, ALL, rooms.world.officer_key(A, "signatory"))
    assert signed.sig is not None
    with pytest.raises(Conflict):
        desk.consent(rooms.by[A], who, id, write.Attest(first.entry.id, first.entry.at, signed.sig))


def test_a_universe_is_made_of_what_both_sides_endorsed(rooms: Rooms) -> None:
    from seamline.actions.blind import desk
    from tests.actions.blind.rooms import FIRST, SHARED, area
    from tests.nodes import put

    drawn = put(
        rooms.by[A],
        officer(A, "release"),
        "sector",
        SHARED,
        {"name": "Mine alone", "place": area(43.4, 35.6, 43.8, 35.8)},
    )
    with pytest.raises(BadInput) as caught:
        desk.propose(
            rooms.by[A], officer(A, "release"), desk.Wish("W", "clash", B, F, (drawn["id"],), FIRST, 2)
        )
    assert caught.value.code == "blind_areas"
