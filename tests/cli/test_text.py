"""seamline text: what was written is read again; what is not understood stands there and is an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seamline.cli.app import run
from tests.nodes import START

MINUTE = 60_000


def test_written_and_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = START // MINUTE * MINUTE
    said = {
        "type": "raid",
        "summary": "Two shots",
        "time": {"start": start, "end": start + MINUTE},
        "wounded": 1,
    }
    (tmp_path / "said.json").write_text(json.dumps(said))
    assert run(["text", "write", "increp", str(tmp_path / "said.json"), "--lang", "ckb"]) == 0
    written = capsys.readouterr().out
    (tmp_path / "mail.txt").write_text(written, "utf-8")
    assert run(["text", "read", str(tmp_path / "mail.txt"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["form"], found["fields"]) == ("increp", said)


def test_what_is_not_understood_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mail.txt").write_text("INCREP\n2 Type: quarrel\n", "utf-8")
    assert run(["text", "read", str(tmp_path / "mail.txt")]) == 1
    assert "! type: quarrel" in capsys.readouterr().out
    assert run(["text", "read", str(tmp_path / "none.txt")]) == 2
    assert run(["text", "write", "letter", str(tmp_path / "mail.txt")]) == 2
    assert run(["text", "write", "increp", str(tmp_path / "mail.txt")]) == 2
