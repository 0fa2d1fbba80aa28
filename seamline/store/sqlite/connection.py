"""One encrypted SQLite connection whose failures say what could not be done.

Cipher: sqlite3mc's "chacha20" (ChaCha20-Poly1305 over each page, WAL frames too), given a raw
32-byte key, so no passphrase stretching runs per connection. It is the module's recommended default,
a tampered page is refused, and it is equally fast and free of table look-ups on machines without AES
instructions; its AES schemes are slower here or unauthenticated, AEGIS waits for its RFC.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import apsw

from seamline.errors import Locked, OurFault, StoreBroken, StoreBusy, StoreFull

BUSY_TIMEOUT_MS = 5000
Functions = Mapping[str, Callable[..., Any]]
_NONE: Functions = {}
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and what it is for: "could not {what}"."""

    what: str
    sql: str


_SAVEPOINT = Statement("begin a part of a transaction", "SAVEPOINT part")
_RELEASE = Statement("end a part of a transaction", "RELEASE part")
_UNDO = Statement("undo a part of a transaction", "ROLLBACK TO part; RELEASE part")


class Connection:
    """Wraps apsw.Connection. One thread at a time."""

    def __init__(
        self, path: Path, key: bytes, *, cache_kib: int, write: bool, functions: Functions = _NONE
    ) -> None:
        """Opens the file (with write also creates it); Locked when the key does not fit."""
        self.path = path
        self.failure: OurFault | None = None
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if write else 0)
        try:
            self.raw = apsw.Connection(str(path), flags=flags)
            self.raw.set_busy_timeout(BUSY_TIMEOUT_MS)
            self.raw.pragma("cipher", "chacha20")
            self.raw.pragma("key", f"x'{key.hex()}'")
            self.raw.pragma("cache_size", -cache_kib)
            self.raw.pragma("secure_delete", True)
            for name, function in functions.items():
                self.raw.create_scalar_function(name, function, deterministic=True)
            # The first read is what tries the key.
            self.raw.pragma("user_version")
            if not write:
                self.raw.pragma("query_only", True)
        except apsw.NotADBError as e:
            raise Locked(f"{path.name} is sealed under another key, or is no store") from e
        except apsw.Error as e:
            self._fail("open it", e)

    def rows(self, statement: Statement, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows that the statement gives."""
        try:
            return self.raw.execute(statement.sql, args).fetchall()
        except apsw.Error as e:
            self._fail(statement.what, e)

    def one(self, statement: Statement, args: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(statement, args)
        return found[0] if found else None

    def run(self, statement: Statement, args: Sequence[Any] = ()) -> None:
        """For what it does; rows, if any, are dropped."""
        try:
            self.raw.execute(statement.sql, args)
        except apsw.Error as e:
            self._fail(statement.what, e)

    def many(self, statement: Statement, rows: Sequence[Sequence[Any]]) -> None:
        """Once for each row of arguments."""
        try:
            self.raw.executemany(statement.sql, rows)
        except apsw.Error as e:
            self._fail(statement.what, e)

    def changes(self) -> int:
        """How many rows the last change touched."""
        return self.raw.changes()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Inside a transaction everything read is of one state already."""
        yield self

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """If the block raises, what it wrote is undone and the transaction goes on.

        After a failure of the store itself there is no going on: SQLite may have undone everything.
        """
        self.begin_part()
        try:
            yield
        except BaseException:
            self.undo_part()
            raise
        self.end_part()

    def begin_part(self) -> None:
        """A savepoint; they nest, and the innermost is the one that is undone or ended."""
        self.run(_SAVEPOINT)

    def undo_part(self) -> None:
        """Back to the savepoint."""
        if self.failure is None:
            self.run(_UNDO)

    def end_part(self) -> None:
        """Keep what was written since the savepoint. Raises the failure the block has swallowed, if any."""
        if self.failure is not None:
            raise self.failure
        self.run(_RELEASE)

    def close(self) -> None:
        """Of the last connection: SQLite moves the WAL into the file first."""
        try:
            self.raw.close()
        except apsw.Error as e:
            self._fail("close it", e)

    def _fail(self, what: str, cause: apsw.Error) -> NoReturn:
        system = self.raw.system_errno if hasattr(self, "raw") else 0
        self.failure = failure(f"{self.path.name}: could not {what}: {cause}", cause, system)
        raise self.failure from cause


def failure(message: str, cause: apsw.Error, system: int = 0) -> OurFault:
    """The exception of ours that says it; system: the errno behind it, if any."""
    if isinstance(cause, apsw.FullError) or (isinstance(cause, apsw.IOError) and system in _FULL):
        return StoreFull(message)
    if isinstance(cause, apsw.BusyError | apsw.LockedError):
        return StoreBusy(message)
    return StoreBroken(message)
