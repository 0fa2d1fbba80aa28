"""A whole served node and its courier: through the API, beside the log and the picture on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from seamline import wiring
from seamline.store.partybook import PartyBook
from tests.nodes import INCIDENT
from tests.release.photos import PNG
from tests.wire import Wire

SECRET = "four random words here"
SHARED = "isf+ksf"


@dataclass
class Desk:
    served: wiring.Served
    wire: Wire
    token: str

    def records(self) -> list[str]:
        return [
            item["body"]["summary"] for item in self.wire.get("/api/records", token=self.token).json["items"]
        ]


@contextmanager
def served(folder: Path, party: str, books: list[PartyBook]) -> Iterator[Desk]:
    parts = wiring.assemble(folder, SECRET)
    try:
        for book in books:
            parts.node.trust.add(book.statements)
            parts.node.trust.confirm(book.party, book.key.public, book.key.fingerprint)
        parts.node.open_channel(SHARED)
        accounts = wiring.accounts_of(parts.node)
        accounts.add(party, "release-1", ["release"])
        made = wiring.Served(parts)
        with Wire(made.web) as wire:
            yield Desk(made, wire, accounts.issue(party, "release-1")[0])
    finally:
        parts.close()


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    books = []
    for party, name in (("ksf", "erbil"), ("isf", "baghdad")):
        card = wiring.init_node(tmp_path / name, SECRET, name=name, owners=(party,)).card
        book = PartyBook.create(tmp_path / f"{party}.party", SECRET, party, party, 1)
        book.say(wiring.read_card(card), 1)
        books.append(book)
    with ExitStack() as stack:
        a = stack.enter_context(served(tmp_path / "erbil", "ksf", books))
        b = stack.enter_context(served(tmp_path / "baghdad", "isf", books))
        yield a, b


def carry(a: Desk, b: Desk, to: str) -> dict[str, object]:
    file = a.wire.post("/api/bundles/file", {"to": [to]}, token=a.token)
    assert file.status == 200, file.body
    assert (file.header("content-disposition") or "").endswith('.seamline"')
    report = b.wire.post("/api/bundles", body=file.body, token=b.token)
    assert report.status == 200, report.body
    return dict(report.json)


def test_there_and_back_with_a_photo(desks: tuple[Desk, Desk]) -> None:
    a, b = desks
    photo = a.wire.post("/api/blobs", body=PNG, token=a.token)
    assert photo.status == 201, photo.body
    body = {**INCIDENT, "summary": "seen from the post", "photos": [photo.json]}
    said = a.wire.post("/api/records", {"kind": "incident", "channel": SHARED, "body": body}, token=a.token)
    assert said.status == 201, said.body
    a.served.parts.node.photos.catch_up()
    report = carry(a, b, "baghdad")
    assert (report["new"], report["refused"], report["answer"]) == (1, [], True)
    assert b.records() == ["seen from the post"]
    b.served.parts.node.photos.catch_up()
    link = f"/api/blobs/{photo.json['hash']}"
    assert b.wire.get(link, token=b.token).status == 404
    assert carry(b, a, "erbil")["receipts"] == 1
    assert carry(a, b, "baghdad")["blobs"] == 1
    reply = b.wire.get(link, token=b.token)
    assert (reply.status, reply.header("content-type")) == (200, "image/png")
    assert b"GPS" not in reply.body


def test_what_is_no_file_and_what_is_no_photo(desks: tuple[Desk, Desk]) -> None:
    a, b = desks
    reply = a.wire.post("/api/bundles", body=b"nothing of the kind", token=a.token)
    assert (reply.status, reply.json["type"].rsplit(":", 1)[-1]) == (400, "not_a_bundle")
    file = a.wire.post("/api/bundles/file", {"to": ["baghdad"]}, token=a.token).body
    assert a.wire.post("/api/bundles", body=file, token=a.token).status == 400
    assert a.wire.post("/api/bundles/file", {"to": ["nobody"]}, token=a.token).status == 400
    assert a.wire.post("/api/blobs", body=b"%PDF-1.7", token=a.token).status == 400
    body = {**INCIDENT, "photos": [{"hash": "0" * 64, "size": 3, "type": "image/png"}]}
    said = a.wire.post("/api/records", {"kind": "incident", "channel": "ksf", "body": body}, token=a.token)
    assert said.status == 400
    assert b.records() == []
