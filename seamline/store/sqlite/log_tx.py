"""One transaction of the log: what is appended waits here and goes to SQLite in few statements.

A node's writer appends entry by entry, each in its own savepoint. Told to SQLite one by one, these
would cost more than the rows. So new entries and numbers wait in memory; savepoints are kept in
memory, and begun in SQLite only when something else is written or the waiting rows are asked for.
Nothing is saved before the commit anyway (law 4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from seamline.errors import Conflict
from seamline.log.checkpoint import LogId
from seamline.log.merkle import Frontier, empty_root, leaf_hash
from seamline.log.part import Gone
from seamline.store.ports import Arrival, Head, StoredReceipt
from seamline.store.sqlite.connection import Connection, Statement
from seamline.store.sqlite.database import Database
from seamline.store.sqlite.log_reads import LogReads
from seamline.store.sqlite.log_schema import TILE

K = TypeVar("K")
V = TypeVar("V")

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
    """Where a log goes on. The frontier is never changed in place: an undone part goes back to the old."""

    n: int
    frontier: Frontier
    head: Head


@dataclass(slots=True)
class Known:
    """What the one writer knows of the file from one transaction to the next, so as not to ask again."""

    edges: dict[LogId, Edge] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    seq: int | None = None

    def forget(self) -> None:
        """After a transaction that failed: ask the file again."""
        self.edges.clear()
        self.numbers.clear()
        self.seq = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A log's subtrees as they are kept, for Frontier.of."""

    reads: LogReads
    log: LogId

    def subtree(self, level: int, index: int) -> bytes:
        return self.reads.subtree(self.log, level, index)


@dataclass(slots=True)
class _Part:
    """A savepoint: how much waited when it began, and whether SQLite has been told of it."""

    arrivals: int
    tiles: int
    begun: bool = False


