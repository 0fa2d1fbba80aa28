"""The blob port in memory."""

from __future__ import annotations

import hashlib


class MemoryBlobs:
    """BlobStore in memory."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self._blobs[name] = bytes(data)
        return name

    def get(self, name: str) -> bytes | None:
        return self._blobs.get(name)

    def has(self, name: str) -> bool:
        return name in self._blobs

    def destroy(self, name: str) -> None:
        self._blobs.pop(name, None)
