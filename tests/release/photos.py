"""Small pictures with much to tell of their camera."""

from __future__ import annotations

import random
import struct
import zlib

SECRET = b"GPS 35.716 43.742 camera of a person"


def chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def png(size: int = 2, *extra: bytes) -> bytes:
    """A grey square of so many pixels that do not compress, these chunks after its head."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0))
    noise = random.Random(size)
    rows = b"".join(b"\0" + noise.randbytes(size) for _ in range(size))
    pixels = chunk(b"IDAT", zlib.compress(rows, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + pixels + chunk(b"IEND", b"")


def segment(mark: int, data: bytes) -> bytes:
    return bytes([0xFF, mark]) + (len(data) + 2).to_bytes(2, "big") + data


def jpeg(*extra: bytes, scan: bytes = b"\x12\xff\x00\x34\xff\xd0\x56") -> bytes:
    """The segments of a JPEG in their order; none that could be decoded."""
    tables = segment(0xDB, b"q" * 65) + segment(0xC0, b"f" * 15) + segment(0xC4, b"h" * 20)
    return b"\xff\xd8" + b"".join(extra) + tables + segment(0xDA, b"s" * 10) + scan + b"\xff\xd9"


PNG = png(2, chunk(b"tEXt", b"Comment\0" + SECRET))
