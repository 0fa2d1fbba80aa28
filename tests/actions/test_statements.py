"""Statements that come as records of a channel: learned like those a peer sends, and no others."""

from __future__ import annotations

from seamline.log import statement
from seamline.log.keys import SigningKey
from tests.nodes import World, officer, put, seed

SHARED = "isf+ksf"


def test_a_roster_record_is_learned_and_a_strangers_is_not() -> None:
    world = World()
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    world.meet()
    known = len(erbil.trust.statements())
    note = world.say("ksf", statement.Officer("watch-7", None, ("watch",), "watch"))
    stranger = SigningKey(seed("stranger"))
    first = statement.Party(stranger.public.hex(), statement.successor(stranger.public), "nobody")
    foreign = statement.make(first, party="nobody", no=1, prev=None, at=1, key=stranger)
    for text in (foreign, b"no statement at all", note):
        put(erbil, officer("ksf", "administrator"), "roster", "ksf", {"statement": text.decode()})
    world.close()
    assert erbil.trust.roster.officer("ksf", "watch-7") is not None
    assert len(erbil.trust.statements()) == known + 1
