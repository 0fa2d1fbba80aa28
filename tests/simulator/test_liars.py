"""The nine lies of a captured or broken peer, each told over HTTP and in a courier's file.

docs/simulator.md has the table. A lie is refused by a paragraph, or becomes evidence; nothing held changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import msgspec
import pytest
import zstandard

from seamline.exchange.courier import Courier
from seamline.exchange.links import file
from seamline.exchange.links.file import Letter
from seamline.log import entry, merkle, parcel, receipt, statement
from seamline.log.keys import SigningKey
from seamline.log.part import Chunk, Fragment, Head, Part, Receipts, Statements
from seamline.log.part_codec import MAX_PAYLOAD
from seamline.log.press import DICTIONARY, STORED, ZSTD, Press
from seamline.log.run import compact, sign_head
from seamline.log.wire import ByteWriter
from tests.exchange.test_blobs import named, with_photos
from tests.simulated_link import SimulatedLink, settle_all
from tests.simulated_node import SimulatedNode, World, seed
from tests.simulator.test_lies import _note, has_proof, run_of, twin

SHARED = "isf+ksf"
Refused: TypeAlias = list[tuple[str, str]]
Tell: TypeAlias = Callable[[SimulatedNode, SimulatedNode, Sequence[bytes]], Refused]


def by_http(a: SimulatedNode, b: SimulatedNode, frames: Sequence[bytes]) -> Refused:
    """Parts as they come in a message; (rule, whose fault) of each refusal."""
    sealed = [parcel.seal(frame, a.key, [b.seal.public]) for frame in frames]
    taken = b.exchange.take(b.exchange.peer(a.key.fingerprint), sealed)
    return [(one.rule, one.fault) for one in taken]


def by_courier(a: SimulatedNode, b: SimulatedNode, frames: Sequence[bytes]) -> Refused:
    """The same parts in a file that somebody brings."""
    signed = tuple(parcel.sign(frame, a.key) for frame in frames)
    data = file.write([Letter((b.seal.public,), signed)], a.key, b.clock.now())
    report = Courier(b.exchange).read(data)
    assert not report.cut
    return [(one.rule, one.fault) for one in report.refused]


@pytest.fixture(params=[by_http, by_courier], ids=["http", "file"])
def tell(request: pytest.FixtureRequest) -> Tell:
    chosen: Tell = request.param
    return chosen


def said(*parts: Part) -> list[bytes]:
    return [Press().press(part) for part in parts]


def room() -> tuple[World, SimulatedNode, SimulatedNode]:
    world = World()
    a, b = world.node("erbil", "ksf"), world.node("baghdad", "isf")
    world.link(a, b)
    return world, a, b


def held(node: SimulatedNode) -> object:
    return node.heads(), node.receipts(), sorted(node.trust.statements())


# ---------------------------------------------------------------- stories


def test_a_fork_two_heads_of_one_size(tell: Tell) -> None:
    world, a, b = room()
    thief = twin(world, a)
    a.say(SHARED, {"text": "one story"})
    thief.say(SHARED, {"text": "another"})
    assert tell(a, b, said(run_of(a, SHARED))) == []
    before = held(b)
    assert tell(thief, b, said(run_of(thief, SHARED))) == [("exchange 5.1", "theirs")]
    has_proof(b, a.log_id(SHARED), a.key.public)
    assert held(b) == before


def test_a_rollback(tell: Tell) -> None:
    """It signs fewer entries than it signed before, and others."""
    world, a, b = room()
    a.say(SHARED, {"text": "one"}, {"text": "two"})
    tell(a, b, said(run_of(a, SHARED)))
    back = twin(world, a)
    back.say(SHARED, {"text": "not one"})
    size, root = back.heads()[a.log_id(SHARED)]
    before = held(b)
    head = Head(a.log_id(SHARED), sign_head(a.log_id(SHARED), size, root, a.key))
    assert tell(back, b, said(head)) == [("exchange 5.1", "theirs")]
    has_proof(b, a.log_id(SHARED), a.key.public)
    assert held(b) == before
    # The same entries at an old size are no lie: only late.
    early = sign_head(a.log_id(SHARED), 1, _root(a, 1), a.key)
    assert tell(a, b, said(Head(a.log_id(SHARED), early))) == []


def test_a_restored_backup(tell: Tell) -> None:
    """Whoever holds more of its log than itself tells it so: and that the fault is its own."""
    world, a, b = room()
    a.say(SHARED, {"text": "one"}, {"text": "two"})
    tell(a, b, said(run_of(a, SHARED)))
    restored = twin(world, a)
    assert tell(b, restored, said(run_of(a, SHARED))) == [("exchange 2.5", "ours")]
    assert restored.heads() == {}
    # It writes on, as if nothing had been: that is a fork, and proved.
    restored.say(SHARED, {"text": "after the backup"})
    assert tell(restored, b, said(run_of(restored, SHARED))) == [("exchange 5.1", "theirs")]
    has_proof(b, a.log_id(SHARED), a.key.public)


# ---------------------------------------------------------------- standing


def test_a_revoked_node_that_goes_on_talking(tell: Tell) -> None:
    world, a, b = room()
    a.say(SHARED, {"text": "before"})
    tell(a, b, said(run_of(a, SHARED)))
    size, root = b.heads()[a.log_id(SHARED)]
    world.parties["ksf"].state(
        statement.RevokeNode(a.key.fingerprint, (statement.Head(SHARED, "routine", size, root.hex()),))
    )
    b.trust.add(world.parties["ksf"].notes)
    a.say(SHARED, {"text": "after"})
    before = held(b)
    assert tell(a, b, said(run_of(a, SHARED, 1))) == [("exchange 2.1", "theirs")]
    assert held(b) == before


def test_a_roster_signed_by_the_wrong_key(tell: Tell) -> None:
    world, a, b = room()
    last = statement.read(world.parties["isf"].notes[-1])
    forged = statement.make(
        statement.Officer("karwan", None, ("administrator",), "Chief"),
        party="isf",
        no=last.no + 1,
        prev=last.hash,
        at=1,
        key=SigningKey(seed("false")),
    )
    before = held(b)
    tell(a, b, said(Statements(SHARED, (forged,))))
    assert held(b) == before
    assert b.trust.roster.officer("isf", "karwan") is None
    # A part that bears a key which no roster names is nobody's.
    stranger = twin(world, a)
    stranger.key = SigningKey(seed("stranger"))
    assert tell(stranger, b, said(Statements(SHARED, (forged,)))) == [("exchange 1.2", "theirs")]
    assert held(b) == before


def test_a_receipt_for_what_was_never_sent(tell: Tell) -> None:
    _, a, b = room()
    a.say(SHARED, {"text": "one"})
    log = a.log_id(SHARED)
    ahead = receipt.give(_note(log, 5, bytes(32), a.key), b.key, 1_760_000_000_000)
    other = receipt.give(_note(log, 1, bytes(32), a.key), b.key, 1_760_000_000_000)
    before = held(a)
    for note, rule in ((ahead, "exchange 4.3"), (other, "exchange 4.2")):
        item = compact(note, log, b.key.fingerprint)
        assert tell(b, a, said(Receipts(SHARED, (item,)))) == [(rule, "theirs")]
    assert held(a) == before


# ---------------------------------------------------------------- time


def test_a_time_far_in_the_future(tell: Tell) -> None:
    """It is kept and counts: the arrival is this node's own, and nothing of the exchange asks a clock."""
    _, a, b = room()
    log, far = a.log_id(SHARED), 253_402_300_799_999
    late = at_time(a.entry({"text": "from the year 9999"}), far)
    a.append(log, [late])
    now = b.clock.now()
    assert tell(a, b, said(run_of(a, SHARED))) == []
    arrived = b.log.journal(0, 10)[-1]
    assert arrived.received_at == now
    # What is said after it, with a right clock, is taken like any other; and so is his receipt from 2106.
    a.say(SHARED, {"text": "and now"})
    assert tell(a, b, said(run_of(a, SHARED, 1))) == []
    size, root = a.heads()[log]
    note = receipt.give(_note(log, size, root, a.key), b.key, 4_294_967_296_000)
    assert tell(b, a, said(Receipts(SHARED, (compact(note, log, b.key.fingerprint),)))) == []
    (kept,) = [one for one in a.log.receipts(log) if one.reader == b.key.fingerprint]
    assert kept.received_at == a.clock.now()


