"""seamline import: from a file to records, what it says, and how a person decides."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from seamline.actions.imports import Refused, Report
from seamline.cli import decisions, imports
from seamline.cli.app import run
from seamline.errors import BadInput, Conflict
from seamline.texts import LANGS, text
from tests.cli.test_commands import SECRET, make_node, said

LIST = (
    "id,summary,date,where\n1,Mine found,2026-11-01,زمار\n2,Shots,2026-11-02,Xanadu\n3,Late,2026-11-31,زمار\n"
)


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    folder = tmp_path / "with a space"
    folder.mkdir()
    make_node(capsys, folder)
    said(capsys, "officer", "add", folder / "erbil", "watch-1", "--role", "watch")
    (folder / "list.csv").write_text(LIST, "utf-8")
    return folder


def bring(capsys: pytest.CaptureFixture[str], at: Path, *words: str) -> tuple[int, Any]:
    base = [str(at / "list.csv"), "--dir", str(at / "erbil"), "--as", "incident", "--officer", "ksf/watch-1"]
    code = run(["import", *base, *words, "--json"])
    out = capsys.readouterr()
    return code, json.loads(out.out or out.err)


def test_from_a_file_to_records(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, dry = bring(capsys, at, "--dry-run")
    assert (code, dry["new"], dry["refused"], dry["waiting"]) == (1, 1, 1, 1)
    table = at / "decide.csv"
    code, report = bring(capsys, at, "--decide", str(table))
    assert (code, report["new"], report["source"]) == (1, 1, "list")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert [(r["name"], r["sure"]) for r in rows] == [("Xanadu", "unknown")]
    table.write_text(
        table.read_text("utf-8-sig").replace("unknown,,,,,", 'unknown,,,,,"36.1, 43.2"'), "utf-8"
    )
    code, report = bring(capsys, at, "--decide", str(table))
    assert (report["new"], report["present"], report["waiting"]) == (1, 1, 0)
    (fault,) = report["faults"]
    assert (fault["line"], fault["column"], fault["value"]) == (4, "date", "2026-11-31")
    assert (fault["remedy"], fault["code"]) == ("there is no such day", "import_date")


def test_for_people(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "import",
        str(at / "list.csv"),
        "--dir",
        str(at / "erbil"),
        "--as",
        "incident",
        "--officer",
        "watch-1",
    ]
    assert run(words) == 1
    out = capsys.readouterr().out
    assert "1 new" in out
    assert "line 4, column date: 2026-11-31: there is no such day" in out
    assert "Xanadu" in out


@pytest.mark.parametrize(
    "more",
    [["--officer", "ksf/nobody"], ["--map", "date"], ["--map", "date=weather"], ["--as", "terms"],
     ["--channel", "isf+mag"], ["--preset", "ucdp"], ["--url", "http://127.0.0.1:1"]],
)  # fmt: skip
def test_what_is_asked_wrongly(at: Path, capsys: pytest.CaptureFixture[str], more: list[str]) -> None:
    base = {"--as": "incident", "--dir": str(at / "erbil"), "--officer": "watch-1"}
    base.update({more[0]: more[1]})
    code = run(["import", str(at / "list.csv"), *(w for pair in base.items() for w in pair), "--json"])
    told = json.loads(capsys.readouterr().err)
    assert code == 2
    assert told["message"]


def test_decisions_are_chosen_once_and_never_overwritten(tmp_path: Path) -> None:
    table = tmp_path / "decide.csv"
    table.write_text(
        "name,candidate,lat,lon,choose\nA,a,36.5,43.1,x\nA,b,36.6,43.2,\n'=B,c,1,2,leave\n", "utf-8"
    )
    assert decisions.load(table) == {"A": "36.5, 43.1", "=B": "leave"}
    with pytest.raises(Conflict):
        decisions.save(table, [])
    table.write_text("name,lat,lon,choose\nA,36.5,43.1,x\nA,36.6,43.2,x\n", "utf-8")
    with pytest.raises(BadInput, match="once"):
        decisions.load(table)


def test_through_a_serving_node(at: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import uvicorn

    from seamline import wiring

    token = tmp_path / "token"
    token.write_text(said(capsys, "officer", "token", at / "erbil", "watch-1")["token"], "utf-8")
    parts = wiring.assemble(at / "erbil", SECRET)
    served = wiring.Served(parts)
    up = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            up.set()

    server = Server(uvicorn.Config(served, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert up.wait(20)
        port = server.servers[0].sockets[0].getsockname()[1]
        words = ["import", str(at / "list.csv"), "--as", "incident", "--url", f"http://127.0.0.1:{port}"]
        assert run([*words, "--token-file", str(token), "--json"]) == 1
        report = json.loads(capsys.readouterr().out)
        assert (report["new"], report["waiting"], report["refused"]) == (1, 1, 1)
        assert run([*words, "--token-file", str(token), "--map", "date=weather", "--json"]) == 2
        assert json.loads(capsys.readouterr().err)["field"] == "map"
    finally:
        server.should_exit = True
        served.hang_up()
        thread.join(20)
        parts.close()


def test_the_report_is_in_three_languages() -> None:
    """The same report, each sentence in the reader's language; English stays as scripts have read it."""
    report = Report(kind="incident", source="list", unit="line", dry_run=False, channel="ksf", rows=9)
    report.new, report.refused, report.areas, report.waiting = 3, 1, 2, 1
    report.mapped = {"date": "date"}
    report.faults = [Refused(4, "date", "yesterday", "write it as 2026-11-21", "import_date")]
    told = {lang: imports._told(lang, report, None) for lang in LANGS}
    assert told["en"][0] == "Imported as Incident in ksf: 3 new, 0 here already, 9 rows in all."
    assert "  line 4, column date: yesterday: write it as 2026-11-21" in told["en"]
    assert len({tuple(lines) for lines in told.values()}) == 3
    for lang in ("ar", "ckb"):
        assert not set(told[lang]) & set(told["en"])
        assert any(text(lang, "error.import_date") in line for line in told[lang])
