"""Keys of one run: agreed, derived, sealed to. The primitives are `cryptography`'s (docs/spec/blind.md 4).

- blind 4.4  run key = HKDF-SHA256(X25519 shared secret, salt: transcript hash)
- blind 4.6  a share is sealed to the facilitator's one-run key by HPKE, bound to transcript and sender
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from seamline.errors import RuleBroken

Array = np.ndarray[Any, Any]

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_RUN: Final = b"seamline/blind/run/1"
_SHARE: Final = b"seamline/blind/share/1\n"
_STEP: Final = 1 << 20
_ZEROS: Final = bytes(_STEP)


def public(seed: bytes) -> bytes:
    """The X25519 public key of a 32-byte seed."""
    return X25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def run_key(seed: bytes, other: bytes, transcript: bytes) -> bytes:
    """32 bytes that only the two sides know, another for every transcript (blind 4.4).

    RuleBroken if the other's key is none.
    """
    try:
        shared = X25519PrivateKey.from_private_bytes(seed).exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError:
        raise RuleBroken("blind 4.4", "not an X25519 public key that anything can be agreed with") from None
    return HKDF(SHA256(), 32, salt=transcript, info=_RUN).derive(shared)


def derive(key: bytes, purpose: str) -> bytes:
    """A key of its own for one purpose."""
    return HKDFExpand(SHA256(), 32, info=b"seamline/blind/" + purpose.encode()).derive(key)


def leaf_salt(seed: bytes, index: int) -> bytes:
    """The salt of one leaf of a commitment: knowing one tells nothing of another (blind 7.1)."""
    return hmac.digest(seed, b"seamline/blind/salt/1" + index.to_bytes(8, "big"), "sha256")


def seal(to: bytes, transcript: bytes, sender: str, data: bytes) -> bytes:
    """Sealed so that only the facilitator of this run opens it, as this side's (blind 4.6)."""
    return _SUITE.encrypt(data, X25519PublicKey.from_public_bytes(to), info=_info(transcript, sender))


def unseal(seed: bytes, transcript: bytes, sender: str, data: bytes) -> bytes:
    """What was sealed; RuleBroken for another run's, another side's, or damaged bytes (blind 4.6)."""
    try:
        key = X25519PrivateKey.from_private_bytes(seed)
        return _SUITE.decrypt(data, key, info=_info(transcript, sender))
    except (InvalidTag, ValueError):
        raise RuleBroken("blind 4.6", f"no share by {sender} in this run: damaged, or another's") from None


class Stream:
    """Bytes nobody can tell from random without the key: AES-256-CTR over zeros."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._cipher: CipherContext = Cipher(AES(derive(key, purpose)), CTR(bytes(16))).encryptor()

    def take(self, count: int) -> Array:
        """The next `count` bytes, uint8."""
        out = bytearray(count)
        view = memoryview(out)
        for start in range(0, count, _STEP):
            stop = min(start + _STEP, count)
            self._cipher.update_into(_ZEROS[: stop - start], view[start:stop])
        return np.frombuffer(out, dtype=np.uint8)

    def below(self, bound: int, count: int) -> Array:
        """`count` numbers of [0, bound), each uniform and independent: what is too large is drawn again."""
        whole = (1 << 32) // bound * bound
        found: Array = np.zeros(0, dtype=np.int64)
        while len(found) < count:
            drawn = self.take(4 * (count - len(found) + 8)).view("<u4")
            found = np.concatenate((found, (drawn[drawn < whole] % bound).astype(np.int64)))
        return found[:count]


def _info(transcript: bytes, sender: str) -> bytes:
    return _SHARE + hashlib.sha256(transcript + sender.encode()).digest()
