"""Either side behind NAT, over real HTTP: the one that can reach the other does all the work, both ways.

Flash, routine, receipts and photos; and two who can reach nobody but a relay.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from seamline.actions.blobs import Blobs
from seamline.actions.linking import LinkPolicy, set_policy
from seamline.exchange.courier import Courier
from seamline.exchange.relay import Relay
from seamline.exchange.talk import Exchange
from seamline.store.memory import MemoryBlobs
from tests.exchange.test_blobs import named
from tests.exchange.test_http import dial, receipt, served, size, when
from tests.simulated_node import SimulatedNode, World

SHARED = "isf+ksf"


def keeps_photos(node: SimulatedNode) -> Blobs:
    """Before it is served: its endpoint and dialler take the exchange as it is then."""
    blobs = Blobs(node.log, node.local, MemoryBlobs(), node.key.fingerprint)
    node.exchange = Exchange(replace(node.exchange.house, blobs=blobs), node.world.limits)

    def look() -> None:
        found = blobs.catch_up()
        if found:
            node.exchange.want(found)

    node.watchers.append(look)
    return blobs


def has_photos(blobs: Blobs) -> bool:
    return not blobs.lacking(SHARED, None)


def has_all(node: SimulatedNode, other: SimulatedNode, *lanes: str) -> bool:
    """It holds what the other said in these lanes, and the other's receipt for its own; one entry in each."""
    return all(
        size(node, other.log_id(SHARED, lane)) == receipt(node, node.log_id(SHARED, lane), other) == 1
        for lane in lanes
    )


@pytest.mark.parametrize("dials", [0, 1])
def test_the_one_behind_nat_dials_and_both_are_heard(dials: int) -> None:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    photos = [keeps_photos(node) for node in (a, b)]
    with served(a, b) as nodes:
        hidden, reached = nodes[dials], nodes[1 - dials]
        dial(hidden, reached)
        # Nobody can reach the one that dials: the other has no address of his, and calls nobody.
        assert reached.node.exchange.dialled() == []
        for node, blobs in zip((a, b), photos, strict=True):
            node.say(SHARED, {"text": "routine", "photos": [named(blobs, 60)]})
            node.say(SHARED, {"text": "at once"}, lane="flash")
        for node, other in ((a, b), (b, a)):
            when(node, partial(has_all, node, other, "flash", "routine"))
            blobs = photos[(a, b).index(node)]
            hidden.wait_for(partial(has_photos, blobs))
            assert other.bodies(node.log_id(SHARED))[0]["text"] == "routine"
        # Later words of the one that is dialled go out in the request that is held open there.
        flash = reached.node.log_id(SHARED, "flash")
        reached.node.say(SHARED, {"text": "again"}, lane="flash")
        when(hidden.node, lambda: size(hidden.node, flash) == 2)
        when(reached.node, lambda: receipt(reached.node, flash, hidden.node) == 2)


def test_two_behind_nat_and_a_relay_that_both_dial() -> None:
    world = World()
    a, b, f = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("adviser", "mag")
    for one, other in ((a, b), (a, f), (b, f)):
        world.link(one, other)
    for node, other in ((a, b), (b, a)):
        set_policy(node.local, other.key.fingerprint, LinkPolicy(via=f.key.fingerprint))
        set_policy(f.local, node.key.fingerprint, LinkPolicy(relay=True))
    for node in (a, b, f):
        node.exchange.relay = Relay(node.exchange, Courier(node.exchange))
    with served(a, b, f) as nodes:
        one, two, relay = nodes
        dial(one, relay)
        dial(two, relay)
        a.say(SHARED, {"text": "routine"})
        b.say(SHARED, {"text": "from b"})
        for node, other in ((a, b), (b, a)):
            when(node, partial(has_all, node, other, "routine"))
        # A flash waits for nobody's timer: each commit is said at once, and passed on at once.
        for node in (a, b):
            node.say(SHARED, {"text": "now"}, lane="flash")
        for node, other in ((a, b), (b, a)):
            when(node, partial(has_all, node, other, "routine", "flash"))
        assert f.heads(SHARED) == {}
        for node in (a, b):
            for link in node.exchange.links():
                assert link["refusals"] == []
