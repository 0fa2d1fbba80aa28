"""Parts as full as the line takes them, and a flash that waits for no bulk beside it."""

from __future__ import annotations

import random

import pytest

from seamline.exchange.gather import Gatherer, How
from seamline.exchange.owed import Owed, What
from seamline.log.part import Run
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World

SHARED = "isf+ksf"
LANES: tuple[What, ...] = ("flash", "routine")


def two() -> tuple[SimulatedNode, SimulatedNode, SimulatedLink]:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    link = SimulatedLink(a, b)
    link.settle()
    return a, b, link


def uneven(count: int) -> list[dict[str, str]]:
    """Notes of which one in nine is long, and no two are alike."""
    chance = random.Random(4)
    return [{"text": chance.randbytes(900 if n % 9 == 0 else 20).hex()} for n in range(count)]


@pytest.mark.parametrize("room", [4096, 8192, 16_384])
def test_a_part_on_a_thin_line_is_nearly_full(room: int) -> None:
    a, _, _ = two()
    a.say(SHARED, *uneven(400))
    gatherer = Gatherer(a.exchange.house, a.exchange.limits.part)
    methods = a.exchange.house.press.methods
    sizes = []
    for start in range(0, 300, 20):
        spec = Owed("routine", SHARED, a.log_id(SHARED), start, 400)
        filled, _ = gatherer.fill([spec], room, How(methods))
        assert filled[0][0].spec is spec
        sizes.append(len(filled[0][1]))
    assert max(sizes) <= room
    assert sum(sizes) / len(sizes) > 0.8 * room


def test_no_bulk_goes_with_a_flash() -> None:
    """It would be read at the end of the message; in a file that is no matter."""
    a, b, link = two()
    a.say(SHARED, *uneven(40))
    a.say(SHARED, {"text": "now"}, lane="flash")
    link.speak()
    assert b.log.head(a.log_id(SHARED, "flash")).size == 1
    assert b.log.head(a.log_id(SHARED)).size == 0
    link.settle()
    assert b.heads() == a.heads()
    gatherer = Gatherer(a.exchange.house, a.exchange.limits.part)
    specs = [Owed(lane, SHARED, a.log_id(SHARED, lane), 0, 1) for lane in LANES]
    for urgent, lanes in ((True, ["flash"]), (False, ["flash", "routine"])):
        filled, more = gatherer.fill(specs, 1 << 20, How(urgent=urgent))
        assert [one.part.log.lane for one, _ in filled if isinstance(one.part, Run)] == lanes
        assert more is urgent


def test_an_answer_without_room_carries_a_flash_and_no_bulk() -> None:
    """Bulk comes in the answer to the request that is held open, which is given at once."""
    a, b, link = two()
    link.hold()
    b.say(SHARED, *uneven(40))
    b.say(SHARED, {"text": "now"}, lane="flash")
    a.say(SHARED, {"text": "something to say"})
    caller, woken = a.caller(b), []
    b.exchange.peer(a.key.fingerprint).wakers.append(lambda: woken.append(True))
    call = caller.speak(1 << 20, 0)
    assert call is not None
    heard = b.answerer.hear(call.data)
    woken.clear()
    answer = b.answerer.answer(heard)
    assert answer is not None
    assert woken
    told = caller.take(call, answer)
    assert told.there
    assert a.log.head(b.log_id(SHARED, "flash")).size == 1
    assert a.log.head(b.log_id(SHARED)).size == 0
    link.settle()
    assert a.heads() == b.heads()


def test_who_asks_is_only_greeted() -> None:
    """So both messages are small, and their time is the line's own."""
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    b.say(SHARED, *uneven(40))
    link = SimulatedLink(a, b)
    link.speak()
    assert len(link.passed[-1].data) < 2048
    assert a.log.head(b.log_id(SHARED)).size == 0
    link.settle()
    assert a.heads() == b.heads()
