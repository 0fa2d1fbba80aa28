"""What a cut costs at most (docs/lines.md): the messages under way once more, and nothing taken in before."""

from __future__ import annotations

import random

import pytest

from seamline.actions.linking import LEAST_PART
from tests.exchange.test_fragments import noise
from tests.simulated_link import FATES, SimulatedLink
from tests.simulated_node import World

SHARED = "isf+ksf"
AROUND = 1_500
"""Bytes of a message beside its parts: envelope, signature, seals, what was seen."""


def bytes_to_rest(seed: int, faults: int, room: int) -> tuple[int, int]:
    """A backlog on both sides, with at most so many faults: bytes both ways, and how many there were."""
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    link = SimulatedLink(a, b, room)
    link.settle()
    a.say(
        SHARED,
        *({"text": noise(400, f"a{n}")} for n in range(40 * room // LEAST_PART + 80)),
        {"text": noise(12_000)},
    )
    b.say(SHARED, *({"text": noise(400, f"b{n}")} for n in range(40 * room // LEAST_PART)))
    link.passed.clear()
    chance, had = random.Random(seed), 0
    while True:
        strikes = had < faults and chance.random() < 0.5
        fate = chance.choice(FATES[1:]) if strikes else "arrives"
        spoke = link.speak(fate)
        had += bool(strikes and spoke)
        strikes = had < faults and chance.random() < 0.5
        said = link.listen(chance.choice(FATES[1:]) if strikes else "arrives")
        had += strikes
        if not (spoke or said or link.late):
            break
    link.settle(400)
    assert a.heads() == b.heads()
    assert a.receipts() == b.receipts()
    return sum(len(one.data) for one in link.passed), had


@pytest.mark.parametrize("room", [LEAST_PART, 16_384])
@pytest.mark.parametrize("seed", range(3))
def test_each_fault_costs_a_message_each_way_and_no_more(seed: int, room: int) -> None:
    clean, none = bytes_to_rest(seed, 0, room)
    struck, had = bytes_to_rest(seed, 8, room)
    assert (none, had > 3) == (0, True)
    assert struck - clean <= had * 2 * (room + LEAST_PART + AROUND)
