"""Whatever the line does, what both may hold becomes the same on both, and then they are quiet."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.exchange.ports import Limits
from seamline.log import statement
from tests.simulated_link import FATES, SimulatedLink, settle_all
from tests.simulated_node import Party, SimulatedNode, World

SHARED = ("isf+ksf", "isf+ksf+mag")
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"), st.integers(0, 1), st.sampled_from(SHARED), st.sampled_from(["flash", "routine"])
        ),
        st.tuples(st.just("speak"), st.integers(0, 1), st.sampled_from(FATES)),
        st.tuples(st.just("listen"), st.integers(0, 1), st.sampled_from(FATES)),
        st.tuples(st.sampled_from(["hold", "reply"]), st.integers(0, 1)),
        st.tuples(st.just("release"), st.integers(0, 1), st.sampled_from(["arrives", "answer_lost"])),
        st.tuples(st.just("restart"), st.integers(0, 1)),
        st.tuples(st.just("private"), st.integers(0, 1)),
    ),
    max_size=25,
)


def two(limits: Limits | None = None) -> tuple[SimulatedNode, SimulatedNode]:
    world = World(limits=limits)
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    return a, b


def agree(*nodes: SimulatedNode, channels: tuple[str, ...] = SHARED) -> None:
    """Same logs, same receipts, and every reader has given one for all he holds."""
    first = nodes[0]
    for node in nodes[1:]:
        assert node.heads(*channels) == first.heads(*channels)
        assert node.receipts(*channels) == first.receipts(*channels)
    for log, (size, _) in first.heads(*channels).items():
        for node in nodes:
            if node.key.fingerprint != log.node:
                assert first.receipts()[log, node.key.fingerprint] == size


@given(steps, st.sampled_from([1 << 20, 900]))
def test_any_schedule_converges(script: list[tuple[Any, ...]], room: int) -> None:
    a, b = two(Limits(part=700))
    nodes, links = (a, b), (SimulatedLink(a, b, room), SimulatedLink(b, a, room))
    for count, step in enumerate(script):
        a.world.clock.advance(1700)
        match step:
            case ("say", who, channel, lane):
                nodes[who].say(
                    channel, *({"text": f"{count} {n} " + "word " * 20} for n in range(3)), lane=lane
                )
            case ("private", who):
                nodes[who].say("+".join(nodes[who].owners), {"text": "for us alone"})
            case ("speak", who, fate):
                links[who].speak(fate)
            case ("listen", who, fate):
                links[who].listen(fate)
            case ("hold", who):
                links[who].hold()
            case ("reply", who):
                links[who].reply()
            case ("release", who, fate):
                links[who].release(fate)
            case ("restart", who):
                for link in links:
                    link.restart(nodes[who])
                nodes[who].restart()
    settle_all(list(links))
    agree(a, b)
    assert not [log for log in a.heads() if log.channel == "isf"]
    assert not [log for log in b.heads() if log.channel == "ksf"]
    quiet = [len(link.passed) for link in links]
    for link in links:
        link.listen()
        assert not link.speak()
    assert all(len(p.data) < 200 for link, n in zip(links, quiet, strict=True) for p in link.passed[n:])


def test_one_side_that_dials_does_all_the_work() -> None:
    a, b = two()
    link = SimulatedLink(a, b)
    a.say("isf+ksf", {"text": "one"}, {"text": "two"})
    b.say("isf+ksf", {"text": "three"}, lane="flash")
    link.settle()
    agree(a, b)
    b.say("isf+ksf", {"text": "four"})
    assert link.listen()
    link.settle()
    agree(a, b)


def test_a_live_entry_costs_one_request_and_its_receipt_one_answer() -> None:
    a, b = two()
    link = SimulatedLink(a, b)
    a.say("isf+ksf", {"text": "first"})
    link.settle()
    before = len(link.passed)
    a.say("isf+ksf", {"text": "The bridge at the third checkpoint is closed until noon."})
    assert link.speak()
    assert len(link.passed) - before == 2
    assert len(link.passed[-2].data) < 1200
    assert len(link.passed[-1].data) < 600
    agree(a, b)


def test_a_chain_of_nodes_passes_on_logs_and_receipts() -> None:
    world = World()
    nodes = [world.node(f"room-{n}", "isf", "ksf") for n in range(4)]
    links = []
    for a, b in pairwise(nodes):
        world.link(a, b)
        links.append(SimulatedLink(a, b))
    for n, node in enumerate(nodes):
        node.say("isf+ksf", *({"text": f"{n} {k}"} for k in range(n + 1)))
    settle_all(links)
    agree(*nodes)
    assert len(nodes[0].receipts()) == 4 * 3


def test_a_joint_room_and_a_facilitator_share_only_what_they_may() -> None:
    world = World()
    erbil, baghdad = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    kirkuk, adviser = world.node("kirkuk", "isf", "ksf"), world.node("adviser", "mag")
    links = []
    for a, b in ((erbil, kirkuk), (baghdad, kirkuk), (adviser, kirkuk), (erbil, baghdad)):
        world.link(a, b)
        links.append(SimulatedLink(a, b))
    erbil.say("ksf", {"text": "own"})
    erbil.say("isf+ksf", {"text": "two sides"})
    baghdad.say("isf+ksf+mag", {"text": "all three"})
    kirkuk.say("isf+ksf", {"text": "from the room"})
    adviser.say("isf+ksf+mag", {"text": "advice"})
    adviser.say("mag", {"text": "own"})
    settle_all(links)
    agree(erbil, baghdad, kirkuk, channels=("isf+ksf",))
    agree(erbil, baghdad, kirkuk, adviser, channels=("isf+ksf+mag",))
    assert {log.channel for log in kirkuk.heads()} == {"isf+ksf", "isf+ksf+mag"}
    assert {log.channel for log in adviser.heads()} == {"isf+ksf+mag", "mag"}
    assert {log.channel for log in baghdad.heads()} == {"isf+ksf", "isf+ksf+mag"}


def test_flash_goes_before_bulk_and_channels_take_turns() -> None:
    a, b = two(Limits(part=2000))
    link = SimulatedLink(a, b, room=1500)
    link.settle()
    for channel in SHARED:
        a.say(channel, *({"text": f"{channel} {n} " + "padding " * 30} for n in range(60)))
    link.speak()
    a.say("isf+ksf", {"text": "fire"}, lane="flash")
    link.speak()
    assert b.heads()[a.log_id("isf+ksf", "flash")][0] == 1
    sizes = [b.log.head(a.log_id(channel)).size for channel in SHARED]
    assert 0 < max(sizes) < 60
    link.speak()
    assert all(b.log.head(a.log_id(channel)).size for channel in SHARED)
    link.settle()
    agree(a, b)


def test_a_roster_that_comes_later_lets_in_what_was_refused() -> None:
    """b has not confirmed mag; a passes on mag's entries in vain until b does."""
    world = World()
    a, c = world.node("erbil", "ksf"), world.node("adviser", "mag")
    b = world.node("baghdad", "isf", knows=("isf", "ksf"))
    for one, other in ((a, b), (a, c)):
        world.link(one, other)
    ab, ac = SimulatedLink(a, b), SimulatedLink(a, c)
    c.say("isf+ksf+mag", {"text": "advice"})
    a.say("isf+ksf+mag", {"text": "ours"})
    settle_all([ab, ac])
    assert c.log_id("isf+ksf+mag") in a.heads()
    assert c.log_id("isf+ksf+mag") not in b.heads()
    assert b.exchange.links()[0]["trouble"]["rule"] == "exchange 2.4"
    key = world.parties["mag"].key
    b.trust.confirm("mag", key.public, key.fingerprint)
    settle_all([ab, ac])
    agree(a, b, c, channels=("isf+ksf+mag",))


