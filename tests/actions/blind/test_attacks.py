"""Each row of the table of attacks (BLIND.md), attacked: docs/spec/blind.md 3 to 5."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from seamline.actions import write
from seamline.actions.blind import desk, runs, steps
from seamline.actions.blind.state import State
from seamline.blind import bits, clash, keys
from seamline.errors import BadInput, Conflict, NotAllowed, RuleBroken
from tests.actions.blind.rooms import (
    ALL,
    DAY,
    FIRST,
    MEETING,
    SHARED,
    A,
    B,
    F,
    Rooms,
    area,
    meeting,
    patrol,
    say,
)
from tests.nodes import officer


def refused(act: Any) -> str:
    with pytest.raises(BadInput) as caught:
        act()
    return str(caught.value.code)


# ------------------------------------------------------------ both kinds, second runs


def test_both_kinds_on_one_cell_hour_are_refused(rooms: Rooms) -> None:
    sector = rooms.sector()
    one, two = rooms.universe(sector=sector), rooms.universe("gap", sector=sector)
    rooms.agreed(one)
    assert refused(lambda: rooms.start(two)) == "blind_both"


def test_runs_started_side_by_side_are_refused_when_it_comes_to_consent(rooms: Rooms) -> None:
    sector = rooms.sector()
    one, two = (rooms.start(rooms.universe(k, sector=sector)) for k in ("clash", "gap"))
    rooms.settle()
    rooms.consent(A, one)
    assert refused(lambda: rooms.consent(A, two)) == "blind_both"


@pytest.mark.parametrize(
    "other",
    [{}, {"start": FIRST + DAY}, {"res": 9}, {"res": 7, "days": 31}, {"days": 3}],
    ids=["again", "shifted window", "coarser", "finer and longer", "larger"],
)
def test_asking_again_in_other_words_is_refused(rooms: Rooms, other: dict[str, int]) -> None:
    sector = rooms.sector()
    rooms.agreed(rooms.universe(sector=sector))
    assert refused(lambda: rooms.start(rooms.universe(sector=sector, **other))) == "blind_spent"


def test_the_facilitator_hosts_no_second_run_either(rooms: Rooms) -> None:
    sector = rooms.sector()
    first = rooms.universe(sector=sector)
    rooms.agreed(first)
    rooms.settle()
    # A's node no longer keeps to the rules: it forgot that it has asked.
    body = {"universe": first["id"], "hash": first["hash"], "until": FIRST + 40 * DAY}
    who = officer(A, "planner")
    item, _ = write.put(rooms.by[A], who, write.Saying("blind_run", ALL, "routine", "en", body)).result()
    rooms.settle()
    assert not rooms.run(F, item["id"]).keys
    assert State(rooms.by[F].local).fault(item["id"]) == "blind_spent"


def test_a_tiny_universe_is_refused(rooms: Rooms) -> None:
    small = rooms.sector(place=area(43.5, 35.7, 43.52, 35.72))
    assert refused(lambda: rooms.universe(sector=small)) == "blind_size"


def test_one_amendment_and_no_more(rooms: Rooms) -> None:
    universe = rooms.universe()
    first = rooms.agreed(universe)
    rooms.settle()
    second = rooms.agreed(universe, amends=first)
    rooms.settle()
    assert rooms.found(A, second) == rooms.found(B, second) == "sound"
    for amends in (first, second, None):
        assert refused(lambda amends=amends: rooms.start(universe, amends=amends)) == "blind_spent"


# ------------------------------------------------------------ claiming too much


def test_claiming_more_than_the_cap_is_refused_before_anything_leaves(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.6, 35.7, 0, 48, buffer_m=5_000))
    id = rooms.start(rooms.universe(cap=200))
    assert refused(lambda: rooms.consent(A, id)) == "blind_over"
    assert not State(rooms.by[A].local).is_burnt(id)


def test_claiming_all_that_may_be_claimed_gets_over_the_cap(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.6, 35.7, 0, 20, buffer_m=5_000))
    rooms.plan(B, MEETING[1])
    id = rooms.agreed(rooms.universe(cap=5_000, result_cap=3))
    rooms.settle()
    answer = rooms.run(B, id).answer
    assert answer is not None
    assert answer[1].verdict == "over"
    assert (answer[1].count, answer[1].shares) == (None, [])
    assert rooms.found(A, id) == rooms.found(B, id) == "over"
    assert rooms.learnt(A) == rooms.learnt(B) == []


def test_far_more_met_than_usually_is_alarming(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.6, 35.7, 0, 20, buffer_m=4_000))
    rooms.plan(B, MEETING[1])
    rooms.agreed(rooms.universe(cap=5_000, result_cap=1_000))
    rooms.settle()
    assert rooms.learnt(B)[0]["alarm"] is True
    assert "alarm" not in rooms.learnt(A)[0]


# ------------------------------------------------------------ changed plans


def test_a_changed_plan_under_one_run_is_refused(rooms: Rooms) -> None:
    id = meeting(rooms)
    rooms.plan(A, patrol(43.5, 35.7, 8))
    with pytest.raises(Conflict):
        rooms.consent(A, id)
    before = State(rooms.by[A].local).side(id)
    rooms.settle()
    after = State(rooms.by[A].local).side(id)
    assert before is not None
    assert after is not None
    assert before.plan == after.plan


def test_two_consents_of_one_side_void_the_run_everywhere(rooms: Rooms) -> None:
    id = meeting(rooms)
    node, who = rooms.by[A], officer(A, "signatory")
    run = rooms.run(A, id)
    from tests.nodes import attested

    body = {"run": id, "terms": run.terms.hash.hex(), "commitment": "ab" * 32, "key": "cd" * 32}
    attested(rooms.world, node, who, "blind_consent", ALL, body)
    rooms.settle()
    for party in (A, B, F):
        assert rooms.run(party, id).void == "blind 4.2"
        assert rooms.run(party, id).shares == {}
        assert rooms.learnt(party) == []


def test_an_unsigned_consent_is_none(rooms: Rooms) -> None:
    rooms.plan(A, MEETING[0])
    id = rooms.start(rooms.universe())
    run = rooms.run(A, id)
    body = {"run": id, "terms": run.terms.hash.hex(), "commitment": "ab" * 32, "key": "cd" * 32}
    say(rooms, A, "blind_consent", body)
    rooms.settle()
    assert rooms.run(B, id).consents == {}


def test_a_universe_revised_since_is_stale(rooms: Rooms) -> None:
    universe = rooms.universe()
    id = rooms.start(universe)
    rooms.settle()
    body = universe["body"] | {"result_cap": 5}
    item = write.revise(rooms.by[A], officer(A, "release"), universe["id"], 1, body).result()
    rooms.settle()
    for party, part in ((A, "party"), (B, "party"), (F, "witness")):
        rooms.yes(party, item, part)
    rooms.settle()
    assert refused(lambda: rooms.consent(B, id)) == "blind_stale"


def test_a_universe_that_the_facilitator_did_not_witness_is_no_ground_for_a_run(rooms: Rooms) -> None:
    wish = desk.Wish("Week", "clash", B, F, (rooms.sector()["id"],), FIRST, 2)
    item, _ = desk.propose(rooms.by[A], officer(A, "release"), wish).result()
    rooms.settle()
    for party in (A, B):
        rooms.yes(party, item)
    rooms.settle()
    with pytest.raises(BadInput, match="witnesses it"):
        rooms.start(item)


# ------------------------------------------------------------ a side that cheats


def cheat(rooms: Rooms, id: str, change: Any) -> None:
    """A sends what it made of its share by hand; the others follow the steps."""
    for _ in range(4):
        for one, other in ((A, B), (B, A), (A, F), (F, A), (B, F), (F, B)):
            rooms.carry(one, other)
        rooms.advance(F)
    node, state = rooms.by[A], State(rooms.by[A].local)
    run, own = rooms.run(A, id), state.side(id)
    transcript = run.transcript()
    assert own is not None
    assert transcript is not None
    share = steps.side_of(run, A, own, transcript).share()
    facilitator = bytes.fromhex(run.keys[F][1].key)
    sealed = change(share, lambda data, t=transcript: keys.seal(facilitator, t, A, data))
    state.put_side(msgspec.structs.replace(own, share=node.blobs.put(sealed), size=len(sealed)))
    rooms.settle()


def flipped(share: bytes, terms: Any) -> bytes:
    head = clash._SHARE.size
    size = -(-clash.places(terms) // 8)
    data = bytearray(bits.loosen(share[head:], size, "test"))
    data[0] ^= 0x80
    return share[:head] + bits.squeeze(bytes(data))


@pytest.mark.parametrize("how", ["popcount", "cut", "wrong run", "spliced", "damaged"])
def test_a_share_that_is_not_what_it_should_be_is_refused_and_said_so(rooms: Rooms, how: str) -> None:
    id = meeting(rooms)
    terms = rooms.run(A, id).terms

    def change(share: bytes, seal: Any) -> bytes:
        if how == "popcount":
            return seal(flipped(share, terms))
        if how == "cut":
            return seal(share[:-5])
        if how == "wrong run":
            return seal(share, bytes(32))
        if how == "spliced":
            return seal(share)[:64] + seal(share)[64:]
        sealed = bytearray(seal(share))
        sealed[-1] ^= 1
        return bytes(sealed)

    cheat(rooms, id, change)
    answer = rooms.run(B, id).answer
    assert answer is not None
    rule = {"popcount": "blind 5.5", "cut": "blind 5.4"}.get(how, "blind 4.6")
    assert (answer[1].verdict, answer[1].rule, answer[1].party) == ("refused", rule, A)
    assert rooms.found(B, id) == "refused"
    assert rooms.learnt(A) == rooms.learnt(B) == []


# ------------------------------------------------------------ keys, rooms, records


def test_run_keys_that_differ_give_no_false_gap(rooms: Rooms) -> None:
    rooms.plan(A, patrol(43.60, 35.70, 0, 20, mode="undertaking", sight_m=60_000))
    id = rooms.agreed(rooms.universe("gap", cap=4_000, result_cap=4_000))
    state = State(rooms.by[A].local)
    own = state.side(id)
    assert own is not None
    state.put_side(msgspec.structs.replace(own, seed=bytes(31) + b"\x01"))
    rooms.settle()
    answer = rooms.run(B, id).answer
    assert answer is not None
    assert (answer[1].verdict, answer[1].rule) == ("refused", "blind 6.5")
    assert rooms.learnt(F) == []


def test_run_keys_that_differ_give_no_false_clash(rooms: Rooms) -> None:
    id = meeting(rooms)
    state = State(rooms.by[A].local)
    own = state.side(id)
    assert own is not None
    state.put_side(msgspec.structs.replace(own, seed=bytes(31) + b"\x01"))
    rooms.settle()
    # A cannot even open what was sealed to the key it consented with; B misses the canaries.
    rules = {party: rooms.run(party, id).outcomes[party][1].rule for party in (A, B)}
    assert rules == {A: "blind 5.6", B: "blind 5.8"}
    assert rooms.learnt(A) == rooms.learnt(B) == []


def test_a_joint_node_takes_no_part(rooms: Rooms) -> None:
    room = rooms.world.node("kirkuk", A, B, channels=(SHARED, ALL))
    rooms.world.meet()
    universe = rooms.universe()
    rooms.by["room"] = room
    rooms.carry(A, "room")
    who = officer(A, "planner", "signatory")
    with pytest.raises(NotAllowed) as caught:
        desk.start(room, who, universe["id"])
    assert caught.value.code == "blind_joint"
    id = rooms.start(universe)
    rooms.carry(A, "room")
    with pytest.raises(NotAllowed):
        desk.draft_consent(room, who, id)
    assert steps.advance(room) == 0


def test_nobody_takes_the_place_of_another(rooms: Rooms) -> None:
    """Messages of the right kind, by the wrong party or in the wrong channel, are not heard."""
    id = meeting(rooms)
    key = {"run": id, "terms": rooms.run(A, id).terms.hash.hex(), "key": "ab" * 32}
    say(rooms, B, "blind_key", key)
    share = {"run": id, "transcript": "ab" * 32, "shares": []}
    say(rooms, B, "blind_share", share)
    say(rooms, B, "blind_answer", {"run": id, "transcript": "ab" * 32, "verdict": "over"})
    rooms.settle()
    run = rooms.run(A, id)
    assert set(run.keys) == {F}
    assert set(run.answers) == {F}
    assert rooms.found(A, id) == "sound"


def test_a_share_is_held_by_its_side_and_the_facilitator_alone(rooms: Rooms) -> None:
    id = meeting(rooms)
    rooms.settle()
    for side, other in ((A, B), (B, A)):
        row, share = rooms.run(side, id).shares[side]
        assert row.channel == "+".join(sorted((side, F)))
        assert not rooms.by[other].blobs.has(share.shares[0].hash)
        assert side not in rooms.run(other, id).shares


def test_a_void_run_has_no_transcript(rooms: Rooms) -> None:
    id = meeting(rooms)
    rooms.settle()
    run = rooms.run(A, id)
    assert run.transcript() is not None
    assert isinstance(runs.broken("blind 4.2"), RuleBroken)
