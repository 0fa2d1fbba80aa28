"""Law 6 end to end: a complaint and its photo that endanger somebody are gone from both nodes, verifiably."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.cli import inspect
from seamline.log import statement
from seamline.log.keys import SigningKey
from seamline.store.partybook import PartyBook
from tests.actions.test_complaints import COMPLAINT
from tests.nodes import seed
from tests.release.photos import PNG
from tests.wiring.test_bundles import SECRET, SHARED, Desk, carry, served

KEY = SigningKey(seed("isf", "signatory"))


def books(folder: Path) -> list[PartyBook]:
    made = []
    for party, name in (("ksf", "erbil"), ("isf", "baghdad")):
        card = wiring.init_node(folder / name, SECRET, name=name, owners=(party,)).card
        book = PartyBook.create(folder / f"{party}.party", SECRET, party, party, 1)
        book.say(wiring.read_card(card), 1)
        made.append(book)
    made[1].say(statement.Officer("signatory-1", KEY.public.hex(), ("signatory",), "signatory"), 2)
    return made


def signed(desk: Desk, token: str, request: dict[str, Any]) -> Any:
    """As the browser does it: the node drafts, the officer's key signs."""
    draft = desk.wire.post("/api/records/draft", {"path": "records", **request}, token=token).json
    value = base64.b64encode(KEY.sign(base64.b64decode(draft["signing"]))).decode()
    sig = {"key": KEY.fingerprint, "value": value}
    return desk.wire.post("/api/records", {**request, **draft["draft"], "sig": sig}, token=token)


def test_gone_from_both_nodes_and_verify_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = books(tmp_path)
    with (
        served(tmp_path / "baghdad", "isf", known) as ours,
        served(tmp_path / "erbil", "ksf", known) as theirs,
    ):
        photo = ours.wire.post("/api/blobs", body=PNG, token=ours.token).json
        body = {**COMPLAINT, "narrative": "seen at the well", "photos": [photo]}
        request = {"kind": "complaint", "channel": SHARED, "body": body}
        made = ours.wire.post("/api/records", request, token=ours.token).json
        carry(ours, theirs, "erbil")
        carry(theirs, ours, "baghdad")
        carry(ours, theirs, "erbil")
        for desk in (ours, theirs):
            assert desk.wire.get(f"/api/complaints/{made['id']}", token=desk.token).status == 200
            assert desk.wire.get(f"/api/blobs/{photo['hash']}", token=desk.token).status == 200
        accounts = wiring.accounts_of(ours.served.parts.node)
        accounts.add("isf", "signatory-1", ["signatory"])
        token = accounts.issue("isf", "signatory-1")[0]
        act = {"of": made["id"], "hash": made["hash"], "reason": "It shows who spoke."}
        said = signed(ours, token, {"kind": "destruction", "channel": SHARED, "body": act})
        assert said.status == 201, said.body
        carry(ours, theirs, "erbil")
        for desk in (ours, theirs):
            parts = desk.served.parts
            assert desk.wire.get(f"/api/complaints/{made['id']}", token=desk.token).status == 404
            assert desk.wire.get(f"/api/blobs/{photo['hash']}", token=desk.token).status == 404
            assert parts.node.blobs.get(photo["hash"]) is None
            kept = [e for log in parts.node.log.logs() for e in parts.node.log.entries(log, 0, 99) if e]
            assert not any(b"seen at the well" in entry for entry in kept)
            acts = desk.wire.get("/api/records?kind=destruction", token=desk.token).json["items"]
            assert [one["body"]["reason"] for one in acts] == ["It shows who spoke."]
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    for name in ("baghdad", "erbil"):
        assert inspect.verify(tmp_path / name, passphrase_file=secret, lang="en") == 0
        assert "destroyed" in capsys.readouterr().out
