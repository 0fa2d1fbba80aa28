"""seamline doctor: each fault is named with its remedy, in three languages, and a sound node has none."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from seamline import texts, wiring
from seamline.cli.app import run
from seamline.clock import ManualClock
from seamline.store import keyfile
from seamline.store.partybook import PartyBook
from seamline.upkeep import doctor
from tests.served import free_ports
from tests.upkeep.test_restoring import SECRET, START, believe, say


@pytest.fixture(autouse=True)
def _cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(keyfile.seal_file.__kwdefaults__, "cost", keyfile.Cost(memory_kib=8, passes=1))
    monkeypatch.setattr(doctor, "LOW", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound node of ksf with one entry."""
    book = PartyBook.create(tmp_path / "ksf.party", SECRET, "ksf", "KSF", START)
    made = wiring.init_node(tmp_path / "n", SECRET, name="erbil", owners=("ksf",), port=free_ports(1)[0])
    book.say(wiring.read_card(made.card), START)
    with wiring.opened(tmp_path / "n", SECRET, ManualClock()) as node:
        believe(node, book)
        say(node, "one")
    return tmp_path / "n"


def codes(folder: Path, **how: Any) -> list[tuple[str, str]]:
    return [(f.severity, f.code) for f in doctor.examine(folder, SECRET, **how)]


def test_a_sound_node_has_no_findings(folder: Path) -> None:
    assert codes(folder) == []
    assert codes(folder, full=True) == []


def test_a_new_node_is_told_what_comes_next(tmp_path: Path) -> None:
    wiring.init_node(tmp_path / "n", SECRET, name="erbil", owners=("ksf", "isf"), port=free_ports(1)[0])
    assert codes(tmp_path / "n") == [("warning", "unnamed")]


def test_settings_keys_and_files(folder: Path) -> None:
    wiring.key_path(folder).chmod(0o644)
    (folder / wiring.CARD).unlink()
    assert codes(folder) == [("warning", "readable"), ("warning", "card")]
    wiring.key_path(folder).unlink()
    assert ("fault", "key_missing") in codes(folder)
    (folder / "node.toml").write_text('name = "Erbil"\nowners = []\n', "utf-8")
    assert [code for _, code in codes(folder)].count("settings") == 2


def test_an_older_copy_a_damaged_store_and_a_taken_port(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "data", tmp_path / "old")
    with wiring.opened(folder, SECRET, ManualClock()) as node:
        say(node, "two")
    shutil.rmtree(folder / "data")
    shutil.copytree(tmp_path / "old", folder / "data")
    assert codes(folder) == [("fault", "behind")]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", wiring.read_settings(folder).listen_port))
        taken.listen()
        assert codes(folder) == [("fault", "behind"), ("fault", "port")]
    (folder / "high-water.json").unlink()
    assert codes(folder) == [("warning", "no_mark")]
    data = bytearray((folder / "data" / "log.db").read_bytes())
    data[4096 * 2 + 100] ^= 1
    (folder / "data" / "log.db").write_bytes(data)
    assert ("fault", "store") in codes(folder)


def test_a_serving_node_is_left_alone(folder: Path) -> None:
    with wiring.opened(folder, SECRET, ManualClock()):
        assert codes(folder) == [("note", "serving")]


def test_a_clock_that_was_set_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seamline.clock.SystemClock.now", lambda self: ManualClock().now() - 86_400_000)
    assert codes(folder) == [("fault", "clock_unset"), ("warning", "clock_back")]


def test_a_machine_without_a_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "_port", lambda settings: iter(()))
    assert doctor.examine_machine(tmp_path) == []
    assert run(["doctor"]) == 0
    monkeypatch.setattr(doctor, "LOW", 1 << 60)
    monkeypatch.setattr("seamline.clock.SystemClock.now", lambda self: 946_684_800_000)
    assert [f.code for f in doctor.examine_machine(tmp_path)] == ["clock_unset", "disk"]
    capsys.readouterr()
    assert run(["doctor", "--lang", "ar"]) == 1
    assert "2000-01-01" in capsys.readouterr().out


def test_little_room_and_what_a_cut_off_restore_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".restoring").mkdir()
    monkeypatch.setattr(doctor, "LOW", 1 << 60)
    assert codes(folder) == [("warning", "restoring"), ("warning", "disk")]
    monkeypatch.setattr(doctor, "VERY_LOW", 1 << 60)
    assert codes(folder) == [("warning", "restoring"), ("fault", "disk")]


def test_exit_codes_and_three_languages(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    assert run(["doctor", str(folder)]) == 0
    assert capsys.readouterr().out == "Nothing is wrong.\n"
    (folder / wiring.CARD).unlink()
    said = set()
    for lang in texts.LANGS:
        assert run(["doctor", str(folder), "--json", "--lang", lang]) == 1
        found = json.loads(capsys.readouterr().out)
        assert [(f["severity"], f["code"]) for f in found["findings"]] == [("warning", "card")]
        assert not found["ok"]
        said.add((found["findings"][0]["what"], found["findings"][0]["do"]))
    assert len(said) == 3
    assert run(["doctor", str(folder / "nothing")]) == 2
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", "another passphrase")
    assert run(["doctor", str(folder)]) == 2


def test_every_finding_has_its_words() -> None:
    whats = {key[len("doctor.what.") :] for key in texts.catalogue("en") if key.startswith("doctor.what.")}
    dos = {key[len("doctor.do.") :] for key in texts.catalogue("en") if key.startswith("doctor.do.")}
    source = Path(doctor.__file__).read_text("utf-8")
    assert whats == dos
    assert {code for code in whats if f'"{code}"' not in source} == set()
