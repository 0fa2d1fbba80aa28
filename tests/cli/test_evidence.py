"""seamline evidence, seamline verify FILE: written at a node, checked where only a fingerprint is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.actions.evidence import EvidenceBook
from seamline.cli.app import run
from tests.actions.test_evidencing import forked
from tests.cli.test_commands import SECRET, at, make_node, said

__all__ = ["at"]


@pytest.fixture
def found(at: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """An evidence file against the node erbil, and the fingerprint of ksf."""
    fingerprint = make_node(capsys, at)
    said(capsys, "party", "trust", at / "erbil", at / "ksf.statements.json", "--confirm", fingerprint)
    assert said(capsys, "evidence", at / "erbil")["evidence"] == []
    with wiring.opened(at / "erbil", SECRET) as node:
        EvidenceBook(node.local).add(forked(node, "ksf"), 1)
    (told,) = said(capsys, "evidence", at / "erbil", "--out", at)["evidence"]
    assert (told["whose"], told["rule"], told["fault"]) == ("erbil", "log 5.6", "ours")
    return Path(told["file"]), fingerprint


def verify(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any, str]:
    code = run(["verify", *(str(w) for w in words), "--json"])
    out = capsys.readouterr()
    return code, json.loads(out.out) if out.out else None, out.err


def test_it_shows_two_histories_to_whoever_has_the_fingerprint(
    found: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, _ = verify(capsys, found[0], "--key", f"ksf={found[1]}")
    assert code == 0
    assert (told["sound"], told["whose"], told["channel"]) == (True, "erbil", "ksf")
    assert [head["size"] for head in told["heads"]] == [2, 5]
    assert run(["verify", str(found[0]), "--key", f"ksf={found[1]}"]) == 0
    assert "node erbil (ksf) signed two histories" in capsys.readouterr().out


def test_tampered_and_unreadable(found: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    data = found[0].read_bytes()
    value = json.loads(data)
    value["heads"]["root"] = "0" * 64
    bad = found[0].with_name("bad.evidence")
    bad.write_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")
    assert verify(capsys, bad, "--key", f"ksf={found[1]}")[0] == 1
    bad.write_bytes(data[:-40])
    assert verify(capsys, bad, "--key", f"ksf={found[1]}")[0] == 2
    assert verify(capsys, found[0])[0] == 2


def test_no_file_is_overwritten(found: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["evidence", str(found[0].parent / "erbil"), "--out", str(found[0].parent)])
    assert code != 0
    assert "is there already" in capsys.readouterr().err
