"""Two statements of a party with one number: shown, and settled by people, at the command line (log 8.5)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from seamline.cli.app import run
from tests.cli.test_commands import at, make_node, said

__all__ = ["at"]


def certify(capsys: pytest.CaptureFixture[str], book: Path, officer: str) -> None:
    said(capsys, "party", "certify-officer", book, officer, "--role", "watch")


def test_people_settle_which_of_two_statements_counts(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint = make_node(capsys, at)
    shutil.copy(at / "ksf.party", at / "copy.party")
    shutil.copy(at / "ksf.statements.json", at / "copy.statements.json")
    certify(capsys, at / "ksf.party", "watch-1")
    certify(capsys, at / "copy.party", "watch-2")
    certify(capsys, at / "ksf.party", "watch-3")
    node, ours = at / "erbil", at / "ksf.statements.json"
    said(capsys, "party", "trust", node, ours, "--confirm", fingerprint)
    assert run(["party", "settle", str(node), "ksf"]) != 0
    stopped = said(capsys, "party", "trust", node, at / "copy.statements.json")
    assert stopped["believed"] == 2
    shown = said(capsys, "party", "settle", node, "ksf")
    assert (shown["no"], len(shown["hashes"]), shown["kept"]) == (3, 2, None)
    assert run(["party", "settle", str(node), "ksf", "--keep", "0" * 64]) == 2
    capsys.readouterr()
    assert run(["party", "settle", str(node), "ksf"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if '"watch-1"' in line)
    said(capsys, "party", "settle", node, "ksf", "--keep", line.split()[0])
    assert said(capsys, "party", "trust", node, ours)["believed"] == 4
    assert run(["party", "settle", str(node), "ksf"]) != 0
