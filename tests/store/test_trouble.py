"""Full disks, crashes, read-only folders, other processes: nothing is half kept, and the words say what."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from seamline.errors import BadInput, StoreBroken, StoreBusy, StoreFull
from seamline.log import merkle
from seamline.store import disk
from seamline.store.memory import MemoryLog
from seamline.store.open import memory_stores, open_node_store
from seamline.store.ports import Head, LogTx, PictureTx, Row
from seamline.store.sqlite.connection import Connection, Statement
from seamline.store.sqlite.log import SqliteLog
from seamline.store.sqlite.picture import SqlitePicture
from tests.store.contract_log import FLASH, ROUTINE, TreeOf, roots, some
from tests.store.rows import row

KEY = bytes(range(32))
SAVED = some(3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteLog]:
    store = SqliteLog(tmp_path / "log.db", KEY)
    with store.transaction() as tx:
        tx.append(FLASH, 0, SAVED, 7)
    yield store
    store.close()


def too_much(tx: LogTx) -> None:
    """More than the few pages that a test leaves."""
    tx.put_checkpoint(ROUTINE, 1, b"note")
    tx.append(FLASH, 3, [os.urandom(4000) for _ in range(40)], 8)


def put_all(tx: PictureTx, rows: list[Row]) -> None:
    for each in rows:
        tx.put(each)


def copied(folder: Path, to: Path) -> Path:
    """The files as a crash at this instant would leave them."""
    to.mkdir()
    for name in ("log.db", "log.db-wal"):
        shutil.copy(folder / name, to / name)
    return to / "log.db"


# ------------------------------------------------------------ settings that law 4 stands on


def test_commits_are_flushed(store: SqliteLog, tmp_path: Path) -> None:
    writer = store._database.writer.raw
    assert writer.pragma("journal_mode") == "wal"
    assert writer.pragma("synchronous") == 2
    assert writer.pragma("secure_delete") == 1
    assert writer.pragma("cipher") == "chacha20"


# ------------------------------------------------------------ crashes


def test_a_crash_before_the_commit_loses_the_whole_transaction(store: SqliteLog, tmp_path: Path) -> None:
    with store.transaction() as tx:
        tx.append(FLASH, 3, some(2000, "unsaved" * 20), 8)
        tx.append(ROUTINE, 0, [b"unsaved"], 8)
        path = copied(tmp_path, tmp_path / "crashed")
    again = SqliteLog(path, KEY)
    assert again.head(FLASH) == Head(3, roots(SAVED))
    assert again.entries(FLASH, 0, 9) == SAVED
    assert again.logs() == [FLASH]
    assert again.last_seq() == 3
    again.close()


def test_a_crash_after_the_commit_loses_nothing(store: SqliteLog, tmp_path: Path) -> None:
    with store.transaction() as tx:
        tx.append(FLASH, 3, [b"saved"], 8)
    again = SqliteLog(copied(tmp_path, tmp_path / "crashed"), KEY)
    assert again.entries(FLASH, 0, 9) == [*SAVED, b"saved"]
    with again.transaction() as tx:
        tx.append(FLASH, 4, [b"more"], 9)
    assert (
        merkle.root(TreeOf(again, FLASH), 5) == again.head(FLASH).root == roots([*SAVED, b"saved", b"more"])
    )
    again.close()


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from seamline.store.open import open_node_store
from tests.store.contract_log import FLASH
stores = open_node_store(Path(sys.argv[1]), bytes(range(32)))
size = stores.log.head(FLASH).size
while True:
    with stores.log.transaction() as tx:
        tx.append(FLASH, size, [b"%d" % (size + n) for n in range(7)], size)
    size += 7
    print(size, flush=True)
"""


def test_what_was_said_to_be_saved_survives_kill_9(tmp_path: Path) -> None:
    for killed_at in (3, 40, 11):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        with child:
            assert child.stdout
            for _ in range(killed_at):
                said = int(child.stdout.readline())
            child.kill()
            said = max([said, *(int(line) for line in child.stdout.read().split(b"\n")[:-1])])
        stores = open_node_store(tmp_path, KEY)
        head = stores.log.head(FLASH)
        assert head.size >= said
        assert head.size % 7 == 0
        assert stores.log.entries(FLASH, 0, 10**6) == [b"%d" % n for n in range(head.size)]
        assert merkle.root(TreeOf(stores.log, FLASH), head.size) == head.root
        stores.close()


# ------------------------------------------------------------ a full disk


def test_a_full_disk_keeps_nothing_of_the_transaction(store: SqliteLog) -> None:
    writer = store._database.writer.raw
    writer.pragma("max_page_count", writer.pragma("page_count") + 5)
    with pytest.raises(StoreFull, match=r"log\.db: could not"), store.transaction() as tx:
        too_much(tx)
    assert store.head(FLASH) == Head(3, roots(SAVED))
    assert store.logs() == [FLASH]
    assert store.last_seq() == 3
    writer.pragma("max_page_count", 1_000_000)
    with store.transaction() as tx:
        tx.append(FLASH, 3, [b"room again"], 8)
    assert store.entries(FLASH, 0, 9) == [*SAVED, b"room again"]
    assert [a.seq for a in store.journal(0)] == [1, 2, 3, 4]


def test_a_full_disk_cannot_be_overlooked(store: SqliteLog) -> None:
    """SQLite may have undone the whole transaction, so a caller who carries on must not hear "saved"."""
    writer = store._database.writer.raw
    writer.pragma("max_page_count", writer.pragma("page_count") + 5)
    with pytest.raises(StoreFull), store.transaction() as tx, suppress(StoreFull), tx.savepoint():
        too_much(tx)
    assert store.logs() == [FLASH]


