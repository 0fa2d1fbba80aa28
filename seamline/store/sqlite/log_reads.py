"""What can be asked of log.db, inside a transaction and outside."""

from __future__ import annotations

from seamline.log.checkpoint import LogId
from seamline.log.merkle import empty_root, node_hash
from seamline.store.ports import Arrival, Head, StoredReceipt
from seamline.store.sqlite.connection import Statement
from seamline.store.sqlite.database import Rows
from seamline.store.sqlite.log_schema import TILE

_LOGS = Statement("list the logs", "SELECT node, channel, lane FROM logs ORDER BY node, channel, lane")
_HEAD = Statement(
    "read a log's head", "SELECT size, root FROM logs WHERE node = ? AND channel = ? AND lane = ?"
)
_ENTRIES = Statement(
    "read entries",
    "SELECT data FROM logs JOIN entries ON log = n"
    " WHERE node = ? AND channel = ? AND lane = ? AND idx >= ? AND idx < ? ORDER BY idx",
)
_LEAVES = Statement(
    "read leaf hashes",
    "SELECT leaf FROM logs JOIN entries ON log = n"
    " WHERE node = ? AND channel = ? AND lane = ? AND idx >= ? AND idx < ? ORDER BY idx",
)
_TILES = Statement(
    "read subtree roots",
    "SELECT tiles.root FROM logs JOIN tiles ON log = n"
    " WHERE node = ? AND channel = ? AND lane = ? AND level = ? AND idx >= ? AND idx < ? ORDER BY idx",
)
_CHECKPOINT = Statement(
    "read a checkpoint",
    "SELECT checkpoints.size, note FROM logs JOIN checkpoints ON log = n"
    " WHERE node = ? AND channel = ? AND lane = ?",
)
_RECEIPTS = Statement(
    "read receipts",
    "SELECT node, channel, lane, reader, receipts.size, note, received_at"
    " FROM logs JOIN receipts ON log = n ORDER BY node, channel, lane, reader",
)
_RECEIPTS_OF = Statement(
    "read a log's receipts",
    "SELECT node, channel, lane, reader, receipts.size, note, received_at"
    " FROM logs JOIN receipts ON log = n WHERE node = ? AND channel = ? AND lane = ? ORDER BY reader",
)
_REACHED = Statement(
    "read whom an entry reached",
    # SQLite takes received_at from the row that has the smallest size.
    "SELECT reader, received_at, min(reaches.size) FROM logs JOIN reaches ON log = n"
    " WHERE node = ? AND channel = ? AND lane = ? AND reaches.size > ? GROUP BY reader ORDER BY reader",
)
_JOURNAL = Statement(
    "read the arrival journal",
    "SELECT seq, node, channel, lane, idx, received_at, leaf, data"
    " FROM entries JOIN logs ON logs.n = entries.log WHERE seq > ? ORDER BY seq LIMIT ?",
)
_LAST = Statement("read the last arrival", "SELECT max(seq) FROM entries")


class LogReads:
    """LogReader over whatever answers queries."""

    def __init__(self, reader: Rows) -> None:
        self._reader = reader

    def logs(self) -> list[LogId]:
        return [LogId(*row) for row in self._reader.rows(_LOGS)]

    def head(self, log: LogId) -> Head:
        found = self._reader.one(_HEAD, _key(log))
        return Head(*found) if found else Head(0, empty_root)

    def entries(self, log: LogId, start: int, stop: int) -> list[bytes | None]:
        return [row[0] for row in self._reader.rows(_ENTRIES, (*_key(log), start, stop))]

    def leaves(self, log: LogId, start: int, stop: int) -> list[bytes]:
        return [row[0] for row in self._reader.rows(_LEAVES, (*_key(log), start, stop))]

    def subtree(self, log: LogId, level: int, index: int) -> bytes:
        rest = level % TILE
        kept = level - rest
        start, stop = index << rest, (index + 1) << rest
        if kept:
            hashes: list[bytes] = [
                row[0] for row in self._reader.rows(_TILES, (*_key(log), kept, start, stop))
            ]
        else:
            hashes = self.leaves(log, start, stop)
        if len(hashes) != stop - start:
            raise ValueError(f"no complete subtree {level}/{index} in a log of {self.head(log).size}")
        while len(hashes) > 1:
            pairs = zip(hashes[::2], hashes[1::2], strict=True)
            hashes = [node_hash(left, right) for left, right in pairs]
        return hashes[0]

    def checkpoint(self, log: LogId) -> bytes | None:
        found = self._reader.one(_CHECKPOINT, _key(log))
        return found[1] if found else None

    def checkpoint_size(self, log: LogId) -> int:
        found = self._reader.one(_CHECKPOINT, _key(log))
        return found[0] if found else 0

    def receipts(self, log: LogId | None = None) -> list[StoredReceipt]:
        rows = self._reader.rows(_RECEIPTS) if log is None else self._reader.rows(_RECEIPTS_OF, _key(log))
        return [StoredReceipt(LogId(*row[:3]), *row[3:]) for row in rows]

    def reached(self, log: LogId, index: int) -> list[tuple[str, int]]:
        return [(row[0], row[1]) for row in self._reader.rows(_REACHED, (*_key(log), index))]

    def journal(self, after: int, limit: int = 1000) -> list[Arrival]:
        rows = self._reader.rows(_JOURNAL, (after, max(limit, 0)))
        return [Arrival(row[0], LogId(*row[1:4]), *row[4:]) for row in rows]

    def last_seq(self) -> int:
        found = self._reader.one(_LAST)
        return (found[0] or 0) if found else 0


def _key(log: LogId) -> tuple[str, str, str]:
    return log.node, log.channel, log.lane
