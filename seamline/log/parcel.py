"""A part on its way: compressed, signed, sealed to its readers (docs/spec/exchange.md 1.1 to 1.4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from seamline.errors import RuleBroken
from seamline.log import keys
from seamline.log.part import Part
from seamline.log.part_codec import MAX_PAYLOAD
from seamline.log.press import PLAIN, Press

MAX_SEALED: Final = MAX_PAYLOAD + 8192
"""Bytes of a sealed part: a payload that does not shrink, its signature, and 64 readers' wraps."""

SIGNED: Final = 16 + 64
"""Bytes of a part's sender and his signature."""

_PURPOSE = b"seamline/part/v1\n"
_PLAIN = Press()


@dataclass(frozen=True, slots=True)
class Opened:
    """A part and the node whose signature it bears (verified)."""

    sender: str
    part: Part


def pack(
    part: Part,
    key: keys.SigningKey,
    readers: Sequence[bytes],
    press: Press = _PLAIN,
    methods: Collection[int] = PLAIN,
) -> bytes:
    """The part as it goes out. readers: seal keys (X25519) of the nodes that may open it.

    methods: the ways to compress that all of them undo.
    """
    return seal(press.press(part, methods), key, readers)


def seal(frame: bytes, key: keys.SigningKey, readers: Sequence[bytes]) -> bytes:
    """A pressed part, signed and sealed."""
    return keys.seal(readers, sign(frame, key), _PURPOSE)


def sign(frame: bytes, key: keys.SigningKey) -> bytes:
    """A pressed part, signed."""
    return bytes.fromhex(key.fingerprint) + key.sign(_PURPOSE + frame) + frame


def unpack(
    sealed: bytes,
    key: keys.SealKey,
    public_of: Callable[[str], bytes | None],
    press: Press = _PLAIN,
) -> Opened:
    """Open a part; RuleBroken says which rule. public_of: the signing key of a node, None if unknown."""
    if len(sealed) > MAX_SEALED:
        raise RuleBroken("exchange 1.4", f"a sealed part of {len(sealed)} bytes, at most {MAX_SEALED}")
    return read(key.open(sealed, _PURPOSE), public_of, press)


def read(signed: bytes, public_of: Callable[[str], bytes | None], press: Press = _PLAIN) -> Opened:
    """A part that was signed and not sealed, or no longer is."""
    if len(signed) < SIGNED + 1:
        raise RuleBroken("exchange 1.2", "a part begins with its sender and his signature")
    sender, signature, frame = signed[:16].hex(), signed[16:80], signed[80:]
    public = public_of(sender)
    if public is None:
        raise RuleBroken("exchange 1.2", f"node {sender} is on no roster that this node has")
    keys.verify(public, signature, _PURPOSE + frame, rule="exchange 1.2")
    return Opened(sender, press.expand(frame))