def test_a_time_beyond_all_calendars_is_no_entry(tell: Tell) -> None:
    _, a, b = room()
    log = a.log_id(SHARED)
    bad = a.entry({"text": "x"}).replace(
        b'"at":%d' % a.clock.now(), b'"at":253402300800000'
    )  # a millisecond too late
    a.append(log, [bad])
    assert tell(a, b, said(run_of(a, SHARED))) == [("exchange 3.5", "theirs")]
    assert b.log.head(log).size == 0


# ---------------------------------------------------------------- bytes


def test_a_blob_that_does_not_match_its_hash(tell: Tell) -> None:
    _, a, b = room()
    mine, theirs = with_photos(a), with_photos(b)
    one = named(mine, 40)
    a.say(SHARED, {"text": "see", "photos": [one]})
    tell(a, b, said(run_of(a, SHARED)))
    data, digest = bytes(one["size"]), bytes.fromhex(one["hash"])
    assert tell(a, b, said(Chunk(SHARED, digest, len(data), 0, data))) == [("exchange 12.3", "theirs")]
    assert theirs.size(SHARED, one["hash"]) == 0
    # Nothing of it stays, and the right bytes are still welcome.
    assert not b.local.keys("chunk.")
    good = mine.serve(SHARED, one["hash"])
    assert good is not None
    assert hashlib.sha256(good).hexdigest() == one["hash"]
    assert tell(a, b, said(Chunk(SHARED, digest, len(good), 0, good))) == []
    assert theirs.size(SHARED, one["hash"]) == len(good)


