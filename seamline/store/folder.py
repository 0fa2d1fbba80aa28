"""One process at a time in a store's folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from seamline.errors import StoreBusy
from seamline.store import disk

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Held from construction to close(), or until the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        """StoreBusy if somebody holds it, here or in another process."""
        path = folder / "lock"
        with disk.doing("open the lock file", path):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
        except OSError as e:
            os.close(self._handle)
            raise StoreBusy(f"another process has {folder} open; stop it first") from e

    def close(self) -> None:
        """Let others in. Calling twice does nothing."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)
