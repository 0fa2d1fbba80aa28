"""A part on its way: compressed, signed, sealed to its readers (docs/spec/exchange.md 1.1 to 1.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import zstandard

from seamline.errors import RuleBroken
from seamline.log import keys
from seamline.log.part import Part
from seamline.log.part_codec import MAX_PAYLOAD, decode, encode

MAX_SEALED: Final = MAX_PAYLOAD + 8192
"""Bytes of a sealed part: a payload that does not shrink, its signature, and 64 readers' wraps."""

_PURPOSE = b"seamline/part/v1\n"
_STORED, _ZSTD = 0, 1
# Above this the slow levels cost more time than they save on any link.
_SMALL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """A part and the node whose signature it bears (verified)."""

    sender: str
    part: Part


def pack(part: Part, key: keys.SigningKey, readers: Sequence[bytes]) -> bytes:
    """The part as it goes out. readers: seal keys (X25519) of the nodes that may open it."""
    payload = encode(part)
    if len(payload) > MAX_PAYLOAD:
        raise ValueError(f"a part of {len(payload)} bytes")
    frame = _press(payload)
    signed = bytes.fromhex(key.fingerprint) + key.sign(_PURPOSE + frame) + frame
    return keys.seal(readers, signed, _PURPOSE)


def unpack(sealed: bytes, key: keys.SealKey, public_of: Callable[[str], bytes | None]) -> Opened:
    """Open a part; RuleBroken says which rule. public_of: the signing key of a node, None if unknown."""
    if len(sealed) > MAX_SEALED:
        raise RuleBroken("exchange 1.4", f"a sealed part of {len(sealed)} bytes, at most {MAX_SEALED}")
    signed = key.open(sealed, _PURPOSE)
    if len(signed) < 16 + 64 + 1:
        raise RuleBroken("exchange 1.2", "a part begins with its sender and his signature")
    sender, signature, frame = signed[:16].hex(), signed[16:80], signed[80:]
    public = public_of(sender)
    if public is None:
        raise RuleBroken("exchange 1.2", f"node {sender} is on no roster that this node has")
    keys.verify(public, signature, _PURPOSE + frame, rule="exchange 1.2")
    return Opened(sender, decode(_expand(frame)))


def _press(payload: bytes) -> bytes:
    level = 19 if len(payload) <= _SMALL else 9
    packer = zstandard.ZstdCompressor(level=level, write_checksum=False, write_content_size=True)
    pressed = packer.compress(payload)
    if len(pressed) < len(payload):
        return bytes([_ZSTD]) + pressed
    return bytes([_STORED]) + payload


def _expand(frame: bytes) -> bytes:
    method, data = frame[0], frame[1:]
    if method == _STORED:
        return data
    if method != _ZSTD:
        raise RuleBroken("exchange 1.3", f"compression {method}, which this node cannot undo")
    try:
        # The size stands in the frame's head: a bomb is refused before anything is allocated for it.
        if not 0 <= zstandard.frame_content_size(data) <= MAX_PAYLOAD:
            raise RuleBroken("exchange 1.3", f"unpacks to more than {MAX_PAYLOAD} bytes, or does not say")
        unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_PAYLOAD)
        return unpacker.decompress(data, max_output_size=MAX_PAYLOAD, allow_extra_data=False)
    except zstandard.ZstdError:
        raise RuleBroken("exchange 1.3", "damaged compression") from None
