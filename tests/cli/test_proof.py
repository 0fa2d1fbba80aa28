"""seamline proof, seamline verify FILE: written at a node, checked where only a fingerprint is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.actions.officer import Officer
from seamline.cli.app import run
from tests.cli.test_commands import SECRET, at, make_node, said
from tests.nodes import INCIDENT, put

__all__ = ["at"]


@pytest.fixture
def proved(at: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """A proof file, and the fingerprint of ksf."""
    fingerprint = make_node(capsys, at)
    said(capsys, "party", "trust", at / "erbil", at / "ksf.statements.json", "--confirm", fingerprint)
    with wiring.opened(at / "erbil", SECRET) as node:
        wiring.accounts_of(node).add("ksf", "watch-1", ["watch"])
        item = put(node, Officer("ksf", "watch-1", frozenset({"watch"})), "incident", "ksf", INCIDENT)
    out = at / "shots.proof"
    told = said(capsys, "proof", item["id"], "--out", out, "--dir", at / "erbil", "--officer", "ksf/watch-1")
    assert told["parties"] == ["ksf"]
    return out, fingerprint


def verify(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any, str]:
    code = run(["verify", *(str(w) for w in words), "--json"])
    out = capsys.readouterr()
    return code, json.loads(out.out) if out.out else None, out.err


def test_sound_with_the_fingerprint_alone(
    proved: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, _ = verify(capsys, proved[0], "--key", f"ksf={proved[1]}")
    assert code == 0
    assert (told["sound"], told["counts"], told["body"]["summary"]) == (True, True, INCIDENT["summary"])


def test_a_fingerprint_as_it_was_read_aloud(
    proved: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    spoken = " ".join(proved[1][i : i + 4] for i in range(0, 32, 4)).upper()
    assert run(["verify", str(proved[0]), "--key", f"ksf={spoken}"]) == 0
    assert "Sound." in capsys.readouterr().out


def test_tampered_says_where(proved: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    file = json.loads(proved[0].read_bytes())
    proof = file["item"]["proof"]
    file["item"]["proof"] = proof.replace("index 0", "index 1")
    bad = proved[0].with_name("bad.proof")
    bad.write_text(json.dumps(file, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
    code, told, fault = verify(capsys, bad, "--key", f"ksf={proved[1]}")
    assert (code, told) == (1, None)
    assert "log 7.2" in fault


def test_a_wrong_fingerprint_is_not_sound(
    proved: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(capsys, proved[0], "--key", f"ksf={'0' * 32}")[0] == 1


def test_unreadable(proved: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    cut = proved[0].with_name("cut.proof")
    cut.write_bytes(proved[0].read_bytes()[:200])
    assert verify(capsys, cut, "--key", f"ksf={proved[1]}")[0] == 2


@pytest.mark.parametrize("words", [[], ["--key", "ksf"], ["--key", "=00"]])
def test_the_key_is_asked_for(
    proved: tuple[Path, str], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    code, _, fault = verify(capsys, proved[0], *words)
    assert code == 2
    assert "PARTY=FINGERPRINT" in fault


def test_no_proof_is_written_over(proved: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    before = proved[0].read_bytes()
    id = verify(capsys, proved[0], "--key", f"ksf={proved[1]}")[1]["id"]
    words = ["proof", id, "--out", str(proved[0]), "--dir", str(proved[0].parent / "erbil")]
    assert run([*words, "--officer", "ksf/watch-1"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert proved[0].read_bytes() == before


def test_no_such_record(proved: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["proof", "x", "--dir", str(proved[0].parent / "erbil"), "--officer", "ksf/watch-1"]
    assert run(words) == 2
    assert "no record" in capsys.readouterr().err
