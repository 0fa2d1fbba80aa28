"""What is on the disk: nothing readable without the key, nothing left of what was destroyed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seamline.errors import Locked, StoreBroken
from seamline.store.open import Stores, open_node_store
from seamline.store.ports import Account, Row, Search
from seamline.store.sqlite.connection import Statement
from seamline.store.sqlite.database import Database
from seamline.store.sqlite.local import SqliteLocal
from seamline.store.sqlite.log import SqliteLog
from seamline.store.sqlite.picture import SqlitePicture
from tests.store.contract_log import FLASH
from tests.store.rows import row

KEY = bytes(range(32))
CHECK = Statement("check every page", "PRAGMA integrity_check")
MARK = b"QARACHOGH-HEIGHTS"
WORD = MARK.decode()
BOX = (443_456_789, 353_456_789, 443_456_999, 353_456_999)
PLACE = (443_456_789).to_bytes(4, "big")


def secret_row(**changes: object) -> Row:
    return row("secret", text=f"{WORD} post", body=b'{"place":"' + MARK + b'"}', **changes)


def fill(stores: Stores) -> str:
    with stores.log.transaction() as tx:
        tx.append(FLASH, 0, [b"first " + MARK, MARK * 3000, b"last"], 7)
        tx.put_checkpoint(FLASH, 3, b"note " + MARK)
    with stores.picture.transaction() as tx:
        tx.put(secret_row())
    stores.local.put("name", MARK)
    stores.local.put_account(Account("isf", WORD, (), None))
    return stores.blobs.put(MARK * 100)


def on_disk(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def pages(database: Database) -> bytes:
    """All pages, decrypted, free ones too."""
    return database.writer.raw.serialize("main")


def database_of(store: object) -> Database:
    assert isinstance(store, SqliteLog | SqlitePicture | SqliteLocal)
    return store._database


def test_no_file_can_be_read_without_the_key(tmp_path: Path) -> None:
    stores = open_node_store(tmp_path, KEY)
    blob = fill(stores)
    open_files = on_disk(tmp_path)
    assert sum(len(data) for name, data in open_files.items() if name.endswith("-wal")) > 20_000
    assert MARK in pages(database_of(stores.log)), "this test would find nothing anywhere"
    stores.close()
    closed_files = on_disk(tmp_path)
    assert set(closed_files) >= {"log.db", "local.db", "picture.db"}
    for files in (open_files, closed_files):
        for name, data in files.items():
            for told in (MARK, MARK.lower(), FLASH.node.encode(), KEY, b"CREATE TABLE"):
                assert told not in data, name
            assert blob not in name
    # The 16 bytes at the beginning of a plain file; here they are the salt.
    assert not closed_files["log.db"].startswith(b"SQLite format 3")


@pytest.mark.parametrize("lost", [(), ("key-check",)])
def test_another_key_is_locked_out_and_changes_nothing(tmp_path: Path, lost: tuple[str, ...]) -> None:
    stores = open_node_store(tmp_path, KEY)
    blob = fill(stores)
    stores.close()
    for name in lost:
        (tmp_path / name).unlink()
    before = on_disk(tmp_path)
    with pytest.raises(Locked):
        open_node_store(tmp_path, bytes(32))
    assert on_disk(tmp_path) == before
    stores = open_node_store(tmp_path, KEY)
    assert stores.blobs.get(blob) == MARK * 100
    assert stores.picture.record("isf", "secret") == secret_row()
    stores.close()


@pytest.mark.parametrize("name", ["log.db", "local.db"])
@pytest.mark.parametrize("at", [0.0, 0.5, 0.99])
def test_a_changed_byte_is_noticed(tmp_path: Path, name: str, at: float) -> None:
    stores = open_node_store(tmp_path, KEY)
    fill(stores)
    for n in range(50):
        stores.local.put(f"value {n}", os.urandom(3000))
    stores.close()
    path = tmp_path / name
    data = bytearray(path.read_bytes())
    data[int(at * len(data))] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreBroken, match=name):
        read_everything(tmp_path)


def read_everything(folder: Path) -> None:
    stores = open_node_store(folder, KEY)
    try:
        for store in (stores.log, stores.local):
            database_of(store).rows(CHECK)
    finally:
        stores.close()


def test_a_destroyed_body_is_in_no_page(tmp_path: Path) -> None:
    store = SqliteLog(tmp_path / "log.db", KEY)
    with store.transaction() as tx:
        tx.append(FLASH, 0, [b"kept KIRKUK", b"short " + MARK, MARK * 3000, b"kept TOO"], 7)
    assert MARK in pages(store._database)
    with store.transaction() as tx:
        tx.destroy(FLASH, 1)
        tx.destroy(FLASH, 2)
    assert MARK not in pages(store._database)
    assert b"KIRKUK" in pages(store._database)
    assert (tmp_path / "log.db-wal").stat().st_size == 0
    store.close()


def test_a_removed_row_is_in_no_page(tmp_path: Path) -> None:
    store = SqlitePicture(tmp_path / "picture.db", KEY)
    with store.transaction() as tx:
        tx.put(row("kept", text="KIRKUK"))
        for n in range(20):
            tx.put(row(f"before{n}"))
        tx.put(secret_row(box=BOX))
        # A row taken out of the tree moves those behind it, and leaves the last one there twice.
        tx.set_counts("isf", "before0", "before0-1", counts=False)
    found = pages(store._database)
    assert MARK in found
    assert MARK.split(b"-")[1].lower() in found, "the words' index would not be tested"
    assert PLACE in found, "the volume would not be tested"
    with store.transaction() as tx:
        tx.remove("isf", "secret", "secret-1")
    left = pages(store._database)
    for told in (MARK, *MARK.lower().split(b"-"), b"secret-1", PLACE):
        assert told not in left
    assert store.search(Search(("isf",), text="kirkuk"))
    assert (tmp_path / "picture.db-wal").stat().st_size == 0
    store.close()


def test_a_reader_delays_the_scrubbing_and_nothing_else(tmp_path: Path) -> None:
    store = SqliteLog(tmp_path / "log.db", KEY)
    wal = tmp_path / "log.db-wal"
    with store.transaction() as tx:
        tx.append(FLASH, 0, [MARK], 7)
    with store._database.snapshot() as reader:
        reader.rows(CHECK)
        with store.transaction() as tx:
            tx.destroy(FLASH, 0)
        assert store.entries(FLASH, 0, 1) == [None]
        assert wal.stat().st_size > 0
    with store.transaction() as tx:
        tx.allot("isf")
    assert wal.stat().st_size == 0
    assert MARK not in pages(store._database)
    store.close()


def test_a_crash_before_the_scrubbing_is_made_good_at_the_next_start(tmp_path: Path) -> None:
    store = SqliteLog(tmp_path / "log.db", KEY)
    with store.transaction() as tx:
        tx.append(FLASH, 0, [MARK], 7)
    copy = tmp_path / "copy"
    copy.mkdir()
    with store._database.snapshot() as reader:
        reader.rows(CHECK)
        with store.transaction() as tx:
            tx.destroy(FLASH, 0)
        for name in ("log.db", "log.db-wal"):
            (copy / name).write_bytes((tmp_path / name).read_bytes())
    store.close()
    again = SqliteLog(copy / "log.db", KEY)
    assert again.entries(FLASH, 0, 1) == [None]
    assert (copy / "log.db-wal").stat().st_size == 0
    again.close()


def test_blobs_can_be_read_with_their_key_only(tmp_path: Path) -> None:
    stores = open_node_store(tmp_path, KEY)
    one, two = stores.blobs.put(MARK), stores.blobs.put(b"another")
    paths = [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]
    assert len(paths) == 2
    first, second = (p.read_bytes() for p in paths)
    paths[0].write_bytes(second)
    paths[1].write_bytes(first)
    for name in (one, two):
        with pytest.raises(StoreBroken, match="damaged"):
            stores.blobs.get(name)
    assert stores.blobs.put(MARK) == one
    assert stores.blobs.get(one) == MARK
    stores.close()
