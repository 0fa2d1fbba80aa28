"""The picture port on SQLite: what the fold writes, and the file's own life."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from seamline.errors import Locked, StoreBroken
from seamline.store.ports import ClashRow, PictureTx, Ref, Row, SubjectRow
from seamline.store.spans import NOWHERE, Box, box32, minutes, widened
from seamline.store.sqlite.connection import Connection, Statement
from seamline.store.sqlite.database import Database
from seamline.store.sqlite.picture_reads import MANY, PictureReads
from seamline.store.sqlite.picture_schema import (
    CELL,
    CLASH_COLUMNS,
    PICTURE_SCHEMA,
    REF_COLUMNS,
    ROW_COLUMNS,
    SUBJECT_COLUMNS,
    from_clash,
    from_ref,
    from_row,
    from_subject,
)
from seamline.store.words import matches, words


def _insert(what: str, table: str, columns: str, verb: str = "INSERT") -> Statement:
    names = columns.replace("records.", "")
    marks = ", ".join("?" * len(names.split(",")))
    return Statement(what, f"{verb} INTO {table} ({names}) VALUES ({marks})")


_PUT = _insert("keep a revision", "records", ROW_COLUMNS)
_PUT_REF = _insert("keep a reference", "refs", REF_COLUMNS)
_PUT_CLASH = _insert("keep a clash", "clashes", CLASH_COLUMNS)
_PUT_SUBJECT = _insert("keep what can clash", "subjects", SUBJECT_COLUMNS, "INSERT OR REPLACE")

_FIND = Statement(
    "look up a revision", "SELECT n, current FROM records WHERE channel = ? AND id = ? AND hash = ?"
)
_FIND_CURRENT = Statement(
    "look up the current revision", "SELECT n FROM records WHERE channel = ? AND id = ? AND current = 1"
)
_REMOVE = Statement("remove a revision", "DELETE FROM records WHERE n = ?")
_CURRENT = Statement("change the current revision", "UPDATE records SET current = ? WHERE n = ?")
_COUNTS = Statement("mark a revision", "UPDATE records SET counts = ? WHERE n = ?")
_INDEXED = Statement(
    "read what is indexed of a revision",
    "SELECT west, south, east, north, start, stop, text, reach FROM records"
    " WHERE n = ? AND counts = 1 AND current = 1",
)
_PLACE = _insert("index a place", "volume", "n, west, east, south, north, start, stop")
_UNPLACE = Statement("take a place out of the index", "DELETE FROM volume WHERE n = ?")
_NODES = Statement("look for removed places", "SELECT nodeno, data FROM volume_node")
_PUT_NODE = Statement("wipe removed places", "UPDATE volume_node SET data = ? WHERE nodeno = ?")
_WORD = Statement("index words", "INSERT INTO words (rowid, text) VALUES (?, ?)")
_UNWORD = Statement(
    "take words out of the index", "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)"
)
_DROP_REFS = Statement("drop references", "DELETE FROM refs WHERE channel = ? AND id = ?")
_DROP_CLASHES = Statement(
    "drop clashes",
    "DELETE FROM clashes WHERE (a_channel = ?1 AND a_id = ?2) OR (b_channel = ?1 AND b_id = ?2)",
)
_DROP_SUBJECT = Statement("drop what can clash", "DELETE FROM subjects WHERE channel = ? AND id = ?")
_DROP_ALL_CLASHES = Statement("drop all clashes", "DELETE FROM clashes")
# Not DROP and CREATE, which would be quicker: FTS5 cannot take that back in a savepoint.
_CLEAR = Statement(
    "clear the picture",
    "INSERT INTO words (words) VALUES ('delete-all'); DELETE FROM volume; DELETE FROM records;"
    " DELETE FROM refs; DELETE FROM clashes; DELETE FROM subjects; DELETE FROM state",
)
_SET_STATE = "INSERT OR REPLACE INTO state (name, value) VALUES "
_SET_FOLDED = Statement("note how far the log is folded in", _SET_STATE + "('folded', ?)")
_SET_BASIS = Statement("note by which roster the log is folded in", _SET_STATE + "('basis', ?)")


class _Tx(PictureReads):
    def __init__(self, database: Database, connection: Connection) -> None:
        super().__init__(connection)
        self._database = database
        self._connection = connection

    def put(self, row: Row, *, first: bool = False) -> None:
        if not first:
            found = self._connection.one(_FIND, (row.channel, row.id, row.hash))
            if found is not None:
                self._unindex(found[0])
                self._connection.run(_REMOVE, (found[0],))
            if row.current:
                self._leave_current(row.channel, row.id)
        self._connection.run(_PUT, from_row(row))
        if row.current and row.counts:
            n = self._connection.raw.last_insert_rowid()
            self._put_index(n, row.box, row.start, row.end, row.text, row.reach_m)

    def set_current(self, channel: str, id: str, hash: str) -> None:
        found = self._connection.one(_FIND, (channel, id, hash))
        if found is not None and found[1] == 1:
            return
        self._leave_current(channel, id)
        if found is not None:
            self._connection.run(_CURRENT, (1, found[0]))
            self._index(found[0])

    def _leave_current(self, channel: str, id: str) -> None:
        found = self._connection.one(_FIND_CURRENT, (channel, id))
        if found is not None:
            self._unindex(found[0])
            self._connection.run(_CURRENT, (0, found[0]))

    def set_counts(self, channel: str, id: str, hash: str, counts: bool) -> None:
        found = self._connection.one(_FIND, (channel, id, hash))
        if found is not None:
            self._unindex(found[0])
            self._connection.run(_COUNTS, (int(counts), found[0]))
            self._index(found[0])

    def remove(self, channel: str, id: str, hash: str) -> None:
        found = self._connection.one(_FIND, (channel, id, hash))
        if found is None:
            return
        if found[1] == 1:
            self.put_refs(channel, id, ())
            self.put_clashes(channel, id, ())
            self.put_subject(channel, id, None)
        self._unindex(found[0])
        self._connection.run(_REMOVE, (found[0],))
        self._wipe_places()
        self._database.scrub()

    def _wipe_places(self) -> None:
        """R*Tree nodes keep what was taken out beyond their last cell (layout: sqlite.org/rtree.html §6)."""
        for n, node in self._connection.rows(_NODES):
            used = 4 + CELL * int.from_bytes(node[2:4], "big")
            if any(node[used:]):
                self._connection.run(_PUT_NODE, (node[:used].ljust(len(node), b"\0"), n))

    def _index(self, n: int) -> None:
        found = self._connection.one(_INDEXED, (n,))
        if found is None:
            return
        self._put_index(n, None if found[0] is None else found[:4], *found[4:])

    def _put_index(
        self, n: int, box: Box | None, start: int | None, stop: int | None, text: str, reach: int
    ) -> None:
        west, south, east, north = NOWHERE if box is None else box32(widened(box, reach))
        self._connection.run(_PLACE, (n, west, east, south, north, *minutes(start, stop)))
        if said := _said(text):
            self._connection.run(_WORD, (n, said))

    def _unindex(self, n: int) -> None:
        """Before the row changes: taking words out needs the text that went in."""
        found = self._connection.one(_INDEXED, (n,))
        if found is None:
            return
        self._connection.run(_UNPLACE, (n,))
        if said := _said(found[6]):
            self._connection.run(_UNWORD, (n, said))

    def put_refs(self, channel: str, id: str, refs: Iterable[Ref]) -> None:
        self._connection.run(_DROP_REFS, (channel, id))
        self._connection.many(_PUT_REF, [from_ref(ref) for ref in dict.fromkeys(refs)])

    def put_clashes(self, channel: str, id: str, clashes: Iterable[ClashRow]) -> None:
        self._connection.run(_DROP_CLASHES, (channel, id))
        pairs = {(clash.a, clash.b): clash for clash in clashes}
        self._connection.many(_PUT_CLASH, [from_clash(clash) for clash in pairs.values()])

    def put_subject(self, channel: str, id: str, subject: SubjectRow | None) -> None:
        if subject is None:
            self._connection.run(_DROP_SUBJECT, (channel, id))
        else:
            self._connection.run(_PUT_SUBJECT, from_subject(subject))

    def replace_clashes(self, clashes: Iterable[ClashRow]) -> None:
        self._connection.run(_DROP_ALL_CLASHES)
        rest = iter(clashes)
        while some := list(islice(rest, MANY)):
            # In their key's order a page is written once, not once for each row.
            self._connection.many(_PUT_CLASH, sorted(map(from_clash, some)))

    def set_folded(self, seq: int) -> None:
        self._connection.run(_SET_FOLDED, (seq,))

    def set_basis(self, basis: int) -> None:
        self._connection.run(_SET_BASIS, (basis,))

    def savepoint(self) -> AbstractContextManager[None]:
        return self._connection.savepoint()

    def clear(self) -> None:
        self._connection.run(_CLEAR)


class SqlitePicture(PictureReads):
    """PictureStore on picture.db: WAL, no fsync at commit; it catches up from the log after a power cut."""

    def __init__(self, path: Path, key: bytes) -> None:
        """A file that cannot be used (other version, other key, damage) is thrown away: folded() is 0."""
        settings: dict[str, Any] = {
            "durable": False,
            # Of use only to a picture that large: a million plans' R*Tree is some 60 MB, and a page that
            # is not in the cache is read and decrypted again.
            "cache_kib": 131_072,
            "read_cache_kib": 32_768,
            "functions": {"has_words": matches},
        }
        try:
            self._database = Database(path, key, PICTURE_SCHEMA, **settings)
        except (Locked, StoreBroken):
            _throw_away(path)
            self._database = Database(path, key, PICTURE_SCHEMA, **settings)
        super().__init__(self._database)

    @contextmanager
    def transaction(self) -> Iterator[PictureTx]:
        with self._database.transaction() as connection:
            yield _Tx(self._database, connection)

    def close(self) -> None:
        self._database.close()


def _said(text: str) -> str:
    return " ".join(words(text))


def _throw_away(path: Path) -> None:
    try:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    except OSError as e:
        raise StoreBroken(f"{path.name} is of no use and cannot be removed: {e.strerror}") from e
