"""Photos without what their camera says of itself, ready to be drawn anew. Spec: docs/spec/release.md 6.

- release 6.1  a photo is JPEG or PNG; of its file only what is needed to draw it gets to the decoder
- release 6.2  of a PNG the chunks IHDR, PLTE, tRNS, IDAT and IEND; of a JPEG the frames, tables and scans,
  and Adobe's segment, without which colours are wrong
- release 6.3  what stands behind the picture's end is cut off

So place, time, device, owner, comments and the small preview inside it never enter the store.
"""

from __future__ import annotations

import zlib
from typing import Final, Literal, NamedTuple

from seamline.errors import BadInput, Worded

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"

_MAGIC = b"\x89PNG\r\n\x1a\n"
_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_END, _SCAN, _ADOBE = 0xD9, 0xDA, 0xEE
_ORIENTATION, _SHORT = 274, 3
# Frames (C0 to CF but C8), Huffman and quantisation tables, restart interval, scan.
_SEGMENTS: Final = frozenset({*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDD, _ADOBE} - {0xC8})


class Cleaned(NamedTuple):
    """Bytes that draw the same picture, and their media type."""

    data: bytes
    type: str


def clean(data: bytes) -> Cleaned:
    """The photo without anything but the picture. BadInput for bytes that are no whole JPEG or PNG."""
    if data[:2] == b"\xff\xd8":
        return Cleaned(_jpeg(data), JPEG)
    if data[:8] == _MAGIC:
        return Cleaned(_png(data), PNG)
    raise BadInput(
        "photo",
        f"{len(data)} bytes",
        Worded("remedy.jpeg_png", "a JPEG or PNG picture; others cannot be cleaned"),
    )


def turned(data: bytes) -> int:
    """How the camera was held, 1 to 8 (EXIF 2.32, tag 274); 1 where the file does not say."""
    at = 2
    while data[:2] == b"\xff\xd8" and data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] != b"\xda":
        stop = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1 : at + 2] == b"\xe1" and data[at + 4 : at + 10] == b"Exif\0\0":
            return _orientation(data[at + 10 : stop])
        if stop < at + 4:
            break
        at = stop
    return 1


def _orientation(tiff: bytes) -> int:
    """Of the first directory of a TIFF (TIFF 6.0, section 2)."""
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)

    first = number(4, 4)
    for entry in range(first + 2, first + 2 + 12 * number(first, 2), 12):
        if number(entry, 2) == _ORIENTATION and number(entry + 2, 2) == _SHORT:
            found = number(entry + 8, 2)
            return found if 1 <= found <= 8 else 1
    return 1


def _png(data: bytes) -> bytes:
    out, at = bytearray(_MAGIC), 8
    while at + 12 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        stop = at + 12 + size
        if stop > len(data):
            break
        if zlib.crc32(data[at + 4 : stop - 4]) != int.from_bytes(data[stop - 4 : stop], "big"):
            raise _broken("a checksum of the PNG is wrong")
        if name in _CHUNKS:
            out += data[at:stop]
        at = stop
        if name == b"IEND":
            return bytes(out)
    raise _broken("the PNG has no end")


def _jpeg(data: bytes) -> bytes:
    out, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise _broken("the JPEG is not made of segments")
        mark = data[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if mark == _END:
            return bytes(out) + b"\xff\xd9"
        stop = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if stop > len(data) or stop < at + 4:
            break
        if mark == _SCAN:
            stop = _after_scan(data, stop)
        if mark in _SEGMENTS:
            out += data[at:stop]
        at = stop
    if data[at : at + 2] == b"\xff\xd9":
        return bytes(out) + b"\xff\xd9"
    raise _broken("the JPEG has no end")


def _after_scan(data: bytes, at: int) -> int:
    """Where the next segment begins: FF 00 and restarts (FF D0 to D7) belong to the scan."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _broken("the JPEG has no end")
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        else:
            return at


def _broken(why: str) -> BadInput:
    return BadInput(
        "photo", why, Worded("remedy.photo_again", "take it from the camera again, or save it anew")
    )
