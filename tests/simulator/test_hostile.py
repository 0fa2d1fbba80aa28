"""A peer that signs whatever it likes: nothing it sends breaks this node or makes it say what is not so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seamline.log import checkpoint, merkle, receipt
from seamline.log.part import Cosigned, Evidence, Gone, Head, Part, Receipts, Run, SignedHead, Statements
from seamline.log.run import sign_head
from tests.exchange.parts import hashes, haves
from tests.simulated_link import SimulatedLink
from tests.simulated_node import SimulatedNode, World

LENGTH = 8
sizes = st.integers(0, LENGTH + 3) | st.sampled_from([(1 << 53) - 1, 1 << 40])


def scene() -> tuple[SimulatedNode, SimulatedNode, SimulatedNode]:
    """a is hostile, b holds half of its log, c is another node whose log both know."""
    world = World()
    a, b, c = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("karbala", "isf")
    for one, other in ((a, b), (b, c)):
        world.link(one, other)
    a.say("isf+ksf", *({"text": f"entry {n}"} for n in range(LENGTH // 2)))
    c.say("isf+ksf", {"text": "from c"})
    SimulatedLink(a, b).settle()
    SimulatedLink(c, b).settle()
    SimulatedLink(a, b).settle()
    a.say("isf+ksf", *({"text": f"entry {n}"} for n in range(LENGTH // 2)))
    return a, b, c


A, _, C = scene()
LOGS = [
    A.log_id("isf+ksf"),
    C.log_id("isf+ksf"),
    A.log_id("isf+ksf", "flash"),
    A.log_id("ksf"),
    C.log_id("isf"),
]
TREE = merkle.MemoryTree(A.log.leaves(A.log_id("isf+ksf"), 0, LENGTH))
ENTRIES = [e for e in A.log.entries(A.log_id("isf+ksf"), 0, LENGTH) if e is not None]


@st.composite
def heads(draw: st.DrawFn, of: int) -> SignedHead:
    """Any head of a log, signed with a's key; of a's own log that is a good signature."""
    size = draw(sizes)
    true = merkle.root(TREE, size) if size <= LENGTH else bytes(32)
    root = draw(st.just(true) | hashes)
    return (
        sign_head(LOGS[of], size, root, A.key) if draw(st.booleans()) else SignedHead(size, root, bytes(64))
    )


@st.composite
def hostile(draw: st.DrawFn) -> Part:
    of = draw(st.sampled_from([0, 0, 0, 1, 2, 3, 4]))
    log, head = LOGS[of], draw(heads(of))
    proof = tuple(draw(st.lists(hashes | st.sampled_from(A.log.leaves(LOGS[0], 0, LENGTH)), max_size=4)))
    match draw(st.sampled_from(["run", "true run", "head", "receipts", "evidence", "statements", "have"])):
        case "run":
            entry = st.sampled_from(ENTRIES) | st.binary(min_size=1, max_size=20) | st.builds(Gone, hashes)
            return Run(log, draw(sizes), tuple(draw(st.lists(entry, min_size=1, max_size=4))), head, proof)
        case "true run":
            start = draw(st.integers(0, LENGTH - 1))
            stop = draw(st.integers(start + 1, LENGTH))
            size = draw(st.integers(stop, LENGTH))
            right = tuple(TREE.subtree(level, index) for level, index in merkle.cover(stop, size))
            signed = sign_head(LOGS[0], size, merkle.root(TREE, size), A.key)
            return Run(LOGS[0], start, tuple(ENTRIES[start:stop]), signed, right)
        case "head":
            return Head(log, head, draw(sizes), draw(hashes), proof)
        case "receipts":
            who = draw(st.sampled_from([A.key.fingerprint, C.key.fingerprint, "f" * 32]))
            return Receipts(
                log.channel, (Cosigned(log, who, head.size, head.root, draw(sizes), head.signature),)
            )
        case "evidence":
            return Evidence(log, head, draw(heads(of)), draw(hashes), proof)
        case "statements":
            return Statements("isf+ksf", tuple(draw(st.lists(st.binary(max_size=30), max_size=2))))
        case _:
            return draw(haves("isf+ksf"))


@given(st.lists(hostile(), min_size=1, max_size=6), st.booleans())
def test_whatever_is_sent_what_is_held_stays_true(parts: list[Part], settle: bool) -> None:
    a, b, c = scene()
    report = b.receive.apply(a.key.fingerprint, parts)
    talk = b.exchange.peer(a.key.fingerprint).conversation
    talk.hear(part for n, part in enumerate(parts) if n not in {r.part for r in report.refused})
    b.exchange.say(b.exchange.peer(a.key.fingerprint), 1 << 20)
    kept = b.bodies(LOGS[0])
    assert kept == [{"text": f"entry {n % (LENGTH // 2)}"} for n in range(len(kept))]
    assert b.heads() == {**b.heads("isf+ksf")}
    keys = {node.key.fingerprint: node.key.public for node in (a, b, c)}
    for one in b.log.receipts():
        given_for = receipt.check(one.note, one.log, keys[one.reader]).checkpoint
        if one.reader == b.key.fingerprint:
            tree = merkle.MemoryTree(b.log.leaves(one.log, 0, given_for.size))
            assert merkle.root(tree, given_for.size) == given_for.root
    for log in b.log.logs():
        note = b.log.checkpoint(log)
        if note is not None:
            checkpoint.open(note, log, keys[log.node])
    for evidence in b.evidence.all():
        assert evidence.log.node == a.key.fingerprint
    if settle:
        SimulatedLink(c, b).settle()
        assert c.heads("isf+ksf").keys() >= b.heads("isf+ksf").keys()
