"""Runs, heads, receipts and evidence against what is held: the rules of docs/spec/exchange.md 3 to 5."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import RuleBroken
from seamline.log import checkpoint, merkle, receipt
from seamline.log.part import Evidence, Gone, Head
from seamline.log.run import (
    Astray,
    Early,
    check_evidence,
    check_run,
    compact,
    extends,
    open_cosigned,
    open_head,
    sign_head,
    signed_head,
)
from tests.exchange.parts import KEY, LOG, READER, SmallLog

LONG = SmallLog([f"entry {n}".encode() for n in range(20)])
OTHER = SmallLog([f"entry {n}".encode() for n in range(7)] + [b"another story"] * 13)


def rule(wanted: str, work: Callable[[], object]) -> None:
    with pytest.raises(RuleBroken) as fault:
        work()
    assert fault.value.rule == wanted


@given(st.data())
def test_a_true_run_adds_what_is_new(data: st.DataObject) -> None:
    held = data.draw(st.integers(0, 20))
    start = data.draw(st.integers(0, min(held, 19)))
    stop = data.draw(st.integers(start + 1, 20))
    size = data.draw(st.integers(stop, 20))
    checked = check_run(LONG.run(start, stop, size), LONG.until(held), held, KEY.public)
    assert list(checked.entries) == LONG.entries[held:stop]
    assert checked.known == min(held, stop) - start
    assert checkpoint.open(checked.note, LOG, KEY.public) == checked.head


@given(st.data())
def test_nothing_else_does(data: st.DataObject) -> None:
    held = data.draw(st.integers(0, 10))
    stop = data.draw(st.integers(held + 1, 19))
    true = LONG.run(held, stop, data.draw(st.integers(stop, 20)))
    entries = list(true.entries)
    change = data.draw(
        st.sampled_from(["flip", "drop", "repeat", "swap", "right", "root", "size", "other key"])
    )
    place = data.draw(st.integers(0, len(entries) - 1))
    false = true
    match change:
        case "flip":
            entries[place] = b"x" + entries[place][1:]
        case "drop":
            del entries[place]
        case "repeat":
            entries.insert(place, entries[place])
        case "swap":
            other = (place + 1) % len(entries)
            entries[place], entries[other] = entries[other], entries[place]
        case "right":
            false = replace(true, right=(*true.right, bytes(32)))
        case "root":
            false = replace(true, head=replace(true.head, root=bytes(32)))
        case "size":
            false = replace(true, head=replace(true.head, size=true.head.size + 1))
        case "other key":
            false = replace(true, head=replace(true.head, signature=READER.sign(b"anything")))
    false = replace(false, entries=tuple(entries))
    if false == true or not false.entries:
        return
    with pytest.raises(RuleBroken) as fault:
        check_run(false, LONG.until(held), held, KEY.public)
    assert fault.value.rule in {"exchange 3.1", "exchange 3.2", "exchange 3.4"}


def test_a_run_from_beyond_what_is_held_is_early() -> None:
    with pytest.raises(Early):
        check_run(LONG.run(5, 8), LONG.until(4), 4, KEY.public)


def test_a_run_of_another_story_is_astray() -> None:
    with pytest.raises(Astray):
        check_run(OTHER.run(10, 12), LONG.until(10), 10, KEY.public)


def test_a_head_must_cover_its_run_and_be_of_that_log() -> None:
    rule(
        "exchange 3.2",
        lambda: check_run(replace(LONG.run(0, 8), head=LONG.head(5)), LONG.until(0), 0, KEY.public),
    )
    rule("exchange 3.1", lambda: open_head(LOG, LONG.head(5), READER.public))
    flash = replace(LOG, lane="flash")
    rule("exchange 3.1", lambda: open_head(flash, LONG.head(5), KEY.public))


def test_a_destroyed_body_keeps_its_place() -> None:
    run = LONG.run(0, 5)
    gone = replace(run, entries=(run.entries[0], Gone(merkle.leaf_hash(LONG.entries[1])), *run.entries[2:]))
    assert check_run(gone, LONG.until(0), 0, KEY.public).entries[1] == gone.entries[1]


def test_heads_travel_and_come_back() -> None:
    note = checkpoint.sign(checkpoint.Checkpoint(LOG, 6, merkle.root(LONG.tree, 6)), KEY)
    head = signed_head(note, LOG)
    assert head == LONG.head(6) == sign_head(LOG, 6, merkle.root(LONG.tree, 6), KEY)
    assert open_head(LOG, head, KEY.public)[1] == note
    rule("exchange 3.1", lambda: signed_head(receipt.give(note, READER, 5000), LOG))


def test_receipts_travel_and_come_back() -> None:
    note = checkpoint.sign(checkpoint.Checkpoint(LOG, 6, merkle.root(LONG.tree, 6)), KEY)
    given_note = receipt.give(note, READER, 1_760_000_000_999)
    item = compact(given_note, LOG, READER.fingerprint)
    assert item.second == 1_760_000_000
    assert open_cosigned(item, READER.public) == given_note
    rule("exchange 4.1", lambda: open_cosigned(item, KEY.public))
    for bad in (
        replace(item, size=7),
        replace(item, second=5),
        replace(item, second=1 << 52),
        replace(item, root=bytes(32)),
    ):
        rule("exchange 4.1", lambda bad=bad: open_cosigned(bad, READER.public))
    rule("exchange 4.1", lambda: compact(note, LOG, READER.fingerprint))


def fork(first: int, second: int) -> Evidence:
    """LONG says one thing at `first`, OTHER another at `second`."""
    root = merkle.root(OTHER.tree, first)
    proof = tuple(merkle.consistency(OTHER.tree, first, second))
    return Evidence(LOG, LONG.head(first), OTHER.head(second), root, proof)


@given(st.integers(8, 20), st.integers(0, 12))
def test_evidence_of_two_stories_holds(first: int, more: int) -> None:
    evidence = fork(first, min(20, first + more))
    one, other = check_evidence(evidence, KEY.public)
    assert checkpoint.open(one, LOG, KEY.public).root != merkle.root(OTHER.tree, first)
    assert checkpoint.open(other, LOG, KEY.public).size == min(20, first + more)


def test_no_evidence_can_be_made_of_one_story() -> None:
    agree = Evidence(
        LOG,
        LONG.head(8),
        LONG.head(12),
        merkle.root(LONG.tree, 8),
        tuple(merkle.consistency(LONG.tree, 8, 12)),
    )
    rule("exchange 5.2", lambda: check_evidence(agree, KEY.public))
    for bad in (
        replace(agree, root=bytes(32)),
        replace(agree, proof=()),
        replace(fork(8, 12), proof=()),
        replace(fork(12, 12), first=LONG.head(13)),
        Evidence(LOG, LONG.head(0), LONG.head(5), bytes(32)),
    ):
        rule("exchange 5.2", lambda bad=bad: check_evidence(bad, KEY.public))
    forged = replace(fork(8, 12), second=replace(fork(8, 12).second, signature=READER.sign(b"")))
    rule("exchange 3.1", lambda: check_evidence(forged, KEY.public))


def test_a_head_proves_that_it_extends() -> None:
    proof = tuple(merkle.consistency(LONG.tree, 8, 12))
    part = Head(LOG, LONG.head(12), 8, merkle.root(LONG.tree, 8), proof)
    assert extends(part, 8, merkle.root(LONG.tree, 8))
    assert not extends(part, 8, merkle.root(OTHER.tree, 8))
    assert not extends(part, 9, merkle.root(LONG.tree, 9))
    rule("log 7.3", lambda: extends(replace(part, proof=()), 8, part.old_root))
