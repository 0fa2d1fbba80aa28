"""seamline blind: three people, three folders, one stick, no network (docs/blind.md)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from seamline import wiring
from seamline.actions.blind import erasing, runs
from seamline.actions.blind import status as telling
from seamline.actions.blind.state import State
from seamline.actions.officer import Officer
from seamline.cli.app import run
from seamline.clock import ManualClock, SystemClock
from seamline.geo.window import format_rfc3339
from seamline.store import keyfile
from tests.cli.killing import NEVER, Machine
from tests.cli.test_commands import SECRET, said
from tests.nodes import officer, put

Said = pytest.CaptureFixture[str]
NODES = {"baghdad": "isf", "erbil": "ksf", "adviser": "mag"}
ALL, SHARED = "isf+ksf+mag", "isf+ksf"
DAY = 86_400_000
FIRST = (SystemClock().now() // DAY + 2) * DAY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nodes that know each other, as set-up makes them; copied for each test."""
    at = tmp_path_factory.mktemp("made")
    patch = pytest.MonkeyPatch()
    patch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    patch.chdir(at)
    # Each key file says what a guess at it costs; what it should cost is another test's matter.
    patch.setitem(keyfile.seal_file.__kwdefaults__, "cost", keyfile.Cost(memory_kib=8, passes=1))
    try:
        _set_up(at)
    finally:
        patch.undo()
    return at


def _set_up(at: Path) -> None:
    """With the commands of docs/setup.md; what they print does not matter here."""

    def done(*words: object) -> None:
        assert run([str(w) for w in words]) == 0

    for name, party in NODES.items():
        done("party", "init", f"{party}.party", "--party", party)
        done("node", "init", name, "--name", name, "--owner", party)
        done("party", "name-node", f"{party}.party", at / name / "node.card.json")
        done("officer", "key", f"{party}.key")
        public = _public(at / f"{party}.key")
        roles = ("--role", "signatory", "--role", "release", "--role", "planner")
        done("party", "certify-officer", f"{party}.party", "chief-1", *roles, "--key", public)
    for name, party in NODES.items():
        for other in NODES.values():
            done(
                "party", "trust", name, f"{other}.statements.json", "--confirm", _print(at / f"{other}.party")
            )
        for channel in (SHARED, ALL) if party != "mag" else (ALL,):
            done("channel", "open", name, channel)
        done(
            "officer", "add", name, "chief-1", "--role", "signatory", "--role", "release", "--role", "planner"
        )


def _public(key: Path) -> str:
    from seamline.upkeep.agreeing import officer_key

    return officer_key(key, SECRET).public.hex()


def _print(book: Path) -> str:
    from seamline.store.partybook import PartyBook

    return PartyBook.load(book, SECRET).key.fingerprint


