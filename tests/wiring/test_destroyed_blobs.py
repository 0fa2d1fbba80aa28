"""Law 6 for blobs: destroying a record destroys its photos and documents on every node that holds them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.actions import signing, write
from seamline.actions.blobs import Blobs
from seamline.actions.officer import Officer
from seamline.log import entry, statement
from seamline.log.keys import SigningKey
from seamline.store.partybook import PartyBook
from tests.nodes import INCIDENT
from tests.release.photos import png
from tests.release.test_paper import pdf
from tests.wiring.test_bundles import SECRET, SHARED, Desk, carry, served

SIGNATORY = Officer("ksf", "signatory-1", frozenset({"signatory"}))
KEY = SigningKey(bytes(range(32)))


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Erbil (ksf), which has a signatory with a key of his own, and Baghdad (isf)."""
    books = []
    for party, name in (("ksf", "erbil"), ("isf", "baghdad")):
        card = wiring.init_node(tmp_path / name, SECRET, name=name, owners=(party,)).card
        book = PartyBook.create(tmp_path / f"{party}.party", SECRET, party, party, 1)
        book.say(wiring.read_card(card), 1)
        books.append(book)
    books[0].say(statement.Officer(SIGNATORY.id, KEY.public.hex(), ("signatory",), "signatory"), 1)
    with ExitStack() as stack:
        a = stack.enter_context(served(tmp_path / "erbil", "ksf", books))
        b = stack.enter_context(served(tmp_path / "baghdad", "isf", books))
        yield a, b


def said(desk: Desk, channel: str, **files: list[Any]) -> dict[str, Any]:
    body = {"kind": "incident", "channel": channel, "body": {**INCIDENT, **files}}
    reply = desk.wire.post("/api/records", body, token=desk.token)
    assert reply.status == 201, reply.body
    desk.served.parts.node.photos.catch_up()
    return dict(reply.json)


def exchanged(a: Desk, b: Desk) -> None:
    """There and back until nothing is owed: blobs follow what is asked in the answer."""
    for _ in range(3):
        assert carry(a, b, "baghdad")["refused"] == []
        b.served.parts.node.photos.catch_up()
        assert carry(b, a, "erbil")["refused"] == []
        a.served.parts.node.photos.catch_up()


def destroy(desk: Desk, item: dict[str, Any]) -> None:
    node = desk.served.parts.node
    act = signing.destroying(node, SIGNATORY, item["id"], item["hash"], "it shows a house")
    draft, _ = write.draft(node, SIGNATORY, act)
    value = base64.b64encode(KEY.sign(entry.signing_bytes(draft, SHARED))).decode()
    attest = write.Attest(draft.id, draft.at, entry.Sig(KEY.fingerprint, value))
    signing.put_signed(node, SIGNATORY, act, attest).result()
    node.photos.catch_up()


def held(desk: Desk, *hashes: str) -> list[bool]:
    """On its disk."""
    return [desk.served.parts.node.blobs.has(one) for one in hashes]


def shown(desk: Desk, hash: str) -> int:
    return int(desk.wire.get(f"/api/blobs/{hash}", token=desk.token).status)


def test_a_destroyed_records_blobs_are_gone_on_both_nodes_but_what_another_names(
    desks: tuple[Desk, Desk],
) -> None:
    a, b = desks
    photo = a.wire.post("/api/blobs", body=png(150), token=a.token).json
    paper = a.wire.post("/api/blobs", body=pdf(), token=a.token).json | {"name": "Sketch of the place"}
    thumb = photo["thumb"]
    one = said(a, SHARED, photos=[photo], documents=[paper])
    two = said(a, SHARED, photos=[photo])
    exchanged(a, b)
    assert held(b, photo["hash"], thumb, paper["hash"]) == [True] * 3
    destroy(a, one)
    exchanged(a, b)
    for desk in desks:
        # The second record still names the photo.
        assert held(desk, photo["hash"], thumb, paper["hash"]) == [True, True, False]
        assert (shown(desk, photo["hash"]), shown(desk, paper["hash"])) == (200, 404)
    # Baghdad has put the photo into a record of its own, in its own channel, which nobody can destroy for it.
    said(b, "isf", photos=[photo])
    destroy(a, two)
    exchanged(a, b)
    assert held(a, photo["hash"], thumb) == [False, False]
    assert held(b, photo["hash"], thumb) == [True, True]
    assert (shown(a, photo["hash"]), shown(b, photo["hash"])) == (404, 200)
    assert b.served.parts.node.photos.size(SHARED, photo["hash"]) == 0
    assert not list(a.served.parts.node.local.keys("blob.named."))


def test_pieces_that_have_come_go_too_and_a_crash_before_the_end_is_made_good(
    desks: tuple[Desk, Desk],
) -> None:
    a, b = desks
    photo = a.wire.post("/api/blobs", body=png(300), token=a.token).json
    one = said(a, SHARED, photos=[photo])
    exchange, index = b.served.exchange, f"blob.named.{SHARED}.{photo['hash']}"
    author = a.served.parts.node
    kept, told = author.blobs.get(photo["hash"]), author.local.get(index)
    assert kept is not None
    assert carry(a, b, "baghdad")["new"] == 1
    b.served.parts.node.photos.catch_up()
    carry(b, a, "erbil")
    file = a.wire.post("/api/bundles/file", {"to": ["baghdad"], "max": 60_000}, token=a.token).body
    b.wire.post("/api/bundles", body=file, token=b.token)
    assert b.served.parts.node.local.keys("chunk.")
    assert exchange.intake.chunks.lacking(SHARED)
    destroy(a, one)
    exchanged(a, b)
    assert not b.served.parts.node.local.keys("chunk.")
    assert not exchange.intake.chunks.lacking(SHARED)
    # As if the process had ended between the log's commit and this: the next start does it.
    assert held(a, photo["hash"]) == [False]
    author.blobs.put(kept)
    author.local.put(index, told)
    again = Blobs(author.log, author.local, author.blobs, author.key.fingerprint)
    assert again.named(SHARED, photo["hash"]) is not None
    again.catch_up(sweep=True)
    assert (held(a, photo["hash"]), again.named(SHARED, photo["hash"])) == ([False], None)