def test_statements_reach_who_shares_a_channel_with_their_party() -> None:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    link = SimulatedLink(a, b)
    link.settle()
    note = world.parties["ksf"].state(statement.Officer("karwan", None, ("watch",), "Watch"))
    foreign = world.parties["mag"].state(statement.Officer("anna", None, ("watch",), "Watch"))
    a.trust.add([note, foreign])
    link.settle()
    assert b.trust.roster.officer("ksf", "karwan") is not None
    assert b.trust.roster.officer("mag", "anna") is None


def test_who_comes_back_on_an_older_disk_is_told_statements_again() -> None:
    """The older disk knows nothing of the channel in which he was told: nothing says that he lacks them."""
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("makhmour", "ksf")
    early = a.trust.statements()
    a.say("isf+ksf", {"text": "two sides"})
    a.trust.add([world.parties["isf"].state(statement.Officer("karwan", None, ("watch",), "Watch"))])
    world.link(a, b)
    SimulatedLink(a, b).settle()
    assert b.trust.roster.officer("isf", "karwan") is not None
    before = SimulatedNode(world, "makhmour", ("ksf",), tuple(world.parties))
    before.trust.add(early)
    world.link(a, before)
    SimulatedLink(a, before).settle()
    assert before.trust.roster.officer("isf", "karwan") is not None
    agree(a, before)


@pytest.mark.parametrize("settled_first", [0, 1])
def test_after_people_settled_two_numbers_statements_go_on(settled_first: int) -> None:
    """Log 8.5: what came after the conflict was not kept; it is offered again once it can count, and kept."""
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    link = SimulatedLink(a, b)
    link.settle()
    party, before = world.parties["ksf"], len(world.parties["ksf"].notes)
    kept = party.state(statement.Officer("karwan", None, ("watch",), "Watch"))
    a.trust.add([kept, party.state(statement.Officer("azad", None, ("watch",), "Watch"))])
    party.notes = party.notes[:before]
    b.trust.add([party.state(statement.Officer("karwan", None, ("watch",), "Another"))])
    link.settle()
    assert a.trust.roster.officer("ksf", "azad") is b.trust.roster.officer("ksf", "azad") is None
    for node in ((a, b), (b, a))[settled_first]:
        node.trust.settle("ksf", before + 1, statement.read(kept).hash)
        link.settle()
    assert a.trust.roster.officer("ksf", "azad") == b.trust.roster.officer("ksf", "azad") is not None
    assert a.trust.statements() == b.trust.statements()


