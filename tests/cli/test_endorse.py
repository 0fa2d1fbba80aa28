"""seamline endorse: signed is what was read here, whatever the node says; and the chain verifies alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seamline.cli import endorse as command
from seamline.cli.app import run
from seamline.store import keyfile
from tests.nodes import attested, officer, seed
from tests.web.desk import Desk, desk

ROOM = "isf+ksf"
TERMS = {"name": "Terms of the room", "parties": ["isf", "ksf"]}
SECRET = "three quiet hills at dawn"
Bend = Callable[[str, Any], Any]


@dataclass
class Reply:
    status_code: int
    content: bytes

    @property
    def is_success(self) -> bool:
        return self.status_code < 300


@dataclass
class Client:
    """What the command speaks to: the node's application; bend: what an altered program answers instead."""

    here: Desk
    token: str
    bend: Bend = lambda path, answer: answer

    def get(self, path: str) -> Reply:
        reply = self.here.wire.get(path, token=self.token)
        return Reply(reply.status, reply.body)

    def post(self, path: str, json: Any) -> Reply:
        reply = self.here.wire.post(path, self.bend(path, json), token=self.token)
        return Reply(reply.status, reply.body)


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("isf", "ksf") as made:
        yield made


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signatories' key files: sealing is slow on purpose, so once."""
    folder = tmp_path_factory.mktemp("keys")
    for party in ("isf", "ksf"):
        keyfile.seal_file(folder / f"{party}.key", SECRET, seed(party, "signatory"), "officer")
    (folder / "secret").write_text(SECRET)
    return folder


@pytest.fixture
def say(here: Desk, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:

    def once(party: str, id: str, *words: str, bend: Bend = lambda path, asked: asked) -> int:
        @contextmanager
        def client(url: str, token: str) -> Iterator[Client]:
            yield Client(here, here.token("signatory", party), bend)

        monkeypatch.setattr(command.remote, "client", client)
        given = [
            "--url",
            "https://room",
            "--token-file",
            str(sealed / "secret"),
            "--key",
            str(sealed / f"{party}.key"),
        ]
        return run(["endorse", id, *given, "--key-passphrase-file", str(sealed / "secret"), "--json", *words])

    return once


def propose(here: Desk) -> dict[str, Any]:
    return attested(here.world, here.node, officer("ksf", "release"), "terms", ROOM, TERMS)


def state(here: Desk, id: str) -> str:
    return str(here.wire.get(f"/api/records/{id}", token=here.token("watch", "ksf")).json["state"])


def test_read_confirmed_and_signed_and_each_proof_verifies_alone(
    here: Desk, say: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = propose(here)
    made = []
    for party in ("isf", "ksf"):
        assert say(party, item["id"], "--confirm", item["hash"][:4]) == 0
        shown = capsys.readouterr()
        assert "Terms of the room" in shown.err
        assert "Parties: [" in shown.err
        # What is meant where nothing is said is signed, and so it is read.
        assert "Time zone: Asia/Baghdad (as nothing else is said)" in shown.err
        made.append(json.loads(shown.out)["id"])
    assert state(here, item["id"]) == "in_force"
    # A third machine knows two fingerprints and has three files: who endorsed which bytes is in them.
    keys = [w for p in ("isf", "ksf") for w in ("--key", f"{p}={here.world.party_key(p).fingerprint}")]
    bodies = []
    for n, id in enumerate([item["id"], *made]):
        file = tmp_path / f"{n}.proof"
        file.write_bytes(here.wire.get(f"/api/records/{id}/proof", token=here.token("watch", "ksf")).body)
        assert run(["verify", str(file), *keys, "--json"]) == 0
        bodies.append(json.loads(capsys.readouterr().out))
    terms, *yeses = bodies
    assert {(y["party"], y["body"]["hash"], y["counts"]) for y in yeses} == {
        ("isf", terms["hash"], True), ("ksf", terms["hash"], True),
    }  # fmt: skip


def test_without_his_confirmation_nothing_is_signed(here: Desk, say: Callable[..., int]) -> None:
    item = propose(here)
    assert say("isf", item["id"], "--confirm", "zzzz") == 2
    assert say("isf", item["id"]) == 2  # nobody at the keyboard
    assert state(here, item["id"]) == "unendorsed"


def test_a_node_that_drafts_something_else_gets_no_signature(here: Desk, say: Callable[..., int]) -> None:
    harmless, other = propose(here), propose(here)

    def bend(path: str, asked: Any) -> Any:
        if path.endswith("draft"):
            asked = json.loads(json.dumps(asked))
            asked["body"] |= {"of": other["id"], "hash": other["hash"]}
        return asked

    assert say("isf", harmless["id"], "--confirm", harmless["hash"][:4], bend=bend) != 0
    assert [state(here, i["id"]) for i in (harmless, other)] == ["unendorsed", "unendorsed"]


def test_a_reservation_and_an_objection_from_the_command_line(here: Desk, say: Callable[..., int]) -> None:
    item = propose(here)
    sure = ("--confirm", item["hash"][:4])
    assert say("isf", item["id"], *sure, "--reserve", "buffers=not for convoys") == 0
    assert say("ksf", item["id"], *sure, "--objection", "the line is wrong") == 0
    told = here.wire.get(f"/api/records/{item['id']}", token=here.token("watch", "ksf")).json["endorsed"]
    assert [r["clause"] for r in told["reservations"]] == ["buffers"]
    assert [o["party"] for o in told["objections"]] == ["ksf"]
