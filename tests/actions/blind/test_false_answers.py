"""A facilitator that drops, adds, answers the sides differently, or stays silent (docs/spec/blind.md 5)."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from seamline.actions.blind.state import State
from seamline.blind import bits, clash
from tests.actions.blind.rooms import DAY, A, B, F, Rooms, meeting, say


def false_answer(rooms: Rooms, id: str, change: Any) -> None:
    """F computes what he should and posts something else."""
    node = rooms.by[F]
    honest = clash.answer

    def lying(*args: Any) -> clash.Answer:
        made = honest(*args)
        assert made.data is not None
        run = rooms.run(F, id)
        size = clash.places(run.terms)
        count, shuffled = clash.read_answer(made.data, args[1], size)
        changed = np.array(sorted(change(set(shuffled.tolist()), size, args)), dtype=np.int64)
        head = clash._ANSWER.pack(b"SBA1", args[1], size, len(changed))
        return clash.Answer(count, head + bits.squeeze(bits.steps(changed)), made.digest)

    clash.answer = lying
    try:
        rooms.settle()
    finally:
        clash.answer = honest
    assert node.party == F


def test_a_facilitator_that_drops_is_caught_by_a_canary(rooms: Rooms) -> None:
    id = meeting(rooms)
    # So many that a canary is among them for certain.
    false_answer(rooms, id, lambda found, size, args: set(sorted(found)[: len(found) - 127]))
    for party in (A, B):
        outcome = rooms.run(party, id).outcomes[party][1]
        assert (outcome.found, outcome.rule) == ("false", "blind 5.8")
        assert rooms.learnt(party) == []


def test_128_canaries_catch_one_who_drops_five_in_a_hundred() -> None:
    """With the chance BLIND.md states: 99.9 %; and one in a hundred with 72 %."""
    assert 1 - 0.95**128 > 0.998
    assert 0.72 < 1 - 0.99**128 < 0.73


def test_a_facilitator_that_adds_places_only_one_side_set_is_caught(rooms: Rooms) -> None:
    id = meeting(rooms)

    def add(found: set[int], size: int, args: Any) -> set[int]:
        one = set(np.flatnonzero(bits.unpack(args[2], size, "test")).tolist())
        return found | one

    false_answer(rooms, id, add)
    rules = {party: rooms.run(party, id).outcomes[party][1].rule for party in (A, B)}
    # A set them all, its padding among them; to B they are strange.
    assert rules == {A: "blind 5.9", B: "blind 5.9"}
    assert rooms.learnt(A) == rooms.learnt(B) == []


def test_a_facilitator_that_answers_the_sides_differently_convicts_himself(rooms: Rooms) -> None:
    id = meeting(rooms)
    rooms.settle()
    answer = rooms.run(F, id).answer
    assert answer is not None
    body = msgspec.json.decode(answer[0].body) | {"count": 0}
    say(rooms, F, "blind_answer", body)
    rooms.settle()
    for party in (A, B):
        assert rooms.run(party, id).void == "blind 5.12"


def test_a_facilitator_that_gives_two_keys_voids_the_run(rooms: Rooms) -> None:
    id = meeting(rooms)
    say(rooms, F, "blind_key", {"run": id, "terms": rooms.run(F, id).terms.hash.hex(), "key": "ab" * 32})
    say(rooms, F, "blind_key", {"run": id, "terms": rooms.run(F, id).terms.hash.hex(), "key": "cd" * 32})
    rooms.settle()
    assert rooms.run(A, id).void == "blind 4.5"
    assert rooms.run(A, id).shares == {}


def test_a_silent_facilitator_leaves_the_run_unanswered_and_nothing_behind(rooms: Rooms) -> None:
    id = meeting(rooms)
    for _ in range(5):
        for one, other in ((A, B), (B, A)):
            rooms.carry(one, other)
        assert rooms.advance(A) + rooms.advance(B) == 0
    assert rooms.run(A, id).answer is None
    rooms.tick(60 * DAY)
    rooms.erase()
    assert State(rooms.by[A].local).side(id) is None
