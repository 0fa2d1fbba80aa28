"""seamline bundle: what the courier's two ends type, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seamline import wiring
from seamline.cli.app import run
from tests.cli.test_commands import SECRET, said
from tests.nodes import INCIDENT, officer, put

Said = pytest.CaptureFixture[str]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> Path:
    """Two nodes of two parties that know and believe each other."""
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    monkeypatch.chdir(tmp_path)
    prints = {}
    for party, name in (("ksf", "erbil"), ("isf", "baghdad")):
        prints[party] = said(capsys, "party", "init", f"{party}.party", "--party", party)["fingerprint"]
        said(capsys, "node", "init", name, "--name", name, "--owner", party)
        said(capsys, "party", "name-node", f"{party}.party", tmp_path / name / "node.card.json")
    for name in ("erbil", "baghdad"):
        for party, shown in prints.items():
            said(capsys, "party", "trust", name, f"{party}.statements.json", "--confirm", shown)
        said(capsys, "channel", "open", name, "isf+ksf")
    return tmp_path


def tell(folder: Path, party: str, *summaries: str) -> None:
    with wiring.opened(folder, SECRET) as node:
        for summary in summaries:
            put(node, officer(party, "release"), "incident", "isf+ksf", {**INCIDENT, "summary": summary})


def test_there_and_back(at: Path, capsys: Said) -> None:
    tell(at / "erbil", "ksf", "one", "two")
    wrote = said(capsys, "bundle", "write", "erbil", "--to", "baghdad", "--out", "stick")
    assert (wrote["entries"], wrote["to"], wrote["more"]) == (2, ["baghdad"], False)
    assert wrote["bytes"] == (at / "stick").stat().st_size
    report = said(capsys, "bundle", "read", "baghdad", "stick")
    assert (report["from"]["name"], report["new"], report["known"], report["answer"]) == ("erbil", 2, 0, True)
    assert said(capsys, "bundle", "read", "baghdad", "stick")["known"] == 2
    back = said(capsys, "bundle", "write", "baghdad", "--to", "erbil")
    assert said(capsys, "bundle", "read", "erbil", back["file"])["receipts"] == 1
    assert said(capsys, "bundle", "write", "erbil", "--to", "baghdad", "--out", "stick")["entries"] == 0
    with wiring.opened(at / "baghdad", SECRET) as node:
        assert {json.loads(row.body)["summary"] for row in node.picture.current_of_kind("incident")} == {
            "one",
            "two",
        }


def test_what_people_read(at: Path, capsys: Said) -> None:
    tell(at / "erbil", "ksf", "one")
    assert run(["bundle", "write", "erbil", "--to", "baghdad", "--out", "stick", "--max", "64k"]) == 0
    assert "1 entries" in capsys.readouterr().out
    assert run(["bundle", "read", "baghdad", "stick"]) == 0
    out = capsys.readouterr().out
    assert "From erbil" in out
    assert "isf+ksf routine, log of erbil: 1 new, 0 known" in out
    assert "something to take back" in out


def test_damage_and_mistakes_have_exit_codes(at: Path, capsys: Said) -> None:
    tell(at / "erbil", "ksf", *(f"{n} " + "x" * 150 for n in range(60)))
    said(capsys, "bundle", "write", "erbil", "--to", "baghdad", "--out", "stick")
    data = (at / "stick").read_bytes()
    (at / "cut").write_bytes(data[:-40])
    (at / "noise").write_bytes(b"nothing of the kind")
    assert run(["bundle", "read", "baghdad", "noise"]) == 2
    assert run(["bundle", "read", "baghdad", "nowhere"]) == 2
    assert run(["bundle", "read", "erbil", "stick"]) == 2
    assert "sealed to other nodes' keys" in capsys.readouterr().err
    assert run(["bundle", "read", "baghdad", "cut"]) == 2
    assert "cut or changed within its first" in capsys.readouterr().err
    assert run(["bundle", "read", "baghdad", "stick"]) == 0
    assert run(["bundle", "write", "erbil", "--to", "nobody"]) == 2
    assert run(["bundle", "write", "erbil", "--to", "baghdad", "--max", "lots"]) == 2
    assert run(["bundle", "write", "erbil", "--to", "baghdad", "--max", "100"]) == 2
    assert run(["bundle", "write", "erbil", "--to", "baghdad", "--out", "no/such/folder"]) == 2
    assert run(["bundle", "read", "baghdad", "stick", "--url", "http://127.0.0.1:1"]) == 2


def test_how_a_link_is_used(at: Path, capsys: Said) -> None:
    said(capsys, "link", "add", "erbil", "baghdad", "--url", "http://127.0.0.1:8899")
    told = said(capsys, "link", "set", "erbil", "baghdad", "--part", "4096", "--blob", "50000", "--no-dial")
    assert (told["part"], told["blob"], told["dial"]) == (4096, 50_000, False)
    told = said(capsys, "link", "set", "erbil", "baghdad", "--blob", "any")
    assert (told["part"], told["blob"], told["dial"]) == (4096, None, False)
    assert run(["link", "set", "erbil", "baghdad", "--part", "100"]) == 2
    assert run(["link", "set", "erbil", "nobody", "--part", "4096"]) == 2
    assert run(["link", "set", "erbil", "baghdad", "--blob", "few"]) == 2
