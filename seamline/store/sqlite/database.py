"""One database file: a writer, and readers that never wait for it.

The crash story: a transaction's pages go to the WAL, then fsync (durable files), then readers see
them and the block's caller goes on. A crash before the fsync ends loses the whole transaction, after
it nothing; the next open replays the WAL.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from seamline.errors import OurFault, StoreBroken
from seamline.store.sqlite.connection import BUSY_TIMEOUT_MS, Connection, Functions, Statement
from seamline.store.sqlite.schema import Schema, prepare

_BEGIN = Statement("begin a transaction", "BEGIN IMMEDIATE")
_COMMIT = Statement("put a transaction on disk", "COMMIT")
_ROLLBACK = Statement("undo a transaction", "ROLLBACK")
_SNAPSHOT = Statement("begin to read", "BEGIN")
_TRUNCATE = Statement("empty the write-ahead log", "PRAGMA wal_checkpoint(TRUNCATE)")

WAL_PAGES = 4000
SCRUB_WAIT_MS = 200
MAX_IDLE = 8
"""Each keeps a cache of its own; what a crowd of readers opened beyond these is closed again."""


class Rows(Protocol):
    """Whatever answers queries: a database (what is committed), or a transaction."""

    def rows(self, statement: Statement, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...
    def one(self, statement: Statement, args: Sequence[Any] = ()) -> tuple[Any, ...] | None: ...


class Reader(Rows, Protocol):
    """That also answers several queries from one state."""

    def snapshot(self) -> AbstractContextManager[Reader]: ...


class Database:
    """Opens or creates the file and brings it to its schema.

    durable: fsync at each commit; without it a power cut may lose the last commits, never tear one.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        schema: Schema,
        *,
        durable: bool,
        cache_kib: int,
        read_cache_kib: int,
        functions: Functions | None = None,
    ) -> None:
        self.path = path
        self._key = key
        self._read_cache_kib = read_cache_kib
        self._idle: list[Connection] = []
        self._closed = False
        self._broken: OurFault | None = None
        self._scrub = False
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._functions = functions or {}
        self.writer = Connection(path, key, cache_kib=cache_kib, write=True, functions=self._functions)
        try:
            self._configure(durable)
            prepare(self.writer, schema)
            # What was destroyed just before a crash must not live on in the WAL.
            self.writer.run(_TRUNCATE)
        except BaseException:
            self.writer.raw.close()
            raise

    def _configure(self, durable: bool) -> None:
        settings = (
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durable else 'NORMAL'}",
            f"wal_autocheckpoint = {WAL_PAGES}",
            f"journal_size_limit = {WAL_PAGES * 4096}",
        )
        for setting in settings:
            self.writer.run(Statement(f"set {setting}", f"PRAGMA {setting}"))

    # ------------------------------------------------------------ reading

    def rows(self, statement: Statement, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows, of what is committed."""
        connection = self._borrow()
        try:
            return connection.rows(statement, args)
        finally:
            self._give_back(connection)

    def one(self, statement: Statement, args: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, or None, of what is committed."""
        found = self.rows(statement, args)
        return found[0] if found else None

    @contextmanager
    def snapshot(self) -> Iterator[Reader]:
        """Several queries over one state."""
        connection = self._borrow()
        try:
            connection.run(_SNAPSHOT)
            yield connection
        finally:
            with suppress(OurFault):
                connection.run(_ROLLBACK)
            self._give_back(connection)

    def _borrow(self) -> Connection:
        if self._closed:
            raise StoreBroken(f"{self.path.name} is closed")
        try:
            return self._idle.pop()
        except IndexError:
            return Connection(
                self.path,
                self._key,
                cache_kib=self._read_cache_kib,
                write=False,
                functions=self._functions,
            )

    def _give_back(self, connection: Connection) -> None:
        if len(self._idle) >= MAX_IDLE:
            connection.close()
            return
        self._idle.append(connection)
        if self._closed:
            self._close_idle()

    # ------------------------------------------------------------ writing

    @contextmanager
    def transaction(self, undo: Callable[[], None] | None = None) -> Iterator[Connection]:
        """One at a time. All of the block is on disk when it ends without an exception, else nothing.

        undo is called after a failure, before the next transaction may begin.
        """
        if self._owner == threading.get_ident():
            raise RuntimeError("a transaction is already open on this thread")
        with self._lock:
            if self._closed or self._broken:
                raise self._broken or StoreBroken(f"{self.path.name} is closed")
            self._owner = threading.get_ident()
            try:
                with self._all_or_nothing():
                    yield self.writer
                self._after_commit()
            except BaseException:
                if undo is not None:
                    undo()
                raise
            finally:
                self._owner = None

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        self.writer.failure = None
        self.writer.run(_BEGIN)
        try:
            yield
            if self.writer.failure is not None:
                raise self.writer.failure
            self._commit()
        except BaseException:
            if self.writer.raw.in_transaction:
                self.writer.run(_ROLLBACK)
            raise

    def _commit(self) -> None:
        try:
            self.writer.run(_COMMIT)
        except StoreBroken as e:
            # After a failed fsync nobody knows what is on disk; only opening anew finds out.
            self._broken = StoreBroken(
                f"{e.message}; nothing more is written until the node is started again"
            )
            raise

    def scrub(self) -> None:
        """Inside a transaction: once it is committed, leave no old page in the WAL."""
        self._scrub = True

    def _after_commit(self) -> None:
        if not self._scrub:
            return
        # A reader in the middle of a query holds its pages; then the next commit tries again.
        self.writer.raw.set_busy_timeout(SCRUB_WAIT_MS)
        try:
            with suppress(OurFault):
                found = self.writer.one(_TRUNCATE)
                self._scrub = found is None or found[0] != 0
        finally:
            self.writer.raw.set_busy_timeout(BUSY_TIMEOUT_MS)

    # ------------------------------------------------------------ closing

    def close(self) -> None:
        """Waits for a running transaction. Calling twice does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._close_idle()
            self.writer.close()

    def _close_idle(self) -> None:
        while True:
            try:
                self._idle.pop().close()
            except IndexError:
                return
