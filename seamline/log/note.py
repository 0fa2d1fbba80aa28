"""Signed notes (C2SP signed-note): text, a blank line, signature lines. Ed25519 keys only.

The text means nothing until `open` has verified it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from seamline.errors import RuleBroken
from seamline.log import keys

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
MAX_NOTE: Final = 128 * 1024
MAX_SIGNATURES: Final = 64

_DASH = "— "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_NOT_IN_NAMES = re.compile(r"[\s+\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says he signed, and the bytes, not yet verified."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> bytes:
        return f"{_DASH}{self.name} {keys.to_base64(self.key_id + self.value)}\n".encode()


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart. text ends with its newline; no signature has been verified."""

    text: bytes
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        return join(self.text, *(s.line() for s in self.signatures))


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The first 4 bytes of SHA-256(name || 0x0A || algorithm || public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


def vkey(name: str, algorithm: int, public: bytes) -> str:
    """The key as Go's note tools take it: name+hash+base64(algorithm || key)."""
    material = keys.to_base64(bytes([algorithm]) + public)
    return f"{name}+{key_id(name, algorithm, public).hex()}+{material}"


def sign(text: bytes, name: str, key: keys.SigningKey) -> bytes:
    """A note with one Ed25519 signature over the text, which must end with a newline."""
    _check_text(text)
    _check_name(name)
    signature = Signature(name, key_id(name, ED25519, key.public), key.sign(text))
    return join(text, signature.line())


def join(text: bytes, *lines: bytes) -> bytes:
    """The note of a text and its signature lines."""
    return text + b"\n" + b"".join(lines)


def parse(data: bytes) -> Note:
    """Take a note apart; RuleBroken log 5.1 for anything that is not one. Verifies no signature."""
    if len(data) > MAX_NOTE:
        raise RuleBroken("log 5.1", f"a note of {len(data)} bytes, at most {MAX_NOTE}")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise RuleBroken("log 5.1", "a note is UTF-8") from None
    if _CONTROL.search(whole):
        raise RuleBroken("log 5.1", "a note has no control characters")
    text, blank, block = whole.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise RuleBroken("log 5.1", "a note is text, a blank line, and whole signature lines")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise RuleBroken("log 5.1", f"at most {MAX_SIGNATURES} signatures")
    return Note((text + "\n").encode(), tuple(map(parse_line, lines)))


def parse_line(line: str) -> Signature:
    """One signature line, without its newline."""
    name, space, value = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise RuleBroken("log 5.1", "a signature line is: em dash, space, name, space, base64")
    _check_name(name)
    raw = keys.from_base64(value, rule="log 5.1")
    if len(raw) < 5:
        raise RuleBroken("log 5.1", "a signature has a key id and bytes after it")
    return Signature(name, raw[:4], raw[4:])


def open(data: bytes, name: str, public: bytes) -> bytes:
    """The text, if the key with this name and public half signed it; else RuleBroken log 5.2.

    Signatures of other keys are ignored; one by this key that fails spoils the note.
    """
    parsed = parse(data)
    wanted = key_id(name, ED25519, public)
    mine = [s for s in parsed.signatures if s.name == name and s.key_id == wanted]
    for signature in mine:
        keys.verify(public, signature.value, parsed.text, rule="log 5.2")
    if not mine:
        raise RuleBroken("log 5.2", f"not signed by {name} with key {keys.fingerprint(public)}")
    return parsed.text


def is_name(name: str) -> bool:
    """Whether a key may be called that: not empty, no white space, no plus, no control character."""
    return bool(name) and not _NOT_IN_NAMES.search(name)


def _check_name(name: str) -> None:
    if not is_name(name):
        raise RuleBroken("log 5.1", "a key name is not empty and has no space and no plus")


def _check_text(text: bytes) -> None:
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        raise RuleBroken("log 5.1", "a note is UTF-8") from None
    if not decoded.endswith("\n") or _CONTROL.search(decoded):
        raise RuleBroken("log 5.1", "the text of a note ends with a newline and has no control characters")
