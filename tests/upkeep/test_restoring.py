"""Backup and restore of a folder: what is in the file, what is not, and everything that is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.actions import audit, read
from seamline.actions.node import Node
from seamline.cli.app import run
from seamline.errors import BadInput, Conflict, Locked, RuleBroken, StoreBroken
from seamline.log import checkpoint
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.keys import SigningKey
from seamline.store import backup, keyfile
from seamline.store.partybook import PartyBook
from seamline.upkeep import restoring
from tests.nodes import INCIDENT, START, copy, let_go, officer, put

SECRET = "four random words here"
SHARED = "isf+ksf"


@pytest.fixture(autouse=True)
def _cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase costs a tenth of a second on purpose; not here, two dozen times."""
    monkeypatch.setitem(keyfile.seal_file.__kwdefaults__, "cost", keyfile.Cost(memory_kib=8, passes=1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ksf node that its party names, with one own record and one shared."""
    book = PartyBook.create(tmp_path / "ksf.party", SECRET, "ksf", "KSF", START)
    made = wiring.init_node(tmp_path / "node", SECRET, name="erbil", owners=("ksf",))
    book.say(wiring.read_card(made.card), START)
    with wiring.opened(tmp_path / "node", SECRET) as node:
        believe(node, book)
        node.open_channel(SHARED)
        wiring.accounts_of(node).add("ksf", "duty-1", ("watch",))
        let_go(node, "ksf", say(node, "one"), SHARED)
        node.blobs.put(b"a photograph")
    return tmp_path / "node"


def believe(node: Node, book: PartyBook) -> None:
    node.trust.add(book.statements)
    node.trust.confirm(book.party, book.key.public, book.key.fingerprint)


def say(node: Node, summary: str) -> dict[str, Any]:
    return put(node, officer("ksf", "watch"), "incident", "ksf", INCIDENT | {"summary": summary})


def titles(node: Node, channel: str = "ksf") -> list[str]:
    query = read.RecordQuery(channel=channel)
    items = read.records(node, officer("ksf", "watch"), query).items
    return sorted(i["title"] for i in items if i["kind"] == "incident")


def test_a_node_is_backed_up_while_it_is_open_and_comes_back(folder: Path, tmp_path: Path) -> None:
    file, there = tmp_path / "erbil.backup", tmp_path / "mount point"
    with wiring.opened(folder, SECRET) as node:
        written = restoring.back_up(folder, file, SECRET)
        say(node, "after the backup")
        old = node.key.fingerprint
    assert written.size == file.stat().st_size
    assert [p.name for p in tmp_path.glob(".backup-*")] == []
    there.mkdir()
    made, about = restoring.restore_node(file, there, SECRET)
    assert (about.name, about.node) == ("erbil", old)
    assert (there / "data").stat().st_mode & 0o077 == 0
    book = PartyBook.load(tmp_path / "ksf.party", SECRET)
    book.say(wiring.read_card(made.card), START)
    with wiring.opened(there, SECRET) as node:
        believe(node, book)
        node.refold().result()
        assert node.key.fingerprint == made.fingerprint != old
        assert titles(node) == ["one"]
        say(node, "again")
        assert titles(node) == ["again", "one"]
        assert node.blobs.get(node.blobs.put(b"a photograph")) == b"a photograph"
        assert node.channels() == ("ksf", SHARED)
        assert not any(audit.verify_log(node, log)["faults"] for log in node.log.logs())


def test_neither_the_signing_key_nor_the_mark_nor_the_picture_is_in_it(folder: Path, tmp_path: Path) -> None:
    file, bare = tmp_path / "f", tmp_path / "bare"
    restoring.back_up(folder, file, SECRET)
    bare.mkdir()
    _, store_key = backup.unpack(file, SECRET, bare)
    kept = {p.relative_to(bare).as_posix() for p in bare.rglob("*") if p.is_file()}
    blobs = {name for name in kept if name.startswith("data/blobs/")}
    assert kept - blobs == {
        "about.json", "node.toml", "node.card.json", "data/log.db", "data/local.db", "data/key-check"
    }  # fmt: skip
    assert len(blobs) == 1
    assert len(store_key) == 32
    assert b"erbil" not in file.read_bytes()


def test_a_token_that_was_revoked_later_does_not_come_alive(folder: Path, tmp_path: Path) -> None:
    with wiring.opened(folder, SECRET) as node:
        accounts = wiring.accounts_of(node)
        secret, _ = accounts.issue("ksf", "duty-1")
    restoring.back_up(folder, tmp_path / "f", SECRET)
    restoring.restore_node(tmp_path / "f", tmp_path / "new", SECRET)
    with wiring.opened(tmp_path / "new", SECRET) as node:
        assert secret
        assert all(token.revoked for token in node.local.tokens("ksf", "duty-1"))
        assert node.local.tokens("ksf", "duty-1")


def test_heads_that_others_hold_are_named_and_no_made_up_one(folder: Path, tmp_path: Path) -> None:
    file, log = tmp_path / "f", None
    restoring.back_up(folder, file, SECRET)
    with wiring.opened(folder, SECRET) as node:
        let_go(node, "ksf", say(node, "two"), SHARED)
        log = LogId(node.key.fingerprint, SHARED, "routine")
        note = node.log.checkpoint(log)
        assert note is not None
    report = tmp_path / "baghdad.json"
    report.write_text(json.dumps({"logs": [{"note": note.decode()}, {"note": None}]}), "utf-8")
    restoring.restore_node(file, tmp_path / "a", SECRET, notes=[note])
    restoring.restore_node(file, tmp_path / "b", SECRET)
    os.environ["SEAMLINE_PASSPHRASE"] = SECRET
    try:
        assert run(["node", "heads", str(tmp_path / "b"), str(report)]) == 0
    finally:
        del os.environ["SEAMLINE_PASSPHRASE"]
    for name in "ab":
        card = wiring.read_card(tmp_path / name / wiring.CARD)
        assert card.predecessor is not None
        assert [(h.channel, h.size) for h in card.predecessor.heads] == [(SHARED, 2)]
    forger = SigningKey(bytes(32))
    forged = checkpoint.sign(Checkpoint(LogId(forger.fingerprint, SHARED, "routine"), 9, bytes(32)), forger)
    with pytest.raises(RuleBroken):
        restoring.raise_heads(
            tmp_path / "b", SECRET, [forged.replace(forger.fingerprint.encode(), log.node.encode())]
        )


def test_once_signed_the_heads_are_settled(folder: Path, tmp_path: Path) -> None:
    restoring.back_up(folder, tmp_path / "f", SECRET)
    made, _ = restoring.restore_node(tmp_path / "f", tmp_path / "a", SECRET)
    book = PartyBook.load(tmp_path / "ksf.party", SECRET)
    book.say(wiring.read_card(made.card), START)
    with wiring.opened(tmp_path / "a", SECRET) as node:
        believe(node, book)
    with pytest.raises(Conflict, match="settled"):
        restoring.raise_heads(tmp_path / "a", SECRET, [])
    with pytest.raises(BadInput, match="no predecessor"):
        restoring.raise_heads(folder, SECRET, [])


def test_what_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "f"
    restoring.back_up(folder, file, SECRET)
    with pytest.raises(BadInput, match="never written over"):
        restoring.back_up(folder, file, SECRET)
    with pytest.raises(Conflict, match="not empty"):
        restoring.restore_node(file, folder, SECRET)
    for wrong in ("wrong passphrase", ""):
        with pytest.raises(Locked, match="wrong passphrase"):
            restoring.restore_node(file, tmp_path / "x", wrong)
    (tmp_path / "text").write_bytes(b"Dear colleague,")
    with pytest.raises(BadInput, match="no backup"):
        restoring.restore_node(tmp_path / "text", tmp_path / "x", SECRET)
    assert list((tmp_path / "x").iterdir()) == []


def test_a_damaged_backup_brings_nothing_back(folder: Path, tmp_path: Path) -> None:
    file, whole = tmp_path / "f", (tmp_path / "f")
    restoring.back_up(folder, file, SECRET)
    data = whole.read_bytes()
    header = data.index(b"\x00", len(backup.MAGIC) + 4) if b"\x00" in data else 4000
    for name, harmed in {
        "cut": data[:-1],
        "cut at a chunk": data[: -(len(data) % 65_552) or -65_552],
        "bit": data[: header + 5000] + bytes([data[header + 5000] ^ 1]) + data[header + 5001 :],
        "longer": data + b"x",
        "header only": data[:400],
    }.items():
        (tmp_path / name).write_bytes(harmed)
        with pytest.raises(StoreBroken, match="damaged"):
            restoring.restore_node(tmp_path / name, tmp_path / "x", SECRET)
        assert list((tmp_path / "x").iterdir()) == [], name


def test_without_its_key_a_backup_dies_with_the_key_file(folder: Path, tmp_path: Path) -> None:
    file, kept = tmp_path / "f", tmp_path / "kept.key"
    restoring.back_up(folder, file, SECRET, with_key=False)
    shutil.copy(wiring.key_path(folder), kept)
    with pytest.raises(Locked, match="--key"):
        restoring.restore_node(file, tmp_path / "x", SECRET)
    restoring.restore_node(file, tmp_path / "x", SECRET, key_file=kept)
    with wiring.opened(tmp_path / "x", SECRET) as node:
        assert node.log.last_seq() > 0
    other = wiring.init_node(tmp_path / "other", SECRET, name="other", owners=("ksf",))
    assert other.fingerprint
    with pytest.raises(StoreBroken, match="damaged"):
        restoring.restore_node(file, tmp_path / "y", SECRET, key_file=wiring.key_path(tmp_path / "other"))


def test_another_node_of_the_party_is_shown_what_the_card_hides(folder: Path, tmp_path: Path) -> None:
    """Without the openings the old node's own-party log would count nothing at its sister (log 8.12)."""
    book = PartyBook.load(tmp_path / "ksf.party", SECRET)
    sister = wiring.init_node(tmp_path / "sister", SECRET, name="kirkuk", owners=("ksf",))
    book.say(wiring.read_card(sister.card), START)
    with wiring.opened(folder, SECRET) as node, wiring.opened(tmp_path / "sister", SECRET) as other:
        believe(other, book)
        copy(node, other)
        assert titles(other) == ["one"]
    restoring.back_up(folder, tmp_path / "f", SECRET)
    made, _ = restoring.restore_node(tmp_path / "f", tmp_path / "new", SECRET)
    book.say(wiring.read_card(made.card), START)
    with wiring.opened(tmp_path / "sister", SECRET) as other:
        believe(other, book)
        other.refold().result()
        assert titles(other) == []
    assert restoring.open_heads(tmp_path / "sister", SECRET, tmp_path / "new" / restoring.OPENINGS) == 1
    with wiring.opened(tmp_path / "sister", SECRET) as other:
        assert titles(other) == ["one"]
    with pytest.raises(BadInput, match="openings"):
        restoring.open_heads(tmp_path / "sister", SECRET, tmp_path / "ksf.party")
