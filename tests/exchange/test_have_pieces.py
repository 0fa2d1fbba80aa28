"""Have-lists larger than a link's parts go in fragments: no part is larger, and both get all of it."""

from __future__ import annotations

from seamline.actions.linking import LEAST_PART, LinkPolicy, set_policy
from seamline.log import checkpoint, statement
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.part import Have
from seamline.store.ports import LogTx
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World, seal_key, signing_key

SHARED = "isf+ksf"
MANY = 165
"""Nodes that ever wrote in the channel: rooms, laptops, and those restored under new keys."""


def crowded() -> tuple[SimulatedNode, SimulatedNode]:
    """Erbil holds the logs of many nodes of its party; Baghdad has none of them. Both take small parts."""
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    keys = [signing_key("many", str(n)) for n in range(MANY)]
    for n, key in enumerate(keys):
        card = statement.node_card(
            key, name=f"room-{n}", seal=seal_key("many", "seal").public, owners=("ksf",)
        )
        world.parties["ksf"].state(card)
    world.share_rosters()
    world.link(a, b)
    for one, other in ((a, b), (b, a)):
        set_policy(one.local, other.key.fingerprint, LinkPolicy(part=LEAST_PART))
    SimulatedLink(a, b).settle()

    def job(tx: LogTx) -> None:
        for key in keys:
            log = LogId(key.fingerprint, SHARED, "routine")
            head = tx.append(log, 0, [a.entry({"text": "one"})], a.clock.now())
            tx.put_checkpoint(log, 1, checkpoint.sign(Checkpoint(log, 1, head.root), key))

    a.run(job)
    a.exchange.notify({SHARED})
    return a, b


def pieces(node: SimulatedNode, to: SimulatedNode) -> int:
    talk = node.exchange.peer(to.key.fingerprint).conversation
    return sum(isinstance(cut.part, Have) for cut in talk.cuts.values())


def settled(link: SimulatedLink) -> int:
    """Until they rest; the largest message, less what stands around its parts."""
    link.settle(400)
    return max(len(one.data) for one in link.passed)


def test_many_logs_at_four_kilobytes_a_part() -> None:
    a, b = crowded()
    settled(SimulatedLink(a, b, LEAST_PART))
    assert b.heads() == a.heads()
    assert len(a.heads()) == MANY
    frame = a.exchange.house.press.press(a.exchange.shelf.holdings(b.key.fingerprint).have[SHARED])
    assert len(frame) > LEAST_PART
    # Both begin again, and each has all of that to say.
    a.restart()
    b.restart()
    link = SimulatedLink(a, b, LEAST_PART)
    assert settled(link) < LEAST_PART + 1000
    assert not a.exchange.peer(b.key.fingerprint).conversation.unknown
    assert not b.exchange.peer(a.key.fingerprint).conversation.unknown
    assert (pieces(a, b), pieces(b, a)) == (0, 0)
    assert not a.local.keys("partial.") + b.local.keys("partial.")
    a.say(SHARED, {"text": "and on"})
    link.settle()
    assert b.heads() == a.heads()


def test_what_is_lost_of_it_is_said_again_and_a_flash_waits_for_one_piece() -> None:
    a, b = crowded()
    settled(SimulatedLink(a, b, LEAST_PART))
    a.restart()
    b.restart()
    link = SimulatedLink(b, a, LEAST_PART)
    for count in range(9):
        link.speak("request_lost" if count % 3 == 1 else "arrives")
        link.listen("answer_lost" if count % 4 == 1 else "arrives")
    a.say(SHARED, {"text": "now"}, lane="flash")
    link.settle(400)
    assert a.heads() == b.heads()
    assert settled(link) < LEAST_PART + 1000


def test_who_did_not_announce_it_gets_it_whole() -> None:
    a, b = crowded()
    # As an older node announced: compressions alone.
    a.local.put(f"exchange.methods.{b.key.fingerprint}", bytes([0, 1, 2, 3]))
    a.restart()
    sent, cut = a.exchange.greeter.told(a.exchange.peer(b.key.fingerprint).conversation)
    assert cut == frozenset()
    assert [one.part.channel for one in sent if isinstance(one.part, Have)] == [SHARED]
