"""One transaction of the log: what is appended waits here and goes to SQLite in few statements.

A node's writer appends entry by entry, each in its own savepoint. Told to SQLite one by one, these
would cost more than the rows. So new entries and numbers wait in memory; savepoints are kept in
memory, and begun in SQLite only when something else is written or the waiting rows are asked for.
Nothing is saved before the commit anyway (law 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from seamline.errors import Conflict
from seamline.log.checkpoint import LogId
from seamline.log.merkle import Frontier, empty_root, leaf_hash
from seamline.log.part import Gone
from seamline.store.layers import Table, Tables
from seamline.store.ports import Arrival, Head, StoredReceipt
from seamline.store.sqlite.connection import Connection, Statement
from seamline.store.sqlite.database import Database
from seamline.store.sqlite.log_reads import LogReads
from seamline.store.sqlite.log_schema import TILE

_FIND = Statement("look up a log", "SELECT n, size FROM logs WHERE node = ? AND channel = ? AND lane = ?")
_ADD_LOG = Statement(
    "add a log", "INSERT INTO logs (node, channel, lane, size, root) VALUES (?, ?, ?, 0, ?) RETURNING n"
)
_APPEND = Statement(
    "append entries",
    "INSERT INTO entries (seq, log, idx, received_at, leaf, data) VALUES (?, ?, ?, ?, ?, ?)",
)
_ADD_TILES = Statement(
    "append subtree roots", "INSERT INTO tiles (log, level, idx, root) VALUES (?, ?, ?, ?)"
)
_SET_HEAD = Statement("move a log's head", "UPDATE logs SET size = ?, root = ? WHERE n = ?")
_PUT_CHECKPOINT = Statement(
    "keep a checkpoint",
    "INSERT INTO checkpoints (log, size, note) VALUES (?, ?, ?) ON CONFLICT (log) DO UPDATE"
    " SET size = excluded.size, note = excluded.note WHERE excluded.size > checkpoints.size",
)
_PUT_RECEIPT = Statement(
    "keep a receipt",
    "INSERT INTO receipts (log, reader, size, note, received_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (log, reader) DO UPDATE SET size = excluded.size, note = excluded.note,"
    " received_at = excluded.received_at WHERE excluded.size > receipts.size",
)
_PUT_REACH = Statement(
    "keep when a receipt came",
    "INSERT INTO reaches (log, reader, size, received_at) VALUES (?, ?, ?, ?)",
)
_DESTROY = Statement(
    "destroy a body",
    "UPDATE entries SET data = NULL WHERE idx = ? AND log ="
    " (SELECT n FROM logs WHERE node = ? AND channel = ? AND lane = ?)",
)
_NUMBER = Statement("read a number", "SELECT last FROM numbers WHERE channel = ?")
_SET_NUMBERS = Statement(
    "allot numbers",
    "INSERT INTO numbers (channel, last) VALUES (?, ?)"
    " ON CONFLICT (channel) DO UPDATE SET last = excluded.last",
)


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a log goes on. The frontier is never changed in place: a rollback goes back to the old one."""

    n: int
    frontier: Frontier
    head: Head


@dataclass(slots=True)
class Known:
    """What the one writer knows of the file from one transaction to the next, so as not to ask again."""

    edges: Table[LogId, Edge] = field(default_factory=Table)
    numbers: Table[str, int] = field(default_factory=Table)
    seq: Table[str, int] = field(default_factory=Table)

    def tables(self) -> Tables:
        """They commit together."""
        return Tables(self.edges, self.numbers, self.seq)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A log's subtrees as they are kept, for Frontier.of."""

    reads: LogReads
    log: LogId

    def subtree(self, level: int, index: int) -> bytes:
        return self.reads.subtree(self.log, level, index)


@dataclass(slots=True)
class _Part:
    """The transaction, or a savepoint in it: what was appended in it and is not in SQLite yet."""

    arrivals: list[tuple[int, Arrival]] = field(default_factory=list)
    tiles: list[tuple[int, int, int, bytes]] = field(default_factory=list)
    begun: bool = False


