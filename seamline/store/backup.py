"""One file that a node can be brought back from (docs/backup.md, decision 11).

    seamline-backup/v1 LF | length | header | sealed stream (stream.py) of a tar

The header is JSON: a salt, and a box (a key file of purpose "backup") with the store's key, unless the
backup was made without one. The stream's key comes from the store's key, salt and header, so no
byte of either can be exchanged. In the tar: about.json, node.toml, node.card.json, and the store as
open.copy_node_store leaves it. Never in it: the node's signing key, the picture, the high-water mark.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seamline.errors import BadInput, Locked, StoreBroken
from seamline.store import disk, keyfile
from seamline.store.open import copy_node_store
from seamline.store.stream import SealedReader, SealedWriter

MAGIC = b"seamline-backup/v1\n"
PURPOSE = "backup"
SPOOL = 1 << 20
_ALLOWED = re.compile(
    r"about\.json|node\.toml|node\.card\.json|data/(log\.db|local\.db|key-check|blobs/[0-9a-f]{2}/[0-9a-f]{64})"
)
_MAX_HEADER = 1 << 20


class About(msgspec.Struct, frozen=True):
    """What a backup says of itself. node, public: the old node's fingerprint and Ed25519 key (hex)."""

    program: str
    name: str
    owners: tuple[str, ...]
    node: str
    public: str
    made_at: int


class _Header(msgspec.Struct, frozen=True):
    salt: bytes
    box: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """A backup on disk that was read back: its size in bytes and its SHA-256 (hex)."""

    path: Path
    size: int
    sha256: str


def write(folder: Path, out: Path, passphrase: str | None, store_key: bytes, about: About) -> Written:
    """Back the node in folder up into the new file out, on disk and read back when this returns.

    passphrase None: the store's key stays out of it. The node may be serving. Raises BadInput when out
    is taken, Locked, StoreFull, StoreBroken; then there is no file.
    """
    if out.exists():
        raise BadInput("file", str(out), "it is there already; a backup is never written over")
    with disk.doing("make a folder for the copy beside the backup", out):
        work = Path(tempfile.mkdtemp(prefix=".backup-", dir=out.parent))
    try:
        with disk.doing("write the backup", out):
            (work / "data").mkdir()
            copy_node_store(folder / "data", store_key, work / "data")
            for name in ("node.toml", "node.card.json"):
                shutil.copyfile(folder / name, work / name)
            (work / "about.json").write_bytes(msgspec.json.encode(about))
            sealed = work / "sealed"
            said = _pack(work, sealed, passphrase, store_key)
            _read_back(sealed, store_key, said)
            found = Written(out, sealed.stat().st_size, _digest(sealed))
            sealed.rename(out)
            disk.sync_folder(out.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return found


def unpack(file: Path, passphrase: str, to: Path, key: bytes | None = None) -> tuple[About, bytes]:
    """The files of a backup into the folder to; what it says of itself, and the store's key.

    key: the store's key, for a backup made without it. Raises Locked (passphrase), BadInput (no
    backup), StoreFull, StoreBroken (damaged); then what is in the folder counts for nothing.
    """
    with disk.doing("read", file), file.open("rb") as source:
        header, raw = _read_header(source, file)
        store_key = key or _unbox(header, passphrase, to, file)
        # For the owner's eyes only, as the store itself makes it.
        disk.make_folder(to / "data")
        with disk.doing("write", to):
            for name, data in _members(SealedReader(source, _stream_key(store_key, header, raw), str(file))):
                (to / name).parent.mkdir(parents=True, exist_ok=True)
                with (to / name).open("wb") as out:
                    shutil.copyfileobj(data, out, SPOOL)
                    out.flush()
                    os.fsync(out.fileno())
    try:
        return msgspec.json.decode((to / "about.json").read_bytes(), type=About), store_key
    except (OSError, msgspec.MsgspecError) as fault:
        raise StoreBroken(f"{file} does not say what it is a backup of") from fault


# ---------------------------------------------------------------- writing


def _pack(work: Path, out: Path, passphrase: str | None, store_key: bytes) -> dict[str, str]:
    """Seal everything in work; the SHA-256 (hex) of each member."""
    box = None
    if passphrase is not None:
        # A file of its own for a moment: key files are made in one place only.
        keyfile.seal_file(work / "box", passphrase, store_key, PURPOSE)
        box = (work / "box").read_text("utf-8")
        (work / "box").unlink()
    header = _Header(os.urandom(32), box)
    raw = msgspec.json.encode(header)
    names = sorted(p.relative_to(work).as_posix() for p in work.rglob("*") if p.is_file())
    with out.open("xb") as file:
        file.write(MAGIC + len(raw).to_bytes(4, "big") + raw)
        stream = SealedWriter(file, _stream_key(store_key, header, raw))
        # tarfile writes to a stream and asks nothing else of it.
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
            for name in names:
                member = tarfile.TarInfo(name)
                member.size = (work / name).stat().st_size
                with (work / name).open("rb") as data:
                    tar.addfile(member, data)
        stream.finish()
        file.flush()
        os.fsync(file.fileno())
    return {name: _digest(work / name) for name in names}


def _read_back(sealed: Path, store_key: bytes, said: dict[str, str]) -> None:
    """StoreBroken unless the file on disk opens to exactly these members."""
    with sealed.open("rb") as source:
        header, raw = _read_header(source, sealed)
        found = {}
        stream = SealedReader(source, _stream_key(store_key, header, raw), "the backup just written")
        for name, data in _members(stream):
            found[name] = hashlib.file_digest(data, "sha256").hexdigest()  # type: ignore[arg-type]  # reads a tar member as any file
    if found != said:
        raise StoreBroken("the backup just written does not hold what was put in; try another disk")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---------------------------------------------------------------- reading


def _read_header(source: BinaryIO, file: Path) -> tuple[_Header, bytes]:
    if source.read(len(MAGIC)) != MAGIC:
        raise BadInput("file", str(file), "it is no backup that this program can read")
    raw = source.read(min(int.from_bytes(source.read(4), "big"), _MAX_HEADER))
    try:
        return msgspec.json.decode(raw, type=_Header), raw
    except msgspec.MsgspecError:
        raise StoreBroken(f"{file} is damaged in its first bytes") from None


def _unbox(header: _Header, passphrase: str, to: Path, file: Path) -> bytes:
    if header.box is None:
        raise Locked(f"{file} was made without its key: give the node's key file with --key")
    box = to / "box"
    with disk.doing("write", box):
        box.write_text(header.box, "utf-8")
    try:
        return keyfile.open_file(box, passphrase, PURPOSE)
    except Locked:
        raise Locked(f"{file}: wrong passphrase: it is the one that the node had when it was made") from None
    finally:
        box.unlink()


def _members(stream: SealedReader) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of each file, in their order; checked to the last byte when this ends."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:  # type: ignore[call-overload]  # as in _pack
            for member in tar:
                data = tar.extractfile(member) if member.isreg() else None
                if data is None or not _ALLOWED.fullmatch(member.name):
                    raise StoreBroken(f"a backup holds no {member.name!r}")
                yield member.name, data
    except tarfile.TarError as fault:
        raise StoreBroken(f"the backup is damaged: {fault}") from fault
    stream.drain()


def _stream_key(store_key: bytes, header: _Header, raw: bytes) -> bytes:
    """RFC 5869; for this one stream, and bound to every byte of the header."""
    info = b"seamline/backup/v1/" + hashlib.sha256(raw).digest()
    return HKDF(SHA256(), 32, salt=header.salt, info=info).derive(store_key)
