"""Secrets in a file sealed under a passphrase: argon2id, then ChaCha20-Poly1305 (RFC 9106, RFC 8439).

The file is JSON; everything in it but the sealed bytes is bound to them, so that neither the purpose
nor the cost can be exchanged. Whoever destroys the file makes all that its secret opens unreadable.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from seamline.errors import BadInput, Conflict, Locked, StoreBroken
from seamline.store import disk

FORMAT = "seamline-key"
VERSION = 1
MAX_FILE = 1 << 20
MIN_PASSPHRASE = 8


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one guess. Bounded, so that a forged file cannot take the machine's memory."""

    memory_kib: Annotated[int, msgspec.Meta(ge=8, le=1 << 20)] = 65_536
    passes: Annotated[int, msgspec.Meta(ge=1, le=64)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    purpose: str
    kdf: str
    cost: Cost
    salt: bytes
    cipher: str
    nonce: bytes


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    header: _Header
    sealed: bytes


DEFAULT_COST = Cost()


def seal_file(path: Path, passphrase: str, secret: bytes, purpose: str, *, cost: Cost | None = None) -> None:
    """Write a new sealed file, on disk when this returns. Conflict if the path is taken.

    purpose: a word that open_file must repeat ("node", "party", "officer").
    BadInput for a passphrase shorter than 8 characters.
    """
    if path.exists():
        raise Conflict(f"{path} is there already, and a key file is never written over")
    disk.write_whole(path, _seal(passphrase, secret, purpose, cost))


def open_file(path: Path, passphrase: str, purpose: str) -> bytes:
    """The secret. Locked: wrong passphrase or purpose, or no such file; StoreBroken: not a key file."""
    file = _read(path)
    header = file.header
    if header.purpose != purpose:
        raise Locked(f"{path} is a key file for “{header.purpose}”, not for “{purpose}”")
    try:
        return ChaCha20Poly1305(_stretch(passphrase, header)).decrypt(
            header.nonce, file.sealed, msgspec.json.encode(header)
        )
    except InvalidTag:
        raise Locked(f"{path}: wrong passphrase, or the file was changed") from None


def change_passphrase(path: Path, old: str, new: str, purpose: str, *, cost: Cost | None = None) -> None:
    """Seal the same secret anew. A crash leaves the old file or the new one; the old one is overwritten."""
    fresh = _seal(new, open_file(path, old, purpose), purpose, cost)
    with disk.doing("change the passphrase", path), path.open("r+b") as before:
        disk.write_whole(path, fresh)
        disk.blank(before)


def destroy(path: Path) -> bool:
    """Overwrite and remove the file. False if it was gone already."""
    return disk.wipe(path)


@dataclass(frozen=True, slots=True, repr=False)
class NodeSecrets:
    """What a node's key file holds, 32 bytes each: Ed25519 seed, X25519 seed, key of its store."""

    sign_seed: bytes
    seal_seed: bytes
    store_key: bytes

    @classmethod
    def make(cls) -> NodeSecrets:
        """Fresh ones from the system's random source."""
        return cls(os.urandom(32), os.urandom(32), os.urandom(32))

    def to_bytes(self) -> bytes:
        """What `seal_file` takes, with purpose "node"."""
        return _NODE + self.sign_seed + self.seal_seed + self.store_key

    @classmethod
    def from_bytes(cls, data: bytes) -> NodeSecrets:
        """Reads to_bytes(); StoreBroken if it is something else."""
        seeds = data.removeprefix(_NODE)
        if len(data) != len(_NODE) + 96 or len(seeds) != 96:
            raise StoreBroken("the key file does not hold a node's secrets")
        return cls(seeds[:32], seeds[32:64], seeds[64:])


_NODE = b"seamline/node/v1\n"


def _seal(passphrase: str, secret: bytes, purpose: str, cost: Cost | None) -> bytes:
    if len(passphrase) < MIN_PASSPHRASE:
        raise BadInput("passphrase", "…", f"at least {MIN_PASSPHRASE} characters")
    header = _Header(
        FORMAT,
        VERSION,
        purpose,
        "argon2id",
        cost or DEFAULT_COST,
        os.urandom(16),
        "chacha20-poly1305",
        os.urandom(12),
    )
    sealed = ChaCha20Poly1305(_stretch(passphrase, header)).encrypt(
        header.nonce, secret, msgspec.json.encode(header)
    )
    return msgspec.json.format(msgspec.json.encode(_File(header, sealed))) + b"\n"


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE)
    except FileNotFoundError:
        raise Locked(f"{path} is not there: the keys were destroyed, or are kept elsewhere") from None
    except OSError as e:
        raise StoreBroken(f"{path}: could not read the key file: {e.strerror}") from e
    try:
        file_ = msgspec.json.decode(data, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise StoreBroken(f"{path} is not a key file of Seamline") from e
    header = file_.header
    known = (FORMAT, VERSION, "argon2id", "chacha20-poly1305")
    if (header.format, header.version, header.kdf, header.cipher) != known or len(header.nonce) != 12:
        raise StoreBroken(f"{path} is no key file this program can read: it may be of a newer one")
    if not 16 <= len(header.salt) <= 64:
        raise StoreBroken(f"{path} is not a key file of Seamline")
    return file_


def _stretch(passphrase: str, header: _Header) -> bytes:
    """NFC first: the same letters typed on two keyboards are one passphrase (RFC 8265 §4.2)."""
    return hash_secret_raw(
        unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass"),
        header.salt,
        time_cost=header.cost.passes,
        memory_cost=header.cost.memory_kib,
        parallelism=header.cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