class Waiting:
    """The rows on their way to SQLite, and the savepoints among them. Reads through it find them there."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._arrivals: list[Arrival] = []
        self._logs: list[int] = []
        self._tiles: list[tuple[int, int, int, bytes]] = []
        self._parts: list[_Part] = []

    def add(self, n: int, arrivals: list[Arrival], tiles: list[tuple[int, int, int, bytes]]) -> None:
        """New entries of log n, and the subtrees they complete."""
        self._arrivals += arrivals
        self._logs += [n] * len(arrivals)
        self._tiles += tiles

    def since(self, after: int) -> list[Arrival] | None:
        """The arrivals with seq > after, if all of them wait here."""
        waiting = self._arrivals
        if not waiting or waiting[0].seq > after + 1:
            return None
        return waiting[after + 1 - waiting[0].seq :]

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
        """Put into SQLite what waits, each savepoint begun after what was appended before it."""
        arrivals = tiles = 0
        for part in self._parts:
            if not part.begun:
                self._insert(arrivals, part.arrivals, tiles, part.tiles)
                arrivals, tiles = part.arrivals, part.tiles
                self.connection.begin_part()
                part.begun = True
            # Whatever waits from now on was appended in the innermost part.
            part.arrivals = part.tiles = 0
        self._insert(arrivals, len(self._arrivals), tiles, len(self._tiles))
        self._arrivals, self._logs, self._tiles = [], [], []

    def _insert(self, start: int, stop: int, first_tile: int, last_tile: int) -> None:
        if stop > start:
            new = zip(self._logs[start:stop], self._arrivals[start:stop], strict=True)
            rows = [(a.seq, n, a.index, a.received_at, a.leaf, a.data) for n, a in new]
            self.connection.many(_APPEND, rows)
            self.connection.many(_ADD_TILES, self._tiles[first_tile:last_tile])

    def begin_part(self) -> None:
        """A savepoint. SQLite hears of it when it must."""
        self._parts.append(_Part(len(self._arrivals), len(self._tiles)))

    def undo_part(self) -> None:
        """Back to the savepoint."""
        part = self._parts.pop()
        del self._arrivals[part.arrivals :], self._logs[part.arrivals :], self._tiles[part.tiles :]
        if part.begun:
            self.connection.undo_part()

    def end_part(self) -> None:
        """What was written since the savepoint belongs to what is around it."""
        if self._parts.pop().begun:
            self.connection.end_part()


class _Savepoint:
    """A class, not a generator: a busy node makes one for each entry."""

    __slots__ = ("_seq", "_tx", "_undo")

    def __init__(self, tx: LogTransaction) -> None:
        self._tx = tx

    def __enter__(self) -> None:
        self._undo, self._seq = len(self._tx.undo), self._tx.known.seq
        self._tx.parts += 1
        self._tx.waiting.begin_part()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._tx.parts -= 1
        if kind is None:
            self._tx.waiting.end_part()
            return
        self._tx.waiting.undo_part()
        self._tx.known.seq = self._seq
        while len(self._tx.undo) > self._undo:
            self._tx.undo.pop()()


class LogTransaction(LogReads):
    """LogTx on SQLite; SqliteLog makes one for each transaction and calls finish() before the commit."""

    def __init__(self, database: Database, connection: Connection, known: Known) -> None:
        self.waiting = Waiting(connection)
        super().__init__(self.waiting)
        self.known = known
        self.undo: list[Callable[[], object]] = []
        self.parts = 0
        self._database = database
        self._moved: set[LogId] = set()
        self._allotted: set[str] = set()

    # ------------------------------------------------------------ what need not be asked of SQLite

    def head(self, log: LogId) -> Head:
        edge = self.known.edges.get(log)
        return edge.head if edge else super().head(log)

    def last_seq(self) -> int:
        if self.known.seq is None:
            self.known.seq = super().last_seq()
        return self.known.seq

    def journal(self, after: int, limit: int = 1000) -> list[Arrival]:
        waiting = self.waiting.since(after)
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
        self.waiting.add(n, arrivals, tiles)
        self.known.seq = seq
        moved = Edge(n, frontier, Head(frontier.size, frontier.root))
        self._keep(self.known.edges, log, moved, edge)
        self._moved.add(log)
        return moved.head

    def _edge(self, log: LogId) -> Edge:
        edge = self.known.edges.get(log)
        if edge is None:
            found = self.waiting.one(_FIND, (log.node, log.channel, log.lane))
            if found is None:
                found = self.waiting.one(_ADD_LOG, (log.node, log.channel, log.lane, empty_root)) or (0, 0)
                edge = Edge(found[0], Frontier(), Head(0, empty_root))
            else:
                frontier = Frontier.of(_Kept(self, log), found[1])
                edge = Edge(found[0], frontier, Head(frontier.size, frontier.root))
            self._keep(self.known.edges, log, edge, None)
        return edge

    def _keep(self, known: dict[K, V], key: K, value: V, before: V | None) -> None:
        """Remember, and how to go back if a savepoint is undone."""
        if self.parts:
            self.undo.append(
                partial(known.pop, key) if before is None else partial(known.__setitem__, key, before)
            )
        known[key] = value

    def put_checkpoint(self, log: LogId, size: int, note: bytes) -> None:
        self.waiting.write(_PUT_CHECKPOINT, (self._edge(log).n, size, note))

    def put_receipt(self, receipt: StoredReceipt) -> None:
        row = (self._edge(receipt.log).n, receipt.reader, receipt.size, receipt.note, receipt.received_at)
        if self.waiting.write(_PUT_RECEIPT, row):
            self.waiting.write(_PUT_REACH, (*row[:3], receipt.received_at))

    def destroy(self, log: LogId, index: int) -> None:
        self.waiting.write(_DESTROY, (index, log.node, log.channel, log.lane))
        self._database.scrub()

    def allot(self, channel: str) -> int:
        before = self.known.numbers.get(channel)
        last = before
        if last is None:
            found = self.waiting.connection.one(_NUMBER, (channel,))
            last = int(found[0]) if found else 0
        self._keep(self.known.numbers, channel, last + 1, before)
        self._allotted.add(channel)
        return last + 1

    def savepoint(self) -> AbstractContextManager[None]:
        return _Savepoint(self)

    def finish(self) -> None:
        """The rows, then the heads and numbers, once each however often they moved."""
        self.waiting.bring()
        edges = [self.known.edges[log] for log in self._moved if log in self.known.edges]
        numbers = [(c, self.known.numbers[c]) for c in self._allotted if c in self.known.numbers]
        connection = self.waiting.connection
        connection.many(_SET_HEAD, [(e.head.size, e.head.root, e.n) for e in edges])
        connection.many(_SET_NUMBERS, numbers)