@pytest.mark.parametrize("dials", [0, 1])
def test_a_message_that_takes_its_own_sender_off_the_roster_is_answered(dials: int) -> None:
    """Log 8.5: two statements with one number come in it, and he was named after them. Nothing is lost."""
    world = World()
    a, isf = world.node("erbil", "ksf"), world.parties["isf"]
    number = len(isf.notes) + 1
    kept = isf.state(statement.Officer("karwan", None, ("watch",), "Watch"))
    other = Party("isf", isf.key, isf.notes[:-1]).state(statement.Officer("karwan", None, (), "Another"))
    b = world.node("baghdad", "isf")
    world.link(a, b)
    link = SimulatedLink(*((a, b), (b, a))[dials])
    link.settle()
    b.trust.add([other])
    b.trust.settle("isf", number, statement.read(kept).hash)
    b.say("isf+ksf", {"text": "what a cannot take yet"})
    for _ in range(3):
        # He is turned away after the first, and tries on.
        link.speak()
        link.listen()
    assert a.trust.roster.node(b.key.fingerprint) is None
    assert not a.heads()
    a.trust.settle("isf", number, statement.read(kept).hash)
    link.settle()
    agree(a, b)
    assert a.heads() == b.heads() != {}


def test_a_destroyed_body_is_passed_on_as_its_leaf() -> None:
    world = World()
    a, b, c = (world.node(f"room-{n}", "isf", "ksf") for n in range(3))
    world.link(a, b)
    world.link(b, c)
    a.say("isf+ksf", {"text": "one"}, {"text": "endangers a person"}, {"text": "three"})
    log = a.log_id("isf+ksf")
    a.run(lambda tx: tx.destroy(log, 1))
    settle_all([SimulatedLink(a, b), SimulatedLink(b, c)])
    agree(a, b, c)
    for node in (a, b, c):
        assert node.bodies(log) == [{"text": "one"}, {"text": "three"}]
        assert node.log.entries(log, 1, 2) == [None]


@pytest.mark.parametrize("lane", ["flash", "routine"])
def test_a_cut_in_the_middle_of_bulk_goes_on_where_it_was(lane: str) -> None:
    a, b = two(Limits(part=3000))
    link = SimulatedLink(a, b, room=4000)
    link.settle()
    a.say("isf+ksf", *({"text": f"{n} " + "word " * 40} for n in range(200)), lane=lane)
    link.speak()
    link.speak("answer_lost")
    held = b.log.head(a.log_id("isf+ksf", lane)).size
    assert 0 < held < 200
    before = sum(len(p.data) for p in link.passed)
    a.restart()
    b.restart()
    link.settle()
    agree(a, b)
    whole = sum(len(p.data) for p in link.passed) - before
    fresh_a, fresh_b = two(Limits(part=3000))
    other = SimulatedLink(fresh_a, fresh_b, room=4000)
    fresh_a.say("isf+ksf", *({"text": f"{n} " + "word " * 40} for n in range(200)), lane=lane)
    other.settle()
    assert whole < sum(len(p.data) for p in other.passed)


net_steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"), st.integers(0, 3), st.sampled_from(SHARED), st.sampled_from(["flash", "routine"])
        ),
        st.tuples(st.sampled_from(["speak", "listen"]), st.integers(0, 4), st.sampled_from(FATES)),
        st.tuples(st.just("restart"), st.integers(0, 3)),
    ),
    max_size=20,
)


@given(net_steps)
def test_any_net_converges_and_rests(script: list[tuple[Any, ...]]) -> None:
    """Four nodes, five links in rings, one of the nodes outside one channel."""
    world = World(limits=Limits(part=700))
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    c, d = world.node("kirkuk", "isf", "ksf"), world.node("adviser", "mag")
    nodes, links = (a, b, c, d), []
    for one, other in ((a, b), (b, c), (c, a), (d, c), (a, d)):
        world.link(one, other)
        links.append(SimulatedLink(one, other))
    for count, step in enumerate(script):
        world.clock.advance(1700)
        match step:
            case ("say", 3, _, lane):
                d.say("isf+ksf+mag", {"text": f"{count}"}, lane=lane)
            case ("say", who, channel, lane):
                nodes[who].say(channel, {"text": f"{count}"}, lane=lane)
            case ("speak", which, fate):
                links[which].speak(fate)
            case ("listen", which, fate):
                links[which].listen(fate)
            case ("restart", who):
                for link in links:
                    if nodes[who] in (link.a, link.b):
                        link.restart(nodes[who])
                nodes[who].restart()
    settle_all(links)
    agree(a, b, c)
    agree(a, b, c, d, channels=("isf+ksf+mag",))
    assert not [log for log in d.heads() if "mag" not in log.channel]
    rows = [row for node in nodes for row in node.exchange.links()]
    assert not [row["trouble"] for row in rows if row["trouble"]]
