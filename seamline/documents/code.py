"""QR codes (ISO/IEC 18004): bytes to a drawing, and a grey picture of one back to bytes. Pure.

A photo is decoded to grey pixels by the browser that took it: no picture format is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import segno
import zxingcpp

from seamline.errors import BadInput

MOST_BYTES: Final = 1500
"""Version 28 at most: a telephone reads that from a screen at arm's length."""
MOST_PIXELS: Final = 4_000_000

_HEAD = re.compile(rb"P5\s(\d{1,5})\s(\d{1,5})\s255\s")


class Drawing(NamedTuple):
    """A square of `size` modules with its quiet zone; path: the dark ones, as SVG path data."""

    size: int
    path: str


def draw(data: bytes) -> Drawing:
    """The code. BadInput for more bytes than a telephone reads well."""
    if len(data) > MOST_BYTES:
        raise BadInput("code", f"{len(data)} bytes", "too much for one code; carry a file", code="code_large")
    made = segno.make_qr(data, error="l", mode="byte")
    rows = [bytes(row) for row in made.matrix_iter(border=4)]
    return Drawing(len(rows), "".join(_runs(rows)))


def _runs(rows: list[bytes]) -> Iterator[str]:
    for y, row in enumerate(rows):
        for found in re.finditer(rb"[^\x00]+", row):
            wide = found.end() - found.start()
            yield f"M{found.start()} {y}h{wide}v1h-{wide}z"


def find(picture: bytes) -> list[bytes]:
    """What stands in the QR codes of a grey picture (binary PGM, 8 bits, at most 4 million pixels).

    Empty where none is found. BadInput for bytes that are no such picture.
    """
    head = _HEAD.match(picture[:32])
    width, height = (int(head[1]), int(head[2])) if head is not None else (0, 0)
    pixels = picture[head.end() :] if head is not None else b""
    if not 0 < width * height <= MOST_PIXELS or len(pixels) != width * height:
        remedy = f"a binary PGM of 8 bits and at most {MOST_PIXELS} pixels"
        raise BadInput("picture", f"{len(picture)} bytes", remedy, code="no_picture")
    grey = memoryview(pixels).cast("B", shape=[height, width])
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [bytes(one.bytes) for one in found]
