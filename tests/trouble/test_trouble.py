"""Full and read-only disks, a second process, a clock set back, damaged pages: through the whole node.

What was acknowledged is there afterwards; what could not be kept is refused in words that say what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import apsw
import httpx2
import pytest

from seamline import wiring
from seamline.actions import audit, read
from seamline.actions.node import Node
from seamline.clock import ManualClock
from seamline.errors import StoreBroken, StoreFull
from seamline.log.merkle import root
from seamline.store.sqlite.log import SqliteLog
from seamline.store.tree import LogTree
from seamline.upkeep import restoring
from tests.nodes import INCIDENT, officer, put
from tests.served import SECRET, Served, two_nodes

DAY = 86_400_000


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Served]:
    """erbil, not started; its process ends with the test."""
    made = two_nodes(tmp_path)[0]
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only an administrator can mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def say(node: Node, summary: str) -> dict[str, Any]:
    return put(node, officer("ksf", "watch"), "incident", "ksf", INCIDENT | {"summary": summary})


def titles(node: Node) -> list[str]:
    query = read.RecordQuery(limit=500)
    items = read.records(node, officer("ksf", "watch"), query).items
    return sorted(item["title"] for item in items if item["kind"] == "incident")


def post(http: httpx2.Client, summary: str) -> httpx2.Response:
    body = INCIDENT | {"summary": summary}
    return http.post("/api/records", json={"kind": "incident", "channel": "ksf", "body": body})


def fill(node: Node, kept: list[str]) -> None:
    for n in range(200):
        say(node, f"filling {n:03}")
        kept.append(f"filling {n:03}")


def sound(folder: Path) -> list[str]:
    """What is at the node, after every log has verified."""
    with wiring.opened(folder, SECRET) as node:
        assert not any(audit.verify_log(node, log)["faults"] for log in node.log.logs())
        return titles(node)


def seamline(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "seamline", *map(str, words)],
        env={"SEAMLINE_PASSPHRASE": SECRET, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# ------------------------------------------------------------ a full disk


def test_a_full_store_refuses_and_goes_on_when_there_is_room(node: Served) -> None:
    with wiring.opened(node.folder, SECRET) as opened:
        say(opened, "before")
        assert isinstance(opened.log, SqliteLog)
        writer = opened.log._database.writer.raw
        writer.pragma("max_page_count", writer.pragma("page_count"))
        kept = ["before"]
        with pytest.raises(StoreFull, match="full"):
            fill(opened, kept)
        assert titles(opened) == sorted(kept)
        writer.pragma("max_page_count", 1_000_000)
        say(opened, "room again")
    assert sound(node.folder) == sorted([*kept, "room again"])


def test_a_full_disk_under_a_serving_node(node: Served, disk: Path) -> None:
    shutil.move(node.folder, disk / "node")
    node.folder = disk / "node"
    node.start()
    kept, refused = [], None
    with node.client() as http:
        assert post(http, "before").status_code == 201
        ballast = disk / "ballast"
        with ballast.open("wb") as out:
            free = shutil.disk_usage(disk).free
            out.write(bytes(free - 64 * 1024))
        for n in range(400):
            answer = post(http, f"filling {n:03}")
            if answer.status_code != 201:
                refused = answer
                break
            kept.append(f"filling {n:03}")
        assert refused is not None
        assert refused.status_code == 507, refused.text
        assert refused.json()["code"] == "store_full"
        assert http.get("/healthz").status_code == 200
        assert http.get("/api/records", params={"limit": 1}).status_code == 200
        ballast.unlink()
        assert post(http, "room again").status_code == 201
    assert node.stop() in (0, -15)
    assert sound(node.folder) == sorted(["before", *kept, "room again"])


def test_what_is_saved_is_said_though_the_mark_could_not_be_written(node: Served) -> None:
    with wiring.opened(node.folder, SECRET) as opened:
        opened.on_commit(no_room)
        assert say(opened, "saved")["title"] == "saved"
        assert say(opened, "and the writer goes on")["title"] == "and the writer goes on"


def no_room(arrivals: object) -> NoReturn:
    raise StoreFull("high-water.json: could not write: No space left on device")


# ------------------------------------------------------------ a read-only folder


def test_a_disk_that_becomes_read_only(node: Served, disk: Path) -> None:
    shutil.move(node.folder, disk / "node")
    node.folder = disk / "node"
    node.start()
    remount = ["mount", "-o", "remount,", str(disk)]
    with node.client() as http:
        assert post(http, "before").status_code == 201
        node.kill()
        subprocess.run([*remount[:2], "remount,ro", str(disk)], check=True)
    done = seamline("serve", node.folder)
    assert done.returncode == 4
    assert "ead-only" in done.stderr
    assert "seamline doctor" in done.stderr
    told = seamline("doctor", node.folder, "--json")
    assert told.returncode == 1
    assert '"read_only"' in told.stdout
    subprocess.run([*remount[:2], "remount,rw", str(disk)], check=True)
    assert sound(node.folder) == ["before"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root; the test above stands for it")
def test_a_folder_without_the_right_to_write(node: Served) -> None:
    (node.folder / "data").chmod(0o500)
    done = seamline("serve", node.folder)
    (node.folder / "data").chmod(0o700)
    assert done.returncode == 4
    assert "Permission denied" in done.stderr


# ------------------------------------------------------------ a second process


def test_a_second_process_on_one_folder(node: Served) -> None:
    node.start()
    for words in (["serve", node.folder], ["rebuild", node.folder], ["verify", node.folder]):
        done = seamline(*words)
        assert done.returncode == 4, done.stderr
        assert "another process has" in done.stderr
        assert "stop it first" in done.stderr
    with node.client() as http:
        assert post(http, "undisturbed").status_code == 201


# ------------------------------------------------------------ a clock set back


def test_a_clock_a_day_back_loses_and_reorders_nothing(node: Served) -> None:
    noon = 1_790_000_000_000
    for at, summary in ((noon, "one"), (noon - DAY, "two, by a wrong clock"), (noon + 60_000, "three")):
        parts = wiring.assemble(node.folder, SECRET, ManualClock(at))
        try:
            item = say(parts.node, summary)
            assert item["at"] == at, "the author's clock is not corrected behind his back"
            assert item["current"]
        finally:
            parts.close()
    assert sound(node.folder) == ["one", "three", "two, by a wrong clock"]


# ------------------------------------------------------------ damaged pages and newer programs


def harm(path: Path) -> None:
    """Flip a bit in every page but the first, so that whichever is read is a damaged one."""
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page + 100] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["log.db", "local.db"])
def test_a_damaged_store_is_not_served_and_comes_back_from_the_backup(
    node: Served, tmp_path: Path, name: str
) -> None:
    with wiring.opened(node.folder, SECRET) as opened:
        for n in range(20):
            say(opened, f"kept {n:02}")
    restoring.back_up(node.folder, tmp_path / "backup", SECRET)
    harm(node.folder / "data" / name)
    backing_up = ["backup", node.folder, tmp_path / "b"]
    for words, code in ((["serve", node.folder], 4), (["verify", node.folder], 2), (backing_up, 4)):
        done = seamline(*words)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert name in done.stderr
        assert "seamline doctor" in done.stderr
    assert not (tmp_path / "b").exists(), "a damaged store makes no backup"
    restoring.restore_node(tmp_path / "backup", tmp_path / "again", SECRET)
    with wiring.opened(tmp_path / "again", SECRET) as opened:
        for log in opened.log.logs():
            head = opened.log.head(log)
            assert head.size == 20
            assert root(LogTree(opened.log, log), head.size) == head.root


def test_a_damaged_picture_is_drawn_again(node: Served) -> None:
    with wiring.opened(node.folder, SECRET) as opened:
        for n in range(20):
            say(opened, f"kept {n:02}")
        before = list(opened.picture.dump())
    harm(node.folder / "data" / "picture.db")
    done = seamline("rebuild", node.folder)
    assert done.returncode == 0, done.stderr
    with wiring.opened(node.folder, SECRET) as opened:
        assert list(opened.picture.dump()) == before


@pytest.mark.parametrize("name", ["log.db", "local.db"])
def test_what_a_newer_program_wrote_is_refused_and_left_alone(node: Served, name: str) -> None:
    with wiring.opened(node.folder, SECRET) as opened:
        say(opened, "by the newer one")
        store = opened.log if name == "log.db" else opened.local
        connection: apsw.Connection = getattr(store, "_database").writer.raw  # noqa: B009  behind the port
        version = connection.pragma("user_version")
        connection.pragma("user_version", 99)
    with pytest.raises(StoreBroken, match="use the program that wrote it, or a newer one"):
        wiring.assemble(node.folder, SECRET)
    assert version == 1
