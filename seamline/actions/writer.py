"""Group commit: one thread writes; jobs that wait together share one fsync.

Crash story, between the steps of a group:
1. jobs append to the log inside one transaction, and the picture follows in its own   -> lost together
2. heads of our own logs are signed into the same log transaction                      -> lost together
3. the log commits (fsync)                                                             -> saved
4. the picture commits                              -> if lost here, the next start folds the rest
5. callers are answered and commits announced       -> saved, then said (law 4)
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from seamline.actions.fold import Fold
from seamline.errors import OurFault, SeamlineError
from seamline.log import checkpoint
from seamline.log.checkpoint import Checkpoint
from seamline.log.keys import SigningKey
from seamline.store.ports import Arrival, LogStore, LogTx, PictureStore, PictureTx

T = TypeVar("T")
MAX_GROUP = 256


@dataclass(slots=True)
class Tx:
    """What a job may touch; both transactions are the writer's."""

    log: LogTx
    picture: PictureTx


@dataclass(slots=True)
class _Job:
    run: Callable[[Tx], Any]
    future: Future[Any] = field(default_factory=Future)
    value: Any = None
    fault: BaseException | None = None


class Writer:
    """The only writer of a node's log and picture. Jobs run in order, one at a time."""

    def __init__(self, log: LogStore, picture: PictureStore, fold: Fold, key: SigningKey) -> None:
        self._log, self._picture, self._fold, self._key = log, picture, fold, key
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[list[Arrival]], None]] = []
        self._closed = False
        self.rebuilt = 0
        """How often the picture has been made anew, as far as readers see it."""
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> None:
        """Fold what a crash left unfolded, then take jobs.

        Also when the roster was changed and the crash came before the picture followed it.
        """
        self._catch_up()
        if self._picture.basis() != self._fold.basis():
            self._rebuild()
        self._thread.start()

    def submit(self, job: Callable[[Tx], T]) -> Future[T]:
        """The future resolves once the job's entries are on disk, or fails with nothing of it kept."""
        entry = _Job(job)
        if self._closed:
            entry.future.set_exception(OurFault("this node is shutting down"))
        else:
            self._queue.put(entry)
        return entry.future

    def on_commit(self, listener: Callable[[list[Arrival]], None]) -> None:
        """listener gets each group's arrivals after the fsync, on the writer's thread; it must not block."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what was submitted, then stop."""
        self._closed = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            stop = False
            while len(group) < MAX_GROUP:
                try:
                    job = self._queue.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    stop = True
                    break
                group.append(job)
            self._commit(group)
            if stop:
                return

    def _commit(self, group: list[_Job]) -> None:
        arrivals: list[Arrival] = []
        saved = False
        try:
            if self._picture.folded() < self._log.last_seq():
                self._catch_up()
            with ExitStack() as behind:
                picture = behind.enter_context(self._picture.transaction())
                with self._log.transaction() as log:
                    start = log.last_seq()
                    tx = Tx(log, picture)
                    for job in group:
                        self._run(job, tx)
                    arrivals = log.journal(start, limit=1_000_000)
                    self._sign_heads(log, arrivals)
                saved = True
                outgrown = self._fold.outgrown(arrivals)
                if outgrown:
                    # Should we not come to it: the next start sees that the picture follows no roster.
                    picture.set_basis(0)
            if outgrown:
                self._rebuild()
            self.rebuilt = self._fold.rebuilt
        # Whatever broke, each caller must hear of it: a future left open would hang a request for ever.
        # A picture that could not follow is caught up by the next group; what is saved is said.
        except Exception as fault:  # noqa: BLE001  see above
            if not saved:
                self._fail(group, fault)
                return
        self._announce(group, arrivals)

    def _fail(self, group: list[_Job], fault: Exception) -> None:
        known = fault if isinstance(fault, SeamlineError) else OurFault(f"could not be saved: {fault!r}")
        for job in group:
            job.future.set_exception(job.fault or known)

    def _announce(self, group: list[_Job], arrivals: list[Arrival]) -> None:
        if arrivals:
            for listener in self._listeners:
                # What is saved is said even where a listener cannot keep its own note of it (the high-water
                # mark, on a full disk): it hears of the next commit, and raises its mark then.
                with suppress(OurFault):
                    listener(arrivals)
        for job in group:
            if job.fault is not None:
                job.future.set_exception(job.fault)
            else:
                job.future.set_result(job.value)

    def _run(self, job: _Job, tx: Tx) -> None:
        start = tx.log.last_seq()
        try:
            with tx.log.savepoint(), tx.picture.savepoint():
                job.value = job.run(tx)
                if tx.log.last_seq() != start:
                    for arrival in tx.log.journal(start, limit=1_000_000):
                        self._fold.apply(tx.picture, arrival, tx.log.destroy)
                    tx.picture.set_folded(tx.log.last_seq())
        # One job's fault, even a bug, must not take the others of its group with it.
        except Exception as fault:  # noqa: BLE001  it is handed to the caller
            job.fault = fault

    def _sign_heads(self, log: LogTx, arrivals: list[Arrival]) -> None:
        own = self._key.fingerprint
        for log_id in {a.log for a in arrivals if a.log.node == own}:
            head = log.head(log_id)
            note = checkpoint.sign(Checkpoint(log_id, head.size, head.root), self._key)
            log.put_checkpoint(log_id, head.size, note)

    def _rebuild(self) -> None:
        with self._picture.transaction() as picture, self._log.transaction() as log:
            self._fold.rebuild(picture, log, log.destroy)
        self.rebuilt = self._fold.rebuilt

    def _catch_up(self) -> None:
        if not self._picture.folded():
            self._rebuild()
        with self._picture.transaction() as picture:
            while batch := self._log.journal(picture.folded(), limit=1000):
                for arrival in batch:
                    self._fold.apply(picture, arrival, lambda log, index: None)
                picture.set_folded(batch[-1].seq)
