"""Old files move up step by step, or stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seamline.errors import StoreBroken
from seamline.store.sqlite.connection import Connection, Statement
from seamline.store.sqlite.local_schema import LOCAL_SCHEMA
from seamline.store.sqlite.log_schema import LOG_SCHEMA
from seamline.store.sqlite.picture_schema import PICTURE_SCHEMA
from seamline.store.sqlite.schema import Schema, prepare, version_of

KEY = bytes(32)
TABLES = Statement("list the tables", "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")

ONE = Schema("toy", 1, "CREATE TABLE a (x)")
TWO = Schema("toy", 2, "CREATE TABLE a (x); CREATE TABLE b (y)", {1: "CREATE TABLE b (y)"})
THREE = Schema(
    "toy",
    3,
    "CREATE TABLE a (x); CREATE TABLE b (y); CREATE INDEX c ON b (y)",
    {**TWO.steps, 2: "CREATE INDEX c ON b (y); UPDATE a SET x = x + 1"},
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    connection = Connection(tmp_path / "toy.db", KEY, cache_kib=1000, write=True)
    yield connection
    connection.close()


@pytest.mark.parametrize("schema", [LOG_SCHEMA, LOCAL_SCHEMA, PICTURE_SCHEMA, THREE])
def test_a_new_file_gets_the_whole(connection: Connection, schema: Schema) -> None:
    prepare(connection, schema)
    assert version_of(connection) == schema.version
    before = connection.rows(TABLES)
    prepare(connection, schema)
    assert connection.rows(TABLES) == before


@pytest.mark.parametrize("old", [ONE, TWO, THREE])
def test_an_old_file_keeps_its_rows_and_becomes_like_a_new_one(
    connection: Connection, tmp_path: Path, old: Schema
) -> None:
    prepare(connection, old)
    connection.run(Statement("fill", "INSERT INTO a VALUES (41)"))
    prepare(connection, THREE)
    assert version_of(connection) == 3
    assert connection.one(Statement("look", "SELECT x FROM a")) == (41 if old is THREE else 42,)
    new = Connection(tmp_path / "new.db", KEY, cache_kib=1000, write=True)
    prepare(new, THREE)
    assert connection.rows(TABLES) == new.rows(TABLES)
    new.close()


@pytest.mark.parametrize("schema", [LOG_SCHEMA, LOCAL_SCHEMA])
def test_every_version_has_a_step_to_the_next(schema: Schema) -> None:
    assert sorted(schema.steps) == list(range(1, schema.version))


def test_a_step_that_fails_leaves_the_old_version_whole(connection: Connection) -> None:
    prepare(connection, ONE)
    before = connection.rows(TABLES)
    broken = replace(THREE, steps={1: "CREATE TABLE b (y)", 2: "CREATE TABLE b (y)"})
    with pytest.raises(StoreBroken, match="could not bring the toy to version 3"):
        prepare(connection, broken)
    assert version_of(connection) == 1
    assert connection.rows(TABLES) == before
    prepare(connection, THREE)
    assert version_of(connection) == 3


@pytest.mark.parametrize(("version", "steps"), [(1, THREE.steps), (3, {1: "SELECT 1"})])
def test_a_version_without_a_way_is_left_alone(
    connection: Connection, version: int, steps: dict[int, str]
) -> None:
    """Written by a newer program, or so old that its step is gone."""
    prepare(connection, TWO)
    before = connection.rows(TABLES)
    with pytest.raises(StoreBroken, match="has version 2 of the toy, this program knows"):
        prepare(connection, Schema("toy", version, "", steps))
    assert (version_of(connection), connection.rows(TABLES)) == (2, before)
