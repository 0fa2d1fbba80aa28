"""The verifier finds what was changed, dropped, repeated or reordered, and says where and by which rule."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import RuleBroken, TwoStories
from seamline.log import canonical, checkpoint, entry, merkle, note, verifier
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import Entry
from seamline.log.merkle import Frontier
from seamline.log.roster import Roster
from seamline.log.statement import Head, Officer, RevokeNode, RevokeOfficer
from seamline.log.verifier import Fault, Item, Report
from tests.log.people import NOON, NodeKey, PartyKey, key, said

SIZE = 13


def erbil(size: int = SIZE) -> NodeKey:
    node = NodeKey("erbil", ("ksf",))
    node.write(*(said(n, party="ksf") for n in range(size)))
    return node


NODE = erbil()
ITEMS = list(NODE.items)
HEAD = NODE.signed_head()


def check(items: list[Item], **options: object) -> Report:
    return verifier.verify_log(NODE.log, items, HEAD, NODE.key.public, **options)  # type: ignore[arg-type]  # each test names its own


def test_a_whole_log_is_sound() -> None:
    report = check(ITEMS, heads=[NODE.head(n) for n in range(1, SIZE)])
    assert report == Report(NODE.log, SIZE, NODE.head().root, ())
    assert report.sound


def test_an_empty_log_is_sound() -> None:
    empty = erbil(0)
    report = verifier.verify_log(empty.log, [], empty.signed_head(), empty.key.public)
    assert (report.sound, report.size, report.root) == (True, 0, merkle.empty_root)
    lie = checkpoint.sign(Checkpoint(empty.log, 0, bytes(32)), empty.key)
    assert verifier.verify_log(empty.log, [], lie, empty.key.public).faults[0].rule == "log 4.2"


@given(st.integers(0, SIZE - 1), st.data())
def test_a_flipped_bit_is_found_where_it_is(index: int, data: st.DataObject) -> None:
    body = bytearray(ITEMS[index].data or b"")
    bit = data.draw(st.integers(0, len(body) * 8 - 1))
    body[bit // 8] ^= 1 << bit % 8
    kept_leaf = Item(ITEMS[index].leaf, bytes(body))
    (fault,) = check([*ITEMS[:index], kept_leaf, *ITEMS[index + 1 :]]).faults
    assert (fault.index, fault.rule) == (index, "log 4.1")
    own_leaf = Item.of(bytes(body))
    faults = check([*ITEMS[:index], own_leaf, *ITEMS[index + 1 :]]).faults
    assert faults[-1].rule == "log 4.2"
    assert {f.rule[:6] for f in faults[:-1]} <= {"log 1.", "log 2."}


@given(st.data())
def test_dropped_repeated_and_reordered_entries_are_found(data: st.DataObject) -> None:
    i = data.draw(st.integers(0, SIZE - 1))
    j = data.draw(st.integers(0, SIZE - 1).filter(lambda n: n != i))
    swapped = list(ITEMS)
    swapped[i], swapped[j] = swapped[j], swapped[i]
    heads = [NODE.head(n) for n in range(1, SIZE)]
    for wrong, first in (
        (ITEMS[:i] + ITEMS[i + 1 :], i),
        ([*ITEMS[: i + 1], *ITEMS[i:]], i + 1),
        (swapped, min(i, j)),
        ([*ITEMS[:i], Item.of(entry.to_bytes(said(99, party="ksf"))), *ITEMS[i:]], i),
    ):
        assert not check(wrong).sound
        located = check(wrong, heads=heads).faults[0]
        assert located.index == first
        assert located.rule in {"log 4.2", "log 5.7"}


@given(st.integers(0, SIZE - 1))
def test_other_spellings_are_refused_by_name_even_if_the_node_signed_them(index: int) -> None:
    node = erbil()
    loose = (ITEMS[index].data or b"").replace(b'{"at":', b'{"at": ', 1)
    node.items[index] = Item.of(loose)
    report = verifier.verify_log(node.log, node.items, node.signed_head(), node.key.public)
    assert [(f.index, f.rule) for f in report.faults] == [(index, "log 1.1")]


def test_the_other_heads_narrow_down_where_it_is() -> None:
    wrong = [*ITEMS[:6], Item.of(entry.to_bytes(said(99, party="ksf"))), *ITEMS[7:]]
    (fault,) = check(wrong, heads=[NODE.head(4), NODE.head(9)]).faults
    assert fault == Fault(4, "log 4.2", "entries 4 to 8 do not lead to the root signed for 9")


def test_a_head_that_is_not_the_nodes_is_a_fault_of_the_head() -> None:
    other = NodeKey("baghdad", ("isf",))
    forged = note.sign(checkpoint.to_text(NODE.head()), checkpoint.origin(NODE.log), other.key)
    for head in (forged, HEAD[:-9], b"", NodeKey("erbil", ("ksf",), lane="flash").signed_head()):
        report = verifier.verify_log(NODE.log, ITEMS, head, NODE.key.public)
        assert [f.index for f in report.faults] == [None]
        assert report.faults[0].rule.startswith("log 5.")


def test_two_heads_of_one_size_are_two_stories() -> None:
    other = erbil(SIZE - 1)
    other.write(said(77, party="ksf"))
    report = check(ITEMS, heads=[other.head()])
    assert [(f.index, f.rule) for f in report.faults] == [(None, "log 5.8")]
    with pytest.raises(TwoStories) as found:
        verifier.check_heads(NODE.log, NODE.key.public, HEAD, other.signed_head())
    assert found.value.evidence == (HEAD, other.signed_head())


def test_heads_that_may_both_be_true_are_put_in_order() -> None:
    small = NODE.signed_head(4)
    for one, other in ((HEAD, small), (small, HEAD)):
        assert verifier.check_heads(NODE.log, NODE.key.public, one, other) == (NODE.head(4), NODE.head())
    assert verifier.check_heads(NODE.log, NODE.key.public, HEAD, HEAD) == (NODE.head(), NODE.head())
    with pytest.raises(RuleBroken, match=r"log 5\."):
        verifier.check_heads(NODE.log, key("someone").public, HEAD, small)


def test_entries_after_the_head_or_missing_before_it() -> None:
    late = [*ITEMS, Item.of(entry.to_bytes(said(SIZE, party="ksf")))]
    assert [(f.index, f.rule) for f in check(late).faults] == [(SIZE, "log 5.7")]
    cut = check(ITEMS[:9])
    assert [(f.index, f.rule) for f in cut.faults] == [(9, "log 5.7")]
    assert cut.missing == 4
    arriving = check(ITEMS[:9], partial=True, heads=[NODE.head(9)])
    assert (arriving.sound, arriving.missing, arriving.size) == (True, 4, 9)
    reordered = [ITEMS[1], ITEMS[0], *ITEMS[2:9]]
    assert not check(reordered, partial=True, heads=[NODE.head(9)]).sound


def test_a_destroyed_body_keeps_its_leaf_and_is_reported() -> None:
    gone = [*ITEMS[:5], Item(ITEMS[5].leaf, None), *ITEMS[6:]]
    report = check(gone)
    assert report.sound
    assert report.destroyed == (5,)
    assert (report.size, report.root) == (SIZE, NODE.head().root)
    lied = [*ITEMS[:5], Item(ITEMS[6].leaf, None), *ITEMS[6:]]
    assert [f.rule for f in check(lied).faults] == ["log 4.2"]
    nothing = check([Item(i.leaf, None) for i in ITEMS])
    assert (nothing.sound, nothing.destroyed) == (True, tuple(range(SIZE)))


# ---------------------------------------------------------------- runs


@given(st.integers(0, SIZE - 1), st.data())
def test_a_run_goes_on_from_what_is_held(start: int, data: st.DataObject) -> None:
    stop = data.draw(st.integers(start + 1, SIZE))
    tree = NODE.tree()
    proof, held = merkle.range_proof(tree, start, stop, SIZE), Frontier.of(tree, start)
    after = verifier.verify_run(NODE.log, start, ITEMS[start:stop], proof, NODE.head(), held)
    assert (after.size, after.root()) == (stop, NODE.head(stop).root)
    bodiless = [Item(i.leaf, None) for i in ITEMS[start:stop]]
    assert verifier.verify_run(NODE.log, start, bodiless, proof, NODE.head()).root() == after.root()


def test_a_run_that_forks_off_what_is_held_is_refused() -> None:
    other = erbil(4)
    other.write(said(50, party="ksf"))
    held = Frontier(5, Frontier.of(other.tree(), 5).nodes)
    proof = merkle.range_proof(NODE.tree(), 5, 9, SIZE)
    for edge in (held, Frontier.of(NODE.tree(), 4)):
        with pytest.raises(RuleBroken, match=r"log 5\.6"):
            verifier.verify_run(NODE.log, 5, ITEMS[5:9], proof, NODE.head(), edge)


def test_a_run_of_changed_entries_is_refused() -> None:
    proof = merkle.range_proof(NODE.tree(), 5, 9, SIZE)
    run = ITEMS[5:9]
    broken = canonical.encode({**canonical.decode(run[0].data or b""), "kind": "No Kind"})
    for wrong, rule in (
        ([Item(run[0].leaf, run[1].data), *run[1:]], "log 4.1"),
        ([Item.of(broken), *run[1:]], "log 2.7"),
        ([run[1], run[0], *run[2:]], "log 7.4"),
        (run[:3], "log 7.4"),
        ([], "log 7.4"),
    ):
        with pytest.raises(RuleBroken) as refused:
            verifier.verify_run(NODE.log, 5, wrong, proof, NODE.head())
        assert refused.value.rule == rule
    with pytest.raises(RuleBroken, match=r"log 5\.3"):
        verifier.verify_run(LogId(NODE.log.node, "ksf", "flash"), 5, run, proof, NODE.head())


# ---------------------------------------------------------------- who spoke


ISF, KSF = PartyKey("isf"), PartyKey("ksf")
KIRKUK = NodeKey("kirkuk", ("isf", "ksf"))
DUTY = {p.party: key(f"duty1 of {p.party}") for p in (ISF, KSF)}
for _party in (ISF, KSF):
    _party.say(KIRKUK.card())
    _party.say(Officer("duty1", DUTY[_party.party].public.hex(), ("watch",), "Duty officer"))
KSF.say(NODE.card())


def roster(*more: bytes, without: tuple[bytes, ...] = ()) -> Roster:
    notes = [n for n in (*ISF.notes, *KSF.notes, *more) if n not in without]
    return Roster.fold(notes, {"isf": ISF.first, "ksf": KSF.first})


HERE = roster()


def spoken(party: str, signer: str | None = None, channel: str = "isf+ksf", **fields: object) -> Entry:
    one = said(party=party, **fields)
    return one if signer is None else entry.sign(one, channel, DUTY[signer])


@pytest.mark.parametrize(
    ("log", "one"),
    [
        (NODE.log, spoken("ksf")),
        (NODE.log, spoken("ksf", "ksf")),
        (KIRKUK.log, spoken("isf", "isf")),
        (KIRKUK.log, spoken("ksf", "ksf")),
        (KIRKUK.log, spoken("isf+ksf", by="node")),
        (KIRKUK.log, spoken("isf+ksf", "isf")),
        (KIRKUK.log, spoken("isf+ksf", "ksf")),
    ],
)
def test_who_may_speak_is_heard(log: LogId, one: Entry) -> None:
    verifier.check_entry(one, log, HERE)


@pytest.mark.parametrize(
    ("log", "one", "rule"),
    [
        (LogId("00" * 16, "isf+ksf", "flash"), spoken("isf"), "log 3.3"),
        (LogId(NODE.log.node, "isf", "flash"), spoken("ksf"), "log 3.3"),
        (LogId(KIRKUK.log.node, "ksf", "flash"), spoken("ksf", "ksf", "ksf"), "log 3.3"),
        (NODE.log, spoken("isf"), "log 3.3"),
        (NODE.log, spoken("isf", "isf"), "log 3.3"),
        (NODE.log, spoken("isf+ksf"), "log 3.3"),
        (KIRKUK.log, spoken("mag"), "log 3.3"),
        (KIRKUK.log, spoken("isf"), "log 3.4"),
        (KIRKUK.log, spoken("isf", "ksf"), "log 3.5"),
        (KIRKUK.log, spoken("isf", "isf", by="duty2"), "log 3.5"),
        (NODE.log, spoken("ksf", "isf"), "log 3.5"),
        (KIRKUK.log, spoken("isf", "isf", "isf+ksf+mag"), "log 3.1"),
    ],
)
def test_who_may_not_speak_is_named(log: LogId, one: Entry, rule: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        verifier.check_entry(one, log, HERE)
    assert refused.value.rule == rule


def test_no_co_owner_changes_what_the_other_signed() -> None:
    signed = spoken("isf", "isf")
    changed = msgspec.structs.replace(signed, body={"text": "we agree"})
    with pytest.raises(RuleBroken, match=r"log 3\.1"):
        verifier.check_entry(changed, KIRKUK.log, HERE)


def test_a_dismissed_officer_counts_until_the_time_named() -> None:
    dismissed = roster(ISF.draft(RevokeOfficer("duty1", NOON)))
    verifier.check_entry(spoken("isf", "isf", at=NOON - 1), KIRKUK.log, dismissed)
    with pytest.raises(RuleBroken, match=r"log 3\.6"):
        verifier.check_entry(spoken("isf", "isf", at=NOON), KIRKUK.log, dismissed)


def test_a_node_named_by_one_owner_alone_is_not_heard() -> None:
    alone = roster(without=(ISF.notes[1],))
    with pytest.raises(RuleBroken, match=r"log 3\.3"):
        verifier.check_entry(spoken("ksf", "ksf"), KIRKUK.log, alone)


def test_what_does_not_count_is_marked_and_is_no_tampering() -> None:
    room = NodeKey("kirkuk", ("isf", "ksf"))
    room.write(spoken("isf", "isf"), spoken("isf"), spoken("isf+ksf", by="node"), spoken("ksf", "ksf"))
    report = verifier.verify_log(room.log, room.items, room.signed_head(), room.key.public, roster=HERE)
    assert report.sound
    assert [(f.index, f.rule) for f in report.uncounted] == [(1, "log 3.4")]
    mark = Head("isf+ksf", "routine", 2, room.head(2).root.hex())
    revoked = roster(ISF.draft(RevokeNode(room.log.node, (mark,))))
    report = verifier.verify_log(room.log, room.items, room.signed_head(), room.key.public, roster=revoked)
    assert [(f.index, f.rule) for f in report.uncounted] == [(1, "log 3.4"), (2, "log 8.11"), (3, "log 8.11")]
    other = roster(ISF.draft(RevokeNode(room.log.node, (msgspec.structs.replace(mark, root="ab" * 32),))))
    report = verifier.verify_log(room.log, room.items, room.signed_head(), room.key.public, roster=other)
    assert Fault(
        0, "log 8.11", "the log has another root than the revocation names: nothing of it counts"
    ) in (report.uncounted)
