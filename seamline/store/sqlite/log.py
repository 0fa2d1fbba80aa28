"""The log port on SQLite: appends, and what only the one writer does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seamline.errors import Conflict
from seamline.log.checkpoint import LogId
from seamline.log.merkle import Frontier, empty_root, leaf_hash
from seamline.log.part import Gone
from seamline.store.layers import Table, Tables
from seamline.store.ports import Head, LogTx, StoredReceipt
from seamline.store.sqlite.connection import Connection, Statement
from seamline.store.sqlite.database import Database
from seamline.store.sqlite.log_reads import LogReads
from seamline.store.sqlite.log_schema import LOG_SCHEMA, TILE

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
_ALLOT = Statement(
    "allot a number",
    "INSERT INTO numbers (channel, last) VALUES (?, 1)"
    " ON CONFLICT (channel) DO UPDATE SET last = last + 1 RETURNING last",
)


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where a log goes on. The frontier is never changed in place: a rollback goes back to the old one."""

    n: int
    frontier: Frontier
    root: bytes


@dataclass(frozen=True, slots=True)
class _Kept:
    """A log's subtrees as they are kept, for Frontier.of."""

    reads: LogReads
    log: LogId

    def subtree(self, level: int, index: int) -> bytes:
        return self.reads.subtree(self.log, level, index)


class _Tx(LogReads):
    def __init__(self, store: SqliteLog, connection: Connection) -> None:
        super().__init__(connection)
        self._connection = connection
        self._store = store
        self._edges = store.edges
        self._seq = store.seq

    def head(self, log: LogId) -> Head:
        edge = self._edges.get(log)
        return Head(edge.frontier.size, edge.root) if edge else super().head(log)

    def last_seq(self) -> int:
        known = self._seq.get("seq")
        if known is None:
            known = super().last_seq()
            self._seq.put("seq", known)
        return known

    def append(self, log: LogId, start: int, entries: Sequence[bytes | Gone], received_at: int) -> Head:
        edge = self._edge(log)
        if edge.frontier.size != start:
            raise Conflict(f"the log has {edge.frontier.size} entries, not {start}")
        frontier = edge.frontier.copy()
        seq, n = self.last_seq(), edge.n
        rows: list[tuple[object, ...]] = []
        tiles: list[tuple[object, ...]] = []
        for index, data in enumerate(entries, start):
            gone = isinstance(data, Gone)
            leaf = data.leaf if isinstance(data, Gone) else leaf_hash(data)
            done = frontier.append(leaf)
            seq += 1
            rows.append((seq, n, index, received_at, leaf, None if gone else data))
            tiles.extend((n, level, index >> level, done[level]) for level in range(TILE, len(done), TILE))
        self._connection.many(_APPEND, rows)
        if tiles:
            self._connection.many(_ADD_TILES, tiles)
        self._seq.put("seq", seq)
        edge = _Edge(n, frontier, frontier.root())
        self._edges.put(log, edge)
        return Head(frontier.size, edge.root)

    def _edge(self, log: LogId) -> _Edge:
        edge = self._edges.get(log)
        if edge is None:
            found = self._connection.one(_FIND, (log.node, log.channel, log.lane))
            if found is None:
                found = self._connection.one(_ADD_LOG, (log.node, log.channel, log.lane, empty_root))
                edge = _Edge(found[0] if found else 0, Frontier(), empty_root)
            else:
                frontier = Frontier.of(_Kept(self, log), found[1])
                edge = _Edge(found[0], frontier, frontier.root())
            self._edges.put(log, edge)
        return edge

    def put_checkpoint(self, log: LogId, size: int, note: bytes) -> None:
        self._connection.run(_PUT_CHECKPOINT, (self._edge(log).n, size, note))

    def put_receipt(self, receipt: StoredReceipt) -> None:
        row = (self._edge(receipt.log).n, receipt.reader, receipt.size, receipt.note, receipt.received_at)
        self._connection.run(_PUT_RECEIPT, row)
        if self._connection.changes():
            self._connection.run(_PUT_REACH, (*row[:3], receipt.received_at))

    def destroy(self, log: LogId, index: int) -> None:
        self._connection.run(_DESTROY, (index, log.node, log.channel, log.lane))
        self._store.scrub()

    def allot(self, channel: str) -> int:
        found = self._connection.one(_ALLOT, (channel,))
        return int(found[0]) if found else 0

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self._store.layer(), self._connection.savepoint():
            yield

    def flush(self) -> None:
        """Heads move once a transaction, however many appends it had."""
        moved = [(e.frontier.size, e.root, e.n) for e in self._edges.layers[-1].values()]
        self._connection.many(_SET_HEAD, moved)


class SqliteLog(LogReads):
    """LogStore on log.db: WAL, fsync at each commit."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._database = Database(path, key, LOG_SCHEMA, durable=True, cache_kib=16_384, read_cache_kib=8_192)
        super().__init__(self._database)
        self.edges: Table[LogId, _Edge] = Table()
        self.seq: Table[str, int] = Table()
        self._tables = Tables(self.edges, self.seq)
        self.layer = self._tables.layer
        self.scrub = self._database.scrub

    @contextmanager
    def transaction(self) -> Iterator[LogTx]:
        with self._tables.transaction(), self._database.transaction() as connection:
            tx = _Tx(self, connection)
            yield tx
            tx.flush()

    def close(self) -> None:
        self._database.close()
