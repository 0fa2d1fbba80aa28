"""The blob port: one sealed file a blob (ChaCha20-Poly1305), in folders of at most a 256th each.

A file's name is a keyed hash of the blob's, so that whoever takes the disk cannot even tell whether a
document he knows is on it; and no name from outside ever becomes a path.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from seamline.errors import StoreBroken
from seamline.store import disk

_NONCE = 12


class SqliteBlobs:
    """BlobStore in a folder. key: seals; name_key: hides names. 32 bytes each."""

    def __init__(self, folder: Path, key: bytes, name_key: bytes) -> None:
        self._folder = folder
        self._cipher = ChaCha20Poly1305(key)
        self._name_key = name_key
        self._writing = threading.Lock()
        disk.make_folder(folder)
        with disk.doing("clear what a crash left", folder):
            for left in folder.glob(f"*/*{disk.TEMPORARY}"):
                left.unlink()

    def put(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        # One at a time: two writers of one blob would share its temporary file.
        with self._writing:
            if not self._is_sound(name):
                nonce = os.urandom(_NONCE)
                sealed = nonce + self._cipher.encrypt(nonce, data, name.encode())
                disk.make_folder(path.parent)
                disk.write_whole(path, sealed)
        return name

    def _is_sound(self, name: str) -> bool:
        try:
            return self.get(name) is not None
        except StoreBroken:
            return False

    def get(self, name: str) -> bytes | None:
        path = self._path(name)
        try:
            with disk.doing("read a blob", path):
                sealed = path.read_bytes()
        except StoreBroken as e:
            if isinstance(e.__cause__, FileNotFoundError):
                return None
            raise
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError) as e:
            raise StoreBroken(f"blob {name[:16]}…: {path} is damaged") from e

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def destroy(self, name: str) -> None:
        disk.wipe(self._path(name))

    def _path(self, name: str) -> Path:
        hidden = hmac.digest(self._name_key, name.encode("utf-8", "surrogatepass"), "sha256").hex()
        return self._folder / hidden[:2] / hidden