@pytest.fixture
def at(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    (tmp_path / "stick").mkdir()
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plan(name: str, lon: float, hours: int) -> None:
    """An unreleased plan at a headquarters."""
    with wiring.opened(Path(name), SECRET) as node:
        begin = FIRST + hours * 3_600_000
        body = {
            "title_text": f"Secret of {name}",
            "type": "patrol",
            "when": {"start": begin, "end": begin + 3 * 3_600_000},
            "place": {"lon": lon, "lat": 35.70},
        }
        put(node, officer(node.party, "planner"), "activity", node.party, body)


def sector() -> str:
    """Both sides endorse it by the file they both hold."""
    ring = [[43.4, 35.6], [43.8, 35.6], [43.8, 35.8], [43.4, 35.8], [43.4, 35.6]]
    feature = {
        "type": "Feature",
        "properties": {"kind": "sector", "title": "Makhmour"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    Path("sector.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    for name, party in (("baghdad", "isf"), ("erbil", "ksf")):
        run(["blind", "status", name, "--stick", "stick"])
        run(["agree", name, "sector.geojson", *key(party), "--channel", SHARED])
        run(["blind", "status", name, "--stick", "stick"])
    run(["blind", "status", "baghdad", "--stick", "stick"])
    with wiring.opened(Path("baghdad"), SECRET) as node:
        (row,) = node.picture.current_of_kind("sector", (SHARED,))
        return row.id


def key(party: str) -> list[str]:
    return ["--officer", f"{party}/chief-1", "--key", f"{party}.key"]


def blind(capsys: Said, *words: str) -> Any:
    return said(capsys, "blind", *words, "--stick", "stick")


def agreed(capsys: Said) -> None:
    day = format_rfc3339(FIRST)[:10]
    proposal = ["--sector", sector(), "--from", day, "--days", "2", "--with", "ksf", "--facilitator", "mag"]
    blind(capsys, "agree", "baghdad", *key("isf"), "--yes", *proposal)
    blind(capsys, "agree", "erbil", *key("ksf"), "--yes")
    blind(capsys, "agree", "adviser", *key("mag"), "--yes")


def finished(capsys: Said, name: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(["blind", "finish", name, "--stick", "stick", "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_three_people_and_a_stick(at: Path, capsys: Said) -> None:
    plan("baghdad", 43.60, 5)
    plan("erbil", 43.605, 6)
    agreed(capsys)
    # The steps of docs/blind.md, each by another person at another machine.
    numbers = blind(capsys, "start", "baghdad", *key("isf"), "--yes")["numbers"]
    assert 0 < numbers["marked"] < 50
    blind(capsys, "answer", "adviser")
    blind(capsys, "answer", "erbil", *key("ksf"), "--yes")
    blind(capsys, "answer", "baghdad")
    blind(capsys, "answer", "adviser")
    for name in ("erbil", "baghdad"):
        code, told = finished(capsys, name)
        assert code == 1
        (one,) = told["runs"]
        assert (one["verdict"], one["outcomes"][NODES[name]]["found"]) == ("met", "sound")
        (spot,) = one["learnt"]["spots"]
        assert spot["mgrs"].startswith("38S")
        assert [p["title"] for p in spot["plans"]] == [f"Secret of {name}"]
        assert (spot["end"] - spot["start"]) == 2 * 3_600_000
    _no_trace(at)
    _audited(capsys, one["id"])


def _audited(capsys: Said, run_id: str) -> None:
    """Both wish it; the stick goes round; one page."""
    leaf = [run_id, "--day", "1", "--sector", "1"]
    for name, party in (("baghdad", "isf"), ("erbil", "ksf")):
        assert run(["blind", "audit", name, *leaf, *key(party), "--stick", "stick"]) == 3
    for _ in range(3):
        for name in NODES:
            run(["blind", "status", name, "--stick", "stick"])
    capsys.readouterr()
    assert run(["blind", "audit", "baghdad", *leaf]) == 0
    page = capsys.readouterr().out
    assert all(f"{party.upper()}: sound" in page for party in NODES.values())


def _no_trace(at: Path) -> None:
    """Neither plan is in another's records, blobs or logs, nor on the stick."""
    for name in NODES:
        for other in set(NODES) - {name}:
            secret = f"Secret of {other}"
            with wiring.opened(Path(name), SECRET) as node:
                for arrival in node.log.journal(0, 10_000):
                    assert secret.encode() not in (arrival.data or b"")
                titles = {json.loads(r.body)["title_text"] for r in node.picture.current_of_kind("activity")}
                assert secret not in titles
    for file in (at / "stick").iterdir():
        assert b"Secret of" not in file.read_bytes()


# The steps of docs/blind.md after the universe is agreed: whose folder, and the line that is typed there.
STEPS = (
    ("start", "baghdad", *("--officer", "isf/chief-1", "--key", "isf.key"), "--yes"),
    ("answer", "adviser"),
    ("answer", "erbil", *("--officer", "ksf/chief-1", "--key", "ksf.key"), "--yes"),
    ("answer", "baghdad"),
    ("answer", "adviser"),
    ("finish", "erbil"),
    ("finish", "baghdad"),
)


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine(SECRET)
    try:
        yield made
    finally:
        made.close()


def typed(machine: Machine, at: Path, step: tuple[str, ...], kill: int = NEVER) -> int:
    """One line of the steps; the points it passed. It ends well, or is killed at that point."""
    ended = machine.run(at, ["blind", *step, "--stick", "stick"], kill)
    assert ended.code == (-9 if ended.points == kill else 1 if step[0] == "finish" else 0), (step, ended)
    return ended.points


def test_a_command_killed_at_its_writes_is_typed_again(at: Path, capsys: Said, machine: Machine) -> None:
    """In one run each command is killed, again and again, further on; meanwhile plans change."""
    plan("baghdad", 43.60, 5)
    plan("erbil", 43.605, 6)
    agreed(capsys)
    kills = 0
    for number, step in enumerate(STEPS):
        # Each a little further than a command gets by itself from where the last was killed.
        for kill in (5 + number, 17):
            kills += typed(machine, at, step, kill) == kill
        if number in (0, 2):
            plan(step[1], 43.5 + number / 10, 30)
        typed(machine, at, step)
    assert kills > len(STEPS)
    _one_of_each(at)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(len(STEPS)))
def test_killed_at_every_write_of_a_command(at: Path, capsys: Said, machine: Machine, number: int) -> None:
    plan("baghdad", 43.60, 5)
    plan("erbil", 43.605, 6)
    agreed(capsys)
    for step in STEPS[:number]:
        typed(machine, at, step)
    kill = 0
    while True:
        kill += 1
        again = at / f"killed at {kill}"
        again.mkdir()
        for name in (*NODES, "stick", "isf.key", "ksf.key"):
            copy = shutil.copytree if (at / name).is_dir() else shutil.copy
            copy(at / name, again / name)
        if typed(machine, again, STEPS[number], kill) < kill:
            break
        os.chdir(again)
        if STEPS[number][1] != "adviser":
            plan(STEPS[number][1], 43.7, 30)
        for step in STEPS[number:]:
            typed(machine, again, step)
        _one_of_each(again)
        os.chdir(at)
        shutil.rmtree(again)
    assert kill > 10


def _one_of_each(at: Path) -> None:
    """One run, one commitment of each side whoever is asked, one share, one answer, which is right."""
    for name, party in NODES.items():
        with wiring.opened(at / name, SECRET) as node:
            (run,) = runs.runs(node)
            assert run.void == ""
            rows = {
                kind: [row.party for row in node.picture.current_of_kind(kind)]
                for kind in ("blind_consent", "blind_key", "blind_share", "blind_answer", "blind_learnt")
            }
            sides = ["isf", "ksf"]
            assert sorted(rows["blind_consent"]) == sides
            assert rows["blind_key"] == rows["blind_answer"] == ["mag"]
            assert sorted(rows["blind_share"]) == (sides if party == "mag" else [party])
            assert rows["blind_learnt"] == ([] if party == "mag" else [party])
            if party != "mag":
                own = State(node.local).side(run.id)
                assert own is not None
                consent = msgspec.json.decode(own.entry)["body"]
                assert run.consents[party][1].commitment == consent["commitment"]
                told = telling.one(node, Officer(party, "reader", frozenset({"auditor"})), run.id)
                (spot,) = told["learnt"]["spots"]
                assert (spot["end"] - spot["start"]) == 2 * 3_600_000


def test_what_a_person_reads(at: Path, capsys: Said) -> None:
    plan("baghdad", 43.60, 5)
    plan("erbil", 43.605, 6)
    agreed(capsys)
    capsys.readouterr()
    assert run(["blind", "start", "baghdad", *key("isf"), "--stick", "stick"]) == 2
    shown = capsys.readouterr().err
    assert "ksf can learn at most" in shown
    assert "mag learns how many are common, and not where" in shown
    assert "mag and ksf together" in shown
    assert run(["blind", "finish", "baghdad"]) == 3
    assert "waiting for isf and ksf" in capsys.readouterr().out


def test_after_the_term_the_disk_holds_no_key_and_no_plan(at: Path, capsys: Said) -> None:
    """Every page of the local database, opened with the node's own key: nothing was only marked as free."""
    plan("baghdad", 43.60, 5)
    agreed(capsys)
    blind(capsys, "start", "baghdad", *key("isf"), "--yes")
    with wiring.opened(Path("baghdad"), SECRET) as node:
        (own,) = State(node.local).sides()
        assert own.plan in _pages(node)
    later = ManualClock(own.until + 1)
    with wiring.opened(Path("baghdad"), SECRET, later) as node:
        assert erasing.erase(node) == 1
    with wiring.opened(Path("baghdad"), SECRET, later) as node:
        pages = _pages(node)
        assert b"blind.burnt." in pages
        for secret in (own.seed, own.salt, own.plan):
            assert secret not in pages


def _pages(node: Any) -> bytes:
    """The local database as it would be on disk without its encryption, free pages and all."""
    connection = node.local._database.writer.raw
    connection.pragma("wal_checkpoint(TRUNCATE)")
    return bytes(connection.serialize("main"))


def test_mistakes(at: Path, capsys: Said) -> None:
    assert run(["blind", "status", "baghdad", "--stick", "nowhere"]) == 2
    assert run(["blind", "start", "baghdad", *key("isf"), "--yes"]) == 2
    assert "are agreed" in capsys.readouterr().err
    assert run(["blind", "finish", "baghdad"]) == 3
    assert run(["blind", "answer", "adviser"]) == 0
