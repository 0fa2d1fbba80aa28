"""Who owes what: order, fairness, default deny of what is not known to be wanted, and rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seamline.exchange.holdings import Holdings, set_tag
from seamline.exchange.owed import RANK, Known, Owed, owed, waiting
from seamline.log.checkpoint import LogId
from seamline.log.part import Have, Held, Receipts, Run, SignedHead, Statements, Told
from tests.exchange.parts import haves

A, B, C = "a" * 32, "b" * 32, "c" * 32
ROUTINE, FLASH = LogId(A, "isf+ksf", "routine"), LogId(A, "isf+ksf", "flash")


def tag_at(log: LogId, size: int) -> bytes:
    return size.to_bytes(8, "big")


def held(
    log: LogId, size: int, head: int | None = None, *receipts: tuple[str, int], forked: bool = False
) -> Held:
    head = size if head is None else head
    return Held(log, size, head, tag_at(log, head), forked, receipts)


def mine(*logs: Held, notes: tuple[bytes, ...] = ()) -> Holdings:
    have: dict[str, Have] = {}
    for one in logs:
        channel = one.log.channel
        before = have.get(channel, Have(channel))
        have[channel] = Have(channel, before.told, (*before.logs, one))
    if notes:
        have["isf+ksf"] = Have("isf+ksf", (Told("isf", len(notes), set_tag(notes)),), have["isf+ksf"].logs)
    return Holdings(have, {"isf": notes})


def find(holdings: Holdings, theirs: Known, turn: int = 0) -> list[Owed]:
    return owed(holdings, theirs, tag_at, peer=B, turn=turn)


def known(*logs: Held) -> Known:
    return Known({one.log: one for one in logs})


def test_what_they_lack_and_nothing_else() -> None:
    assert find(mine(held(ROUTINE, 5)), Known()) == [Owed("routine", "isf+ksf", ROUTINE, 0, 5)]
    assert find(mine(held(ROUTINE, 5)), known(held(ROUTINE, 3))) == [
        Owed("routine", "isf+ksf", ROUTINE, 3, 5)
    ]
    assert find(mine(held(ROUTINE, 5)), known(held(ROUTINE, 5))) == []
    assert find(mine(held(ROUTINE, 5)), known(held(ROUTINE, 9))) == []


def test_only_what_is_covered_by_a_head_is_passed_on() -> None:
    assert find(mine(held(ROUTINE, 5, 9)), Known()) == []
    assert find(mine(held(ROUTINE, 5, 3)), Known()) == [Owed("routine", "isf+ksf", ROUTINE, 0, 3)]


def test_a_head_that_cannot_be_ours_is_answered_with_a_proof_and_no_runs() -> None:
    other = Held(ROUTINE, 3, 3, b"another!")
    assert find(mine(held(ROUTINE, 5)), known(other)) == [Owed("head", "isf+ksf", ROUTINE, 3, 5)]
    same_size = Held(ROUTINE, 5, 5, b"another!")
    assert find(mine(held(ROUTINE, 5)), known(same_size)) == [Owed("head", "isf+ksf", ROUTINE, 5, 5)]
    longer = Held(ROUTINE, 7, 7, b"another!")
    assert find(mine(held(ROUTINE, 5)), known(longer)) == []


def test_evidence_goes_to_who_lacks_it() -> None:
    assert find(mine(held(ROUTINE, 5, forked=True)), known(held(ROUTINE, 5)))[0].what == "evidence"
    assert find(mine(held(ROUTINE, 5, forked=True)), known(held(ROUTINE, 5, forked=True))) == []


def test_receipts_are_for_who_holds_the_entries_and_did_not_give_them() -> None:
    logs = mine(held(ROUTINE, 5, 5, (B, 5), (C, 4)))
    assert find(logs, known(held(ROUTINE, 5))) == [Owed("receipts", "isf+ksf", receipts=((ROUTINE, C, 4),))]
    assert find(logs, known(held(ROUTINE, 5, 5, (C, 4)))) == []
    assert [o.what for o in find(logs, known(held(ROUTINE, 3)))] == ["routine"]
    on_its_way, sure = known(held(ROUTINE, 5)), known(held(ROUTINE, 3))
    assert owed(logs, on_its_way, tag_at, peer=B, sure=sure) == []


def test_statements_from_where_the_sets_part() -> None:
    notes = (b"one", b"two", b"three")
    logs = mine(held(ROUTINE, 1), notes=notes)
    theirs = known(held(ROUTINE, 1))
    assert find(logs, theirs)[0].notes == notes
    theirs.told = {"isf": Told("isf", 2, set_tag(notes[:2]))}
    assert find(logs, theirs)[0].notes == (b"three",)
    theirs.told = {"isf": Told("isf", 2, b"another!")}
    assert find(logs, theirs)[0].notes == notes
    theirs.has(Statements("isf+ksf", notes))
    assert find(logs, theirs) == []


def test_the_order_is_that_of_urgency() -> None:
    logs = mine(
        held(ROUTINE, 9, 9, (C, 2)),
        held(FLASH, 4, forked=True),
        held(LogId(B, "isf+ksf", "flash"), 3),
        notes=(b"n",),
    )
    theirs = known(Held(LogId(B, "isf+ksf", "flash"), 3, 2, tag_at(FLASH, 2)), held(ROUTINE, 2))
    ranks = [RANK.index(one.what) for one in find(logs, theirs)]
    assert ranks == sorted(ranks) == [1, 2, 3, 4, 5, 6]


@given(st.integers(0, 20))
def test_channels_take_turns(turn: int) -> None:
    channels = ["isf+ksf", "isf+ksf+mag", "isf+ksf+zed"]
    logs = [held(LogId(node, channel, "routine"), 5) for channel in channels for node in (A, C)]
    found = [one.channel for one in find(mine(*logs), Known(), turn)]
    assert found[:3] == found[3:]
    assert set(found[:3]) == set(channels)
    assert found[0] == channels[turn % 3]


def test_waiting_counts_entries_by_lane() -> None:
    found = find(mine(held(ROUTINE, 9), held(FLASH, 4)), known(held(ROUTINE, 2)))
    assert waiting(found) == {"flash": 4, "routine": 7}


def test_a_receipt_is_the_best_news() -> None:
    theirs = Known()
    from tests.exchange.test_part import cosigned

    item = cosigned(0, 5, 7)
    theirs.has(Receipts(item.log.channel, (item,)), me=item.reader)
    assert theirs.logs[item.log].size == 7
    assert theirs.logs[item.log].tag == item.root[:8]
    theirs.has(Run(item.log, 7, (b"x",), SignedHead(9, bytes(32), bytes(64))))
    assert (theirs.logs[item.log].size, theirs.logs[item.log].head) == (8, 9)


@given(haves("isf+ksf"))
def test_who_has_what_we_have_is_owed_nothing(have: Have) -> None:
    """Told and held alike: rest. A head beyond the entries, or none, is nothing to speak of."""
    theirs = Known()
    theirs.learn(have)
    logs = tuple(Held(h.log, h.size, h.head, tag_at(h.log, h.head), h.forked, h.receipts) for h in have.logs)
    same = Known()
    same.learn(Have(have.channel, have.told, logs))
    mine_too = Holdings({have.channel: Have(have.channel, (), logs)}, {})
    assert owed(mine_too, same, tag_at, peer=B) == []
