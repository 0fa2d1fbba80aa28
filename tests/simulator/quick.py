"""Stores in memory that answer the same question once until something is written, for the machine alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from seamline.exchange.talk import Exchange
from seamline.log.checkpoint import LogId
from seamline.store.memory import MemoryLocal, MemoryLog
from seamline.store.ports import LogTx, StoredReceipt


class QuickLog(MemoryLog):
    """version: how often something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.version = 0
        self._logs: tuple[int, list[LogId]] = (-1, [])
        self._by_log: tuple[int, dict[LogId | None, list[StoredReceipt]]] = (-1, {})

    @contextmanager
    def transaction(self) -> Iterator[LogTx]:
        try:
            with super().transaction() as tx:
                yield tx
        finally:
            self.version += 1

    def logs(self) -> list[LogId]:
        if self._logs[0] != self.version:
            self._logs = (self.version, super().logs())
        return list(self._logs[1])

    def receipts(self, log: LogId | None = None) -> list[StoredReceipt]:
        if self._by_log[0] != self.version:
            found: dict[LogId | None, list[StoredReceipt]] = {None: super().receipts()}
            for one in found[None]:
                found.setdefault(one.log, []).append(one)
            self._by_log = (self.version, found)
        return list(self._by_log[1].get(log, ()))


class QuickLocal(MemoryLocal):
    """version: how often something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.version = 0

    def put(self, key: str, value: bytes | None) -> None:
        super().put(key, value)
        self.version += 1


def quicken(exchange: Exchange, log: QuickLog, local: QuickLocal, channels: set[str]) -> None:
    """What a node has for a peer is looked up once, until its log, its local state or its channels change."""
    for name in ("holdings", "shared"):
        ask: Callable[[str], Any] = getattr(exchange.shelf, name)
        setattr(exchange.shelf, name, partial(_once, ask, {}, log, local, channels))


def _once(
    ask: Callable[[str], Any],
    kept: dict[str, tuple[Any, Any]],
    log: QuickLog,
    local: QuickLocal,
    channels: set[str],
    peer: str,
) -> Any:
    now = (log.version, local.version, len(channels))
    if kept.get(peer, (None,))[0] != now:
        kept[peer] = (now, ask(peer))
    return kept[peer][1]
