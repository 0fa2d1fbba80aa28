"""Heads, receipts and proofs: whose they are, and that nothing in them can be changed (log 5 to 7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import RuleBroken
from seamline.log import checkpoint, entry, merkle, note, proof, receipt
from seamline.log.checkpoint import Checkpoint, LogId
from tests.log.people import NOON, NodeKey, key, said

ERBIL = NodeKey("erbil", ("ksf",))
ERBIL.write(*(said(n, party="ksf") for n in range(11)))
HEAD = ERBIL.signed_head()
BAGHDAD = key("baghdad")
RECEIPT = receipt.give(HEAD, BAGHDAD, NOON)


def rewritten(*lines: str) -> bytes:
    """A note signed by the right key over other lines."""
    text = "".join(line + "\n" for line in lines).encode()
    return note.sign(text, checkpoint.origin(ERBIL.log), ERBIL.key)


ORIGIN, SIZE, ROOT = HEAD.decode().split("\n")[:3]


def test_a_head_opens_as_what_was_signed() -> None:
    assert f"seamline/v1/{ERBIL.key.fingerprint}/isf.ksf/routine" == ORIGIN
    assert checkpoint.open(HEAD, ERBIL.log, ERBIL.key.public) == ERBIL.head()
    assert checkpoint.claimed(HEAD) == ERBIL.head()


def test_an_origin_names_one_log() -> None:
    for channel in ("isf", "isf+ksf", "isf+ksf+mag", "a-b+c-d"):
        for lane in ("flash", "routine"):
            log = LogId(ERBIL.key.fingerprint, channel, lane)
            assert checkpoint.read_origin(checkpoint.origin(log)) == log


@pytest.mark.parametrize(
    "origin",
    [
        "",
        ORIGIN + "/",
        ORIGIN + " ",
        ORIGIN.replace("v1", "v2"),
        ORIGIN.replace("isf.ksf", "isf+ksf"),
        ORIGIN.replace("isf.ksf", "ksf.isf"),
        ORIGIN.replace("isf.ksf", "isf.isf"),
        ORIGIN.replace("isf.ksf", "x"),
        ORIGIN.replace("routine", "slow"),
        ORIGIN.upper(),
    ],
)
def test_other_origins_are_refused(origin: str) -> None:
    with pytest.raises(RuleBroken, match=r"log 5\.3"):
        checkpoint.read_origin(origin)


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ((ORIGIN, SIZE), "log 5.5"),
        ((ORIGIN, SIZE, ROOT, "extension"), "log 5.5"),
        ((ORIGIN, SIZE, ROOT, ""), "log 5.5"),
        (("example.com/log", SIZE, ROOT), "log 5.3"),
        ((ORIGIN, "011", ROOT), "log 5.4"),
        ((ORIGIN, "+11", ROOT), "log 5.4"),
        ((ORIGIN, "-1", ROOT), "log 5.4"),
        ((ORIGIN, "", ROOT), "log 5.4"),
        ((ORIGIN, "١١", ROOT), "log 5.4"),
        ((ORIGIN, str(1 << 53), ROOT), "log 5.4"),
        ((ORIGIN, "9" * 5000, ROOT), "log 5.4"),
        ((ORIGIN, SIZE, ROOT[:-1]), "log 5.4"),
        ((ORIGIN, SIZE, "AAAA"), "log 5.4"),
        ((ORIGIN.replace("routine", "flash"), SIZE, ROOT), "log 5.3"),
    ],
)
def test_a_head_has_exactly_three_good_lines_of_this_log(lines: tuple[str, ...], rule: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        checkpoint.open(rewritten(*lines), ERBIL.log, ERBIL.key.public)
    assert refused.value.rule == rule


def test_the_largest_size_is_read() -> None:
    largest = rewritten(ORIGIN, str((1 << 53) - 1), ROOT)
    assert checkpoint.open(largest, ERBIL.log, ERBIL.key.public).size == (1 << 53) - 1


def test_only_the_logs_own_node_signs_its_head() -> None:
    with pytest.raises(RuleBroken, match=r"log 5\.2"):
        checkpoint.sign(ERBIL.head(), BAGHDAD)
    forged = note.sign(checkpoint.to_text(ERBIL.head()), ORIGIN, BAGHDAD)
    for public in (ERBIL.key.public, BAGHDAD.public):
        with pytest.raises(RuleBroken, match=r"log 5\.2"):
            checkpoint.open(forged, ERBIL.log, public)


@given(st.integers(0, len(HEAD) * 8 - 1))
def test_no_flipped_bit_of_a_head_opens(bit: int) -> None:
    changed = bytearray(HEAD)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(RuleBroken, match=r"log 5\."):
        checkpoint.open(bytes(changed), ERBIL.log, ERBIL.key.public)


def test_a_receipt_says_who_holds_what_since_when() -> None:
    given_back = receipt.check(RECEIPT, ERBIL.log, BAGHDAD.public)
    assert given_back == receipt.Receipt(BAGHDAD.fingerprint, ERBIL.head(), NOON)
    assert receipt.readers(RECEIPT) == (BAGHDAD.fingerprint,)
    assert receipt.check(receipt.give(HEAD, BAGHDAD, NOON + 999), ERBIL.log, BAGHDAD.public).at == NOON


def test_receipts_stand_beside_the_head_they_are_for() -> None:
    lines = [receipt.cosign(HEAD, k, receipt.name(k.fingerprint), NOON) for k in (BAGHDAD, key("kirkuk"))]
    whole = HEAD + b"".join(lines)
    assert checkpoint.open(whole, ERBIL.log, ERBIL.key.public) == ERBIL.head()
    assert receipt.check(whole, ERBIL.log, BAGHDAD.public).checkpoint == ERBIL.head()
    assert receipt.readers(whole) == tuple(sorted((BAGHDAD.fingerprint, key("kirkuk").fingerprint)))


def test_a_cosignature_signs_what_c2sp_says() -> None:
    (line,) = note.parse(RECEIPT).signatures
    assert int.from_bytes(line.value[:8], "big") == NOON // 1000
    message = f"cosignature/v1\ntime {NOON // 1000}\n{ORIGIN}\n{SIZE}\n{ROOT}\n".encode()
    assert line.value[8:] == BAGHDAD.sign(message)
    assert line.key_id == note.key_id(receipt.name(BAGHDAD.fingerprint), 0x04, BAGHDAD.public)


@given(st.integers(0, len(RECEIPT) * 8 - 1))
def test_no_flipped_bit_of_a_receipt_is_taken(bit: int) -> None:
    changed = bytearray(RECEIPT)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(RuleBroken, match=r"log [56]\."):
        receipt.check(bytes(changed), ERBIL.log, BAGHDAD.public)


def test_receipts_of_others_and_for_others_are_refused() -> None:
    with pytest.raises(RuleBroken, match=r"log 6\.2"):
        receipt.check(RECEIPT, ERBIL.log, key("kirkuk").public)
    with pytest.raises(RuleBroken, match=r"log 6\.2"):
        receipt.check(HEAD, ERBIL.log, ERBIL.key.public)
    with pytest.raises(RuleBroken, match=r"log 6\.1"):
        receipt.check(RECEIPT, LogId(ERBIL.log.node, "ksf", "routine"), BAGHDAD.public)
    with pytest.raises(RuleBroken, match=r"log 5\."):
        receipt.give(note.sign(b"not a head\n", "x", BAGHDAD), BAGHDAD, NOON)


@pytest.mark.parametrize("value", [b"x" * 71, b"\xff" * 8 + bytes(64), bytes(72)])
def test_a_bad_cosignature_is_refused(value: bytes) -> None:
    name = receipt.name(BAGHDAD.fingerprint)
    line = note.Signature(name, note.key_id(name, note.COSIGNATURE, BAGHDAD.public), value).line()
    with pytest.raises(RuleBroken, match=r"log 6\.2"):
        receipt.check(RECEIPT + line, ERBIL.log, BAGHDAD.public)


def proof_of(index: int) -> bytes:
    hashes = merkle.inclusion(ERBIL.tree(), index, 11)
    return proof.make(index, hashes, HEAD, ERBIL.items[index].data)


PROOF = proof_of(5)


def test_a_proof_needs_one_file_and_one_key() -> None:
    for index in range(11):
        shown = proof.verify(proof_of(index), ERBIL.key.public)
        assert shown == proof.Proved(ERBIL.head(), index, ERBIL.items[index].data or b"")
        assert entry.from_bytes(shown.entry) == said(index, party="ksf")
    assert proof.claimed(PROOF) == ERBIL.head()
    assert proof.read(PROOF).to_bytes() == PROOF


def test_a_proof_of_the_only_entry_has_no_hashes() -> None:
    alone = NodeKey("alone", ("ksf",))
    alone.write(said(party="ksf"))
    whole = proof.make(0, [], alone.signed_head(), alone.items[0].data)
    assert whole.decode().split("\n")[2:4] == ["index 0", ""]
    assert proof.verify(whole, alone.key.public).index == 0


def test_the_entry_may_come_by_itself() -> None:
    bare = proof.make(5, proof.read(PROOF).hashes, HEAD)
    assert b"extra" not in bare
    assert proof.verify(bare, ERBIL.key.public, ERBIL.items[5].data).index == 5
    with pytest.raises(RuleBroken, match=r"log 7\.1"):
        proof.verify(bare, ERBIL.key.public)
    with pytest.raises(RuleBroken, match=r"log 7\.2"):
        proof.verify(PROOF, ERBIL.key.public, ERBIL.items[6].data)


@given(st.integers(0, len(PROOF) * 8 - 1))
def test_no_flipped_bit_of_a_proof_is_taken(bit: int) -> None:
    changed = bytearray(PROOF)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(RuleBroken, match=r"log [57]\."):
        proof.verify(bytes(changed), ERBIL.key.public)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v2"),
        (b"index 5", b"index 05"),
        (b"index 5", b"index -5"),
        (b"index 5\n", b""),
        (b"\nindex", b"\nextra AA==\nindex"),
        (b"index 5\n", b"index 5\n" + b"A" * 43 + b"=\n" * 65),
        (b"\n\n", b"\n"),
    ],
)
def test_what_is_no_proof(old: bytes, new: bytes) -> None:
    with pytest.raises(RuleBroken, match=r"log [57]\.1"):
        proof.verify(PROOF.replace(old, new, 1), ERBIL.key.public)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_by_a_rule(data: bytes) -> None:
    for refuse in (
        lambda: proof.verify(data, ERBIL.key.public),
        lambda: proof.verify(b"c2sp.org/tlog-proof@v1\n" + data, ERBIL.key.public),
        lambda: checkpoint.claimed(data),
    ):
        with pytest.raises(RuleBroken, match=r"log [57]\."):
            refuse()


def test_checkpoints_of_different_roots_differ() -> None:
    assert Checkpoint(ERBIL.log, 0, merkle.empty_root) != ERBIL.head()
