"""A lying or captured peer: each lie is refused by a paragraph, or becomes evidence that all readers hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seamline.errors import RuleBroken
from seamline.exchange import envelope
from seamline.log import checkpoint, parcel, receipt, statement
from seamline.log.checkpoint import LogId
from seamline.log.keys import SigningKey
from seamline.log.part import Part, Receipts, Run, Statements
from seamline.log.run import check_evidence, compact, sign_head
from seamline.store.ports import LogTx
from tests.simulated_link import SimulatedLink, settle_all
from tests.simulated_node import SimulatedNode, World, seed


def room(world: World | None = None) -> tuple[World, SimulatedNode, SimulatedNode, SimulatedNode]:
    """Two headquarters and a third reader, all of whom know each other."""
    world = world or World()
    a, b, c = world.node("erbil", "ksf"), world.node("baghdad", "isf"), world.node("adviser", "mag")
    for one, other in ((a, b), (a, c), (b, c)):
        world.link(one, other)
    return world, a, b, c


def twin(world: World, of: SimulatedNode) -> SimulatedNode:
    """A second machine with the same key: a restored backup, or a thief."""
    made = SimulatedNode(world, of.name, of.owners, tuple(world.parties))
    made.trust.add(of.trust.statements())
    for link in of.local.links():
        made.local.put_link(link)
    return made


def give(a: SimulatedNode, b: SimulatedNode, *parts: Part) -> list[tuple[str, str]]:
    """b takes parts signed by a; (rule, fault) of each refusal."""
    return [(r.rule, r.fault) for r in b.receive.apply(a.key.fingerprint, parts).refused]


def run_of(node: SimulatedNode, channel: str, start: int = 0) -> Run:
    log = node.log_id(channel)
    head = node.log.head(log)
    entries = tuple(e for e in node.log.entries(log, start, head.size) if e is not None)
    return Run(log, start, entries, sign_head(log, head.size, head.root, node.key))


def has_proof(node: SimulatedNode, log: LogId, public: bytes) -> None:
    evidence = node.evidence.of(log)
    assert evidence is not None
    check_evidence(evidence, public)


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 3), (3, 1), (2, 5)])
def test_two_stories_told_to_two_readers_meet(first: int, second: int) -> None:
    world, a, b, c = room()
    thief = twin(world, a)
    a.say("isf+ksf+mag", {"text": "common"})
    thief.say("isf+ksf+mag", {"text": "common"})
    a.say("isf+ksf+mag", *({"text": f"to b {n}"} for n in range(first)))
    thief.say("isf+ksf+mag", *({"text": f"to c {n}"} for n in range(second)))
    SimulatedLink(a, b).settle()
    SimulatedLink(thief, c).settle()
    link = SimulatedLink(b, c)
    link.settle()
    log = a.log_id("isf+ksf+mag")
    for reader in (b, c):
        has_proof(reader, log, a.key.public)
        assert reader.exchange.links()[0]["trouble"] or reader.exchange.links()[1]["trouble"]
    # Each keeps what it was told, and no more of it is exchanged.
    assert b.log.head(log).size == first + 1
    assert c.log.head(log).size == second + 1


def test_evidence_goes_to_every_reader_and_to_no_other() -> None:
    world, a, b, c = room()
    d = world.node("karbala", "isf")
    e = world.node("far", "mag")
    world.link(a, d)
    world.link(b, d)
    world.link(c, e)
    thief = twin(world, a)
    a.say("isf+ksf", {"text": "one story"})
    thief.say("isf+ksf", {"text": "another"})
    SimulatedLink(a, b).settle()
    SimulatedLink(thief, d).settle()
    settle_all([SimulatedLink(b, d), SimulatedLink(b, c), SimulatedLink(c, e), SimulatedLink(a, b)])
    log = a.log_id("isf+ksf")
    for reader in (a, b, d):
        has_proof(reader, log, a.key.public)
    assert c.evidence.all() == e.evidence.all() == []


def test_a_rollback_is_seen() -> None:
    """A node restored from an old backup signs again what it signed differently before."""
    world, a, b, _ = room()
    old = twin(world, a)
    a.say("isf+ksf", {"text": "one"}, {"text": "two"})
    SimulatedLink(a, b).settle()
    old.say("isf+ksf", {"text": "another one"})
    link = SimulatedLink(old, b)
    link.settle()
    has_proof(b, a.log_id("isf+ksf"), a.key.public)
    assert b.log.head(a.log_id("isf+ksf")).size == 2


def test_a_restored_node_is_told_that_the_fault_is_its_own() -> None:
    world, a, b, _ = room()
    a.say("isf+ksf", {"text": "one"}, {"text": "two"})
    SimulatedLink(a, b).settle()
    empty = twin(world, a)
    SimulatedLink(empty, b).settle()
    assert empty.log.head(a.log_id("isf+ksf")).size == 0
    assert ("exchange 2.5", "ours") in give(b, empty, run_of(a, "isf+ksf"))


def test_a_revoked_node_is_heard_no_more_but_what_it_said_is_kept() -> None:
    world, a, b, c = room()
    a.say("isf+ksf+mag", {"text": "before"})
    settle_all([SimulatedLink(a, b), SimulatedLink(b, c)])
    log = a.log_id("isf+ksf+mag")
    head = b.log.head(log)
    heads = (statement.Head("isf+ksf+mag", "routine", head.size, head.root.hex()),)
    world.parties["ksf"].state(statement.RevokeNode(a.key.fingerprint, heads))
    b.trust.add(world.parties["ksf"].notes)
    a.say("isf+ksf+mag", {"text": "after"})
    link = SimulatedLink(a, b)
    assert link.speak()
    assert [f.rule for f in link.faults if isinstance(f, RuleBroken)] == ["exchange 6.2"]
    assert b.log.head(log).size == 1
    # c learns of the revocation from b. What the node said after it may still be passed on: kept, and marked.
    settle_all([SimulatedLink(b, c)])
    assert c.trust.roster.revocation(log) is not None
    assert give(a, c, run_of(a, "isf+ksf+mag", 1)) == [("exchange 2.1", "theirs")]
    assert give(b, c, run_of(a, "isf+ksf+mag", 1)) == []
    assert c.log.head(log).size == 2
    assert not c.trust.roster.counts(log, 1)


def test_a_receipt_for_what_was_never_sent_is_refused() -> None:
    _, a, b, _ = room()
    a.say("isf+ksf", {"text": "one"})
    log = a.log_id("isf+ksf")
    ahead = sign_head(log, 5, bytes(32), a.key)
    note = receipt.give(_note(log, ahead.size, ahead.root, a.key), b.key, 1_760_000_000_000)
    item = compact(note, log, b.key.fingerprint)
    assert give(b, a, Receipts("isf+ksf", (item,))) == [("exchange 4.3", "theirs")]
    other = compact(
        receipt.give(_note(log, 1, bytes(32), a.key), b.key, 1_760_000_000_000), log, b.key.fingerprint
    )
    assert give(b, a, Receipts("isf+ksf", (other,))) == [("exchange 4.2", "theirs")]
    forged = replace(other, root=a.log.head(log).root)
    assert give(b, a, Receipts("isf+ksf", (forged,))) == [("exchange 4.1", "theirs")]
    assert a.receipts() == {}


def test_receipts_of_who_may_not_read_are_refused_and_spoil_no_other() -> None:
    _, a, b, c = room()
    a.say("isf+ksf", {"text": "one"})
    SimulatedLink(a, b).settle()
    log = a.log_id("isf+ksf")
    head = a.log.head(log)
    note = _note(log, head.size, head.root, a.key)
    items = tuple(
        compact(receipt.give(note, who.key, 1_770_000_000_000), log, who.key.fingerprint) for who in (c, b)
    )
    fresh = twin(a.world, a)
    fresh.append(log, [e for e in a.log.entries(log, 0, 1) if e is not None])
    assert give(b, fresh, Receipts("isf+ksf", items)) == [("exchange 4.4", "theirs")]
    assert fresh.receipts() == {(log, b.key.fingerprint): 1}


def test_nobody_speaks_in_a_channel_he_is_not_in() -> None:
    _, a, b, c = room()
    c.say("isf+ksf+mag", {"text": "advice"})
    a.say("isf+ksf", {"text": "two sides"})
    # The adviser passes on what he should not have; b passes to him what he may not hold.
    assert give(c, b, run_of(a, "isf+ksf")) == [("exchange 2.2", "theirs")]
    assert give(b, c, run_of(a, "isf+ksf")) == [("exchange 2.3", "theirs")]
    log = LogId(c.key.fingerprint, "isf+ksf", "routine")
    assert give(b, a, replace(run_of(c, "isf+ksf+mag"), log=log)) == [("exchange 2.2", "theirs")]
    stranger = SigningKey(seed("nobody"))
    refused = b.receive.apply(stranger.fingerprint, [run_of(a, "isf+ksf")]).refused
    assert [r.rule for r in refused] == ["exchange 2.1"]
    assert b.heads() == {}


def test_a_roster_signed_by_the_wrong_key_changes_nothing() -> None:
    world, a, b, _ = room()
    false = SigningKey(seed("false"))
    last = statement.read(world.parties["ksf"].notes[-1])
    note = statement.make(
        statement.Officer("karwan", None, ("watch",), "Watch"),
        party="ksf",
        no=last.no + 1,
        prev=last.hash,
        at=1,
        key=false,
    )
    before = set(b.trust.statements())
    assert give(a, b, Statements("isf+ksf", (note,))) == []
    assert set(b.trust.statements()) == before
    assert give(a, b, Statements("isf+ksf", (b"nonsense",)))[0][0].startswith("log ")
    mag = world.parties["mag"].notes[0]
    assert give(a, b, Statements("isf+ksf", (mag,))) == [("exchange 2.6", "theirs")]


def test_two_statements_with_one_number_meet() -> None:
    """The party told two stories: both are kept by every reader, and that party's changes stop."""
    world, a, b, _ = room()
    party = world.parties["ksf"]
    one = party.state(statement.Officer("karwan", None, ("watch",), "Watch"))
    party.notes.pop()
    other = party.state(statement.Officer("karwan", None, ("administrator",), "Chief"))
    a.trust.add([one])
    b.trust.add([other])
    SimulatedLink(a, b).settle()
    for node in (a, b):
        info = node.trust.roster.party("ksf")
        assert info is not None
        assert info.conflict is not None


