"""Files that are there as a whole or not at all, and that are gone when they are destroyed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from seamline.errors import StoreBroken, StoreFull

_FULL = (errno.ENOSPC, errno.EDQUOT)
# On Windows only: bytes as they are, no line ends changed.
_BINARY: int = getattr(os, "O_BINARY", 0)
TEMPORARY = ".tmp"


@contextmanager
def doing(what: str, path: Path) -> Iterator[None]:
    """Turns an OSError of the block into StoreFull or StoreBroken: "could not {what}"."""
    try:
        yield
    except OSError as e:
        kind = StoreFull if e.errno in _FULL else StoreBroken
        raise kind(f"{path}: could not {what}: {e.strerror or e}") from e


def make_folder(path: Path) -> None:
    """The folder, for its owner's eyes only, on disk when this returns."""
    with doing("make the folder", path):
        if not path.is_dir():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(path.parent)


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Put the data in place of whatever was there; a crash leaves the old file or the new one.

    durable: file and folder are on disk when this returns.
    """
    fresh = path.with_name(path.name + TEMPORARY)
    with doing("write", path):
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                if durable:
                    os.fsync(out.fileno())
            fresh.replace(path)
        except OSError:
            with suppress(OSError):
                fresh.unlink()
            raise
        if durable:
            sync_folder(path.parent)


def wipe(path: Path) -> bool:
    """Overwrite, fsync, remove, fsync the folder. False if there was no such file.

    What flash memory keeps of old blocks is out of reach; everything here is encrypted for that.
    """
    with doing("destroy", path):
        try:
            with path.open("r+b") as file:
                blank(file)
        except FileNotFoundError:
            return False
        path.unlink()
        sync_folder(path.parent)
        return True


def blank(file: BinaryIO) -> None:
    """Overwrite an open file with random bytes, and fsync."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    file.writelines(os.urandom(min(size - start, 1 << 20)) for start in range(0, size, 1 << 20))
    file.flush()
    os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """fsync a folder, so that a name made or removed in it lasts; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
