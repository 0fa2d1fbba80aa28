"""A folder that an older program wrote: everything is there under this one, and it goes on being written.

data/node-of-the-first-day.zip was made by the program of commit 4447981 (log and local schema 1, picture 1):
a ksf node with two own incidents, one of them released to isf+ksf, an account, and a blob.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from seamline import wiring
from seamline.actions import audit, read
from seamline.actions.node import Node
from seamline.store.sqlite.picture_schema import PICTURE_SCHEMA
from seamline.upkeep import doctor, restoring
from tests.nodes import INCIDENT, officer, put

SECRET = "four random words here"
PASSWORD = "another four good words"
SHARED = "isf+ksf"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    with zipfile.ZipFile(Path(__file__).parent / "data" / "node-of-the-first-day.zip") as kept:
        kept.extractall(tmp_path)
    for path in (tmp_path / "node" / "keys", tmp_path / "node" / "data"):
        path.chmod(0o700)
    wiring.key_path(tmp_path / "node").chmod(0o600)
    return tmp_path / "node"


def titles(node: Node, channel: str) -> list[str]:
    items = read.records(node, officer("ksf", "watch"), read.RecordQuery(channel=channel)).items
    return sorted(item["title"] for item in items if item["kind"] == "incident")


def test_all_is_there_sound_and_goes_on(old: Path, tmp_path: Path) -> None:
    assert PICTURE_SCHEMA.version > 1, "else this test would show nothing"
    for round in (1, 2):
        with wiring.opened(old, SECRET) as node:
            more = [f"later {n}" for n in range(1, round)]
            assert titles(node, "ksf") == [*more, "one", "two"]
            assert titles(node, SHARED) == ["two"]
            assert not any(audit.verify_log(node, log)["faults"] for log in node.log.logs())
            accounts = wiring.accounts_of(node)
            assert accounts.sign_in("ksf/duty-1", PASSWORD, "127.0.0.1")
            put(node, officer("ksf", "watch"), "incident", "ksf", INCIDENT | {"summary": f"later {round}"})
    assert not [
        f for f in doctor.examine(old, SECRET, full=True) if f.code in ("log", "store", "behind", "picture")
    ]
    restoring.back_up(old, tmp_path / "backup", SECRET)
    restoring.restore_node(tmp_path / "backup", tmp_path / "again", SECRET)


def test_rebuild_and_verify_from_the_command_line(old: Path) -> None:
    for command in ("verify", "rebuild"):
        done = subprocess.run(
            [sys.executable, "-m", "seamline", command, str(old), "--json"],
            env=os.environ | {"SEAMLINE_PASSPHRASE": SECRET},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
