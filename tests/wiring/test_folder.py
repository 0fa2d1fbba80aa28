"""A node's folder: made, opened, wrong passphrase, older copy, new key, keys destroyed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from seamline import wiring
from seamline.actions import audit, read
from seamline.actions.node import Node
from seamline.errors import BadInput, Behind, Conflict, Locked, StoreBusy
from seamline.log.checkpoint import LogId
from seamline.log.keys import SigningKey
from seamline.log.statement import Predecessor
from seamline.store import keyfile
from seamline.store.partybook import PartyBook
from seamline.upkeep import restoring
from tests.nodes import INCIDENT, START, let_go, officer, put

SECRET = "four random words here"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ksf node that its party names, in a path with a space; beside it the party's book."""
    book = PartyBook.create(tmp_path / "ksf.party", SECRET, "ksf", "KSF", START)
    made = wiring.init_node(tmp_path / "my node", SECRET, name="erbil", owners=("ksf",))
    book.say(wiring.read_card(made.card), START)
    with wiring.opened(tmp_path / "my node", SECRET) as node:
        believe(node, book)
        node.open_channel("isf+ksf")
    return tmp_path / "my node"


def believe(node: Node, book: PartyBook) -> None:
    node.trust.add(book.statements)
    node.trust.confirm(book.party, book.key.public, book.key.fingerprint)


def say(node: Node, summary: str) -> dict[str, object]:
    return put(node, officer("ksf", "watch"), "incident", "ksf", INCIDENT | {"summary": summary})


def test_what_was_said_is_there_after_reopening_and_from_the_log_alone(folder: Path) -> None:
    with wiring.opened(folder, SECRET) as node:
        item = say(node, "first")
        dump = list(node.picture.dump())
    (folder / "data" / "picture.db").unlink()
    with wiring.opened(folder, SECRET) as node:
        assert read.record(node, officer("ksf", "watch"), str(item["id"]))["title"] == "first"
        assert list(node.picture.dump()) == dump
        assert [audit.verify_log(node, log)["faults"] for log in node.log.logs()] == [[]]


def test_wrong_passphrase_second_process_second_init(folder: Path) -> None:
    with pytest.raises(Locked), wiring.opened(folder, "wrong passphrase"):
        pass
    with wiring.opened(folder, SECRET), pytest.raises(StoreBusy), wiring.opened(folder, SECRET):
        pass
    with pytest.raises(Conflict):
        wiring.init_node(folder, SECRET, name="erbil", owners=("ksf",))
    with pytest.raises(BadInput), wiring.opened(folder / "nothing", SECRET):
        pass


def test_nothing_said_lies_in_the_folder_in_plain(folder: Path) -> None:
    with wiring.opened(folder, SECRET) as node:
        say(node, "Zanzibar")
    found = [p for p in folder.rglob("*") if p.is_file() and b"Zanzibar" in p.read_bytes()]
    assert found == []


def test_an_older_copy_is_refused_and_goes_on_under_a_new_key(folder: Path, tmp_path: Path) -> None:
    with wiring.opened(folder, SECRET) as node:
        say(node, "one")
        old = node.key.fingerprint
    shutil.copytree(folder / "data", tmp_path / "backup")
    with wiring.opened(folder, SECRET) as node:
        say(node, "two")
        let_go(node, "ksf", say(node, "three"), "isf+ksf")
    shutil.rmtree(folder / "data")
    shutil.copytree(tmp_path / "backup", folder / "data")
    with pytest.raises(Behind), wiring.opened(folder, SECRET):
        pass
    made = restoring.rekey_node(folder, SECRET)
    card = wiring.read_card(made.card)
    assert isinstance(card.predecessor, Predecessor)
    assert card.predecessor.node == old != made.fingerprint
    assert len(card.predecessor.hidden) == 8, "internal sizes are not shown to other parties"
    book = PartyBook.load(tmp_path / "ksf.party", SECRET)
    book.say(card, START)
    with wiring.opened(folder, SECRET) as node:
        believe(node, book)
        node.refold().result()
        say(node, "four")
        titles = [i["title"] for i in read.records(node, officer("ksf", "watch"), read.RecordQuery()).items]
        assert sorted(titles) == ["four", "one"], "what the old key said before the backup still counts"
        assert node.log.head(LogId(made.fingerprint, "ksf", "routine")).size == 1


def test_without_keys_the_folder_is_unreadable(folder: Path) -> None:
    keyfile.destroy(wiring.key_path(folder))
    with pytest.raises(Locked), wiring.opened(folder, SECRET):
        pass


def test_a_party_key_signs_a_chain_and_is_made_once(tmp_path: Path) -> None:
    book = PartyBook.create(tmp_path / "isf.party", SECRET, "isf", "ISF", START)
    with pytest.raises(Conflict):
        PartyBook.create(tmp_path / "isf.party", SECRET, "isf", "ISF", START)
    with pytest.raises(Locked):
        PartyBook.load(tmp_path / "isf.party", "another passphrase")
    again = PartyBook.load(tmp_path / "isf.party", SECRET)
    assert again.statements == book.statements
    assert isinstance(again.key, SigningKey)
