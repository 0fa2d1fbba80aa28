"""age files (age-encryption.org/v1) to nodes: an X25519 seal key is an age key, only spelled in Bech32.

So a file for a node needs no further key, and whoever holds a node's seal seed may open its files with any
age program. Both uses of one key are kept apart by their labels: age derives with
"age-encryption.org/v1/X25519", seals of this program with HPKE's own (docs/spec/log.md 11).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyrage

from seamline.errors import RuleBroken
from seamline.log.keys import SealKey

_LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_RULE = "exchange 11.1"
_FIRST: Final = b"age-encryption.org/v1\n"
_NONCE, _CHUNK, _TAG, _MAC = 16, 64 << 10, 16, 43


class CutShort(RuleBroken):
    """An age file that ends or was changed before the end of its first chunk: nothing of it opens."""

    code = "bundle_cut"


def lock(readers: Sequence[bytes], data: bytes) -> bytes:
    """One age file to these seal keys (X25519 public keys, raw)."""
    to = [pyrage.x25519.Recipient.from_str(recipient(public)) for public in readers]
    return bytes(pyrage.encrypt(data, to))


def unlock(key: SealKey, file: bytes) -> tuple[bytes, bool]:
    """What is in the file, and whether that is all of it: of a file cut or changed, what stands before.

    RuleBroken exchange 11.1 for bytes that are no age file to this key; CutShort for one of which too little
    is left to open anything, as far as can be told from that.
    """
    out = io.BytesIO()
    identity = pyrage.x25519.Identity.from_str(_identity(key))
    try:
        pyrage.decrypt_io(io.BytesIO(file), out, [identity])
    except (pyrage.DecryptError, OSError) as fault:
        if out.tell() == 0:
            raise _unopened(file, str(fault)) from None
        return out.getvalue(), False
    return out.getvalue(), True


def _unopened(file: bytes, why: str) -> RuleBroken:
    """Whose fault it is that nothing could be opened: the reader's, or of the way the file came."""
    seen = look(file)
    if seen is None and not (file and _FIRST.startswith(file)):
        return RuleBroken(_RULE, "no age file: it does not begin as one")
    if seen is None or not seen.whole:
        return CutShort(_RULE, f"it ends after {len(file)} bytes, before anything in it; get a good copy")
    if "No matching keys" in why:
        return RuleBroken(_RULE, "it is sealed to other nodes' keys, and not to this one's")
    return CutShort(_RULE, f"cut or changed within its first {_CHUNK} bytes ({why}); get a good copy")


@dataclass(frozen=True, slots=True)
class Outside:
    """What anybody sees of an age file: for how many keys, and about how many bytes are in it.

    whole: as long as whole chunks are. That nobody changed it, only its readers can tell.
    """

    readers: int
    size: int
    whole: bool


def look(file: bytes) -> Outside | None:
    """An age file from outside; None if it is none."""
    if not file.startswith(_FIRST):
        return None
    head, found, rest = file.partition(b"\n--- ")
    mac, ended, body = rest.partition(b"\n")
    readers = head.count(b"\n-> X25519 ")
    if not found or not ended or len(mac) != _MAC:
        return Outside(readers, 0, whole=False)
    inside = len(body) - _NONCE
    chunks = max(1, -(-inside // (_CHUNK + _TAG)))
    size = inside - chunks * _TAG
    last = inside - (chunks - 1) * (_CHUNK + _TAG)
    return Outside(readers, max(0, size), whole=readers > 0 and last >= _TAG + (chunks > 1))


def recipient(public: bytes) -> str:
    """The seal key as age writes recipients: age1…"""
    return _bech32("age", public)


def _identity(key: SealKey) -> str:
    return _bech32("age-secret-key-", key.raw()).upper()


def _bech32(prefix: str, data: bytes) -> str:
    """BIP 173."""
    bits = int.from_bytes(data, "big") << (-len(data) * 8) % 5
    count = -(-len(data) * 8 // 5)
    digits = [bits >> 5 * place & 31 for place in reversed(range(count))]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*spread, *digits, 0, 0, 0, 0, 0, 0]) ^ 1
    digits += [check >> 5 * place & 31 for place in reversed(range(6))]
    return prefix + "1" + "".join(_LETTERS[digit] for digit in digits)


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> place & 1 else 0
    return check
