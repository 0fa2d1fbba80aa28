"""What a relay carries and cannot read: a sealed letter with an address (docs/spec/exchange.md 13). Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

from seamline.errors import RuleBroken
from seamline.log import keys
from seamline.log.parcel import MAX_SEALED
from seamline.log.wire import ByteReader, ByteWriter

Lane = Literal["flash", "routine"]
MARK: Final = 2
"""The first byte; a sealed part begins with 1 (log 11.2)."""
HEAD: Final = 1 + 16 + 16 + 1
TAG: Final = 8
MAX_TAGS: Final = 512

_PURPOSE = b"seamline/packet/v1\n"
_MAGIC = b"SLR1"
_LANES: Final[tuple[Lane, Lane]] = ("flash", "routine")
_RULE = "exchange 13.5"


@dataclass(frozen=True, slots=True)
class Address:
    """What a relay sees of a packet. sender, reader: fingerprints."""

    sender: str
    reader: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Inside:
    """What its reader sees. number: 0 if it asks for no answer. taken: tags of packets that came."""

    number: int
    taken: tuple[bytes, ...] = ()
    letter: bytes = b""


def is_one(data: bytes) -> bool:
    """Whether something among the parts of a message is a packet."""
    return data[:1] == bytes([MARK])


def tag(data: bytes) -> bytes:
    """How a packet is named later."""
    return hashlib.sha256(data).digest()[:TAG]


def address(data: bytes) -> Address:
    """Who to whom; RuleBroken exchange 13.2."""
    if len(data) > MAX_SEALED or len(data) <= HEAD or not is_one(data) or data[HEAD - 1] > 1:
        raise RuleBroken("exchange 13.2", f"no packet: {len(data)} bytes")
    return Address(data[1:17].hex(), data[17:33].hex(), _LANES[data[33]])


def write(to: Address, inside: Inside, key: keys.SigningKey, seal: bytes) -> bytes:
    """A packet. seal: the reader's public seal key."""
    head = bytes([MARK]) + bytes.fromhex(to.sender + to.reader) + bytes([_LANES.index(to.lane)])
    out = ByteWriter()
    out.raw(_MAGIC)
    out.number(inside.number)
    out.number(len(inside.taken))
    for one in inside.taken:
        out.raw(one)
    out.blob(inside.letter)
    text = out.done()
    return head + keys.seal([seal], text + key.sign(_PURPOSE + head + text), _PURPOSE + head)


def read(data: bytes, key: keys.SealKey, public: bytes) -> Inside:
    """What is in it; RuleBroken exchange 13.5, or log 11.x. public: the sender's signing key."""
    head = data[:HEAD]
    whole = key.open(data[HEAD:], _PURPOSE + head)
    text, signature = whole[:-64], whole[-64:]
    keys.verify(public, signature, _PURPOSE + head + text, rule=_RULE)
    reader = ByteReader(text, _RULE)
    if reader.raw(4) != _MAGIC:
        raise RuleBroken(_RULE, "a packet of another version")
    number = reader.number()
    taken = tuple(reader.raw(TAG) for _ in range(reader.number(MAX_TAGS)))
    letter = reader.blob(MAX_SEALED)
    reader.end()
    return Inside(number, taken, letter)
