"""Photos by a relay: in sealed packets, after all else, never more at the relay than a little, resumed."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.actions.blobs import Blobs
from seamline.actions.linking import LinkPolicy, set_policy
from seamline.errors import NotFound
from seamline.exchange import relay
from tests.exchange.test_blobs import named, with_photos
from tests.simulator.relayed import SHARED, Net, net, relaying


def scene() -> tuple[Net, Blobs, Blobs]:
    made = net()
    mine, theirs = with_photos(made.a), with_photos(made.b)
    for node in (made.a, made.b):
        relaying(node)
    made.settle()
    return made, mine, theirs


def said(made: Net, blobs: Blobs, size: int) -> dict[str, Any]:
    one = named(blobs, size)
    made.a.say(SHARED, {"text": "see", "photos": [one]})
    return one


def test_a_photo_comes_by_the_relay_which_reads_nothing_of_it() -> None:
    made, mine, theirs = scene()
    one = said(made, mine, 420)
    made.settle(200)
    data, _ = theirs.read(one["hash"], [SHARED])
    assert theirs.read(one["thumb"], [SHARED])
    assert one["size"] == len(data) > 2 * relay.ROOM
    kept = b"".join(made.f.local.get(key) or b"" for key in made.f.local.keys(""))
    for start in range(100, len(data) - 16, 5000):
        assert data[start : start + 16] not in kept + made.passed()
    # Then they rest, and nothing is left at the relay.
    assert made.settle() == 0
    assert made.at_f.box.told(made.b.key.fingerprint)["packets"] == 0


def test_there_is_never_much_of_it_at_the_relay_and_a_flash_goes_before_it() -> None:
    made, mine, theirs = scene()
    one = said(made, mine, 1300)
    assert one["size"] > 3 * relay.AHEAD
    made.af.settle(200)
    # The record is there; b asks, and is away again before the photo comes.
    made.bf.settle(200)
    made.af.settle(200)
    waiting = made.at_f.box.told(made.b.key.fingerprint)["bytes"]
    assert relay.AHEAD <= waiting < relay.AHEAD + 3 * relay.ROOM
    made.a.say(SHARED, {"text": "now"}, lane="flash")
    made.af.settle(200)
    made.bf.room = 20_000
    made.bf.speak()
    made.bf.listen()
    assert made.a.log_id(SHARED, "flash") in made.b.heads()
    with pytest.raises(NotFound):
        theirs.read(one["hash"], [SHARED])
    made.bf.room = 1 << 20
    made.settle(400)
    assert theirs.read(one["hash"], [SHARED])


def test_the_relay_loses_some_and_it_is_said_again() -> None:
    made, mine, theirs = scene()
    one = said(made, mine, 420)
    for _ in range(4):
        made.af.speak()
        made.bf.speak()
        made.bf.listen()
        made.af.listen()
    for tag in made.at_f.box.waiting(made.b.key.fingerprint):
        made.at_f.box.take(tag)
    made.settle(200)
    made.world.clock.advance(relay.PATIENCE + 1)
    made.a.say(SHARED, {"text": "later"})
    made.settle(200)
    assert theirs.read(one["hash"], [SHARED])


@pytest.mark.parametrize("who", ["giver", "asker"])
def test_what_is_set_for_the_line_to_the_relay_holds_for_what_goes_by_it(who: str) -> None:
    made, mine, theirs = scene()
    node = made.a if who == "giver" else made.b
    set_policy(node.local, made.f.key.fingerprint, LinkPolicy(blob=5_000))
    one = said(made, mine, 200)
    made.settle(200)
    assert theirs.read(one["thumb"], [SHARED])
    assert not theirs.size(SHARED, one["hash"])
