"""Schemas with a version: the whole of it for a new file, a step from each older version for an old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seamline.errors import StoreBroken
from seamline.store.sqlite.connection import Connection, Statement


@dataclass(frozen=True, slots=True)
class Schema:
    """whole: SQL that makes version `version` from nothing. steps: from version n, SQL to n + 1.

    tests/store/test_schema.py holds every step to: old whole + steps = new whole.
    """

    name: str
    version: int
    whole: str
    steps: Mapping[int, str] = field(default_factory=dict)


_BEGIN = Statement("begin", "BEGIN IMMEDIATE")
_COMMIT = Statement("keep the schema", "COMMIT")
_ROLLBACK = Statement("undo", "ROLLBACK")
_VERSION = Statement("read the schema version", "PRAGMA user_version")
_TABLES = Statement("list the tables", "SELECT count(*) FROM sqlite_schema")


def version_of(connection: Connection) -> int:
    """The schema version of the file; 0 for a new one."""
    found = connection.one(_VERSION)
    return int(found[0]) if found else 0


def prepare(connection: Connection, schema: Schema) -> None:
    """Bring the file to the schema, in one transaction. A crash here leaves the old version whole.

    StoreBroken if the file is of a newer program, or of a version without a step.
    """
    if version_of(connection) == schema.version:
        return
    connection.run(_BEGIN)
    try:
        for sql in _path(connection, schema):
            connection.run(Statement(f"bring the {schema.name} to version {schema.version}", sql))
        connection.run(Statement("write the schema version", f"PRAGMA user_version = {schema.version}"))
        connection.run(_COMMIT)
    except BaseException:
        if connection.raw.in_transaction:
            connection.run(_ROLLBACK)
        raise


def _path(connection: Connection, schema: Schema) -> list[str]:
    version = version_of(connection)
    count = connection.one(_TABLES)
    if version == 0 and count == (0,):
        return [schema.whole]
    missing = [n for n in range(version, schema.version) if n not in schema.steps]
    if version > schema.version or missing:
        raise StoreBroken(
            f"{connection.path.name} has version {version} of the {schema.name}, this program knows"
            f" {schema.version}: use the program that wrote it, or a newer one"
        )
    return [schema.steps[n] for n in range(version, schema.version)]
