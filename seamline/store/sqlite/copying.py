"""A copy of a database file as it stands at one instant, beside whoever is writing it."""

from __future__ import annotations

from pathlib import Path

import apsw

from seamline.errors import StoreBroken
from seamline.store.sqlite.connection import Connection, Statement, failure

_CHECK = Statement("check the copy", "PRAGMA quick_check(1)")


def copy_database(source: Path, key: bytes, target: Path) -> None:
    """Copy with SQLite's backup interface in one step, under the same key, and check every page of the copy.

    The writer is not held up. Raises Locked, StoreFull, StoreBroken; what is then at target is of no use.
    """
    if not source.exists():
        raise StoreBroken(f"{source} is not there")
    reader = Connection(source, key, cache_kib=1024, write=False)
    try:
        copy = Connection(target, key, cache_kib=1024, write=True)
        try:
            with copy.raw.backup("main", reader.raw, "main") as backup:
                backup.step(-1)
            found = copy.one(_CHECK)
            if found != ("ok",):
                raise StoreBroken(f"{source.name}: the copy is not sound: {found}")
        except apsw.Error as e:
            raise failure(f"{source.name}: could not copy it: {e}", e, copy.raw.system_errno) from e
        finally:
            copy.close()
    finally:
        reader.close()
