"""A sealed stream: 64 KiB chunks under ChaCha20-Poly1305, as age seals its payload (age-encryption.org/v1).

The nonce counts the chunks and marks the last one, so none can be dropped, repeated, swapped or cut off.
A key is used for one stream only.
"""

from __future__ import annotations

from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from seamline.errors import StoreBroken

CHUNK = 65_536
_TAG = 16


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


class SealedWriter:
    """What is written comes out sealed. finish() writes the last chunk, without which nothing opens."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        self._out, self._cipher = out, ChaCha20Poly1305(key)
        self._count, self._buffer = 0, bytearray()

    def write(self, data: bytes) -> int:
        self._buffer += data
        # A full chunk waits until it is known not to be the last one.
        while len(self._buffer) > CHUNK:
            self._seal(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seal what is left as the last chunk."""
        self._seal(bytes(self._buffer), last=True)
        self._buffer.clear()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._count, last=last), chunk, None))
        self._count += 1


class SealedReader:
    """Reads what SealedWriter wrote; StoreBroken at the first chunk that is not as it was sealed."""

    def __init__(self, source: BinaryIO, key: bytes, what: str) -> None:
        self._source, self._cipher, self._what = source, ChaCha20Poly1305(key), what
        self._count, self._buffer, self._ended = 0, bytearray(), False
        self._next = source.read(CHUNK + _TAG)

    def read(self, size: int) -> bytes:
        """Up to size bytes; fewer only at the end, which has then been checked."""
        while len(self._buffer) < size and not self._ended:
            self._open()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def drain(self) -> None:
        """Check the rest, up to the last chunk."""
        while not self._ended:
            self._open()
            self._buffer.clear()

    def _open(self) -> None:
        sealed, self._next = self._next, self._source.read(CHUNK + _TAG)
        self._ended = not self._next
        try:
            self._buffer += self._cipher.decrypt(_nonce(self._count, last=self._ended), sealed, None)
        except InvalidTag:
            at = self._count * CHUNK
            raise StoreBroken(f"{self._what} is damaged or cut off, {at} bytes in") from None
        self._count += 1
