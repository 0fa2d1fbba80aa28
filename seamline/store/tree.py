"""One stored log as `merkle` reads it."""

from __future__ import annotations

from seamline.log.checkpoint import LogId
from seamline.store.ports import LogReader


class LogTree:
    """Subtrees (merkle.Subtrees) of a log in a store."""

    def __init__(self, reader: LogReader, log: LogId) -> None:
        self._reader, self._log = reader, log

    def subtree(self, level: int, index: int) -> bytes:
        return self._reader.subtree(self._log, level, index)
