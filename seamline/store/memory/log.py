"""The log port in memory: for tests and simulations. Nothing survives the process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from seamline.errors import Conflict
from seamline.log.checkpoint import LogId
from seamline.log.merkle import Frontier, empty_root, leaf_hash
from seamline.log.part import Gone
from seamline.store.memory.layers import Table, Tables, View
from seamline.store.ports import Arrival, Head, LogTx, StoredReceipt

_EMPTY = Head(0, empty_root)


@dataclass(slots=True)
class _State:
    """heads come last: they are poured last, so a reader never sees a head before its entries."""

    arrivals: Table[int, Arrival] = field(default_factory=Table)
    entries: Table[tuple[LogId, int], int] = field(default_factory=Table)
    nodes: Table[tuple[LogId, int, int], bytes] = field(default_factory=Table)
    checkpoints: Table[LogId, tuple[int, bytes]] = field(default_factory=Table)
    receipts: Table[tuple[LogId, str], StoredReceipt] = field(default_factory=Table)
    reaches: Table[tuple[LogId, str], tuple[tuple[int, int], ...]] = field(default_factory=Table)
    numbers: Table[str, int] = field(default_factory=Table)
    frontiers: Table[LogId, Frontier] = field(default_factory=Table)
    counts: Table[str, int] = field(default_factory=Table)
    heads: Table[LogId, Head] = field(default_factory=Table)

    def tables(self) -> Tables:
        return Tables(
            self.arrivals,
            self.entries,
            self.nodes,
            self.checkpoints,
            self.receipts,
            self.reaches,
            self.numbers,
            self.frontiers,
            self.counts,
            self.heads,
        )


class _Reads:
    def __init__(self, state: _State, view: View) -> None:
        self._state = state
        self._view = view

    def logs(self) -> list[LogId]:
        return sorted(self._view.all(self._state.heads))

    def head(self, log: LogId) -> Head:
        return self._view.get(self._state.heads, log) or _EMPTY

    def entries(self, log: LogId, start: int, stop: int) -> list[bytes | None]:
        return [arrival.data for arrival in self._run(log, start, stop)]

    def leaves(self, log: LogId, start: int, stop: int) -> list[bytes]:
        return [arrival.leaf for arrival in self._run(log, start, stop)]

    def _run(self, log: LogId, start: int, stop: int) -> Iterator[Arrival]:
        for index in range(start, min(stop, self.head(log).size)):
            seq = self._view.get(self._state.entries, (log, index))
            arrival = self._view.get(self._state.arrivals, seq or 0)
            if arrival is not None:
                yield arrival

    def subtree(self, log: LogId, level: int, index: int) -> bytes:
        node = self._view.get(self._state.nodes, (log, level, index))
        if node is None:
            raise ValueError(f"no complete subtree {level}/{index} in a log of {self.head(log).size}")
        return node

    def checkpoint(self, log: LogId) -> bytes | None:
        kept = self._view.get(self._state.checkpoints, log)
        return kept[1] if kept else None

    def checkpoint_size(self, log: LogId) -> int:
        kept = self._view.get(self._state.checkpoints, log)
        return kept[0] if kept else 0

    def receipts(self, log: LogId | None = None) -> list[StoredReceipt]:
        kept = self._view.all(self._state.receipts)
        return [kept[key] for key in sorted(kept) if log is None or key[0] == log]

    def reached(self, log: LogId, index: int) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for (of, reader), steps in sorted(self._view.all(self._state.reaches).items()):
            covering = [at for size, at in steps if of == log and size > index]
            found.extend((reader, at) for at in covering[:1])
        return found

    def journal(self, after: int, limit: int = 1000) -> list[Arrival]:
        stop = min(after + limit, self.last_seq())
        found = (self._view.get(self._state.arrivals, seq) for seq in range(max(after, 0) + 1, stop + 1))
        return [arrival for arrival in found if arrival is not None]

    def last_seq(self) -> int:
        return self._view.get(self._state.counts, "seq") or 0


class _Tx(_Reads):
    def __init__(self, state: _State, tables: Tables) -> None:
        super().__init__(state, View(tables, inside=True))
        self._tables = tables

    def append(self, log: LogId, start: int, entries: Sequence[bytes | Gone], received_at: int) -> Head:
        head = self.head(log)
        if head.size != start:
            raise Conflict(f"the log has {head.size} entries, not {start}")
        frontier = (self._state.frontiers.get(log) or Frontier()).copy()
        seq = self.last_seq()
        for data in entries:
            seq += 1
            leaf, index = data.leaf if isinstance(data, Gone) else leaf_hash(data), frontier.size
            for level, node in enumerate(frontier.append(leaf)):
                self._state.nodes.put((log, level, index >> level), node)
            self._state.entries.put((log, index), seq)
            body = None if isinstance(data, Gone) else bytes(data)
            self._state.arrivals.put(seq, Arrival(seq, log, index, received_at, leaf, body))
        self._state.counts.put("seq", seq)
        self._state.frontiers.put(log, frontier)
        head = Head(frontier.size, frontier.root)
        self._state.heads.put(log, head)
        return head

    def put_checkpoint(self, log: LogId, size: int, note: bytes) -> None:
        self._know(log)
        if self.checkpoint(log) is None or size > self.checkpoint_size(log):
            self._state.checkpoints.put(log, (size, note))

    def put_receipt(self, receipt: StoredReceipt) -> None:
        self._know(receipt.log)
        key = (receipt.log, receipt.reader)
        kept = self._state.receipts.get(key)
        if kept is None or receipt.size > kept.size:
            self._state.receipts.put(key, receipt)
            steps = self._state.reaches.get(key) or ()
            self._state.reaches.put(key, (*steps, (receipt.size, receipt.received_at)))

    def destroy(self, log: LogId, index: int) -> None:
        seq = self._state.entries.get((log, index))
        was = self._state.arrivals.get(seq or 0)
        if was is not None:
            gone = Arrival(was.seq, log, index, was.received_at, was.leaf, None)
            self._state.arrivals.put(was.seq, gone)

    def allot(self, channel: str) -> int:
        number = (self._state.numbers.get(channel) or 0) + 1
        self._state.numbers.put(channel, number)
        return number

    def savepoint(self) -> AbstractContextManager[None]:
        return self._tables.layer()

    def _know(self, log: LogId) -> None:
        if self._state.heads.get(log) is None:
            self._state.heads.put(log, _EMPTY)


class MemoryLog(_Reads):
    """LogStore in memory."""

    def __init__(self) -> None:
        state = _State()
        self._tables = state.tables()
        super().__init__(state, View(self._tables, inside=False))

    @contextmanager
    def transaction(self) -> Iterator[LogTx]:
        with self._tables.transaction():
            yield _Tx(self._state, self._tables)

    def close(self) -> None:
        """Nothing to do: what was in memory stays until the object goes."""
