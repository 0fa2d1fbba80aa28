"""Smaller on the wire: what is the same for everybody whole, what a reader may see channel by channel.

Compression lets the length of an answer tell whether two texts in it are alike (CRIME, BREACH): whoever may
write into one and can see lengths may guess the other. So nothing is ever compressed against what another
audience wrote. In a list, compression begins anew (a full flush, RFC 1951 §3.2.4 and zlib's manual)
wherever the channel changes: what stands in one stretch was said in one channel, and all who may write
there may read it anyway. Answers that mix channels within one item (clashes, gaps) go as they are, and so
do answers with keys and tokens.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import zstandard
from litestar.response.base import ASGIResponse
from msgspec import Struct

Audience = Callable[[Any], str | None]
SMALLEST = 1_000
"""Bytes below which nothing is won."""


class Packed(Struct, frozen=True):
    """The bytes, the same by encoding, and their entity tag."""

    plain: bytes
    small: dict[str, bytes]
    tag: str


def pack(content: Mapping[str, str] | bytes) -> Packed:
    """What is the same for everybody and seldom changes; the same content always gives the same bytes."""
    plain = content if isinstance(content, bytes) else msgspec.json.encode(dict(content))
    small = {
        "zstd": zstandard.ZstdCompressor(level=19).compress(plain),
        "gzip": gzip.compress(plain, 9, mtime=0),
    }
    return Packed(plain, small, tag(plain))


def tag(plain: bytes) -> str:
    """The entity tag of these bytes."""
    return f'"{hashlib.sha256(plain).hexdigest()[:32]}"'


def taken(headers: Any) -> set[str]:
    """The encodings that whoever asks takes."""
    said = (word.split(";") for word in headers.get("accept-encoding", "").split(","))
    return {parts[0].strip() for parts in said if "q=0" not in (p.strip() for p in parts[1:])}


def known(headers: Any, tag: str) -> bool:
    """Whether whoever asks has these bytes already."""
    return tag in {held.strip().removeprefix("W/") for held in headers.get("if-none-match", "").split(",")}


def reply(
    packed: Packed, headers: Any, media_type: str = "application/json", cache: str = "no-cache"
) -> ASGIResponse:
    """200, the smallest way that is taken; 304 to who names the tag. headers: of the request."""
    said = {"cache-control": cache, "vary": "accept-encoding", "etag": packed.tag}
    if known(headers, packed.tag):
        return ASGIResponse(body=b"", status_code=304, headers=said)
    for encoding, small in packed.small.items():
        if encoding in taken(headers):
            # A tag names bytes; the packed ones are the same text, so the tag is weak there.
            said |= {"content-encoding": encoding, "etag": f"W/{packed.tag}"}
            return ASGIResponse(body=small, headers=said, media_type=media_type)
    return ASGIResponse(body=packed.plain, headers=said, media_type=media_type)


def whole(plain: bytes) -> bytes:
    """By gzip: for answers in which nobody but this program and its terms has a word."""
    return gzip.compress(plain, 6, mtime=0)


def by_audience(content: Mapping[str, Any], audience: Audience) -> bytes:
    """An answer with items, as JSON by gzip: what has another audience than its neighbour shares nothing
    with it.

    audience(item) → its channel; None where an item has none of its own: then it stands alone.
    """
    packer, out = zlib.compressobj(6, zlib.DEFLATED, 31), list[bytes]()
    last: str | None = ""
    for whose, data in _pieces(content, audience):
        if whose is None or whose != last:
            out.append(packer.flush(zlib.Z_FULL_FLUSH))
        out.append(packer.compress(data))
        last = whose
    return b"".join([*out, packer.flush()])


def _pieces(content: Mapping[str, Any], audience: Audience) -> Iterable[tuple[str | None, bytes]]:
    """The JSON in pieces, each with whose it is: "" where the program has the only word."""
    between = b"{"
    for name, value in content.items():
        yield "", between + msgspec.json.encode(name) + b":"
        between = b","
        if name != "items":
            yield None, msgspec.json.encode(value)
            continue
        comma = b"["
        for item in value:
            yield audience(item), comma + msgspec.json.encode(item)
            comma = b","
        yield "", b"]" if value else b"[]"
    yield "", b"}"