def test_bytes_that_are_no_entry_stop_the_log_where_they_stand() -> None:
    _, a, b, _ = room()
    a.say("isf+ksf", {"text": "good"})
    log = a.log_id("isf+ksf")
    a.append(log, [b'{"not": "canonical"}'])
    a.say("isf+ksf", {"text": "never arrives"})
    link = SimulatedLink(a, b)
    link.settle()
    trouble = a.exchange.links()
    assert b.bodies(log) == [{"text": "good"}]
    assert [t["trouble"]["rule"] for t in trouble if t["trouble"]] == ["exchange 3.5"]  # type: ignore[index] # links are JSON
    assert [t["trouble"]["fault"] for t in trouble if t["trouble"]] == ["ours"]  # type: ignore[index] # links are JSON
    assert b.exchange.links()[0]["trouble"]["fault"] == "theirs"  # type: ignore[index] # links are JSON


def test_a_gap_is_early_and_harmless() -> None:
    _, a, b, _ = room()
    a.say("isf+ksf", {"text": "one"}, {"text": "two"})
    whole = run_of(a, "isf+ksf")
    late = replace(whole, start=1, entries=whole.entries[1:])
    refused = b.receive.apply(a.key.fingerprint, [late]).refused
    assert [(r.rule, r.again, r.kept) for r in refused] == [("exchange 3.3", True, 0)]
    assert give(a, b, whole, late) == []
    assert b.log.head(whole.log).size == 2


