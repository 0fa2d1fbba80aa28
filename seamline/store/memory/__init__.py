"""The four ports in memory."""

from __future__ import annotations

from seamline.store.memory.blobs import MemoryBlobs
from seamline.store.memory.local import MemoryLocal
from seamline.store.memory.log import MemoryLog
from seamline.store.memory.picture import MemoryPicture

__all__ = ["MemoryBlobs", "MemoryLocal", "MemoryLog", "MemoryPicture"]
