"""Opens a node's four stores, copies them, and closes them."""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seamline.errors import BadInput, Locked, StoreBroken
from seamline.log import merkle
from seamline.store import disk
from seamline.store.folder import FolderLock
from seamline.store.memory import MemoryBlobs, MemoryLocal, MemoryLog, MemoryPicture
from seamline.store.ports import BlobStore, LocalStore, LogStore, PictureStore
from seamline.store.sqlite.blobs import SqliteBlobs
from seamline.store.sqlite.copying import copy_database
from seamline.store.sqlite.local import SqliteLocal
from seamline.store.sqlite.log import SqliteLog
from seamline.store.sqlite.picture import SqlitePicture
from seamline.store.tree import LogTree


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
    picture = _open_picture(folder, key)
    opening.callback(picture.close)
    blobs = SqliteBlobs(folder / "blobs", _derive(key, "blobs"), _derive(key, "blob names"))
    disk.sync_folder(folder)
    if picture.folded() > log.last_seq():
        with picture.transaction() as tx:
            tx.clear()
    return Stores(log, picture, local, blobs, opening)


def _open_picture(folder: Path, key: bytes) -> SqlitePicture:
    path, its_key = folder / "picture.db", _derive(key, "picture.db")
    picture = SqlitePicture(path, its_key)
    try:
        picture.folded()
    except StoreBroken:
        # A damaged page: it is computed, so it is computed again.
        with suppress(StoreBroken):
            picture.close()
        _remove_picture(folder)
        picture = SqlitePicture(path, its_key)
    return picture


def discard_picture(folder: Path) -> None:
    """Throw the picture's file away; the next open begins it anew. StoreBusy while somebody has it open."""
    lock = FolderLock(folder)
    try:
        _remove_picture(folder)
    finally:
        lock.close()


def _remove_picture(folder: Path) -> None:
    with disk.doing("throw the picture away", folder):
        for path in folder.glob("picture.db*"):
            path.unlink()


def copy_node_store(folder: Path, key: bytes, to: Path) -> None:
    """Copy log, local state and blobs of a store, also while another process has it open, and check the copy.

    The copy is of one instant a file, the log first: what it refers to was on disk before it, and is in
    the blobs copied after it. The picture can be computed and stays behind. `to` must exist and be empty.
    Raises Locked, StoreFull, StoreBroken.
    """
    with _key_checked(folder / "key-check", _derive(key, "check")):
        for name in ("log.db", "local.db"):
            copy_database(folder / name, _derive(key, name), to / name)
    copied = SqliteLog(to / "log.db", _derive(key, "log.db"))
    try:
        for log in copied.logs():
            head = copied.head(log)
            if merkle.root(LogTree(copied, log), head.size) != head.root:
                raise StoreBroken(f"log {log.channel}/{log.lane} of node {log.node}: its tree does not fit")
    finally:
        copied.close()
    with disk.doing("copy the blobs", to):
        (to / "key-check").write_bytes((folder / "key-check").read_bytes())
        for blob in sorted(folder.glob("blobs/??/*")):
            if blob.suffix != disk.TEMPORARY:
                with suppress(FileNotFoundError):  # destroyed since it was listed (law 6)
                    (to / "blobs" / blob.parent.name).mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(blob, to / "blobs" / blob.parent.name / blob.name)


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