def test_a_bundle_bomb(tell: Tell) -> None:
    """Small bytes that unpack to many; sizes that are lies: refused before anything is made of them."""
    _, a, b = room()
    a.say(SHARED, {"text": "good"})
    good = said(run_of(a, SHARED))
    zeros = bytes(64 * MAX_PAYLOAD)
    stated = zstandard.ZstdCompressor(write_content_size=True).compress(zeros)
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(zeros)
    columns = ByteWriter()
    for piece in (b"", b"", bytes([DICTIONARY]) + stated):
        columns.blob(piece)
    bombs = [
        bytes([ZSTD]) + stated,
        bytes([ZSTD]) + silent,
        bytes([ZSTD]) + stated + stated,
        bytes([DICTIONARY]) + stated,
        bytes([3]) + columns.done(),
        bytes([3]) + bytes([0xFF] * 40),
        bytes([STORED]) + b"\x03" + bytes([0xFF] * 8),
    ]
    refused = tell(a, b, [*bombs, *good])
    assert len(refused) == len(bombs)
    assert {fault for _, fault in refused} == {"theirs"}
    assert {rule.split(".")[0] for rule, _ in refused} <= {"exchange 1", "exchange 9"}
    # What stands beside them is taken.
    assert b.log.head(a.log_id(SHARED)).size == 1
    # A part of a petabyte in fragments is begun within bounds, or not at all.
    huge = [Fragment(SHARED, seed("huge", str(n)), (1 << 53) - 1, 0, bytes(1000)) for n in range(40)]
    tell(a, b, said(*huge))
    assert len(b.local.keys("partial.")) <= 17


def test_a_file_that_unpacks_to_more_than_a_file_may(monkeypatch: pytest.MonkeyPatch) -> None:
    _, a, b = room()
    for n in range(130):
        a.say(SHARED, {"text": f"{n} " + "x" * 1000})
    parts = said(*(run_of_one(a, n) for n in range(130)))
    monkeypatch.setattr("seamline.exchange.courier.MAX_EXPANDED", 20_000)
    assert by_courier(a, b, parts) == [("exchange 11.5", "theirs")]
    assert b.log.head(a.log_id(SHARED)).size == 64


def test_after_all_lies_the_honest_ones_converge(tell: Tell) -> None:
    """A third reader hears the same from both, and the proof with it."""
    world, a, b = room()
    c = world.node("adviser", "mag")
    world.link(b, c)
    wide = "isf+ksf+mag"
    thief = twin(world, a)
    a.say(wide, {"text": "one story"})
    thief.say(wide, {"text": "another"})
    tell(a, b, said(run_of(a, wide)))
    tell(thief, b, said(run_of(thief, wide)))
    b.say(wide, {"text": "still here"})
    settle_all([SimulatedLink(b, c)])
    has_proof(c, a.log_id(wide), a.key.public)
    assert c.bodies(b.log_id(wide)) == [{"text": "still here"}]


def at_time(data: bytes, at: int) -> bytes:
    return entry.to_bytes(msgspec.structs.replace(entry.from_bytes(data), at=at))


def run_of_one(node: SimulatedNode, start: int) -> Part:
    """One entry, under the head of just that many."""
    whole = run_of(node, SHARED, start)
    head = sign_head(whole.log, start + 1, _root(node, start + 1), node.key)
    return replace(whole, entries=whole.entries[:1], head=head)


def _root(node: SimulatedNode, size: int) -> bytes:
    return merkle.root(merkle.MemoryTree(node.log.leaves(node.log_id(SHARED), 0, size)), size)
