"""The same code at a tenth of the cost: pure answers kept, and signatures and seals that need no curve.

A schedule may ask for the real ones (`real`). The cheap ones refuse the same things: another key, another
purpose, another reader, a changed bit. They keep no secret, which nobody in a schedule tries to break;
`tests/exchange` and `tests/simulator/test_hostile.py` do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest

from seamline.actions import fold
from seamline.errors import RuleBroken
from seamline.exchange import holdings, owed
from seamline.log import checkpoint, entry, keys, note, parcel, statement
from seamline.log.part import Part
from seamline.log.part_codec import encode
from seamline.log.press import PLAIN, STORED, Press
from seamline.log.roster import Roster

Tap = Callable[[Part, keys.SigningKey, Sequence[bytes]], None]
_KEPT = 20_000
_VEIL = bytes(255 - n for n in range(256))


class Cheap:
    """What is switched on while the machine runs. tap: called with each part that is about to go out."""

    def __init__(self) -> None:
        self.real = False
        self.tap: Tap = lambda part, key, readers: None
        self.pressed: dict[bytes, Part] = {}


CHEAP = Cheap()


@contextmanager
def cheap() -> Iterator[Cheap]:
    """Inside, the code is as cheap as said above; outside, as it was."""
    CHEAP.real = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys.SigningKey, "sign", _sign(keys.SigningKey.sign))
        patch.setattr(keys, "verify", _verify(keys.verify))
        patch.setattr(keys, "seal", _seal(keys.seal))
        patch.setattr(keys.SealKey, "open", _open(keys.SealKey.open))
        patch.setattr(parcel, "seal", _part_seal(parcel.seal))
        patch.setattr(Press, "press", _press(Press.press))
        for module, name in ((note, "parse"), (statement, "read"), (checkpoint, "claimed")):
            patch.setattr(module, name, lru_cache(_KEPT)(getattr(module, name)))
        read = lru_cache(_KEPT)(entry.from_bytes)
        patch.setattr(entry, "from_bytes", read)
        patch.setattr(fold, "from_bytes", read)
        hashed = lru_cache(_KEPT)(holdings.note_hash)
        for module in (holdings, owed):
            patch.setattr(module, "note_hash", hashed)
        patch.setattr(Roster, "fold", _rosters(Roster.fold))
        yield CHEAP


def _stamp(public: bytes, data: bytes) -> bytes:
    return hashlib.sha512(b"cheap" + public + data).digest()


def _sign(real: Callable[..., bytes]) -> Callable[..., bytes]:
    def sign(self: keys.SigningKey, data: bytes) -> bytes:
        return real(self, data) if CHEAP.real else _stamp(self.public, data)

    return sign


def _verify(real: Callable[..., None]) -> Callable[..., None]:
    def verify(public: bytes, signature: bytes, data: bytes, *, rule: str = "log 3.1") -> None:
        if CHEAP.real:
            real(public, signature, data, rule=rule)
        elif signature != _stamp(public, data):
            raise RuleBroken(rule, f"the signature does not fit key {keys.fingerprint(public)}")

    return verify


def _press(real: Callable[..., bytes]) -> Callable[..., bytes]:
    def press(self: Press, part: Part, allowed: Collection[int] = PLAIN) -> bytes:
        frame = real(self, part, allowed) if CHEAP.real else bytes([STORED]) + encode(part)
        # The newest stay: several are pressed before the first of them is sealed.
        CHEAP.pressed.pop(frame, None)
        CHEAP.pressed[frame] = part
        if len(CHEAP.pressed) > _KEPT:
            del CHEAP.pressed[next(iter(CHEAP.pressed))]
        return frame

    return press


def _part_seal(real: Callable[..., bytes]) -> Callable[..., bytes]:
    def seal(frame: bytes, key: keys.SigningKey, readers: Sequence[bytes]) -> bytes:
        CHEAP.tap(CHEAP.pressed[frame], key, readers)
        return real(frame, key, readers)

    return seal


def _seal(real: Callable[..., bytes]) -> Callable[..., bytes]:
    def seal(recipients: Sequence[bytes], data: bytes, aad: bytes) -> bytes:
        if CHEAP.real:
            return real(recipients, data, aad)
        names = b"".join(hashlib.sha256(public).digest()[:8] for public in sorted(set(recipients)))
        head, veiled = bytes([len(names) // 8]) + names, data.translate(_VEIL)
        return head + hashlib.sha256(head + aad + veiled).digest() + veiled

    return seal


def _open(real: Callable[..., bytes]) -> Callable[..., bytes]:
    def open_sealed(self: keys.SealKey, sealed: bytes, aad: bytes) -> bytes:
        if CHEAP.real:
            return real(self, sealed, aad)
        stop = 1 + 8 * sealed[0]
        if hashlib.sha256(self.public).digest()[:8] not in sealed[1:stop]:
            raise RuleBroken("log 11.3", "sealed to others, not to this node")
        head, mark, veiled = sealed[:stop], sealed[stop : stop + 32], sealed[stop + 32 :]
        if hashlib.sha256(head + aad + veiled).digest() != mark:
            raise RuleBroken("log 11.4", "the seal is damaged, or was made for another purpose")
        return veiled.translate(_VEIL)

    return open_sealed


def _rosters(real: Callable[..., Roster]) -> Any:
    kept: dict[Hashable, Roster] = {}

    def folded(statements: Any, trusted: Any, *, cleared: Any = None, openings: Any = ()) -> Roster:
        notes, opened = frozenset(statements), tuple(openings)
        key = (
            CHEAP.real, notes, tuple(sorted(trusted.items())), tuple(sorted((cleared or {}).items())), opened,
        )  # fmt: skip
        if key not in kept:
            if len(kept) > 5000:
                kept.clear()
            kept[key] = real(notes, trusted, cleared=cleared, openings=opened)
        return kept[key]

    return staticmethod(folded)
