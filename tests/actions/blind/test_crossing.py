"""Both sides press Start before they hear of each other (blind 3.7): one run goes on, one answer comes."""

from __future__ import annotations

import pytest

from seamline.actions import attention
from seamline.actions.blind import status
from seamline.actions.blind.state import State
from seamline.errors import BadInput
from tests.actions.blind.rooms import MEETING, A, B, F, Rooms
from tests.nodes import officer


def crossed(rooms: Rooms, first: str) -> tuple[str, str]:
    """(the run with the lower id, begun by `first`; the other's), each consented to by its own side alone."""
    rooms.plan(A, MEETING[0])
    rooms.plan(B, MEETING[1])
    universe = rooms.universe()
    # No two nodes draw one id, as clocks that count from one instant would.
    for ahead, node in enumerate(rooms.by.values()):
        node.clock.advance(ahead)  # type: ignore[attr-defined]  # a ManualClock
    begun = []
    for side in (first, A if first == B else B):
        run = rooms.start(universe, side)
        rooms.consent(side, run)
        rooms.tick(10)
        begun.append(run)
    assert begun[0] < begun[1]
    return begun[0], begun[1]


def stage(rooms: Rooms, party: str, run: str) -> str:
    return str(status.one(rooms.by[party], officer(party, "planner"), run)["stage"])


def waiting(rooms: Rooms, party: str) -> list[str]:
    """The runs that a side's signatory is asked to consent to."""
    told = attention.attention(rooms.by[party], officer(party, "signatory"))
    return [one["record"]["id"] for one in told["items"] if one["what"] == "blind_consent"]


@pytest.mark.parametrize("first", [A, B])
@pytest.mark.parametrize("host_hears_first", [0, 1])
def test_the_lower_id_goes_on_and_is_answered_once(rooms: Rooms, first: str, host_hears_first: int) -> None:
    stands, leaves = crossed(rooms, first)
    late = B if first == A else A
    rooms.carry((first, late)[host_hears_first], F)
    rooms.advance(F)
    rooms.settle()
    assert [stage(rooms, p, leaves) for p in (A, B)] == ["crossed", "crossed"]
    universe = {"id": rooms.run(A, stands).universe_row.id}
    assert [rooms.start(universe, p) for p in (A, B)] == [stands, stands]
    assert [waiting(rooms, p) for p in (first, late)] == [[], [stands]]
    with pytest.raises(BadInput, match="asked about once"):
        rooms.consent(first, leaves)
    rooms.consent(late, stands)
    rooms.settle()
    assert [rooms.found(p, stands) for p in (A, B)] == ["sound", "sound"]
    assert rooms.learnt(A)[0]["count"] == rooms.learnt(B)[0]["count"] > 0
    assert rooms.run(F, leaves).answer is None
    assert [State(rooms.by[p].local).fault(r) for p in (A, B, F) for r in (stands, leaves)] == [""] * 6


def test_who_left_a_run_sends_no_share_of_it_whoever_consents_to_it_later(rooms: Rooms) -> None:
    """The other side would have two answers, to two plans of its own, against one of ours."""
    stands, leaves = crossed(rooms, A)
    rooms.carry(B, F)
    rooms.advance(F)
    rooms.settle()
    rooms.consent(B, stands)
    attacker = rooms.by[A]
    State(attacker.local).leave(stands)  # as a node that does not follow the steps
    rooms.consent(A, leaves)
    rooms.settle()
    assert set(rooms.run(B, leaves).consents) == {A, B}
    assert B not in rooms.run(B, leaves).shares
    assert rooms.run(F, leaves).answer is None


def test_a_run_that_both_consented_to_is_never_left(rooms: Rooms) -> None:
    """A lower id that turns up later, as one with a clock put back can make it, takes nobody away."""
    stands, leaves = crossed(rooms, A)
    rooms.carry(B, F)
    rooms.carry(B, A)
    State(rooms.by[A].local).leave(stands)
    rooms.consent(A, leaves)
    rooms.settle()
    with pytest.raises(BadInput, match="asked about once"):
        rooms.consent(B, stands)
    assert [rooms.found(p, leaves) for p in (A, B)] == ["sound", "sound"]
    assert rooms.run(F, stands).answer is None


def test_the_ground_is_spent_once_and_may_be_amended_once(rooms: Rooms) -> None:
    stands, _ = crossed(rooms, A)
    rooms.settle()
    rooms.consent(B, stands)
    rooms.settle()
    universe = {"id": rooms.run(A, stands).universe_row.id}
    with pytest.raises(BadInput, match="asked about once"):
        rooms.start(universe, B)
    again = rooms.agreed(universe, amends=stands)
    rooms.settle()
    assert [rooms.found(p, again) for p in (A, B)] == ["sound", "sound"]


def test_a_crash_between_leaving_and_consenting_loses_neither(rooms: Rooms) -> None:
    stands, leaves = crossed(rooms, A)
    rooms.settle()
    state = State(rooms.by[B].local)
    state.leave(leaves)  # and then it was killed
    rooms.settle()
    assert rooms.run(F, leaves).answer is None
    rooms.consent(B, stands)
    rooms.settle()
    assert [rooms.found(p, stands) for p in (A, B)] == ["sound", "sound"]
