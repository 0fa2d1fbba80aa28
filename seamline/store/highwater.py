"""How far this node has shown its own logs, kept outside every backup (docs/spec/log.md 9).

A node restored from a backup would write other entries in places it has already signed and shown.
The mark lets it notice before it does. It may lag behind by a second: it guards against yesterday's
copy, not against a crash, which loses nothing (law 4).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from seamline.errors import Behind, StoreBroken
from seamline.log import merkle
from seamline.log.checkpoint import LogId
from seamline.store import disk
from seamline.store.ports import Head, LogReader
from seamline.store.tree import LogTree

FORMAT = "seamline-high-water"
VERSION = 1
EVERY_S = 1.0


class _Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    node: str
    channel: str
    lane: str
    size: int
    root: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    logs: list[_Mark]


class HighWater:
    """The mark of each own log. Safe to use from several threads."""

    def __init__(self, path: Path, *, seconds: Callable[[], float] = time.monotonic) -> None:
        """Reads the file, if there is one; StoreBroken when it is not readable."""
        self._path = path
        self._seconds = seconds
        self._guard = threading.Lock()
        self._marks = _read(path)
        self._changed = False
        self._written = -EVERY_S

    def marks(self) -> dict[LogId, Head]:
        """The largest head known of each log."""
        with self._guard:
            return dict(self._marks)

    def update(self, heads: Mapping[LogId, Head]) -> None:
        """Raise the marks. Written at most once a second, and at close()."""
        with self._guard:
            for log, head in heads.items():
                known = self._marks.get(log)
                if known is None or head.size > known.size:
                    self._marks[log] = head
                    self._changed = True
            if self._changed and self._seconds() - self._written >= EVERY_S:
                self._write()

    def check(self, log_store: LogReader) -> None:
        """Behind if the store lacks what was shown, or holds something else in its place."""
        for log, mark in sorted(self.marks().items()):
            name = f"log {log.channel}/{log.lane} of node {log.node}"
            remedy = (
                "this folder is an older copy: bring the newest back, or restore this one with a new key"
                " (`seamline doctor` says how)"
            )
            head = log_store.head(log)
            if head.size < mark.size:
                raise Behind(
                    f"{name} has {head.size} entries here, and {mark.size} were shown to others; {remedy}",
                    log=name,
                    size=head.size,
                    mark=mark.size,
                )
            if merkle.root(LogTree(log_store, log), mark.size) != mark.root:
                raise Behind(
                    f"{name} is not the log whose first {mark.size} entries were shown to others; {remedy}",
                    log=name,
                    size=head.size,
                    mark=mark.size,
                )

    def close(self) -> None:
        """Write what is not written yet."""
        with self._guard:
            if self._changed:
                self._write()

    def _write(self) -> None:
        logs = [
            _Mark(log.node, log.channel, log.lane, head.size, head.root.hex())
            for log, head in sorted(self._marks.items(), key=lambda mark: mark[0])
        ]
        data = msgspec.json.format(msgspec.json.encode(_File(FORMAT, VERSION, logs)))
        disk.write_whole(self._path, data + b"\n", durable=False)
        self._changed = False
        self._written = self._seconds()


def _read(path: Path) -> dict[LogId, Head]:
    with disk.doing("read the high-water mark", path):
        data = path.read_bytes() if path.exists() else None
    if data is None:
        return {}
    try:
        file = msgspec.json.decode(data, type=_File)
        marks = {
            LogId(mark.node, mark.channel, mark.lane): Head(mark.size, bytes.fromhex(mark.root))
            for mark in file.logs
        }
    except (msgspec.MsgspecError, ValueError) as e:
        raise StoreBroken(f"{path} is not a high-water mark: bring back the one that was there") from e
    if (file.format, file.version) != (FORMAT, VERSION):
        raise StoreBroken(f"{path} is no high-water mark this program can read: it may be of a newer one")
    return marks
