"""Files that a courier carries between nodes: what is asked of whoever writes and reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Protocol

from msgspec import Struct

from seamline.actions.officer import Officer
from seamline.log.checkpoint import LogId

CARRIERS = frozenset({"watch", "planner", "release", "signatory", "administrator"})
"""Who may take a file along or read one in: nothing is said in it that a link would not say."""

MAX_FILE = 64 << 20


class Wrote(Struct, frozen=True, kw_only=True):
    """A file. more: something is still owed that it had no room for. entries: also those sent before."""

    data: bytes
    to: tuple[str, ...]
    entries: int
    parts: int
    more: bool
    written: int


class LogRead(Struct, frozen=True, kw_only=True):
    """Entries of one log in a file."""

    channel: str
    lane: str
    node: str
    name: str
    new: int
    known: int


class Missing(Struct, frozen=True, kw_only=True):
    """Entries that came before what they follow: from `held` to `starts` they are not here yet."""

    channel: str
    lane: str
    node: str
    name: str
    held: int
    starts: int


class RefusedPart(Struct, frozen=True, kw_only=True):
    """Why something in a file was not taken, whose fault it is, and how many entries of it were."""

    rule: str
    fault: str
    detail: str
    kept: int = 0


class Writer(Struct, frozen=True, kw_only=True):
    """The node that a file is from."""

    node: str
    name: str


class Reader(Struct, frozen=True, kw_only=True):
    """A node that a file may be written for. channels: those that it and this node may hold."""

    node: str
    name: str
    owners: tuple[str, ...]
    channels: tuple[str, ...]


class ReadReport(Struct, kw_only=True, rename={"sender": "from"}):
    """What came of a file. cut: it ended early or was changed, and only what stands before was taken.

    written: by the writer's clock, which nobody here trusts. answer: there is something to take back.
    others: letters in it for other readers.
    """

    sender: Writer | None = None
    written: int | None = None
    new: int = 0
    known: int = 0
    receipts: int = 0
    statements: int = 0
    evidence: int = 0
    blobs: int = 0
    fragments: int = 0
    others: int = 0
    channels: list[LogRead] = []
    missing: list[Missing] = []
    refused: list[RefusedPart] = []
    cut: bool = False
    answer: bool = False


class Carrier(Protocol):
    """Filled in by wiring."""

    def readers(self) -> list[Reader]:
        """Every other node in service that shares a channel with this one, linked or not, by name."""
        ...

    def write(self, to: list[str], most: int | None = None) -> Wrote:
        """A file for these nodes (names or fingerprints), of at most so many bytes. Raises BadInput."""
        ...

    def code(self, log: LogId, index: int, to: str) -> tuple[bytes, str]:
        """What one code on a screen holds for that node, and its name: that record, or the receipt for it."""
        ...

    def read(self, data: bytes) -> ReadReport:
        """Take a file or code in; on disk when this returns. BadInput if none of it can be read; OurFault."""
        ...


class Later:
    """A carrier that is made when it is first needed: a command that carries nothing gives no receipts."""

    def __init__(self, make: Callable[[], Carrier]) -> None:
        self._make = cache(make)

    def readers(self) -> list[Reader]:
        return self._make().readers()

    def write(self, to: list[str], most: int | None = None) -> Wrote:
        return self._make().write(to, most)

    def code(self, log: LogId, index: int, to: str) -> tuple[bytes, str]:
        return self._make().code(log, index, to)

    def read(self, data: bytes) -> ReadReport:
        return self._make().read(data)


def need(officer: Officer) -> None:
    """NotAllowed unless this officer may carry files."""
    officer.need(*CARRIERS)
