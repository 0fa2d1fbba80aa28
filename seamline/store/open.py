"""Opens a node's four stores, and closes them."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seamline.errors import BadInput, Locked, StoreBroken
from seamline.store import disk
from seamline.store.folder import FolderLock
from seamline.store.memory import MemoryBlobs, MemoryLocal, MemoryLog, MemoryPicture
from seamline.store.ports import BlobStore, LocalStore, LogStore, PictureStore
from seamline.store.sqlite.blobs import SqliteBlobs
from seamline.store.sqlite.local import SqliteLocal
from seamline.store.sqlite.log import SqliteLog
from seamline.store.sqlite.picture import SqlitePicture


@dataclass(frozen=True, slots=True)
class Stores:
    """A node's stores. close() lets go of the folder; what was said to be saved is on disk before."""

    log: LogStore
    picture: PictureStore
    local: LocalStore
    blobs: BlobStore
    _open: ExitStack = field(default_factory=ExitStack, repr=False)

    def close(self) -> None:
        """In the reverse order of opening. Calling twice does nothing."""
        self._open.close()


def open_node_store(folder: Path, key: bytes, engine: str = "sqlite") -> Stores:
    """Open or create the stores in a folder, log.db, local.db, picture.db and blobs/, under a 32-byte key.

    A picture that cannot be used, or that knows of more than the log holds, is begun anew: folded() is
    0 and the caller folds the log again. Raises Locked (another key), StoreBusy (another process),
    StoreFull, StoreBroken; then nothing stays open.
    """
    if engine == "memory":
        return memory_stores()
    if engine != "sqlite":
        raise BadInput("store", engine, "sqlite or memory")
    if len(key) != 32:
        raise ValueError("a store's key has 32 bytes")
    disk.make_folder(folder)
    opening = ExitStack()
    try:
        return _open(folder, key, opening)
    except BaseException:
        opening.close()
        raise


def _open(folder: Path, key: bytes, opening: ExitStack) -> Stores:
    opening.callback(FolderLock(folder).close)
    with _key_checked(folder / "key-check", _derive(key, "check")):
        log = SqliteLog(folder / "log.db", _derive(key, "log.db"))
        opening.callback(log.close)
        local = SqliteLocal(folder / "local.db", _derive(key, "local.db"))
        opening.callback(local.close)
    picture = SqlitePicture(folder / "picture.db", _derive(key, "picture.db"))
    opening.callback(picture.close)
    blobs = SqliteBlobs(folder / "blobs", _derive(key, "blobs"), _derive(key, "blob names"))
    disk.sync_folder(folder)
    if picture.folded() > log.last_seq():
        with picture.transaction() as tx:
            tx.clear()
    return Stores(log, picture, local, blobs, opening)


def memory_stores() -> Stores:
    """Stores that end with the process."""
    return Stores(MemoryLog(), MemoryPicture(), MemoryLocal(), MemoryBlobs())


def _derive(key: bytes, use: str) -> bytes:
    """A key for one use (RFC 5869): none of them tells of another, or of the one they come from."""
    return HKDF(SHA256(), 32, salt=None, info=f"seamline/store/v1/{use}".encode()).derive(key)


@contextmanager
def _key_checked(path: Path, mark: bytes) -> Iterator[None]:
    """Tells a wrong key, which is the caller's to mend, from a damaged file, which is not.

    The mark is left once the block has opened something with the key.
    """
    with disk.doing("read the key's mark", path):
        kept = path.read_bytes() if path.exists() else None
    if kept is not None and not hmac.compare_digest(kept, mark):
        raise Locked(f"{path.parent} was made with another key")
    try:
        yield
    except Locked as e:
        if kept is None:
            raise
        raise StoreBroken(f"{e.message}; the key is right, so the file is damaged") from e
    if kept is None:
        disk.write_whole(path, mark)
