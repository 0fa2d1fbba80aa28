"""Law 3 on the wire: what B can see of A is the same whether or not A has records that B may not read.

Sealing is random by design (a fresh content key each time), so bytes are compared by what an eavesdropper
and B himself can tell of them: how many messages, in what order, from whom, how long, which counters, and
every part decrypted, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import OurFault
from seamline.exchange import envelope
from seamline.exchange.envelope import Answer, Request
from seamline.exchange.ports import Limits
from seamline.log import parcel, statement
from seamline.log.part import Have
from seamline.log.part_codec import encode
from tests.simulated_link import Passed, SimulatedLink, settle_all
from tests.simulated_node import SimulatedNode, World

HIDDEN = ("ksf", "ksf+mag")
LANES = st.sampled_from(["flash", "routine"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("shared"), st.sampled_from(["isf+ksf", "isf+ksf+mag"]), LANES, st.integers(1, 4)),
        st.tuples(st.just("hidden"), st.sampled_from(HIDDEN), LANES, st.integers(1, 40)),
        st.tuples(st.just("theirs"), st.just("isf+ksf"), LANES, st.integers(1, 3)),
        st.tuples(st.just("speak"), st.integers(0, 1)),
        st.tuples(st.just("listen"), st.integers(0, 1)),
        st.tuples(
            st.just("with c"),
        ),
        st.tuples(st.just("c says"), st.sampled_from(["isf+ksf+mag", "ksf+mag"]), LANES, st.integers(1, 3)),
    ),
    min_size=3,
    max_size=20,
)


@dataclass
class Seen:
    """One message between A and B. Everything in it but the randomness of the seals."""

    sender: str
    length: int
    counter: int
    flags: tuple[bool, ...]
    parts: tuple[bytes, ...]


def see(a: SimulatedNode, b: SimulatedNode, passed: Passed) -> Seen:
    """The message as B reads it: what he sent he knows, what he got he opens."""
    keys = {a.key.fingerprint: a.key.public, b.key.fingerprint: b.key.public}
    message: Request | Answer
    if passed.request is None:
        message = envelope.read_request(passed.data, keys.get)
        flags = (message.hold, message.ask, message.lost, message.fresh)
    else:
        message = envelope.read_answer(passed.data, passed.request, keys.get)
        flags = (message.ask, message.more, message.behind, message.late, message.fresh)
    reader = b if message.to == b.key.fingerprint else a
    parts = tuple(
        encode(parcel.unpack(p, reader.seal, keys.get, reader.exchange.house.press).part)
        for p in message.parts
    )
    return Seen(message.sender, len(passed.data), message.counter, flags, parts)


def play(script: list[tuple[object, ...]], *, hidden: bool) -> tuple[list[list[Seen]], World]:
    world = World(limits=Limits(part=900))
    a, b, c = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("adviser", "mag")
    world.link(a, b)
    world.link(a, c)
    ab, ba, ac = SimulatedLink(a, b, 3000), SimulatedLink(b, a, 3000), SimulatedLink(a, c)
    for count, step in enumerate(script):
        world.clock.advance(1000)
        match step:
            case ("shared", channel, lane, n):
                a.say(channel, *({"text": f"{count} {k} " + "word " * 30} for k in range(n)), lane=lane)
            case ("hidden", channel, lane, n) if hidden:
                said = a.said
                a.say(channel, *({"text": f"secret {count} {k}"} for k in range(n)), lane=lane)
                a.said = said
            case ("theirs", channel, lane, n):
                b.say(channel, *({"text": f"{count} {k}"} for k in range(n)), lane=lane)
            case ("c says", "ksf+mag", lane, n) if hidden:
                said = c.said
                c.say("ksf+mag", *({"text": f"secret {count} {k}"} for k in range(n)), lane=lane)
                c.said = said
            case ("c says", "isf+ksf+mag", lane, n):
                c.say("isf+ksf+mag", *({"text": f"{count} {k}"} for k in range(n)), lane=lane)
            case ("speak", who):
                (ab, ba)[who].speak()
            case ("listen", who):
                (ab, ba)[who].listen()
            case ("with c",):
                ac.settle()
    settle_all([ac])
    settle_all([ab, ba])
    return [[see(a, b, passed) for passed in link.passed] for link in (ab, ba)], world


@given(steps)
def test_what_b_sees_is_the_same_with_and_without_what_he_may_not(script: list[tuple[object, ...]]) -> None:
    with_secrets, world = play(script, hidden=True)
    without, _ = play(script, hidden=False)
    assert with_secrets == without
    b = world.nodes[1]
    assert all("isf" in log.channel.split("+") for log in b.heads())


def test_the_comparison_would_notice() -> None:
    """The same script with one more shared entry is seen as another."""
    script = [("shared", "isf+ksf", "routine", 2), ("speak", 0)]
    more = [("shared", "isf+ksf", "routine", 3), ("speak", 0)]
    assert play(script, hidden=True)[0] != play(more, hidden=True)[0]


def test_a_commit_that_b_may_not_see_wakes_nothing_towards_b() -> None:
    world = World()
    a, b, c = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("adviser", "mag")
    world.link(a, b)
    world.link(a, c)
    SimulatedLink(a, b).settle()
    SimulatedLink(a, c).settle()
    woken: list[str] = []
    for other in (b, c):
        a.exchange.peer(other.key.fingerprint).wakers.append(lambda name=other.name: woken.append(name))
    a.say("ksf", {"text": "own"})
    assert woken == []
    a.say("ksf+mag", {"text": "with the adviser"})
    assert woken == ["adviser"]
    a.say("isf+ksf", {"text": "to the other side"})
    assert woken == ["adviser", "baghdad"]


def test_a_statement_that_b_may_not_hear_says_nothing_to_b() -> None:
    world = World(("isf", "ksf", "mag", "zed"))
    a, b, c = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("far", "zed")
    world.link(a, b)
    world.link(a, c)
    ab, ac = SimulatedLink(a, b), SimulatedLink(a, c)
    settle_all([ab, ac])
    before = len(ab.passed)
    a.trust.add([world.parties["zed"].state(statement.Officer("zoe", None, ("watch",), "Watch"))])
    assert not ab.speak()
    assert len(ab.passed) == before
    assert ac.speak()
    a.trust.add([world.parties["ksf"].state(statement.Officer("karwan", None, ("watch",), "Watch"))])
    assert ab.speak()


def test_the_last_gate_fails_loudly() -> None:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    node = a.trust.roster.node(b.key.fingerprint)
    assert node is not None
    with pytest.raises(OurFault):
        a.exchange._gatherer.seal(Have("ksf"), node)
