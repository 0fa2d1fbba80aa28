"""A dictionary with transactions: changes lie in layers over what is committed.

Readers see the base only. A transaction adds a layer, each savepoint another; a failure drops its
layer, success pours it into the one below. Reads never wait for a running transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_GONE: Any = object()


class Table(Generic[K, V]):
    """One dictionary and its layers. Values must not be changed in place."""

    def __init__(self) -> None:
        self.base: dict[K, V] = {}
        self.layers: list[dict[K, V]] = []

    def get(self, key: K) -> V | None:
        """As the transaction sees it."""
        for layer in reversed(self.layers):
            if key in layer:
                value = layer[key]
                return None if value is _GONE else value
        return self.base.get(key)

    def put(self, key: K, value: V) -> None:
        self.layers[-1][key] = value

    def drop(self, key: K) -> None:
        self.layers[-1][key] = _GONE

    def merged(self) -> dict[K, V]:
        """All of it as the transaction sees it."""
        merged = dict(self.base)
        for layer in self.layers:
            _pour(layer, merged)
        return merged


class Tables:
    """Tables that commit together."""

    def __init__(self, *tables: Table[Any, Any]) -> None:
        self._tables = tables
        self._writer = threading.Lock()
        self._writing: int | None = None
        self.guard = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block, or nothing. One at a time."""
        if self._writing == threading.get_ident():
            raise RuntimeError("a transaction is already open on this thread")
        with self._writer:
            self._writing = threading.get_ident()
            try:
                with self.layer():
                    yield
            finally:
                self._writing = None

    @contextmanager
    def layer(self) -> Iterator[None]:
        """A savepoint: what the block wrote is dropped if it raises."""
        self.begin()
        try:
            yield
        except BaseException:
            self.undo()
            raise
        self.end()

    def begin(self) -> None:
        """A layer on top, for what is written from now on."""
        for table in self._tables:
            table.layers.append({})

    def undo(self) -> None:
        """Drop the top layer."""
        for table in self._tables:
            table.layers.pop()

    def end(self) -> None:
        """Pour the top layer into what is below it."""
        if len(self._tables[0].layers) > 1:
            for table in self._tables:
                if top := table.layers.pop():
                    table.layers[-1].update(top)
            return
        with self.guard:
            for table in self._tables:
                _pour(table.layers.pop(), table.base)


class View:
    """What a reader reads: the committed base, or the layers of the transaction it belongs to."""

    def __init__(self, tables: Tables, *, inside: bool) -> None:
        self._tables = tables
        self._inside = inside

    def get(self, table: Table[K, V], key: K) -> V | None:
        return table.get(key) if self._inside else table.base.get(key)

    def all(self, table: Table[K, V]) -> dict[K, V]:
        """A copy that stays as it is while others write."""
        if self._inside:
            return table.merged()
        with self._tables.guard:
            return dict(table.base)


def _pour(top: dict[K, V], under: dict[K, V]) -> None:
    for key, value in top.items():
        if value is _GONE:
            under.pop(key, None)
        else:
            under[key] = value