def test_one_bad_part_spoils_no_other() -> None:
    _, a, b, _ = room()
    a.say("isf+ksf", {"text": "one"})
    a.say("isf+ksf+mag", {"text": "two"})
    bad = replace(run_of(a, "isf+ksf"), entries=(b"{}",))
    report = b.receive.apply(a.key.fingerprint, [bad, run_of(a, "isf+ksf+mag")])
    assert [(r.part, r.rule) for r in report.refused] == [(0, "exchange 3.4")]
    assert report.new == 1
    assert [r.log for r in report.given] == [a.log_id("isf+ksf+mag")]


def test_a_message_cannot_be_played_twice_or_to_another() -> None:
    _, a, b, c = room()
    a.say("isf+ksf", {"text": "one"})
    call = a.caller(b).speak(1 << 20)
    assert call is not None
    assert not b.answerer.hear(call.data).behind
    again = b.answerer.hear(call.data)
    assert again.behind
    assert again.refused == ()
    with pytest.raises(RuleBroken) as fault:
        c.answerer.hear(call.data)
    assert fault.value.rule == "exchange 6.2"
    answer = b.answerer.answer(again)
    assert answer is not None
    assert envelope.read_answer(answer, call.data, a.exchange.public_of).parts == ()
    assert a.caller(b).answered(call, answer)
    SimulatedLink(a, b).settle()
    assert b.log.head(a.log_id("isf+ksf")).size == 1


