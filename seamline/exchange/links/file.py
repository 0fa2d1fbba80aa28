"""The courier's file as bytes (docs/spec/exchange.md 11): parts for one audience, or for several in one file.

    letter  SLF1, its writer, when, his signature, parts (signed, pressed); a part of no bytes, and filling
    shelf   SLF2, how many letters, of each its length and an age file to its readers

A letter is an age file to its readers; a shelf is one to the readers of all its letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from seamline.errors import BadInput, RuleBroken
from seamline.exchange import age
from seamline.log import keys
from seamline.log.parcel import MAX_SEALED
from seamline.log.wire import ByteReader, ByteWriter

MAX_FILE: Final = 64 << 20
MAX_PARTS: Final = 16_384
MAX_LETTERS: Final = 20
AGE_HEAD: Final = 1024
"""More than an age file adds to a few readers' bytes beside 16 for each 64 KiB."""

_LETTER, _SHELF = b"SLF1", b"SLF2"
_PURPOSE = b"seamline/file/v1\n"
_RULE = "exchange 11.2"


@dataclass(frozen=True, slots=True)
class Letter:
    """parts: signed, pressed. readers: seal keys of nodes with the same owners."""

    readers: tuple[bytes, ...]
    parts: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Bytes before age."""
        return HEAD + sum(len(part) + 4 for part in self.parts) + 1


HEAD: Final = 4 + 16 + 8 + 64


@dataclass(slots=True)
class Found:
    """What could be read. whole: nothing was cut off or changed. others: letters for other readers.

    writer: fingerprint of the node that signed, None if the letter was not signed by one this node knows.
    """

    parts: list[bytes] = field(default_factory=list)
    writer: str | None = None
    written: int | None = None
    whole: bool = True
    others: int = 0


def write(letters: Sequence[Letter], key: keys.SigningKey, now: int, size: int | None = None) -> bytes:
    """The file. size: bytes of each letter before age, for several (each is filled up to it)."""
    texts = [write_letter(one, key, now) for one in letters]
    if len(letters) == 1:
        return age.lock(letters[0].readers, texts[0])
    if size is None or max(map(len, texts)) > size:
        raise BadInput("max", size, "several readers share a file: give a size that is enough for each")
    out = ByteWriter()
    out.raw(_SHELF)
    out.number(len(letters))
    # In the order of their bytes once locked: whose letter stands first says nothing.
    locked = [
        age.lock(one.readers, text.ljust(size, b"\0")) for one, text in zip(letters, texts, strict=True)
    ]
    for one in sorted(locked):
        out.blob(one)
    return age.lock([reader for one in letters for reader in one.readers], out.done())


def share(most: int, letters: int) -> int:
    """How many bytes before age each of so many letters may have in a file of at most `most`."""
    if letters == 1:
        return most - AGE_HEAD - 16 * (most // 65_536 + 1)
    inside = most - AGE_HEAD - 16 * (most // 65_536 + 1) - 8
    each = inside // letters - 8
    return each - AGE_HEAD - 16 * (each // 65_536 + 1)


def read(data: bytes, key: keys.SealKey, public_of: Callable[[str], bytes | None]) -> Found:
    """What is in it for this node. RuleBroken exchange 11.x if nothing of it can be read."""
    if len(data) > MAX_FILE:
        raise RuleBroken(_RULE, f"a file of {len(data)} bytes, at most {MAX_FILE}")
    inside, whole = age.unlock(key, data)
    if inside[:4] == _LETTER:
        found = letter(inside, public_of)
        found.whole = found.whole and whole
        return found
    if inside[:4] != _SHELF:
        raise RuleBroken(_RULE, "an age file, and no courier's")
    return _shelf(inside, whole, key, public_of)


def _shelf(inside: bytes, whole: bool, key: keys.SealKey, public_of: Callable[[str], bytes | None]) -> Found:
    reader = ByteReader(inside[4:], _RULE)
    others, mine = 0, Found(whole=whole)
    for _ in range(reader.number(MAX_LETTERS)):
        try:
            size = reader.number(MAX_FILE)
        except RuleBroken:
            mine.whole = False
            break
        # Of a letter that is cut, too, is taken what stands before that place.
        mine.whole = mine.whole and size <= reader.left
        try:
            text, complete = age.unlock(key, reader.raw(min(size, reader.left)))
        except RuleBroken:
            others += 1
            continue
        found = letter(text, public_of)
        mine.parts += found.parts
        mine.writer, mine.written = found.writer or mine.writer, found.written or mine.written
        mine.whole = mine.whole and complete and found.whole
    mine.others = others
    return mine


def write_letter(letter: Letter, key: keys.SigningKey, now: int) -> bytes:
    """A letter before it is locked. now: the writer's clock (ms)."""
    out = ByteWriter()
    head = bytes.fromhex(key.fingerprint) + now.to_bytes(8, "big")
    out.raw(_LETTER + head + key.sign(_PURPOSE + head))
    for part in letter.parts:
        out.blob(part)
    out.number(0)
    return out.done()


def letter(text: bytes, public_of: Callable[[str], bytes | None]) -> Found:
    """As many as there are; whole only if the end is there."""
    found = Found(whole=False)
    if len(text) < HEAD or text[:4] != _LETTER:
        return found
    writer, head = text[4:20].hex(), text[4:28]
    public = public_of(writer)
    if public is not None:
        keys.verify(public, text[28:HEAD], _PURPOSE + head, rule=_RULE)
        found.writer, found.written = writer, int.from_bytes(text[20:28], "big")
    reader = ByteReader(text[HEAD:], _RULE)
    while len(found.parts) <= MAX_PARTS:
        try:
            size = reader.number(MAX_SEALED)
            if not size:
                found.whole = True
                return found
            found.parts.append(reader.raw(size))
        except RuleBroken:
            return found
    raise RuleBroken(_RULE, f"more than {MAX_PARTS} parts")
