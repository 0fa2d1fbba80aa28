"""Durable append: 64 writers into the log store, beside apsw inserting the same rows in the same groups.

One writer thread commits what waits, as a node's does: a savepoint and an append for each entry, one
fsync for the group, then the answers. The peer is apsw with the same file settings, cipher, tables,
indexes and group size, and with the leaf hashes ready made: no queue, no savepoints, no tree. It is
also run behind the same queue, which shows what of the difference is threads handing over, and the
store without the queue, which shows what is its own. Target: 0.5 times the peer.
"""

from __future__ import annotations

import os
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from seamline.log.checkpoint import LogId
from seamline.store.sqlite.log import SqliteLog
from seamline.store.sqlite.log_schema import LOG_SCHEMA, TILE

WRITERS = 64
SECONDS = 0.5
ROUNDS = 24
PEER = "apsw, no queue"
ENTRY = 600
LOG = LogId("0123456789abcdef" * 2, "isf+ksf", "routine")
KEY = bytes(range(32))

INSERT = "INSERT INTO entries (seq, log, idx, received_at, leaf, data) VALUES (?, 1, ?, ?, ?, ?)"
SET_HEAD = "UPDATE logs SET size = ?, root = ? WHERE n = 1"
ADD_TILE = "INSERT INTO tiles (log, level, idx, root) VALUES (1, ?, ?, ?)"

Group = Sequence[bytes]


class Store:
    """The log store, driven as a node's writer drives it."""

    def __init__(self, folder: Path) -> None:
        self._store = SqliteLog(folder / "log.db", KEY)

    def commit(self, group: Group) -> None:
        """One transaction, a savepoint for each entry."""
        with self._store.transaction() as tx:
            size = tx.head(LOG).size
            for data in group:
                with tx.savepoint():
                    size = tx.append(LOG, size, [data], 1_760_000_000_000).size

    def close(self) -> None:
        """Close the files."""
        self._store.close()


class Plain:
    """The peer: the same rows by apsw and nothing else."""

    def __init__(self, folder: Path) -> None:
        # Its file, settings and tables are those of the store; from here on only apsw is used.
        self._store = SqliteLog(folder / "log.db", KEY)
        with self._store.transaction() as tx:
            tx.append(LOG, 0, [], 0)
        self._apsw = self._store._database.writer.raw
        self._size = 0
        self._leaves = [os.urandom(32) for _ in range(1000)]
        if not LOG_SCHEMA.whole or self._apsw.pragma("synchronous") != 2:
            raise SystemExit("the peer does not flush its commits")

    def commit(self, group: Group) -> None:
        """One transaction of the same rows; what the store computes is ready made."""
        start, leaves = self._size, self._leaves
        rows = [(n + 1, n, 1_760_000_000_000, leaves[n % 1000], data) for n, data in enumerate(group, start)]
        self._size += len(group)
        self._apsw.execute("BEGIN IMMEDIATE")
        self._apsw.executemany(INSERT, rows)
        self._apsw.execute(SET_HEAD, (self._size, leaves[0]))
        if start >> TILE != self._size >> TILE:
            self._apsw.execute(ADD_TILE, (TILE, start >> TILE, leaves[0]))
        self._apsw.execute("COMMIT")

    def close(self) -> None:
        """Close the files."""
        self._store.close()


def by_threads(commit: Callable[[Group], None]) -> tuple[float, float]:
    """(entries a second, mean group) with 64 threads that each wait until their entry is on disk."""
    waiting: queue.SimpleQueue[tuple[bytes, threading.Lock] | None] = queue.SimpleQueue()
    done = threading.Event()
    counts = [0, 0]

    def write() -> None:
        data, saved = os.urandom(ENTRY), threading.Lock()
        saved.acquire()
        while not done.is_set():
            waiting.put((data, saved))
            saved.acquire()

    def work() -> None:
        while (first := waiting.get()) is not None:
            group = [first]
            while len(group) < WRITERS:
                try:
                    job = waiting.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    waiting.put(None)
                    break
                group.append(job)
            commit([data for data, _ in group])
            counts[0] += len(group)
            counts[1] += 1
            for _, saved in group:
                saved.release()

    worker = threading.Thread(target=work)
    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    start = time.perf_counter()
    for thread in (worker, *writers):
        thread.start()
    time.sleep(SECONDS)
    done.set()
    for thread in writers:
        thread.join()
    rate = counts[0] / (time.perf_counter() - start)
    waiting.put(None)
    worker.join()
    return rate, counts[0] / counts[1]


def by_one(commit: Callable[[Group], None], size: int) -> float:
    """Entries a second by one caller with groups of this size."""
    group = [os.urandom(ENTRY)] * size
    count, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < SECONDS:
        commit(group)
        count += size
    return count / passed


def main() -> None:
    """Print a row for each way, the median of the rounds, and the median of the rounds' ratios to the peer.

    Rounds are short and the ways take turns in them, so that whatever else the machine does meets all alike.
    """
    size = WRITERS // 2
    with tempfile.TemporaryDirectory(prefix="seamline append ", dir=Path.cwd()) as name:
        stores: list[Store | Plain] = []
        for n in range(4):
            folder = Path(name) / str(n)
            folder.mkdir()
            stores.append((Store, Plain)[n % 2](folder))
        ways: dict[str, Callable[[], float]] = {
            "store, 64 writers": lambda: by_threads(stores[0].commit)[0],
            PEER: lambda: by_one(stores[1].commit, size),
            "store, no queue": lambda: by_one(stores[2].commit, size),
            "apsw, 64 writers": lambda: by_threads(stores[3].commit)[0],
        }
        size = round(by_threads(stores[0].commit)[1])
        found: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(ROUNDS):
            order = list(ways)
            for way in order[turn % len(order) :] + order[: turn % len(order)]:
                found[way].append(ways[way]())
        for store in stores:
            store.close()
    print(f"entries of {ENTRY} bytes, groups of {size}, medians of {ROUNDS} rounds")
    for way, rates in found.items():
        ratio = statistics.median(a / b for a, b in zip(rates, found[PEER], strict=True))
        print(f"{way:18} {statistics.median(rates):8,.0f} /s   {ratio:5.2f} x the peer")
    print("target: store, 64 writers, at least 0.50 x the peer")


if __name__ == "__main__":
    main()
