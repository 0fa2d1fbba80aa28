"""Keys: Ed25519 to sign, X25519 to seal. The primitives are `cryptography`'s, never ours."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from seamline.errors import BadInput, RuleBroken

MAX_RECIPIENTS: Final = 64

_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_VERSION = b"\x01"
_TAG = 8  # bytes of SHA-256(public) that let a reader find his own wrap
_WRAP = 32 + 32 + 16  # HPKE: encapsulated key, content key, authentication tag
# A content key seals one message and is thrown away, so its nonce never repeats.
_NONCE = bytes(12)


def fingerprint(public: bytes) -> str:
    """The first 32 hex digits of SHA-256 of a public key: what people compare aloud."""
    return hashlib.sha256(public).hexdigest()[:32]


def is_fingerprint(text: object) -> bool:
    """Whether text has the form of a fingerprint."""
    return isinstance(text, str) and _FINGERPRINT.fullmatch(text) is not None


def is_hash(text: object) -> bool:
    """Whether text is 32 bytes in lower-case hex: a SHA-256, or a public key."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


class SigningKey:
    """An Ed25519 private key made of a 32-byte seed. Nothing prints or compares the seed."""

    __slots__ = ("_key", "fingerprint", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise BadInput("seed", f"{len(seed)} bytes", "a signing seed has 32 bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: bytes = self._key.public_key().public_bytes_raw()
        self.fingerprint: str = fingerprint(self.public)

    def sign(self, data: bytes) -> bytes:
        """64 bytes (RFC 8032)."""
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.fingerprint})"


def verify(public: bytes, signature: bytes, data: bytes, *, rule: str = "log 3.1") -> None:
    """Return if the Ed25519 signature is good; else RuleBroken with the rule given."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        raise RuleBroken(rule, f"the signature does not fit key {fingerprint(public)}") from None


class SealKey:
    """An X25519 private key made of a 32-byte seed; opens what was sealed to its public half."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise BadInput("seed", f"{len(seed)} bytes", "a seal seed has 32 bytes")
        self._key = X25519PrivateKey.from_private_bytes(seed)
        self.public: bytes = self._key.public_key().public_bytes_raw()

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """What was sealed; RuleBroken if it is not for this key, or a single bit was changed."""
        head, wraps = _read_head(sealed)
        tag = _tag(self.public)
        for wrap in (w for w in wraps if w[:_TAG] == tag):
            try:
                key = _SUITE.decrypt(wrap[_TAG:], self._key, info=_info(aad))
                return ChaCha20Poly1305(key).decrypt(_NONCE, sealed[len(head) :], head + aad)
            except (InvalidTag, ValueError):
                # Two keys may share a tag; a damaged seal opens with none of them.
                continue
        if any(w[:_TAG] == tag for w in wraps):
            raise RuleBroken("log 11.4", "the seal is damaged, or was made for another purpose")
        raise RuleBroken("log 11.3", "sealed to others, not to this node")

    def raw(self) -> bytes:
        """The private key's 32 bytes, for another program's spelling of them (age.py); never to be shown."""
        return self._key.private_bytes_raw()

    def __repr__(self) -> str:
        return f"SealKey({fingerprint(self.public)})"


def seal(recipients: Sequence[bytes], data: bytes, aad: bytes) -> bytes:
    """Seal data so that each recipient (X25519 public keys, 1 to 64) and nobody else can open it.

    aad is not in the result; who opens must give the same. The only random function in this room.
    """
    readers = sorted(set(recipients))
    if not 1 <= len(readers) <= MAX_RECIPIENTS:
        raise BadInput("recipients", len(readers), f"seal to 1 to {MAX_RECIPIENTS} nodes")
    key = ChaCha20Poly1305.generate_key()
    head = _VERSION + bytes([len(readers)])
    for public in readers:
        try:
            wrap = _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), info=_info(aad))
        except ValueError:
            raise BadInput("recipients", public.hex(), "not an X25519 public key") from None
        head += _tag(public) + wrap
    return head + ChaCha20Poly1305(key).encrypt(_NONCE, data, head + aad)


def is_sealed_to(sealed: bytes, public: bytes) -> bool:
    """Whether the seal names this key as a reader; it may still be damaged."""
    return any(wrap[:_TAG] == _tag(public) for wrap in _read_head(sealed)[1])


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, *, rule: str) -> bytes:
    """The bytes of the one base64 form of them; RuleBroken with the rule given for any other form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RuleBroken(rule, "not base64") from None
    if to_base64(data) != text:
        raise RuleBroken(rule, "base64 with spare bits")
    return data


def _tag(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:_TAG]


def _info(aad: bytes) -> bytes:
    return b"seamline/seal/v1\n" + hashlib.sha256(aad).digest()


def _read_head(sealed: bytes) -> tuple[bytes, list[bytes]]:
    if sealed[:1] != _VERSION or len(sealed) < 2 or not 1 <= sealed[1] <= MAX_RECIPIENTS:
        raise RuleBroken("log 11.2", "not a seal of version 1 for 1 to 64 readers")
    size = _TAG + _WRAP
    stop = 2 + sealed[1] * size
    if len(sealed) < stop + 16:
        raise RuleBroken("log 11.2", "the seal was cut short")
    return sealed[:stop], [sealed[i : i + size] for i in range(2, stop, size)]
