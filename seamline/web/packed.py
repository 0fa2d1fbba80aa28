"""JSON that is the same for everybody and seldom changes: sent once, small, and named by its content.

Only such JSON. What a reader may see is not packed with what others wrote: sizes would tell of it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.response.base import ASGIResponse
from msgspec import Struct


class Packed(Struct, frozen=True):
    """The bytes, the same by gzip, and their entity tag."""

    plain: bytes
    small: bytes
    tag: str


def pack(content: Mapping[str, str]) -> Packed:
    """The same content always gives the same bytes."""
    plain = msgspec.json.encode(dict(content))
    return Packed(plain, gzip.compress(plain, 9, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:32]}"')


def reply(packed: Packed, headers: Any) -> ASGIResponse:
    """200, by gzip where it is taken; 304 to who names the tag. headers: of the request."""
    accepted = [word.split(";")[0].strip() for word in headers.get("accept-encoding", "").split(",")]
    said = {"cache-control": "no-cache", "vary": "accept-encoding", "etag": packed.tag}
    held = {tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")}
    if packed.tag in held:
        return ASGIResponse(body=b"", status_code=304, headers=said)
    if "gzip" in accepted:
        # A tag names bytes; the packed ones are the same text, so the tag is weak there.
        said |= {"content-encoding": "gzip", "etag": f"W/{packed.tag}"}
        return ASGIResponse(body=packed.small, headers=said, media_type="application/json")
    return ASGIResponse(body=packed.plain, headers=said, media_type="application/json")
