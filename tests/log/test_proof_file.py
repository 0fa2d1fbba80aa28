"""A proof file shows what it shows to whoever has one key; changed anywhere, it shows nothing (log 12)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.actions import anchor, proving
from seamline.actions.node import Node
from seamline.clock import ManualClock
from seamline.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken, SeamlineError
from seamline.log import checkpoint, proof_file, receipt, statement
from seamline.log.canonical import encode
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.store.ports import StoredReceipt
from tests.nodes import INCIDENT, World, attested, copy, officer, put

BOTH = "isf+ksf"
WATCH = officer("ksf", "watch", "release")


class Two:
    """Erbil says something in the shared channel; Baghdad holds it and gave a receipt."""

    def __init__(self) -> None:
        self.world = World()
        self.erbil = self.world.node("erbil", "ksf", channels=("ksf", BOTH))
        self.baghdad = self.world.node("baghdad", "isf", channels=("isf", BOTH))
        self.room = self.world.node("makhmour", "isf", "ksf", channels=(BOTH,))
        self.world.meet()
        self.item = put(self.erbil, WATCH, "incident", BOTH, INCIDENT)
        for _ in range(5):
            put(self.erbil, WATCH, "incident", BOTH, INCIDENT)
        copy(self.erbil, self.baghdad)
        self.take_receipt(self.erbil, self.baghdad)

    def take_receipt(self, author: Node, reader: Node) -> None:
        log = LogId(author.key.fingerprint, BOTH, "routine")
        head = reader.log.head(log)
        signed = checkpoint.sign(Checkpoint(log, head.size, head.root), author.key)
        note = receipt.give(signed, reader.key, author.clock.now())
        kept = StoredReceipt(log, reader.key.fingerprint, head.size, note, author.clock.now())
        author.writer.submit(lambda tx: tx.log.put_receipt(kept)).result()

    def known(self, *parties: str) -> dict[str, str]:
        return {p: self.world.party_key(p).fingerprint for p in parties}


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    made = Two()
    yield made
    made.world.close()


def test_one_key_shows_the_entry_and_leaves_the_others_receipt_unchecked(two: Two) -> None:
    shown = proof_file.check(proving.prove(two.erbil, WATCH, two.item["id"]), two.known("ksf"))
    assert shown.found.entry.body["summary"] == INCIDENT["summary"]
    assert shown.found.leaf.hex() == two.item["hash"]
    assert (shown.found.node, shown.found.owners, shown.found.counts) == ("erbil", ("ksf",), None)
    assert [(r.checked, r.reader) for r in shown.found.receipts] == [(False, two.baghdad.key.fingerprint)]
    assert shown.parties == ("ksf",)


def test_with_the_readers_key_too_the_receipt_holds(two: Two) -> None:
    data = proving.prove(two.erbil, WATCH, two.item["id"])
    (got,) = proof_file.check(data, two.known("ksf", "isf")).found.receipts
    assert (got.checked, got.name, got.owners, got.size) == (True, "baghdad", ("isf",), 6)
    assert got.at == two.erbil.clock.now()


def test_the_whole_public_key_does_as_well_as_its_fingerprint(two: Two) -> None:
    key = two.world.party_key("ksf").public.hex()
    assert (
        proof_file.check(proving.prove(two.erbil, WATCH, two.item["id"]), {"ksf": key}).found.counts is None
    )


@pytest.mark.parametrize("known", [{}, {"isf": "isf"}, {"ksf": "isf"}, {"mag": "mag"}])
def test_no_key_or_a_wrong_one_shows_nothing(two: Two, known: dict[str, str]) -> None:
    given = {party: two.world.party_key(whose).fingerprint for party, whose in known.items()}
    with pytest.raises(RuleBroken, match=r"log 12\.2|names node|no statement"):
        proof_file.check(proving.prove(two.erbil, WATCH, two.item["id"]), given)


def test_a_joint_node_needs_the_key_of_each_owner(two: Two) -> None:
    said = attested(two.world, two.room, officer("ksf", "release"), "incident", BOTH, INCIDENT)
    data = proving.prove(two.room, officer("isf", "watch"), said["id"])
    with pytest.raises(RuleBroken, match="keys of isf"):
        proof_file.check(data, two.known("ksf"))
    assert proof_file.check(data, two.known("isf", "ksf")).found.counts is None


def test_what_a_revoked_node_said_later_does_not_count(two: Two) -> None:
    world = World()
    erbil = world.node("erbil", "ksf", channels=("ksf", BOTH))
    world.meet()
    first, later = (put(erbil, WATCH, "incident", BOTH, INCIDENT) for _ in range(2))
    files = [json.loads(proving.prove(erbil, WATCH, said["id"])) for said in (first, later)]
    log = LogId(erbil.key.fingerprint, BOTH, "routine")
    stands = statement.Head(BOTH, "routine", 1, erbil.log.subtree(log, 0, 0).hex())
    revoked = world.say("ksf", statement.RevokeNode(log.node, (stands,))).decode()
    known = {"ksf": world.party_key("ksf").fingerprint}
    found = []
    for file in files:
        file["statements"].append(revoked)
        found.append(proof_file.check(encode(file, limit=1 << 20), known).found.counts)
    assert found[0] is None
    assert found[1] is not None
    assert found[1].rule == "log 8.11"
    world.close()


def test_an_internal_record_is_opened_against_an_anchor(two: Two) -> None:
    inner = put(two.erbil, WATCH, "incident", "ksf", INCIDENT)
    with pytest.raises(Conflict, match="once a day"):
        proving.prove(two.erbil, WATCH, inner["id"], anchored_in=BOTH)
    anchor.anchor(two.erbil).result()
    put(two.erbil, WATCH, "incident", "ksf", INCIDENT)
    data = proving.prove(two.erbil, WATCH, inner["id"], anchored_in=BOTH)
    shown = proof_file.check(data, two.known("ksf"))
    assert shown.found.head.log.channel == "ksf"
    assert shown.anchored is not None
    assert shown.anchored.head.log.channel == BOTH
    after = put(two.erbil, WATCH, "incident", "ksf", INCIDENT)
    with pytest.raises(Conflict):
        proving.prove(two.erbil, WATCH, after["id"], anchored_in=BOTH)


def test_an_anchor_is_opened_by_the_release_officer_and_in_a_wider_channel(two: Two) -> None:
    inner = put(two.erbil, WATCH, "incident", "ksf", INCIDENT)
    with pytest.raises(NotAllowed):
        proving.prove(two.erbil, officer("ksf", "watch"), inner["id"], anchored_in=BOTH)
    for channel in ("ksf", "isf", "isf+mag"):
        with pytest.raises(BadInput):
            proving.prove(two.erbil, WATCH, inner["id"], anchored_in=channel)


def test_another_opening_does_not_fit_the_anchor(two: Two) -> None:
    inner = put(two.erbil, WATCH, "incident", "ksf", INCIDENT)
    _hand(two.erbil).advance(anchor.DAY)
    anchor.anchor(two.erbil).result()
    file = json.loads(proving.prove(two.erbil, WATCH, inner["id"], anchored_in=BOTH))
    opening = base64.b64decode(file["anchor"]["opening"])
    file["anchor"]["opening"] = base64.b64encode(bytes(32) + opening[32:]).decode()
    with pytest.raises(RuleBroken, match="hash of"):
        proof_file.check(encode(file, limit=1 << 20), two.known("ksf"))


def test_absent_and_forbidden_are_alike(two: Two) -> None:
    inner = put(two.erbil, WATCH, "incident", "ksf", INCIDENT)
    for id in (inner["id"], "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"):
        with pytest.raises(NotFound):
            proving.prove(two.baghdad, officer("isf", "watch"), id)


def test_a_revision_that_is_not_there(two: Two) -> None:
    with pytest.raises(NotFound):
        proving.prove(two.erbil, WATCH, two.item["id"], rev=7)


@given(st.data())
def test_a_changed_byte_shows_nothing_else(two: Two, data: st.DataObject) -> None:
    """Whatever byte is changed: refused, or the same entry is shown (a receipt's text may be spared)."""
    whole = _proof(two)
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128]))
    changed = whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
    try:
        shown = proof_file.check(changed, two.known("ksf", "isf"))
    except SeamlineError:
        return
    assert shown.found.leaf.hex() == two.item["hash"]
    assert shown.found.counts is None


@given(st.integers(0, 4000))
def test_a_cut_file_is_refused(two: Two, length: int) -> None:
    whole = _proof(two)
    with pytest.raises(RuleBroken):
        proof_file.check(whole[: min(length, len(whole) - 2)], two.known("ksf"))


@pytest.mark.parametrize(
    "value",
    [{}, [], {"seamline": "proof/v1"}, {"seamline": "proof/v2", "item": {"proof": ""}, "statements": []}],
)
def test_other_json_is_no_proof(value: Any) -> None:
    with pytest.raises(RuleBroken):
        proof_file.check(encode(value), {"ksf": "x"})


def _hand(node: Node) -> ManualClock:
    assert isinstance(node.clock, ManualClock)
    return node.clock


_KEPT: dict[int, bytes] = {}


def _proof(two: Two) -> bytes:
    return _KEPT.setdefault(id(two), proving.prove(two.erbil, WATCH, two.item["id"]))
