"""While a node serves: go on with runs as things come, and erase what is over."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

from seamline.actions.blind import erasing, steps
from seamline.actions.node import Node
from seamline.errors import OurFault
from seamline.store.ports import Arrival

_MARKS = (b'"kind":"blind_', b'"kind":"universe"', b'"kind":"endorsement"')
EVERY_SECONDS = 60


class Keeper:
    """One thread; what comes while it works is looked at once more afterwards."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="blind")
        self._guard, self._waits = threading.Lock(), False
        node.on_commit(self._came)
        node.photos.on_came.append(lambda *named: self.wake())

    def wake(self) -> None:
        """Look at all runs soon."""
        with self._guard:
            if self._waits:
                return
            self._waits = True
        # While the node closes, it is left to the next start.
        with contextlib.suppress(RuntimeError):
            self._pool.submit(self._work)

    async def run(self) -> None:
        """At start, and then by the minute: terms end while nobody says anything."""
        while True:
            self.wake()
            await asyncio.sleep(EVERY_SECONDS)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _came(self, arrivals: list[Arrival]) -> None:
        if any(a.data is not None and any(mark in a.data for mark in _MARKS) for a in arrivals):
            self.wake()

    def _work(self) -> None:
        with self._guard:
            self._waits = False
        # A full disk, or the writer closing: nothing is lost, the next look finds the same.
        with contextlib.suppress(OurFault):
            steps.advance(self._node)
            erasing.erase(self._node)
