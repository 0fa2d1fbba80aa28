"""A file that waits to be read: on disk under a key that lives in memory only, gone with the process."""

from __future__ import annotations

import io
import os
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from seamline.errors import StoreBroken, TooLarge, Worded
from seamline.store import disk

_CHUNK = 1 << 16
_TAG = 16


class Spool:
    """Bytes of at most limit, written once and read as often as wanted. Nothing readable is on the disk.

    Each chunk has its own number as nonce; the key is drawn for this spool alone. folder: where the node's
    data are (the machine's own folder for temporary files if None).
    """

    def __init__(self, limit: int, folder: Path | None = None) -> None:
        self._limit, self._cipher = limit, ChaCha20Poly1305(os.urandom(32))
        with disk.doing("open a temporary file", folder or Path(tempfile.gettempdir())):
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by close()
        self._reading = threading.Lock()
        self._waiting = bytearray()
        self._chunks = 0
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add bytes; TooLarge beyond the limit, StoreFull when the disk is."""
        self.size += len(data)
        if self.size > self._limit:
            raise TooLarge(
                "file", f"more than {self._limit} bytes", Worded("remedy.split_file", "split the file")
            )
        self._waiting += data
        while len(self._waiting) >= _CHUNK:
            self._put(bytes(self._waiting[:_CHUNK]))
            del self._waiting[:_CHUNK]

    def finish(self) -> None:
        """After the last byte."""
        if self._waiting:
            self._put(bytes(self._waiting))
            self._waiting.clear()
        with disk.doing("write a temporary file", Path(tempfile.gettempdir())):
            self._file.flush()

    def open(self) -> BinaryIO:
        """The bytes from the start; several readers may be open at once."""
        return cast(BinaryIO, io.BufferedReader(_Reader(self), _CHUNK))

    def close(self) -> None:
        """Forget the bytes."""
        self._file.close()

    def chunk(self, n: int) -> bytes:
        """Chunk n, b"" after the last."""
        if n >= self._chunks:
            return b""
        # Seek and read as one step: os.pread would do without the lock, but Windows has none.
        with self._reading:
            self._file.seek(n * (_CHUNK + _TAG))
            sealed = self._file.read(_CHUNK + _TAG)
        try:
            return self._cipher.decrypt(n.to_bytes(12, "big"), sealed, None)
        except InvalidTag as fault:
            raise StoreBroken("a temporary file was changed under us") from fault

    def _put(self, data: bytes) -> None:
        sealed = self._cipher.encrypt(self._chunks.to_bytes(12, "big"), data, None)
        with disk.doing("write a temporary file", Path(tempfile.gettempdir())):
            self._file.write(sealed)
        self._chunks += 1


class _Reader(io.RawIOBase):
    def __init__(self, spool: Spool) -> None:
        self._spool, self._next, self._rest = spool, 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # narrower on purpose
        if not self._rest:
            self._rest = self._spool.chunk(self._next)
            self._next += 1
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
