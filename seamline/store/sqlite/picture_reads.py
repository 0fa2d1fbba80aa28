"""What can be asked of picture.db, inside a transaction and outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from seamline.store import dump
from seamline.store.ports import ClashRow, Ref, Row, Search, SubjectRow, Trail
from seamline.store.spans import Box, box32, minutes
from seamline.store.sqlite import picture_search, picture_trail
from seamline.store.sqlite.connection import Statement
from seamline.store.sqlite.database import Reader
from seamline.store.sqlite.picture_schema import (
    CLASH_COLUMNS,
    REF_COLUMNS,
    ROW_COLUMNS,
    SUBJECT_COLUMNS,
    to_clash,
    to_ref,
    to_row,
)

BATCH = 500
MANY = 20_000


def _select(what: str, columns: str, rest: str) -> Statement:
    # The columns are constants of picture_schema.
    return Statement(what, f"SELECT {columns} {rest}")


_RECORD = _select(
    "look up a record", ROW_COLUMNS, "FROM records WHERE channel = ? AND id = ? AND current = 1"
)
_REVISIONS = _select(
    "look up a record's revisions",
    ROW_COLUMNS,
    "FROM records WHERE channel = ? AND id = ? ORDER BY current DESC, rev DESC, at DESC, hash DESC",
)
_REFS_TO = _select("look up who refers to a record", REF_COLUMNS, "FROM refs WHERE target = ?")
_REFS_FROM = _select("look up references", REF_COLUMNS, "FROM refs WHERE channel = ? AND id = ?")
_CLASHES = _select(
    "list clashes",
    CLASH_COLUMNS,
    "FROM clashes WHERE a_channel IN (SELECT value FROM json_each(?1))"
    " AND b_channel IN (SELECT value FROM json_each(?1)) AND stop > ?3"
    " ORDER BY start, a_channel, a_id, b_channel, b_id LIMIT ?2",
)
_CLASHES_OF = _select(
    "look up a record's clashes",
    CLASH_COLUMNS,
    "FROM clashes WHERE (a_channel = ?1 AND a_id = ?2) OR (b_channel = ?1 AND b_id = ?2)"
    " ORDER BY start, a_channel, a_id, b_channel, b_id",
)
_OF_KIND = Statement(
    "list records of a kind",
    "SELECT n, channel, id FROM records WHERE kind = ? AND counts = 1 AND current = 1 ORDER BY channel, id",
)
_THESE = _select(
    "read records",
    ROW_COLUMNS,
    "FROM records WHERE n IN (SELECT value FROM json_each(?)) ORDER BY channel, id",
)
_SUBJECTS = _select(
    "read what can clash",
    SUBJECT_COLUMNS,
    "FROM subjects WHERE (channel, id) > (?, ?) ORDER BY channel, id LIMIT ?",
)
_UNCOUNTED = Statement("look for what does not count", "SELECT 1 FROM records WHERE counts = 0 LIMIT 1")
_STATE = "SELECT value FROM state WHERE name = "
_FOLDED = Statement("read how far the log is folded in", _STATE + "'folded'")
_BASIS = Statement("read by which roster the log is folded in", _STATE + "'basis'")
_DUMP = _select(
    "dump the records",
    ROW_COLUMNS,
    "FROM records WHERE (channel, id, hash) > (?, ?, ?) ORDER BY channel, id, hash LIMIT ?",
)
_DUMP_REFS = _select(
    "dump the references",
    REF_COLUMNS,
    "FROM refs WHERE (channel, id, relation, target, hash) > (?, ?, ?, ?, ?)"
    " ORDER BY channel, id, relation, target, hash LIMIT ?",
)
_DUMP_CLASHES = _select(
    "dump the clashes",
    CLASH_COLUMNS,
    "FROM clashes WHERE (a_channel, a_id, b_channel, b_id) > (?, ?, ?, ?)"
    " ORDER BY a_channel, a_id, b_channel, b_id LIMIT ?",
)


@lru_cache(maxsize=64)
def _candidates(kinds: int) -> Statement:
    """CROSS JOIN: the volume is asked first, whatever the planner thinks of the kinds."""
    among = ", ".join("?" * kinds)
    return _select(
        "look up candidates",
        ROW_COLUMNS,
        "FROM volume CROSS JOIN records ON records.n = volume.n"
        " WHERE volume.west <= ? AND volume.east >= ? AND volume.south <= ? AND volume.north >= ?"
        f" AND volume.start < ? AND volume.stop > ? AND kind IN ({among})",
    )


class PictureReads:
    """PictureReader over whatever answers queries."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def record(self, channel: str, id: str) -> Row | None:
        found = self._reader.one(_RECORD, (channel, id))
        return to_row(found) if found else None

    def find(self, id: str, channels: Sequence[str]) -> list[Row]:
        found = (self.record(channel, id) for channel in sorted(set(channels)))
        return [row for row in found if row is not None]

    def revisions(self, channel: str, id: str) -> list[Row]:
        return [to_row(values) for values in self._reader.rows(_REVISIONS, (channel, id))]

    def search(self, search: Search) -> list[Row]:
        with self._reader.snapshot() as reader:
            return picture_search.run(reader, search)

    def trail(self, trail: Trail) -> list[Row]:
        return picture_trail.run(self._reader, trail)

    def candidates(self, box: Box, start: int, end: int, kinds: Sequence[str]) -> list[Row]:
        west, south, east, north = box32(box)
        first, last = minutes(start, end)
        args = (east, west, north, south, last, first, *kinds)
        return [to_row(values) for values in self._reader.rows(_candidates(len(kinds)), args)]

    def refs_to(self, to: str, relation: str | None = None) -> list[Ref]:
        refs = [to_ref(values) for values in self._reader.rows(_REFS_TO, (to,))]
        return sorted((r for r in refs if relation in (None, r.relation)), key=dump.ref_key)

    def refs_from(self, channel: str, id: str, relation: str | None = None) -> list[Ref]:
        refs = [to_ref(values) for values in self._reader.rows(_REFS_FROM, (channel, id))]
        return sorted((r for r in refs if relation in (None, r.relation)), key=dump.ref_key)

    def clashes(self, channels: Sequence[str], limit: int = 1000, ending_after: int = 0) -> list[ClashRow]:
        args = (json.dumps(list(channels)), max(limit, 0), ending_after)
        return [to_clash(values) for values in self._reader.rows(_CLASHES, args)]

    def clashes_of(self, channel: str, id: str) -> list[ClashRow]:
        return [to_clash(values) for values in self._reader.rows(_CLASHES_OF, (channel, id))]

    def subjects(self) -> Iterator[SubjectRow]:
        with self._reader.snapshot() as reader:
            yield from map(SubjectRow._make, _paged(reader, _SUBJECTS, ("", ""), (0, 1), MANY))

    def current_of_kind(self, kind: str, channels: Sequence[str] | None = None) -> Iterator[Row]:
        found = self._reader.rows(_OF_KIND, (kind,))
        wanted = [row[0] for row in found if channels is None or row[1] in channels]
        for at in range(0, len(wanted), BATCH):
            for values in self._reader.rows(_THESE, (json.dumps(wanted[at : at + BATCH]),)):
                yield to_row(values)

    def has_uncounted(self) -> bool:
        return self._reader.one(_UNCOUNTED) is not None

    def folded(self) -> int:
        found = self._reader.one(_FOLDED)
        return int(found[0]) if found else 0

    def basis(self) -> int:
        found = self._reader.one(_BASIS)
        return int(found[0]) if found else 0

    def dump(self) -> Iterator[str]:
        with self._reader.snapshot() as reader:
            for values in _paged(reader, _DUMP, ("", "", ""), (0, 1, 9)):
                yield dump.row_line(to_row(values))
            for values in _paged(reader, _DUMP_REFS, ("",) * 5, (0, 1, 2, 3, 4)):
                yield dump.ref_line(to_ref(values))
            for values in _paged(reader, _DUMP_CLASHES, ("",) * 4, (0, 1, 2, 3)):
                yield dump.clash_line(to_clash(values))


def _paged(
    reader: Reader, statement: Statement, after: tuple[str, ...], key: tuple[int, ...], size: int = BATCH
) -> Iterator[tuple[Any, ...]]:
    """All rows in the order of their key columns, a page at a time."""
    while page := reader.rows(statement, (*after, size)):
        yield from page
        after = tuple(page[-1][column] for column in key)
