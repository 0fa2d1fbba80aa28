"""The ports on SQLite keep the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seamline.store.sqlite.blobs import SqliteBlobs
from seamline.store.sqlite.local import SqliteLocal
from seamline.store.sqlite.log import SqliteLog
from seamline.store.sqlite.picture import SqlitePicture
from tests.store.contract_blobs import BlobContract
from tests.store.contract_local import LocalContract
from tests.store.contract_log import LogContract
from tests.store.contract_picture import PictureContract

KEY = bytes(range(32))


class TestLog(LogContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteLog]:
        store = SqliteLog(tmp_path / "log.db", KEY)
        yield store
        store.close()


class TestPicture(PictureContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqlitePicture]:
        store = SqlitePicture(tmp_path / "picture.db", KEY)
        yield store
        store.close()


class TestLocal(LocalContract):
    @pytest.fixture
    def local(self, tmp_path: Path) -> Iterator[SqliteLocal]:
        local = SqliteLocal(tmp_path / "local.db", KEY)
        yield local
        local.close()


class TestBlobs(BlobContract):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> SqliteBlobs:
        return SqliteBlobs(tmp_path / "blobs", KEY, KEY[::-1])