class Waiting:
    """The rows on their way to SQLite. Reads through it find them there."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._parts = [_Part(begun=True)]

    def add(self, n: int, arrivals: list[Arrival], tiles: list[tuple[int, int, int, bytes]]) -> None:
        """New entries of log n, and the subtrees they complete."""
        part = self._parts[-1]
        part.arrivals.extend([(n, arrival) for arrival in arrivals])
        part.tiles.extend(tiles)

    def since(self, after: int) -> list[Arrival] | None:
        """The arrivals with seq > after, if all of them wait in the newest part."""
        waiting = self._parts[-1].arrivals
        if not waiting or waiting[0][1].seq > after + 1:
            return None
        return [arrival for _, arrival in waiting[after + 1 - waiting[0][1].seq :]]

    def rows(self, statement: Statement, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows, of what this transaction sees."""
        self.bring()
        return self.connection.rows(statement, args)

    def one(self, statement: Statement, args: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row, or None, of what this transaction sees."""
        self.bring()
        return self.connection.one(statement, args)

    def write(self, statement: Statement, args: Sequence[Any]) -> int:
        """Anything but an append; how many rows it changed."""
        self.bring()
        self.connection.run(statement, args)
        return self.connection.changes()

    def bring(self) -> None:
        """Put into SQLite what waits, each savepoint begun before what was appended in it."""
        for part in self._parts:
            if not part.begun:
                self.connection.begin_part()
                part.begun = True
            if part.arrivals:
                rows = [(a.seq, n, a.index, a.received_at, a.leaf, a.data) for n, a in part.arrivals]
                self.connection.many(_APPEND, rows)
                self.connection.many(_ADD_TILES, part.tiles)
                part.arrivals, part.tiles = [], []

    def begin_part(self) -> None:
        """A savepoint."""
        self._parts.append(_Part())

    def undo_part(self) -> None:
        """Back to the savepoint."""
        if self._parts.pop().begun:
            self.connection.undo_part()

    def end_part(self) -> None:
        """What was written since the savepoint belongs to what is around it."""
        part = self._parts.pop()
        if part.begun:
            self.connection.end_part()
        self._parts[-1].arrivals += part.arrivals
        self._parts[-1].tiles += part.tiles


class _Savepoint:
    """A class, not a generator: one is made for each entry of a busy node."""

    __slots__ = ("_tables", "_waiting")

    def __init__(self, tables: Tables, waiting: Waiting) -> None:
        self._tables = tables
        self._waiting = waiting

    def __enter__(self) -> None:
        self._tables.begin()
        self._waiting.begin_part()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._tables.undo()
            self._waiting.undo_part()
            return
        try:
            self._waiting.end_part()
        except BaseException:
            self._tables.undo()
            raise
        self._tables.end()


class LogTransaction(LogReads):
    """LogTx on SQLite; SqliteLog makes one for each transaction and calls finish() before the commit."""

    def __init__(self, database: Database, connection: Connection, known: Known, tables: Tables) -> None:
        self._waiting = Waiting(connection)
        super().__init__(self._waiting)
        self._database = database
        self._known = known
        self._tables = tables

    # ------------------------------------------------------------ what need not be asked of SQLite

    def head(self, log: LogId) -> Head:
        edge = self._known.edges.get(log)
        return edge.head if edge else super().head(log)

    def last_seq(self) -> int:
        seq = self._known.seq.get("seq")
        if seq is None:
            seq = super().last_seq()
            self._known.seq.put("seq", seq)
        return seq

    def journal(self, after: int, limit: int = 1000) -> list[Arrival]:
        waiting = self._waiting.since(after)
        return super().journal(after, limit) if waiting is None else waiting[: max(limit, 0)]

    # ------------------------------------------------------------ writing

    def append(self, log: LogId, start: int, entries: Sequence[bytes | Gone], received_at: int) -> Head:
        edge = self._edge(log)
        if edge.frontier.size != start:
            raise Conflict(f"the log has {edge.frontier.size} entries, not {start}")
        frontier = edge.frontier.copy()
        seq, n = self.last_seq(), edge.n
        arrivals: list[Arrival] = []
        tiles: list[tuple[int, int, int, bytes]] = []
        for index, entry in enumerate(entries, start):
            seq += 1
            if isinstance(entry, Gone):
                leaf, data = entry.leaf, None
            else:
                leaf, data = leaf_hash(entry), entry
            done = frontier.append(leaf)
            arrivals.append(Arrival(seq, log, index, received_at, leaf, data))
            if len(done) > TILE:
                tiles += [(n, level, index >> level, done[level]) for level in range(TILE, len(done), TILE)]
        self._waiting.add(n, arrivals, tiles)
        self._known.seq.put("seq", seq)
        head = Head(frontier.size, frontier.root)
        self._known.edges.put(log, Edge(n, frontier, head))
        return head

    def _edge(self, log: LogId) -> Edge:
        edge = self._known.edges.get(log)
        if edge is None:
            found = self._waiting.one(_FIND, (log.node, log.channel, log.lane))
            if found is None:
                found = self._waiting.one(_ADD_LOG, (log.node, log.channel, log.lane, empty_root)) or (0, 0)
                edge = Edge(found[0], Frontier(), Head(0, empty_root))
            else:
                frontier = Frontier.of(_Kept(self, log), found[1])
                edge = Edge(found[0], frontier, Head(frontier.size, frontier.root))
            self._known.edges.put(log, edge)
        return edge

    def put_checkpoint(self, log: LogId, size: int, note: bytes) -> None:
        self._waiting.write(_PUT_CHECKPOINT, (self._edge(log).n, size, note))

    def put_receipt(self, receipt: StoredReceipt) -> None:
        row = (self._edge(receipt.log).n, receipt.reader, receipt.size, receipt.note, receipt.received_at)
        if self._waiting.write(_PUT_RECEIPT, row):
            self._waiting.write(_PUT_REACH, (*row[:3], receipt.received_at))

    def destroy(self, log: LogId, index: int) -> None:
        self._waiting.write(_DESTROY, (index, log.node, log.channel, log.lane))
        self._database.scrub()

    def allot(self, channel: str) -> int:
        last = self._known.numbers.get(channel)
        if last is None:
            found = self._waiting.connection.one(_NUMBER, (channel,))
            last = int(found[0]) if found else 0
        self._known.numbers.put(channel, last + 1)
        return last + 1

    def savepoint(self) -> AbstractContextManager[None]:
        return _Savepoint(self._tables, self._waiting)

    def finish(self) -> None:
        """The rows, then the heads and numbers, once each however often they moved."""
        self._waiting.bring()
        edges, numbers = self._known.edges.layers[-1], self._known.numbers.layers[-1]
        connection = self._waiting.connection
        connection.many(_SET_HEAD, [(e.head.size, e.head.root, e.n) for e in edges.values()])
        connection.many(_SET_NUMBERS, list(numbers.items()))
