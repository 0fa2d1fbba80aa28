"""The import desk of a serving node: a file is brought once, looked at, decided about, and imported.

Each officer sees his own imports only. A file waits an hour, sealed under a key in memory; a restart forgets
it, and bringing it again adds nothing.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from msgspec import Struct

from seamline.actions import imports
from seamline.actions.imports import Ask, Report
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.source import Source
from seamline.errors import BadInput, Conflict, NotFound, SeamlineError, TooMany

WAITS_MS = 3_600_000
MAX_HELD = 8
MAX_OF_ONE = 2
State = Literal["running", "checked", "done", "failed"]
_log = logging.getLogger("seamline.imports")


class Fault(Struct, frozen=True, omit_defaults=True):
    """Why an import as a whole could not be: as a problem document says it."""

    code: str
    detail: str
    field: str | None = None
    value: str | None = None
    remedy: str | None = None


class Status(Struct, frozen=True):
    """How far an import is: rows done of rows in all; its report when it is checked or done."""

    id: str
    state: State
    done: int
    of: int
    report: Report | None = None
    fault: Fault | None = None


@dataclass(slots=True)
class _Job:
    id: str
    owner: tuple[str, str]
    at: int
    open: Callable[[], BinaryIO]
    forget: Callable[[], None]
    state: State = "running"
    done: int = 0
    of: int = 0
    source: Source | None = None
    report: Report | None = None
    fault: Fault | None = None


@dataclass(slots=True)
class ImportDesk:
    """Runs imports one after the other, on a thread of its own."""

    node: Node
    _jobs: dict[str, _Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "import"))

    def room(self, officer: Officer) -> None:
        """Room for one more file: the oldest of his own that does not run makes it, else TooMany."""
        with self._lock:
            self._expire()
            own = [job for job in self._jobs.values() if job.owner == (officer.party, officer.id)]
            idle = [job for job in own if job.state != "running"]
            if len(own) >= MAX_OF_ONE and idle:
                self._forget(min(idle, key=lambda job: job.at))
            elif len(own) >= MAX_OF_ONE or len(self._jobs) >= MAX_HELD:
                raise TooMany("wait until an earlier import is done", retry_after=60)

    def start(
        self, officer: Officer, ask: Ask, open_file: Callable[[], BinaryIO], forget: Callable[[], None]
    ) -> Status:
        """Take a brought file and begin. What is wrong with the asking is raised, with the file a fault."""
        self.room(officer)
        owner = (officer.party, officer.id)
        job = _Job(secrets.token_hex(8), owner, self.node.clock.now(), open_file, forget)
        with self._lock:
            self._jobs[job.id] = job
        self._pool.submit(self._run, job, officer, ask)
        return _status(job)

    def again(self, officer: Officer, id: str, ask: Ask) -> Status:
        """The same file with another mapping, with decisions, or no longer dry. Conflict while it runs."""
        job = self._own(officer, id)
        with self._lock:
            if job.state == "running":
                raise Conflict("this import is running; wait until it is done")
            job.state, job.done, job.fault, job.at = "running", 0, None, self.node.clock.now()
        self._pool.submit(self._run, job, officer, ask)
        return _status(job)

    def status(self, officer: Officer, id: str) -> Status:
        """How far it is; NotFound for another's."""
        return _status(self._own(officer, id))

    def drop(self, officer: Officer, id: str) -> None:
        """Forget the file. What was imported stays. Conflict while it runs."""
        job = self._own(officer, id)
        with self._lock:
            if job.state == "running":
                raise Conflict("this import is running; wait until it is done")
            self._forget(job)

    def close(self) -> None:
        """End with the program: what is saved is saved, the rest is brought again."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            for job in [job for job in self._jobs.values() if job.state != "running"]:
                self._forget(job)

    def _own(self, officer: Officer, id: str) -> _Job:
        with self._lock:
            self._expire()
            job = self._jobs.get(id)
        if job is None or job.owner != (officer.party, officer.id):
            raise NotFound(f"no import {id}")
        return job

    def _expire(self) -> None:
        now = self.node.clock.now()
        for job in list(self._jobs.values()):
            if job.state != "running" and now - job.at > WAITS_MS:
                self._forget(job)

    def _forget(self, job: _Job) -> None:
        self._jobs.pop(job.id, None)
        job.forget()

    def _run(self, job: _Job, officer: Officer, ask: Ask) -> None:
        def progress(done: int, of: int) -> None:
            job.done, job.of = done, of

        try:
            if job.source is None:
                job.source = open_source(self.node, job.open)
            job.of = job.source.count
            job.report = imports.run(self.node, officer, job.source, ask, progress)
            job.state = "checked" if ask.dry_run else "done"
        except BadInput as fault:
            job.fault = Fault(fault.code, fault.message, fault.field, fault.value, fault.remedy)
            job.state = "failed"
        except SeamlineError as fault:
            job.fault, job.state = Fault(fault.code, fault.message), "failed"
        # Whatever broke, the officer who waits must hear of it; the log says what it was.
        except Exception:  # noqa: BLE001  see above
            _log.exception("import %s", job.id)
            job.fault, job.state = Fault("our_fault", "the node's log says what went wrong"), "failed"


def open_source(node: Node, open_file: Callable[[], BinaryIO]) -> Source:
    """The file's rows, in whichever format it is. BadInput when it is none this node knows."""
    with open_file() as file:
        name = node.gateways.sniff(file.read(512))
    if name not in node.gateways.formats:
        raise BadInput("file", name, "a format this node knows: " + ", ".join(sorted(node.gateways.formats)))
    return node.gateways.formats[name](open_file)


def _status(job: _Job) -> Status:
    report = job.report if job.state in ("checked", "done") else None
    return Status(job.id, job.state, job.done, job.of, report, job.fault)
