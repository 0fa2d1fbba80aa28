"""Receipts (C2SP tlog-cosignature v1): a reader node holds every entry up to a head on disk.

Duty of who gives one: entries first, fsync, then the receipt; and never for a head that does not
extend the one signed before (docs/spec/log.md 6.3, 6.4). Crash between the two: the receipt is
given later, nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from seamline.errors import RuleBroken
from seamline.log import checkpoint, keys, note
from seamline.log.checkpoint import Checkpoint, LogId
from seamline.log.entry import LATEST

_PREFIX = "seamline/node/"


@dataclass(frozen=True, slots=True)
class Receipt:
    """reader: fingerprint of the node that holds the checkpoint's entries; at: ms, whole seconds."""

    reader: str
    checkpoint: Checkpoint
    at: int


def name(fingerprint: str) -> str:
    """The key name of a reader node in a receipt."""
    return f"{_PREFIX}{fingerprint}"


def cosign(data: bytes, key: keys.SigningKey, reader: str, at: int) -> bytes:
    """The signature line over a checkpoint note's text. reader: `name(key.fingerprint)`; at in ms."""
    text = note.parse(data).text
    checkpoint.read_text(text)
    second = at // 1000
    value = second.to_bytes(8, "big") + key.sign(_message(second, text))
    return note.Signature(reader, note.key_id(reader, note.COSIGNATURE, key.public), value).line()


def give(data: bytes, key: keys.SigningKey, at: int) -> bytes:
    """A receipt as a note of its own: the checkpoint's text and this one line."""
    return note.join(note.parse(data).text, cosign(data, key, name(key.fingerprint), at))


def check(data: bytes, log: LogId, public: bytes) -> Receipt:
    """The receipt by the reader with this public key in a note on this log; else RuleBroken log 6.x."""
    reader = name(keys.fingerprint(public))
    parsed = note.parse(data)
    head = checkpoint.read_text(parsed.text)
    if head.log != log:
        raise RuleBroken("log 6.1", f"a receipt for {checkpoint.origin(head.log)}")
    wanted = note.key_id(reader, note.COSIGNATURE, public)
    seconds = [
        _verified_second(s.value, parsed.text, public)
        for s in parsed.signatures
        if s.name == reader and s.key_id == wanted
    ]
    if not seconds:
        raise RuleBroken("log 6.2", f"no receipt by {reader}")
    return Receipt(keys.fingerprint(public), head, max(seconds) * 1000)


def readers(data: bytes) -> tuple[str, ...]:
    """Fingerprints of the nodes whose receipts a note claims to bear; nothing is verified."""
    names = (s.name for s in note.parse(data).signatures)
    found = {n.removeprefix(_PREFIX) for n in names if n.startswith(_PREFIX)}
    return tuple(sorted(f for f in found if keys.is_fingerprint(f)))


def _verified_second(value: bytes, text: bytes, public: bytes) -> int:
    if len(value) != 8 + 64:
        raise RuleBroken("log 6.2", "a cosignature is 8 bytes of time and 64 of signature")
    second = int.from_bytes(value[:8], "big")
    if second * 1000 > LATEST:
        raise RuleBroken("log 6.2", "a time after the year 9999")
    keys.verify(public, value[8:], _message(second, text), rule="log 6.2")
    return second


def _message(second: int, text: bytes) -> bytes:
    return f"cosignature/v1\ntime {second}\n".encode() + text
