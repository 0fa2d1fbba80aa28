"""What every BlobStore does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from seamline.store.ports import BlobStore


class BlobContract:
    @pytest.fixture
    def blobs(self) -> Iterator[BlobStore]:
        raise NotImplementedError

    @pytest.mark.parametrize("data", [b"", b"a photograph", bytes(range(256)) * 5000])
    def test_what_was_put_is_got(self, blobs: BlobStore, data: bytes) -> None:
        name = blobs.put(data)
        assert name == hashlib.sha256(data).hexdigest()
        assert blobs.has(name)
        assert blobs.get(name) == data

    def test_putting_twice_is_putting_once(self, blobs: BlobStore) -> None:
        assert blobs.put(b"same") == blobs.put(b"same")
        blobs.destroy(blobs.put(b"same"))
        assert blobs.get(hashlib.sha256(b"same").hexdigest()) is None

    @pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", "x\0y", "\ud800", "a" * 5000])
    def test_what_is_not_there_is_none(self, blobs: BlobStore, name: str) -> None:
        assert blobs.get(name) is None
        assert not blobs.has(name)
        blobs.destroy(name)

    def test_destroyed_is_gone_and_others_stay(self, blobs: BlobStore) -> None:
        gone, kept = blobs.put(b"gone"), blobs.put(b"kept")
        blobs.destroy(gone)
        assert (blobs.has(gone), blobs.get(gone)) == (False, None)
        assert blobs.get(kept) == b"kept"
        assert blobs.get(blobs.put(b"gone")) == b"gone"
