"""A week in Kirkuk without a line, carried to Erbil and back by the steps of docs/courier.md; then a proof.

The week is the exercise's: incidents, activities, notes, releases, terms, both lanes, at every room.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seamline import wiring
from seamline.actions import audit
from seamline.actions.evidence import EvidenceBook
from seamline.cli.app import run
from seamline.clock import SystemClock
from seamline.demo import build
from seamline.log import entry
from seamline.log.checkpoint import LogId
from tests.cli.test_commands import said

SECRET = "passphrase of the exercise"

ROOMS = ("kirkuk", "erbil")
Said = pytest.CaptureFixture[str]


class Rooms:
    """The two rooms and the stick between them, as their officers use it."""

    def __init__(self, folder: Path, capsys: Said) -> None:
        self.folder, self.capsys, self.trips = folder, capsys, 0

    def carry(self, here: str, there: str) -> tuple[Any, Any]:
        """Steps 1 and 2, or 3 and 4, of docs/courier.md."""
        self.trips += 1
        stick = self.folder / f"stick-{self.trips}.seamline"
        wrote = said(self.capsys, "bundle", "write", self.folder / here, "--to", there, "--out", stick)
        before = stick.read_bytes()
        checked = said(self.capsys, "verify", stick, "--dir", self.folder / there)
        assert (checked["sound"], stick.read_bytes()) == (True, before)
        report = said(self.capsys, "bundle", "read", self.folder / there, stick)
        assert (report["from"]["name"], report["refused"], report["missing"]) == (here, [], [])
        assert report["new"] == checked["new"]
        return wrote, report

    def heads(self, room: str) -> dict[LogId, tuple[int, bytes]]:
        """Of all that the two share; every log verifies and nobody was found to have told two stories."""
        with wiring.opened(self.folder / room, SECRET) as node:
            assert [f for log in node.log.logs() for f in audit.verify_log(node, log)["faults"]] == []
            assert EvidenceBook(node.local).all() == []
            shared = [log for log in node.log.logs() if {"isf", "ksf"} <= set(log.channel.split("+"))]
            return {log: (h.size, h.root) for log in shared if (h := node.log.head(log)).size}

    def receipts(self, room: str) -> dict[tuple[LogId, str], int]:
        """By log and the name of its reader: over how many entries."""
        with wiring.opened(self.folder / room, SECRET) as node:
            return {(r.log, node.node_name(r.reader)): r.size for r in node.log.receipts()}

    def kinds(self, room: str) -> set[str]:
        """Of all that was said in what they share, at either room."""
        with wiring.opened(self.folder / room, SECRET) as node:
            logs = [log for log in node.log.logs() if {"isf", "ksf"} <= set(log.channel.split("+"))]
            data = [e for log in logs for e in node.log.entries(log, 0, node.log.head(log).size) if e]
            return {entry.from_bytes(one).kind for one in data}

    def names(self, room: str) -> dict[str, str]:
        """Names of nodes by fingerprint."""
        with wiring.opened(self.folder / room, SECRET) as node:
            return {one: node.node_name(one) for one in {log.node for log in node.log.logs()}}


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> Rooms:
    build.build(tmp_path / "week", SECRET, 8800, SystemClock().now(), lambda line: None)
    monkeypatch.setenv("SEAMLINE_PASSPHRASE", SECRET)
    return Rooms(tmp_path / "week", capsys)


def test_a_week_there_and_back(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    names = rooms.names("kirkuk") | rooms.names("erbil")
    said_by = {
        room: {log: one for log, one in rooms.heads(room).items() if names[log.node] == room}
        for room in ROOMS
    }
    assert all(said_by.values()), "both rooms said something in what they share"
    assert {lane for of in said_by.values() for lane in (log.lane for log in of)} == {"flash", "routine"}

    _, there = rooms.carry("kirkuk", "erbil")
    _, back = rooms.carry("erbil", "kirkuk")
    assert there["answer"]
    assert there["new"] == sum(size for size, _ in said_by["kirkuk"].values())
    assert back["new"] >= sum(size for size, _ in said_by["erbil"].values())

    shared = rooms.heads("kirkuk")
    assert shared == rooms.heads("erbil")
    signed = rooms.receipts("kirkuk")
    for log, (size, _) in shared.items():
        other = next(room for room in ROOMS if room != names[log.node])
        assert signed[log, other] == size, (log, other)

    # The receipts that Kirkuk gave go with its next file; then there is nothing left to carry.
    rooms.carry("kirkuk", "erbil")
    assert rooms.receipts("erbil").items() >= signed.items()
    assert rooms.carry("erbil", "kirkuk")[0]["entries"] == 0
    assert rooms.carry("kirkuk", "erbil")[0]["entries"] == 0
    assert rooms.heads("kirkuk") == shared == rooms.heads("erbil")
    assert rooms.kinds("erbil") >= {"activity", "endorsement", "holding", "incident", "sector", "standing"}
    _prove(rooms, tmp_path, monkeypatch, capsys)


def _prove(rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    """At Erbil, of what Erbil said; checked on a third machine, that has the file and a fingerprint."""
    with wiring.opened(rooms.folder / "erbil", SECRET) as node:
        log = LogId(node.key.fingerprint, "isf+ksf", "routine")
        told = [entry.from_bytes(e) for e in node.log.entries(log, 0, node.log.head(log).size) if e]
        record = next(one for one in told if one.kind == "activity" and one.party == "ksf")
        prints = {p: node.trust.roster.parties[p].fingerprint for p in ("isf", "ksf")}
    third = tmp_path / "third machine"
    third.mkdir()
    proof, form = third / "it.proof", third / "it.pdf"
    officer = f"ksf/{build.officer_id('watch')}"
    words = ("--dir", rooms.folder / "erbil", "--officer", officer, "--out", proof, "--form", form)
    said(capsys, "proof", record.id, *words)
    assert form.read_bytes().startswith(b"%PDF-")

    monkeypatch.delenv("SEAMLINE_PASSPHRASE")
    monkeypatch.chdir(third)
    one = said(capsys, "verify", "it.proof", "--key", f"ksf={prints['ksf']}")
    assert (one["sound"], one["counts"], one["id"], one["node"]) == (True, True, record.id, "erbil")
    both = said(capsys, "verify", "it.proof", *(w for p, f in prints.items() for w in ("--key", f"{p}={f}")))
    assert ("kirkuk", True) in {(r["reader"], r["checked"]) for r in both["receipts"]}
    bad = json.loads(proof.read_bytes())
    bad["item"]["proof"] = bad["item"]["proof"].replace(
        f"index {one['index']}\n", f"index {one['index'] + 1}\n"
    )
    canonical = json.dumps(bad, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    Path("bad.proof").write_text(canonical, "utf-8")
    assert run(["verify", "bad.proof", "--key", f"ksf={prints['ksf']}"]) == 1
