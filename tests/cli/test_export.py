"""seamline export tiles: whole logs, into a new folder, and no half of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamline import wiring
from seamline.actions.officer import Officer
from seamline.cli.app import run
from seamline.log import checkpoint
from tests.actions.test_programmes import brigade, units
from tests.cli.test_commands import SECRET, at, make_node, said
from tests.nodes import INCIDENT, put

__all__ = ["at"]


@pytest.fixture
def node(at: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    fingerprint = make_node(capsys, at)
    said(capsys, "party", "trust", at / "erbil", at / "ksf.statements.json", "--confirm", fingerprint)
    with wiring.opened(at / "erbil", SECRET) as opened:
        for _ in range(3):
            put(opened, Officer("ksf", "watch-1", frozenset({"watch"})), "incident", "ksf", INCIDENT)
    return at / "erbil"


def test_a_log_as_static_files(node: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = node.parent / "tiles"
    told = said(capsys, "export", "tiles", node, out, "--channel", "ksf")
    found = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert found == {"checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"}
    assert told["size"] == 3
    head = checkpoint.claimed((out / "checkpoint").read_bytes())
    assert (checkpoint.origin(head.log), head.root.hex()) == (told["origin"], told["root"])
    assert told["vkey"].startswith(told["origin"] + "+")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--channel", "isf"], "one of those held here"),
        (["--channel", "ksf", "--lane", "slow"], "flash or routine"),
        (["--channel", "ksf", "--node", "paris"], "on the roster"),
        (["--channel", "ksf", "--lane", "flash"], "no signed head"),
    ],
)
def test_what_cannot_be_exported_leaves_no_folder(
    node: Path, capsys: pytest.CaptureFixture[str], words: list[str], what: str
) -> None:
    out = node.parent / "tiles"
    assert run(["export", "tiles", str(node), str(out), *words]) == 2
    assert what in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_that_holds_something_is_left_alone(node: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = node.parent / "tiles"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert run(["export", "tiles", str(node), str(out), "--channel", "ksf"]) == 2
    assert [p.name for p in out.iterdir()] == ["mine.txt"]
    assert "not empty" in capsys.readouterr().err


def test_records_as_a_file_which_is_logged(node: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with wiring.opened(node, SECRET) as opened:
        wiring.accounts_of(opened).add("ksf", "watch-1", ["watch"])
    out = node.parent / "all.csv"
    words = ["export", "records", out, "--dir", node, "--officer", "ksf/watch-1"]
    told = said(capsys, *words, "--kind", "incident", "--from", "2020-01-01T00:00:00Z")
    assert (told["records"], told["bytes"]) == (3, out.stat().st_size)
    assert out.read_text("utf-8-sig").count("coordination only, not for targeting") == 3
    # Nothing is written over, and a form that is none is no file.
    assert run([str(word) for word in words]) == 2
    capsys.readouterr()
    none = node.parent / "none"
    assert run(["export", "records", str(none), *map(str, words[3:]), "--format", "xlsx"]) == 2
    assert "csv, geojson" in capsys.readouterr().err
    assert not none.exists()
    assert run(["export", "records", str(none)]) == 2
    with wiring.opened(node, SECRET) as opened:
        logged = [row.by for row in opened.picture.current_of_kind("export")]
    assert logged == ["watch-1"]


HEAD = "point,point_en,milestone,step,owners,due,planned\n"


def test_the_points_of_a_programme_go_out_and_the_file_can_be_taken_back(
    node: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with wiring.opened(node, SECRET) as opened:
        wiring.accounts_of(opened).add("ksf", "watch-1", ["watch"])
        opened.open_channel("isf+ksf")
        who = Officer("ksf", "release-1", frozenset({"release"}))
        item = put(opened, who, "programme", "isf+ksf", units(brigade("1")))
    out = node.parent / "points.csv"
    made = said(capsys, "programme", "points", item["id"], out, "--dir", node, "--officer", "ksf/watch-1")
    assert made["milestones"] == 6
    told = said(capsys, "programme", "check", out, "--track", "unit", "--channel", "isf+ksf")
    assert [len(point["milestones"]) for point in told["points"]] == [6]
    out.write_text(HEAD + "1,B,1.1,funded,isf,=NOW(),\n")
    assert run(["programme", "check", str(out), "--track", "unit", "--channel", "isf+ksf"]) == 2
    assert "line 2, column due: =NOW(): a day as" in capsys.readouterr().out
