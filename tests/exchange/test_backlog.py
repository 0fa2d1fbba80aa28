"""What an officer reads of a link: what the peer has, owes and lacks, in entries and bytes, and how fast."""

from __future__ import annotations

from typing import Any

from seamline.exchange.courier import Courier
from seamline.exchange.state import LinkState
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World, seed

SHARED = "isf+ksf"


def pair() -> tuple[SimulatedNode, SimulatedNode]:
    here = World()
    a, b = here.node("erbil", "ksf"), here.node("baghdad", "isf")
    here.link(a, b)
    return a, b


def link(node: SimulatedNode) -> dict[str, Any]:
    return dict(node.exchange.links()[0])


def entries(count: int) -> list[dict[str, Any]]:
    return [{"text": f"entry {n} of some length, as people write"} for n in range(count)]


def test_nothing_is_claimed_of_a_peer_who_said_nothing() -> None:
    a, _ = pair()
    a.say(SHARED, *entries(3))
    told = link(a)
    assert (told["waits"], told["has"], told["rate"]) == (None, None, None)


def test_a_courier_is_enough_to_know_what_waits() -> None:
    a, b = pair()
    a.say(SHARED, *entries(40))
    Courier(b.exchange).read(Courier(a.exchange).write(["baghdad"]).data)
    Courier(a.exchange).read(Courier(b.exchange).write(["erbil"]).data)
    told = link(a)
    assert told["has"] == {"entries": 40, "of": 40, "owes": 0}
    assert told["waits"]["routine"] == {"entries": 0, "bytes": 0}
    a.say(SHARED, *entries(200))
    a.say(SHARED, {"text": "shots"}, lane="flash")
    told = link(a)
    assert told["has"] == {"entries": 40, "of": 241, "owes": 0}
    assert (told["waits"]["flash"]["entries"], told["waits"]["routine"]["entries"]) == (1, 200)
    # As many bytes as the file that carries them, within what a seal and a list of what is held add.
    file = Courier(a.exchange).write(["baghdad"]).data
    total = told["waits"]["flash"]["bytes"] + told["waits"]["routine"]["bytes"]
    assert 0.4 * len(file) < total < 1.6 * len(file)


def test_what_the_peer_says_he_has_and_this_node_lacks_is_owed_by_him() -> None:
    a, b = pair()
    b.say(SHARED, *({"text": seed(str(n)).hex()} for n in range(300)))
    line = SimulatedLink(a, b, room=600)
    line.speak()
    told = link(a)
    assert told["has"]["of"] + told["has"]["owes"] == 300
    assert told["has"]["owes"] > 0
    for _ in range(60):
        line.speak()
        line.listen()
    assert link(a)["has"] == {"entries": 300, "of": 300, "owes": 0}


def test_the_rate_is_of_messages_large_enough_to_tell() -> None:
    state = LinkState()
    seen = []
    for size, seconds in ((200, 0.9), (8000, 1.0), (4000, 1.0)):
        state.moved(size, seconds)
        seen.append(state.rate)
    assert seen == [None, 8000, 6800]
