"""The ports in memory keep the contracts."""

from __future__ import annotations

import pytest

from seamline.store.memory import MemoryBlobs, MemoryLocal, MemoryLog, MemoryPicture
from tests.store.contract_blobs import BlobContract
from tests.store.contract_local import LocalContract
from tests.store.contract_log import LogContract
from tests.store.contract_picture import PictureContract


class TestLog(LogContract):
    @pytest.fixture
    def store(self) -> MemoryLog:
        return MemoryLog()


class TestPicture(PictureContract):
    @pytest.fixture
    def store(self) -> MemoryPicture:
        return MemoryPicture()


class TestLocal(LocalContract):
    @pytest.fixture
    def local(self) -> MemoryLocal:
        return MemoryLocal()


class TestBlobs(BlobContract):
    @pytest.fixture
    def blobs(self) -> MemoryBlobs:
        return MemoryBlobs()