def test_a_part_sealed_to_another_is_not_ours_to_read() -> None:
    _, a, b, c = room()
    a.say("isf+ksf+mag", {"text": "one"})
    sealed = parcel.pack(run_of(a, "isf+ksf+mag"), a.key, [c.seal.public])
    refused = b.exchange.take(b.exchange.peer(a.key.fingerprint), [sealed, b"rubbish"])
    assert [(r.part, r.rule) for r in refused] == [(0, "log 11.3"), (1, "log 11.2")]


def test_a_crash_between_append_and_receipt_costs_nothing() -> None:
    _, a, b, _ = room()
    a.say("isf+ksf", {"text": "one"})
    run = run_of(a, "isf+ksf")

    def job(tx: LogTx) -> None:
        tx.append(run.log, 0, run.entries, 1)
        tx.put_checkpoint(run.log, 1, _note(run.log, 1, a.log.head(run.log).root, a.key))

    b.run(job)
    assert b.receipts() == {}
    b.restart()
    assert b.receipts() == {(run.log, b.key.fingerprint): 1}
    SimulatedLink(a, b).settle()
    assert a.receipts() == b.receipts()


def _note(log: LogId, size: int, root: bytes, key: SigningKey) -> bytes:
    return checkpoint.sign(checkpoint.Checkpoint(log, size, root), key)


def test_who_comes_back_from_an_older_disk_is_told_all_that_he_had() -> None:
    """Its have-lists leave out a channel that it knows nothing of any more; the others notice."""
    _, a, b, _ = room()
    older = a.stores()
    for key in a.local.keys(""):
        older[1].put(key, a.local.get(key))
    for link in a.local.links():
        older[1].put_link(link)
    b.say("isf+ksf+mag", {"text": "one"})
    a.say("isf+ksf+mag", {"text": "two"})
    link = SimulatedLink(a, b)
    link.settle()
    a.log, a.local = older
    a.channels = {"ksf"}
    a.restart()
    link.settle()
    assert a.bodies(b.log_id("isf+ksf+mag")) == [{"text": "one"}]
    links = b.exchange.links()
    assert {t["trouble"]["rule"] for t in links if t["trouble"]} == {"exchange 2.5"}  # type: ignore[index] # links are JSON
