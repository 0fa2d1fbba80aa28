"""Heights as pictures: the terrarium encoding of map tiles, in the plain PNG that holds it.

A height is red × 256 + green + blue / 256 − 32768 metres. Ours are written to a metre: relief that is wrong
by tens of metres has no more to say, and takes a tenth of the bytes.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

STEP_M = 1.0
_BASE_M = 32768.0
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UP = 2
_RGB, _RGBA = 2, 6

Heights = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]


class Damaged(ValueError):
    """Bytes that are no picture of ours."""


def to_pixels(heights: Heights) -> Pixels:
    """(rows, columns) of metres as (rows, columns, 3) of bytes."""
    whole = np.rint((heights + _BASE_M) / STEP_M).astype(np.int64) * round(256 * STEP_M)
    return np.stack([whole >> 16 & 255, whole >> 8 & 255, whole & 255], axis=-1).astype(np.uint8)


def to_heights(pixels: Pixels) -> Heights:
    """The other way round."""
    wide = pixels[..., :3].astype(np.float64)
    found: Heights = wide @ np.array([256.0, 1.0, 1 / 256]) - _BASE_M
    return found


def encode(pixels: Pixels, effort: int = 9) -> bytes:
    """(rows, columns, 3 or 4) as PNG, each row by what differs from the one above; effort as zlib's."""
    rows, columns, channels = pixels.shape
    flat = pixels.reshape(rows, columns * channels)
    above = np.vstack([np.zeros((1, columns * channels), np.uint8), flat[:-1]])
    lines = np.hstack([np.full((rows, 1), _UP, np.uint8), flat - above])
    kind = {3: _RGB, 4: _RGBA}[channels]
    head = struct.pack(">IIBBBBB", columns, rows, 8, kind, 0, 0, 0)
    body = zlib.compress(lines.tobytes(), effort)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def decode(data: bytes) -> Pixels:
    """What encode wrote, as it was. Raises Damaged for any other picture."""
    if data[:8] != _SIGNATURE or data[12:16] != b"IHDR":
        raise Damaged("not a PNG")
    columns, rows, depth, kind, *rest = struct.unpack(">IIBBBBB", data[16:29])
    if (depth, *rest) != (8, 0, 0, 0) or kind not in (_RGB, _RGBA):
        raise Damaged("a PNG of another make")
    channels = 3 if kind == _RGB else 4
    at, body = 33, b""
    while at + 8 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            body += data[at + 8 : at + 8 + length]
        at += 12 + length
    lines = np.frombuffer(zlib.decompress(body), np.uint8).reshape(rows, 1 + columns * channels)
    if (lines[:, 0] != _UP).any():
        raise Damaged("a PNG of another make")
    flat = np.cumsum(lines[:, 1:], axis=0, dtype=np.uint8)
    return flat.reshape(rows, columns, channels)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
