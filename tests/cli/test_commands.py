"""The commands an administrator types, in the order he types them; and what they say when he errs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seamline.cli.app import run

SECRET = "four random words here"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    folder = tmp_path / "with a space"
    folder.mkdir()
    return folder


def said(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    """Run a command that must succeed, with --json; its answer."""
    code = run([str(w) for w in words] + ["--json"])
    out = capsys.readouterr()
    assert code == 0, out.err
    return json.loads(out.out.splitlines()[-1])


def make_node(capsys: pytest.CaptureFixture[str], at: Path) -> str:
    """A ksf node its party names; the party's fingerprint."""
    party = said(capsys, "party", "init", at / "ksf.party", "--party", "ksf")
    said(capsys, "node", "init", at / "erbil", "--name", "erbil", "--owner", "ksf", "--port", "8899")
    said(capsys, "party", "name-node", at / "ksf.party", at / "erbil" / "node.card.json")
    return str(party["fingerprint"])


def test_from_nothing_to_a_node_that_believes_its_party(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint = make_node(capsys, at)
    key = said(capsys, "officer", "key", at / "watch.key")
    certified = said(
        capsys,
        "party",
        "certify-officer",
        at / "ksf.party",
        "watch-1",
        "--role",
        "watch",
        "--key",
        key["public"],
    )
    assert certified["no"] == 3
    statements = at / "ksf.statements.json"
    before = said(capsys, "party", "trust", at / "erbil", statements)
    assert before["believed"] == 0, "nobody is believed before a person confirmed the fingerprint"
    trusted = said(capsys, "party", "trust", at / "erbil", statements, "--confirm", fingerprint)
    assert trusted == {"party": "ksf", "believed": 3}
    held = said(capsys, "channel", "open", at / "erbil", "isf+ksf")
    assert held["channels"] == ["ksf", "isf+ksf"]
    said(capsys, "officer", "add", at / "erbil", "watch-1", "--role", "watch")
    assert len(said(capsys, "officer", "token", at / "erbil", "watch-1")["token"]) > 30
    listed = said(capsys, "officer", "list", at / "erbil")
    assert listed["officers"] == [
        {"party": "ksf", "officer": "watch-1", "roles": ["watch"], "disabled": False}
    ]
    said(capsys, "officer", "disable", at / "erbil", "watch-1")
    assert said(capsys, "verify", at / "erbil") == {"logs": []}
    assert said(capsys, "rebuild", at / "erbil")["folded"] == 0


def test_a_link_needs_a_node_that_a_roster_names(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint = make_node(capsys, at)
    said(capsys, "node", "init", at / "room", "--name", "room", "--owner", "ksf", "--port", "8898")
    assert run(["link", "add", str(at / "room"), "erbil", "--url", "http://127.0.0.1:8899"]) == 2
    assert "no roster here names it" in capsys.readouterr().err
    said(capsys, "party", "trust", at / "room", at / "ksf.statements.json", "--confirm", fingerprint)
    said(capsys, "link", "add", at / "room", "erbil", "--url", "http://127.0.0.1:8899")
    assert [k["name"] for k in said(capsys, "link", "list", at / "room")["links"]] == ["erbil"]


def test_a_fingerprint_that_differs_is_not_believed(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_node(capsys, at)
    wrong = "0" * 32
    assert (
        run(["party", "trust", str(at / "erbil"), str(at / "ksf.statements.json"), "--confirm", wrong]) == 2
    )
    assert "do not go on" in capsys.readouterr().err


def test_keys_are_destroyed_only_on_demand_and_for_good(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_node(capsys, at)
    assert run(["node", "destroy-keys", str(at / "erbil")]) == 2
    said(capsys, "verify", at / "erbil")
    said(capsys, "node", "destroy-keys", at / "erbil", "--yes")
    assert run(["verify", str(at / "erbil")]) == 2


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["serve", "NOWHERE"], 2, "holds no node"),
        (["node", "init", "AT", "--name", "Erbil!", "--owner", "ksf"], 2, "name"),
        (["party", "name-node", "AT/ksf.party", "AT/ksf.statements.json"], 2, "no node card"),
        (["party", "trust", "AT/erbil", "AT/nothing.json"], 2, "cannot be read"),
        (["channel", "open", "AT/erbil", "isf+mag"], 2, "only channels that include it"),
        (["officer", "token", "AT/erbil", "nobody-9"], 2, "no account"),
        (["frobnicate"], 2, ""),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(
    at: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, part: str
) -> None:
    make_node(capsys, at)
    given = [w.replace("AT", str(at)).replace("NOWHERE", str(at / "none")) for w in words]
    assert run(given) == code
    out = capsys.readouterr()
    assert part in out.err + out.out
    assert said(capsys, "channel", "list", at / "erbil")["channels"] == ["ksf"]


def test_a_wrong_passphrase_opens_nothing(
    at: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_node(capsys, at)
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", "another passphrase")
    assert run(["verify", str(at / "erbil"), "--json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"] == "locked"