def test_a_full_disk_keeps_nothing_of_a_picture(tmp_path: Path) -> None:
    picture = SqlitePicture(tmp_path / "picture.db", KEY)
    with picture.transaction() as tx:
        tx.put(row("a"))
    before = list(picture.dump())
    writer = picture._database.writer.raw
    writer.pragma("max_page_count", writer.pragma("page_count") + 3)
    with pytest.raises(StoreFull, match=r"picture\.db"), picture.transaction() as tx:
        put_all(tx, [row("b"), row("c", body=os.urandom(60_000))])
    assert list(picture.dump()) == before
    picture.close()


def test_a_full_disk_leaves_no_piece_of_a_blob(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = open_node_store(tmp_path, KEY)

    def full(handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull, match="No space left"):
        stores.blobs.put(b"photograph")
    monkeypatch.undo()
    assert [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()] == []
    assert stores.blobs.get(stores.blobs.put(b"photograph")) == b"photograph"
    stores.close()


def test_what_a_crash_left_of_a_blob_is_cleared(tmp_path: Path) -> None:
    open_node_store(tmp_path, KEY).close()
    left = tmp_path / "blobs" / "ab" / f"abcd{disk.TEMPORARY}"
    left.parent.mkdir()
    left.write_bytes(b"half")
    open_node_store(tmp_path, KEY).close()
    assert not left.exists()


# ------------------------------------------------------------ disks that fail


def test_after_a_failed_flush_nothing_more_is_written(
    store: SqliteLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Connection.run

    def failing(self: Connection, statement: Statement, args: tuple[object, ...] = ()) -> None:
        if statement.sql == "COMMIT":
            raise StoreBroken("log.db: could not put a transaction on disk: disk I/O error")
        run(self, statement, args)

    monkeypatch.setattr(Connection, "run", failing)
    with pytest.raises(StoreBroken, match="disk I/O error"), store.transaction() as tx:
        tx.append(FLASH, 3, [b"lost"], 8)
    monkeypatch.undo()
    with pytest.raises(StoreBroken, match="until the node is started again"), store.transaction():
        pass
    assert store.entries(FLASH, 0, 9) == SAVED
    store.close()
    again = SqliteLog(tmp_path / "log.db", KEY)
    with again.transaction() as tx:
        tx.append(FLASH, 3, [b"works"], 8)
    again.close()


def test_a_store_that_may_not_be_written_says_so(store: SqliteLog) -> None:
    store._database.writer.raw.pragma("query_only", True)
    with (
        pytest.raises(StoreBroken, match=r"could not begin a transaction: .*readonly"),
        store.transaction() as tx,
    ):
        tx.append(FLASH, 3, [b"x"], 8)
    assert store.entries(FLASH, 0, 9) == SAVED


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which not even root can write")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StoreBroken, match="/proc/seamline: could not make the folder"):
        open_node_store(Path("/proc/seamline"), KEY)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreBroken, match="could not"):
        open_node_store(tmp_path / "file", KEY)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SqliteLog(tmp_path / "log.db", KEY)
    store.close()
    store.close()
    with pytest.raises(StoreBroken, match="is closed"):
        store.logs()
    with pytest.raises(StoreBroken, match="is closed"), store.transaction():
        pass


# ------------------------------------------------------------ who has the folder


def test_one_process_at_a_time(tmp_path: Path) -> None:
    stores = open_node_store(tmp_path, KEY)
    with pytest.raises(StoreBusy, match="another process"):
        open_node_store(tmp_path, KEY)
    stores.log.head(FLASH)
    stores.close()
    stores.close()
    open_node_store(tmp_path, KEY).close()


def test_a_failed_start_lets_go_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_node_store(tmp_path, KEY).close()
    (tmp_path / "local.db").write_bytes(b"damaged" * 1000)
    for _ in range(2):
        with pytest.raises(StoreBroken, match=r"local\.db"):
            open_node_store(tmp_path, KEY)


# ------------------------------------------------------------ the picture can be thrown away


@pytest.mark.parametrize("harm", ["damage", "other key", "other version", "gone"])
def test_a_picture_of_no_use_is_begun_anew(tmp_path: Path, harm: str) -> None:
    stores = open_node_store(tmp_path, KEY)
    with stores.log.transaction() as log, stores.picture.transaction() as picture:
        log.append(FLASH, 0, SAVED, 7)
        picture.put(row("a"))
        picture.set_folded(3)
    stores.close()
    path = tmp_path / "picture.db"
    if harm == "damage":
        path.write_bytes(b"\0" * 8192)
    elif harm == "gone":
        path.unlink()
    elif harm == "other key":
        path.unlink()
        SqlitePicture(path, bytes(32)).close()
    else:
        picture_store = stores.picture
        assert isinstance(picture_store, SqlitePicture)
        writer = Connection(path, picture_store._database._key, cache_kib=100, write=True)
        writer.raw.pragma("user_version", 99)
        writer.close()
    stores = open_node_store(tmp_path, KEY)
    assert stores.log.last_seq() == 3
    assert stores.picture.folded() == 0
    assert list(stores.picture.dump()) == []
    stores.close()


def test_a_picture_that_knows_more_than_the_log_is_begun_anew(tmp_path: Path) -> None:
    stores = open_node_store(tmp_path, KEY)
    with stores.picture.transaction() as picture:
        picture.put(row("a"))
        picture.set_folded(1)
    stores.close()
    stores = open_node_store(tmp_path, KEY)
    assert (stores.picture.folded(), stores.picture.record("isf", "a")) == (0, None)
    stores.close()


def test_engines_by_name(tmp_path: Path) -> None:
    assert isinstance(open_node_store(tmp_path, KEY, "memory").log, MemoryLog)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadInput, match="sqlite or memory"):
        open_node_store(tmp_path, KEY, "paper")
    memory_stores().close()
