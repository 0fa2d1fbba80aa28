"""Photos between nodes: only where a record names them, in chunks, after everything else, hash for hash."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from seamline.actions.blobs import Blobs
from seamline.actions.bringing import Bringing
from seamline.actions.linking import LEAST_PART, LinkPolicy, set_policy
from seamline.errors import NotFound
from seamline.exchange.courier import Courier
from seamline.exchange.talk import Exchange
from seamline.log import parcel
from seamline.log.part import Chunk, Request, Want
from seamline.store.memory import MemoryBlobs, MemoryLocal
from tests.release.photos import png
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World

SHARED = "isf+ksf"


def with_photos(node: SimulatedNode) -> Blobs:
    """A simulated node that keeps photos."""
    blobs = Blobs(node.log, node.local, MemoryBlobs(), node.key.fingerprint)
    node.exchange = Exchange(replace(node.exchange.house, blobs=blobs), node.world.limits)
    node.answerer = type(node.answerer)(node.exchange)
    node.callers.clear()

    def look() -> None:
        found = blobs.catch_up()
        if found:
            node.exchange.want(found)

    node.watchers.append(look)
    return blobs


def scene(room: int = 16_000) -> tuple[SimulatedNode, SimulatedNode, Blobs, Blobs, SimulatedLink]:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    mine, theirs = with_photos(a), with_photos(b)
    return a, b, mine, theirs, SimulatedLink(a, b, room)


def named(blobs: Blobs, size: int, small: int = 3) -> dict[str, Any]:
    bring = Bringing(blobs, MemoryLocal())
    thumb = bring.put(png(small))
    return {**bring.put(png(size)), "thumb": thumb["hash"], "thumb_size": thumb["size"]}


def test_a_photo_follows_its_record_in_small_parts() -> None:
    a, b, mine, theirs, link = scene(LEAST_PART)
    set_policy(a.local, b.key.fingerprint, LinkPolicy(part=LEAST_PART))
    link.settle()
    one = named(mine, 200)
    a.say(SHARED, {"text": "see", "photos": [one]})
    link.passed.clear()
    link.settle()
    for name in (one["hash"], one["thumb"]):
        data, told = theirs.read(name, [SHARED])
        assert hashlib.sha256(data).hexdigest() == name
        assert told.size == len(data)
    assert max(len(p.data) for p in link.passed) < LEAST_PART + 700
    assert not b.local.keys("chunk.")


def test_the_small_picture_comes_first_and_a_flash_before_all() -> None:
    a, b, mine, theirs, link = scene(LEAST_PART)
    link.settle()
    one = named(mine, 200)
    a.say(SHARED, {"text": "see", "photos": [one]})
    while not b.heads() or theirs.lacking(SHARED, None)[0].small:
        link.speak()
        link.listen()
    with pytest.raises(NotFound):
        theirs.read(one["hash"], [SHARED])
    assert theirs.read(one["thumb"], [SHARED])
    a.say(SHARED, {"text": "now"}, lane="flash")
    link.speak()
    assert b.log.head(a.log_id(SHARED, "flash")).size == 1
    assert theirs.lacking(SHARED, None)


def test_a_cut_in_the_middle_goes_on_where_it_was() -> None:
    a, _, mine, theirs, link = scene(LEAST_PART)
    link.settle()
    one = named(mine, 200)
    a.say(SHARED, {"text": "see", "photos": [one]})
    for count in range(12):
        link.speak("request_lost" if count % 3 == 2 else "arrives")
        link.listen("answer_lost" if count % 4 == 2 else "arrives")
    link.settle()
    assert theirs.read(one["hash"], [SHARED])


@pytest.mark.parametrize("who", ["asker", "giver"])
def test_no_large_ones_on_this_link_unless_an_officer_asks(who: str) -> None:
    a, b, mine, theirs, link = scene()
    node, peer = (b, a) if who == "asker" else (a, b)
    set_policy(node.local, peer.key.fingerprint, LinkPolicy(blob=5_000))
    one = named(mine, 100)
    a.say(SHARED, {"text": "see", "photos": [one]})
    link.settle()
    assert theirs.read(one["thumb"], [SHARED])
    with pytest.raises(NotFound) as fault:
        theirs.read(one["hash"], [SHARED])
    assert fault.value.code == "blob_asked"
    b.exchange.want({SHARED})
    link.settle()
    assert bool(theirs.serve(SHARED, one["hash"])) == (who == "asker")


def test_nobody_is_given_what_no_record_in_his_channel_names() -> None:
    a, b, mine, _, link = scene()
    private, open_one = named(mine, 20), named(mine, 21)
    a.say("ksf", {"text": "for us", "photos": [private]})
    a.say(SHARED, {"text": "see", "photos": [open_one]})
    link.settle()
    digest = bytes.fromhex(private["hash"])
    talk = a.exchange.peer(b.key.fingerprint).conversation
    for channel in (SHARED, "ksf"):
        talk.hear([Request(channel, (Want(digest),))])
    assert a.exchange.greeter.chunks(talk) == []
    with pytest.raises(NotFound):
        mine.read(private["hash"], [SHARED])
    assert mine.read(private["hash"], ["ksf"])


def test_that_one_holds_a_photo_from_elsewhere_shows_in_nothing() -> None:
    def wire(held: bool) -> list[int]:
        a, b, mine, theirs, link = scene()
        if held:
            own = named(theirs, 60)
            b.say("isf", {"text": "the same picture, ours alone", "photos": [own]})
        one = named(mine, 60)
        a.say(SHARED, {"text": "see", "photos": [one]})
        link.settle()
        assert theirs.serve(SHARED, one["hash"])
        return [len(p.data) for p in link.passed]

    assert wire(held=False) == wire(held=True)


def test_what_is_sent_unasked_or_does_not_match_is_refused_and_leaves_nothing() -> None:
    a, b, mine, theirs, link = scene()
    set_policy(a.local, b.key.fingerprint, LinkPolicy(blob=1))
    one = named(mine, 30)
    a.say(SHARED, {"text": "see", "photos": [one]})
    link.settle()
    digest, size = bytes.fromhex(one["hash"]), one["size"]

    def send(part: Chunk) -> list[str]:
        sealed = parcel.pack(part, a.key, [b.seal.public])
        return [r.rule for r in b.exchange.take(b.exchange.peer(a.key.fingerprint), [sealed])]

    assert send(Chunk(SHARED, b"x" * 32, 4, 0, b"abcd")) == ["exchange 12.3"]
    assert send(Chunk(SHARED, digest, size + 1, 0, b"a")) == ["exchange 12.3"]
    assert send(Chunk(SHARED, digest, size, 0, bytes(size))) == ["exchange 12.3"]
    assert send(Chunk("isf", digest, size, 0, bytes(size))) == ["exchange 2.2"]
    assert theirs.serve(SHARED, one["hash"]) is None
    assert not b.local.keys("chunk.")


def test_a_courier_brings_them_once_the_answer_asked() -> None:
    a, b, mine, theirs, _ = scene()
    one = named(mine, 100)
    a.say(SHARED, {"text": "see", "photos": [one]})
    there, back = Courier(a.exchange), Courier(b.exchange)
    back.read(there.write(["baghdad"]).data)
    there.read(back.write(["erbil"]).data)
    report = back.read(there.write(["baghdad"]).data)
    assert report.blobs == 2
    assert theirs.read(one["hash"], [SHARED])
    there.read(back.write(["erbil"]).data)
    assert len(there.write(["baghdad"]).data) < 2000


def test_a_record_may_name_what_its_author_does_not_have_yet() -> None:
    a, b, mine, theirs, link = scene()
    one = named(theirs, 40)
    a.say(SHARED, {"text": "released here, taken by our other node", "photos": [one]})
    link.settle()
    assert mine.lacking(SHARED, None)
    assert theirs.serve(SHARED, one["hash"]) is None
    b.say(SHARED, {"text": "here it is", "photos": [one]})
    link.settle()
    a.exchange.want({SHARED})
    link.settle()
    assert mine.serve(SHARED, one["hash"])
