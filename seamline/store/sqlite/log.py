"""The log port on SQLite: log.db."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seamline.store.ports import LogTx
from seamline.store.sqlite.database import Database
from seamline.store.sqlite.log_reads import LogReads
from seamline.store.sqlite.log_schema import LOG_SCHEMA
from seamline.store.sqlite.log_tx import Known, LogTransaction


class SqliteLog(LogReads):
    """LogStore on log.db: WAL, fsync at each commit."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._database = Database(path, key, LOG_SCHEMA, durable=True, cache_kib=16_384, read_cache_kib=8_192)
        super().__init__(self._database)
        self._known = Known()

    @contextmanager
    def transaction(self) -> Iterator[LogTx]:
        with self._database.transaction(self._known.forget) as connection:
            tx = LogTransaction(self._database, connection, self._known)
            yield tx
            tx.finish()

    def close(self) -> None:
        self._database.close()
