"""Revoking a node that told two stories: what its readers share is proposed, and leaves one picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from seamline.actions import audit
from seamline.actions.evidence import EvidenceBook
from seamline.actions.node import Node
from seamline.cli import revoking
from seamline.cli.app import run
from seamline.errors import BadInput
from seamline.log import checkpoint, receipt, statement
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.merkle import MemoryTree, leaf_hash, root
from seamline.store.ports import StoredReceipt
from tests.actions.test_evidencing import forked
from tests.cli.test_commands import SECRET
from tests.nodes import START, World, officer, put

BOTH = "isf+ksf"


class Scene:
    """Erbil said four things: Baghdad holds all of them, Kirkuk the first two and one of another story."""

    def __init__(self, folder: Path) -> None:
        self.world, self.folder = World(), folder
        self.erbil = self.world.node("erbil", "ksf", channels=(BOTH,))
        self.baghdad = self.world.node("baghdad", "isf", channels=(BOTH,))
        self.kirkuk = self.world.node("kirkuk", "isf", channels=(BOTH,))
        self.world.meet()
        self.log = LogId(self.erbil.key.fingerprint, BOTH, "routine")
        for text in ("one", "two", "three", "four", "other"):
            put(self.erbil, officer("ksf", "release"), "note", BOTH, {"text": text})
        self.said = [e for e in self.erbil.log.entries(self.log, 0, 5) if e is not None]
        self.hold(self.baghdad, self.said[:4])
        self.hold(self.kirkuk, [*self.said[:2], self.said[4]])

    def hold(self, node: Node, entries: list[bytes]) -> None:
        node.writer.submit(lambda tx: tx.log.append(self.log, 0, entries, START)).result()

    def met(self, *nodes: Node) -> None:
        """These have heard of both stories."""
        for node in nodes:
            EvidenceBook(node.local).add(forked(self.erbil, BOTH), START)

    def root(self, size: int) -> str:
        return root(MemoryTree(map(leaf_hash, self.said[:size])), size).hex()

    def file(self, node: Node) -> Path:
        """What `seamline verify --json` prints there."""
        path = self.folder / f"{node.name}.json"
        path.write_bytes(
            msgspec.json.encode({"logs": [audit.verify_log(node, log) for log in node.log.logs()]})
        )
        return path


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.world.close()


def test_of_two_stories_what_the_readers_share(scene: Scene) -> None:
    scene.met(scene.baghdad, scene.kirkuk)
    files = [scene.file(scene.baghdad), scene.file(scene.kirkuk)]
    with pytest.raises(BadInput, match=f"isf.ksf routine: 2 of 4 entries, root {scene.root(2)}"):
        revoking.heads(files, scene.log.node, shared=False)
    (head,) = revoking.heads(files, scene.log.node, shared=True)
    assert head == statement.Head(BOTH, "routine", 2, scene.root(2))
    note = scene.world.say("ksf", statement.RevokeNode(scene.log.node, (head,)))
    for node in (scene.baghdad, scene.kirkuk):
        node.trust.add([note])
        node.writer.submit(lambda tx: None).result()
        counting = [line for line in node.picture.dump() if '"counts":true' in line]
        assert len(counting) == 2
        assert all(word in "".join(counting) for word in ("one", "two"))


def test_of_one_file_what_the_others_receipted(scene: Scene) -> None:
    scene.met(scene.baghdad)
    files = [scene.file(scene.baghdad)]
    assert revoking.heads(files, scene.log.node, shared=True) == (), "Kirkuk has receipted nothing here"
    for size in (1, 2):
        head = Checkpoint(scene.log, size, bytes.fromhex(scene.root(size)))
        signed = receipt.give(checkpoint.sign(head, scene.erbil.key), scene.kirkuk.key, START)
        kept = StoredReceipt(scene.log, scene.kirkuk.key.fingerprint, size, signed, START)
        scene.baghdad.writer.submit(lambda tx, kept=kept: tx.log.put_receipt(kept)).result()
    files = [scene.file(scene.baghdad)]
    expected = statement.Head(BOTH, "routine", 2, scene.root(2))
    assert revoking.heads(files, scene.log.node, shared=True) == (expected,)


def test_a_reader_who_has_not_heard_of_both_is_asked_again(scene: Scene) -> None:
    scene.met(scene.baghdad)
    files = [scene.file(scene.baghdad), scene.file(scene.kirkuk)]
    with pytest.raises(BadInput, match="had not heard of both"):
        revoking.heads(files, scene.log.node, shared=True)


def test_of_one_story_the_longest(scene: Scene) -> None:
    late = scene.world.node("late", "isf", channels=(BOTH,))
    scene.hold(late, scene.said[:3])
    files = [scene.file(late), scene.file(scene.baghdad)]
    expected = statement.Head(BOTH, "routine", 4, scene.root(4))
    assert revoking.heads(files, scene.log.node, shared=False) == (expected,)
    assert revoking.heads(files, scene.baghdad.key.fingerprint, shared=False) == ()


def test_nothing_is_signed_before_a_person_has_seen_it(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    book, statements = tmp_path / "ksf.party", tmp_path / "ksf.statements.json"
    assert run(["party", "init", str(book), "--party", "ksf"]) == 0
    scene.met(scene.baghdad, scene.kirkuk)
    files = [str(scene.file(node)) for node in (scene.baghdad, scene.kirkuk)]
    words = ["party", "revoke-node", str(book), scene.log.node, "--heads", files[0], "--heads", files[1]]
    before = statements.read_bytes()
    assert run(words) == 2
    assert scene.root(2) in capsys.readouterr().err
    assert statements.read_bytes() == before
    assert run([*words, "--shared"]) == 0
    assert statements.read_bytes() != before
