"""Large entries over small parts: in any order, resumed, bounded, and a flash waits for none of them."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.actions.linking import LEAST_PART, LinkPolicy, set_policy
from seamline.clock import ManualClock
from seamline.errors import RuleBroken
from seamline.exchange import partials
from seamline.exchange.partials import PATIENCE, Partials
from seamline.log.keys import to_base64
from seamline.log.part import Fragment, Request
from seamline.store.memory import MemoryLocal
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World

A, B = "a" * 32, "b" * 32
SHARED = "isf+ksf"


def noise(size: int, salt: str = "") -> str:
    """Text that no compression shrinks much."""
    return to_base64(random.Random(f"{size} {salt}").randbytes(size * 3 // 4))


def two(part: int = LEAST_PART) -> tuple[SimulatedNode, SimulatedNode, SimulatedLink]:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    link = SimulatedLink(a, b, room=LEAST_PART)
    link.settle()
    for one, other in ((a, b), (b, a)):
        set_policy(one.local, other.key.fingerprint, LinkPolicy(part=part))
    return a, b, link


def test_a_large_entry_goes_in_small_messages() -> None:
    a, b, link = two()
    a.say(SHARED, {"text": noise(50_000)})
    link.passed.clear()
    link.settle()
    assert b.heads() == a.heads()
    assert max(len(p.data) for p in link.passed) < LEAST_PART + 700
    assert sum(len(p.data) for p in link.passed if p.sender == a.name) < 60_000


def test_a_flash_goes_between_two_fragments() -> None:
    a, b, link = two()
    a.say(SHARED, {"text": noise(50_000)})
    for _ in range(4):
        link.speak()
    assert b.log.head(a.log_id(SHARED)).size == 0
    a.say(SHARED, {"text": "now"}, lane="flash")
    link.speak()
    assert b.log.head(a.log_id(SHARED, "flash")).size == 1
    assert b.log.head(a.log_id(SHARED)).size == 0
    link.settle()
    assert b.heads() == a.heads()


@pytest.mark.parametrize("who", ["sender", "reader", "both"])
def test_after_a_restart_only_the_rest_is_sent(who: str) -> None:
    a, b, link = two()
    a.say(SHARED, {"text": noise(50_000)})
    for _ in range(9):
        link.speak()
    for node in {"sender": [a], "reader": [b], "both": [a, b]}[who]:
        link.restart(node)
        node.restart()
    link.passed.clear()
    link.settle()
    assert b.heads() == a.heads()
    assert sum(len(p.data) for p in link.passed if p.sender == a.name) < 30_000


def test_what_was_forgotten_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partials, "MAX_PARTS", 1)
    a, b, link = two()
    a.say(SHARED, {"text": noise(20_000)})
    for _ in range(3):
        link.speak()
    a.say(SHARED, {"text": noise(20_000, "flash")}, lane="flash")
    link.settle()
    assert b.heads() == a.heads()


@settings(max_examples=15)
@given(
    st.lists(
        st.sampled_from(["say", "large", "flash", "speak", "listen", "lose", "repeat", "restart"]),
        max_size=20,
    )
)
def test_any_schedule_with_large_entries_converges(script: list[str]) -> None:
    a, b, link = two()
    for count, step in enumerate(script):
        match step:
            case "say":
                a.say(SHARED, {"text": f"{count}"}, {"text": "word " * 400})
            case "large":
                a.say(SHARED, {"text": noise(9_000, str(count))})
            case "flash":
                b.say(SHARED, {"text": noise(6_000, str(count))}, lane="flash")
            case "speak":
                link.speak()
            case "listen":
                link.listen()
            case "lose":
                link.speak("request_lost" if count % 2 else "answer_lost")
            case "repeat":
                link.speak("repeated")
            case "restart":
                node = (a, b)[count % 2]
                link.restart(node)
                node.restart()
    link.settle()
    assert a.heads() == b.heads()
    assert not link.speak()


# ---------------------------------------------------------------- what is kept of them


def pieces(data: bytes, step: int, channel: str = SHARED) -> list[Fragment]:
    digest = hashlib.sha256(data).digest()
    return [
        Fragment(channel, digest, len(data), at, data[at : at + step]) for at in range(0, len(data), step)
    ]


@given(st.binary(min_size=1, max_size=300), st.integers(1, 60), st.randoms(use_true_random=False))
def test_any_order_gives_the_part(data: bytes, step: int, rng: random.Random) -> None:
    local = MemoryLocal()
    shuffled = pieces(data, step) + pieces(data, step)[::2]
    rng.shuffle(shuffled)
    found = []
    for one in shuffled:
        # Each time from what is on disk, as after a restart.
        found.append(Partials(local, ManualClock()).add(A, one))
        if found[-1] is not None:
            break
    assert found[-1] == data
    assert local.keys("partial.") == []


def test_another_hash_is_refused_and_nothing_stays() -> None:
    local = MemoryLocal()
    kept = Partials(local, ManualClock())
    first, second = pieces(b"abcdefgh", 4)
    assert kept.add(A, first) is None
    wrong = Fragment(SHARED, second.digest, second.size, 4, b"efgX")
    with pytest.raises(RuleBroken) as fault:
        kept.add(A, wrong)
    assert fault.value.rule == "exchange 10.2"
    assert local.keys("partial.") == []
    kept.add(A, first)
    with pytest.raises(RuleBroken):
        kept.add(A, Fragment("isf", first.digest, first.size, 4, b"efgh"))
    # Another sender's pieces are another part.
    kept.add(A, first)
    assert kept.add(B, second) is None


def test_what_is_kept_is_bounded_and_the_oldest_goes_first() -> None:
    local, clock = MemoryLocal(), ManualClock()
    kept = Partials(local, clock)
    many = [pieces(bytes([n]) * 100, 60)[0] for n in range(partials.MAX_PARTS + 3)]
    for one in many:
        clock.advance(1000)
        assert kept.add(A, one) is None
    assert len(local.keys("partial.")) == partials.MAX_PARTS
    assert kept.dropped(A) == {SHARED}
    assert kept.dropped(A) == set()
    assert {w.digest for w in kept.lacking(A)[SHARED]} == {one.digest for one in many[3:]}
    clock.advance(PATIENCE + 1)
    kept.add(B, many[0])
    assert [key.split(".")[1] for key in local.keys("partial.")] == [B]


def test_a_large_part_of_one_sender_pushes_out_no_other_senders() -> None:
    local, clock = MemoryLocal(), ManualClock()
    kept = Partials(local, clock)
    kept.add(B, pieces(b"others", 3)[0])
    big = partials.MAX_OF_SENDER // 4
    for n in range(8):
        clock.advance(1)
        kept.add(A, pieces(bytes([n]) * big, big - 1)[0])
    assert kept.lacking(B)
    assert (
        sum(len(local.get(key) or b"") for key in local.keys(f"partial.{A}")) <= partials.MAX_OF_SENDER + 2000
    )


def test_what_is_missing_is_asked_for() -> None:
    kept = Partials(MemoryLocal(), ManualClock())
    one, _, three, _ = pieces(b"abcdefgh", 2)
    kept.add(A, three)
    kept.add(A, one)
    assert [(w.start, w.stop) for w in kept.lacking(A)[SHARED]] == [(2, 4), (6, 8)]
    assert isinstance(Request(SHARED, kept.lacking(A)[SHARED]), Request)
