"""The four ports. Each method states its duty; engines (sqlite/, memory) meet one contract suite.

Only exceptions of seamline.errors leave a port: StoreFull, StoreBroken, StoreBusy, Locked, Conflict.
"""

# ceiling: the four ports and the values they speak of are one contract, read as a whole

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from seamline.log.checkpoint import LogId
from seamline.log.part import Gone

# ---------------------------------------------------------------- log


class Head:
    """What is on disk of one log: size entries whose Merkle root is root (32 bytes). A value.

    root may be given as a function: it costs a dozen hashes, and whoever appends seldom asks for it.
    """

    __slots__ = ("_root", "size")

    def __init__(self, size: int, root: bytes | Callable[[], bytes]) -> None:
        self.size = size
        self._root = root

    @property
    def root(self) -> bytes:
        if not isinstance(self._root, bytes):
            self._root = self._root()
        return self._root

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Head) and (self.size, self.root) == (other.size, other.root)

    def __hash__(self) -> int:
        return hash((self.size, self.root))

    def __repr__(self) -> str:
        return f"Head({self.size}, {self.root.hex()[:16]}…)"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One line of the arrival journal. seq is this node's own count, without gaps, from 1.

    data is None when the body was destroyed (law 6): the leaf hash stays.
    """

    seq: int
    log: LogId
    index: int
    received_at: int
    leaf: bytes
    data: bytes | None


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A reader node's cosignature over a head of log (note: the signed note with that one line)."""

    log: LogId
    reader: str
    size: int
    note: bytes
    received_at: int


class LogReader(Protocol):
    """Reading, of what is committed; inside a transaction also of what it has written so far."""

    def logs(self) -> list[LogId]: ...
    def head(self, log: LogId) -> Head:
        """Head(0, SHA-256 of nothing) for a log never seen."""
        ...

    def entries(self, log: LogId, start: int, stop: int) -> list[bytes | None]:
        """Entries [start, stop), fewer if the log is shorter; None where the body was destroyed."""
        ...

    def leaves(self, log: LogId, start: int, stop: int) -> list[bytes]:
        """Leaf hashes [start, stop)."""
        ...

    def subtree(self, log: LogId, level: int, index: int) -> bytes:
        """Root of the perfect subtree over leaves [index << level, (index + 1) << level)."""
        ...

    def checkpoint(self, log: LogId) -> bytes | None:
        """The newest signed head kept for this log: a note by the log's own node."""
        ...

    def checkpoint_size(self, log: LogId) -> int:
        """Size of that newest signed head; 0 when there is none. May exceed head(log).size."""
        ...

    def receipts(self, log: LogId | None = None) -> list[StoredReceipt]:
        """The newest receipt of each reader, of one log or of all."""
        ...

    def reached(self, log: LogId, index: int) -> list[tuple[str, int]]:
        """(reader, received_at of its first receipt over a head that covers the entry), for law 7."""
        ...

    def journal(self, after: int, limit: int = 1000) -> list[Arrival]:
        """Arrivals with seq > after, in order."""
        ...

    def last_seq(self) -> int: ...


class LogTx(LogReader, Protocol):
    """One durable transaction. Nothing of it is visible to others before it is on disk."""

    def append(self, log: LogId, start: int, entries: Sequence[bytes | Gone], received_at: int) -> Head:
        """Append if the log has exactly `start` entries (compare-and-swap), else Conflict.

        Each entry gets the next arrival sequence. The caller has checked the bytes. A Gone stands for an
        entry whose body was destroyed before it came here: it takes its place with the leaf hash alone.
        """
        ...

    def put_checkpoint(self, log: LogId, size: int, note: bytes) -> None:
        """Keep as the newest signed head if it is larger than the one kept."""
        ...

    def put_receipt(self, receipt: StoredReceipt) -> None:
        """Keep if it is larger than the reader's last; earlier ones stay for reached()."""
        ...

    def destroy(self, log: LogId, index: int) -> None:
        """Drop the body for good (also from free pages); leaf hash, index and arrival stay."""
        ...

    def allot(self, channel: str) -> int:
        """The next human number of this node in this channel, from 1."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """If the body raises, what it wrote is undone and the transaction goes on."""
        ...


class LogStore(LogReader, Protocol):
    """The truth (law 1). One writer; any number of readers, on any thread."""

    def transaction(self) -> AbstractContextManager[LogTx]:
        """When the block ends without an exception, everything is on disk (fsync); else nothing is."""
        ...

    def close(self) -> None: ...


# ---------------------------------------------------------------- picture


@dataclass(frozen=True, slots=True)
class Row:
    """One revision of one record, as folded. Times ms; box 1e-7 degrees (west, south, east, north).

    seq (arrival) is this node's own and stays out of the canonical dump. current: the winning
    revision (law 2). counts: False after a revocation's mark, or without the signature it needs.
    reach_m: how far beyond its box it is to be found by candidates(), in metres.
    """

    channel: str
    id: str
    kind: str
    party: str
    node: str
    lane: str
    index: int
    rev: int
    no: int
    hash: str
    prev: str | None
    by: str
    at: int
    lang: str
    start: int | None
    end: int | None
    box: tuple[int, int, int, int] | None
    text: str
    body: bytes
    signer: str | None
    seq: int
    received_at: int
    current: bool = True
    counts: bool = True
    reach_m: int = 0

    @property
    def stands_at(self) -> int:
        """Where it stands in lists: when it was said, but no later than it arrived (log 2.13)."""
        return min(self.at, self.received_at)


@dataclass(frozen=True, slots=True)
class Ref:
    """relation is a word of the kind that says it ("source", "endorses", "opened", "clash" …)."""

    channel: str
    id: str
    relation: str
    to: str
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class ClashRow:
    """A pair that clashes, (channel, id) of each, lower pair first. distance_m rounded up to metres."""

    a: tuple[str, str]
    b: tuple[str, str]
    distance_m: int
    needed_m: int
    start: int
    end: int
    where: tuple[int, int]
    possible: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; every given field must match.

    box overlaps (a row without a box does not match); the window [start, end) overlaps, open on a
    side that is None (a row without a window matches); text: each word of it begins a word of the
    row's text. Newest first by (stands_at, id); after is that of the last row seen.
    """

    channels: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    party: str | None = None
    box: tuple[int, int, int, int] | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    known_by: int | None = None
    after: tuple[int, str] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Trail:
    """Which revisions to list, also followed ones and those that do not count; every given field must match.

    by: an officer's id. stands_at lies in [start, end). Newest first by (stands_at, id, rev, hash); after
    is that of the last row seen.
    """

    channels: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    party: str | None = None
    by: str | None = None
    start: int | None = None
    end: int | None = None
    after: tuple[int, str, int, str] | None = None
    limit: int = 100


class SubjectRow(NamedTuple):
    """What the clash rule compares of a current record: its shape (WKB, degrees) and what its buffer follows.

    buffer_m: as the record states it; None: the terms decide by kind and type. start, end in ms, None: open.
    """

    channel: str
    id: str
    party: str
    kind: str
    type: str
    start: int | None
    end: int | None
    buffer_m: int | None
    tear: bool
    shape: bytes


class PictureReader(Protocol):
    """Reading, of what is committed; inside a transaction also of what it has written so far."""

    def record(self, channel: str, id: str) -> Row | None:
        """The current revision."""
        ...

    def find(self, id: str, channels: Sequence[str]) -> list[Row]:
        """Current revisions with this id in these channels, sorted by channel."""
        ...

    def revisions(self, channel: str, id: str) -> list[Row]:
        """All revisions, the winner first."""
        ...

    def search(self, search: Search) -> list[Row]:
        """Current revisions that count. known_by: as they stood at that instant (by `at`): of each
        record the winner (law 2) among the revisions that count and were made by then.
        """
        ...

    def trail(self, trail: Trail) -> list[Row]:
        """Every revision that was said, the counting and the others; a destroyed one is not among them."""
        ...

    def candidates(
        self, box: tuple[int, int, int, int], start: int, end: int, kinds: Sequence[str]
    ) -> list[Row]:
        """Current rows that count and whose box, widened by their reach, and window (ms) may overlap.

        No misses, some extras.

        A row with no window (a site, a post) always overlaps in time; one with no box never
        overlaps. In no particular order.
        """
        ...

    def refs_to(self, to: str, relation: str | None = None) -> list[Ref]:
        """Who refers to this id, in any channel, sorted by (channel, id, relation)."""
        ...

    def refs_from(self, channel: str, id: str, relation: str | None = None) -> list[Ref]:
        """What this record refers to, sorted by (relation, to)."""
        ...

    def clashes(self, channels: Sequence[str], limit: int = 1000, ending_after: int = 0) -> list[ClashRow]:
        """Pairs both of whose records are in these channels and that end after that instant, by start."""
        ...

    def clashes_of(self, channel: str, id: str) -> list[ClashRow]: ...
    def subjects(self) -> Iterator[SubjectRow]:
        """All that was put by put_subject, sorted by (channel, id); may be long."""
        ...

    def current_of_kind(self, kind: str, channels: Sequence[str] | None = None) -> Iterator[Row]:
        """Current revisions of this kind that count, sorted by (channel, id); may be long."""
        ...

    def has_uncounted(self) -> bool:
        """Whether a revision is kept that does not count."""
        ...

    def folded(self) -> int:
        """The arrival sequence up to which the log is folded in."""
        ...

    def basis(self) -> int:
        """The `basis` of the roster that the picture was folded by; 0 if nobody said."""
        ...

    def dump(self) -> Iterator[str]:
        """The canonical dump: rows, refs, clashes as JSON lines, sorted; no seq, no received_at."""
        ...


class PictureTx(PictureReader, Protocol):
    """One transaction: all of it is kept, or nothing."""

    def put(self, row: Row, *, first: bool = False) -> None:
        """Insert one revision, or replace it (by channel, id, hash).

        The caller says which revision is current: with row.current the others no longer are.
        first: the caller knows that no revision of this record is kept, so none is looked for.
        """
        ...

    def set_current(self, channel: str, id: str, hash: str) -> None:
        """Make that revision, and no other, the current one."""
        ...

    def set_counts(self, channel: str, id: str, hash: str, counts: bool) -> None: ...
    def remove(self, channel: str, id: str, hash: str) -> None:
        """Law 6: forget that revision, its refs, clashes and subject if it was current; as if never put."""
        ...

    def put_refs(self, channel: str, id: str, refs: Iterable[Ref]) -> None:
        """Replace what this record refers to (the current revision's references)."""
        ...

    def put_clashes(self, channel: str, id: str, clashes: Iterable[ClashRow]) -> None:
        """Replace the clashes of this record, on whichever side of the pair it stands."""
        ...

    def put_subject(self, channel: str, id: str, subject: SubjectRow | None) -> None:
        """Replace what of this record can clash; None: nothing."""
        ...

    def replace_clashes(self, clashes: Iterable[ClashRow]) -> None:
        """Forget all clashes and keep these; each pair once, in any order, as many as there are."""
        ...

    def set_folded(self, seq: int) -> None: ...
    def set_basis(self, basis: int) -> None:
        """Below 2^63. Kept like a row: lost with the transaction, and gone after clear()."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """If the body raises, what it wrote is undone and the transaction goes on."""
        ...

    def clear(self) -> None:
        """Forget everything; folded() and basis() are 0 again."""
        ...


class PictureStore(PictureReader, Protocol):
    """Tables computed from the log; may be thrown away and rebuilt. Not durable by itself."""

    def transaction(self) -> AbstractContextManager[PictureTx]: ...
    def close(self) -> None: ...


# ---------------------------------------------------------------- blobs


class BlobStore(Protocol):
    """Bytes named by their SHA-256 (hex), encrypted at rest."""

    def put(self, data: bytes) -> str:
        """On disk when this returns."""
        ...

    def get(self, name: str) -> bytes | None: ...
    def has(self, name: str) -> bool: ...
    def destroy(self, name: str) -> None: ...


# ---------------------------------------------------------------- local state

ATTEMPTS_KEPT_MS = 86_400_000
"""A failed sign-in older than this (by the newest one's time) may be forgotten."""


@dataclass(frozen=True, slots=True)
class Account:
    """An officer who may sign in here. secret: an argon2id string, or None (tokens only)."""

    party: str
    officer: str
    roles: tuple[str, ...]
    secret: str | None
    lang: str = "en"
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A session or an API token.

    hash: SHA-256 hex of the secret. scopes: the roles it is limited to, () for all.
    """

    hash: str
    kind: str  # "session" or "api"
    party: str
    officer: str
    scopes: tuple[str, ...]
    created: int
    expires: int
    revoked: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A peer node this one talks to. url None: it cannot be dialled from here."""

    peer: str
    name: str
    url: str | None
    enabled: bool = True


class LocalStore(Protocol):
    """This node's own state: never shared, never rebuilt. Each change is on disk when the call returns."""

    def get(self, key: str) -> bytes | None:
        """Small named values: trusted party keys, counters, settings made on screen."""
        ...

    def put(self, key: str, value: bytes | None) -> None: ...
    def keys(self, prefix: str) -> list[str]: ...

    def accounts(self) -> list[Account]: ...
    def account(self, party: str, officer: str) -> Account | None: ...
    def put_account(self, account: Account) -> None: ...

    def token(self, hash: str) -> Token | None: ...
    def tokens(self, party: str, officer: str) -> list[Token]: ...
    def put_token(self, token: Token) -> None: ...
    def revoke_tokens(self, party: str, officer: str) -> int: ...

    def links(self) -> list[LinkRow]: ...
    def put_link(self, link: LinkRow) -> None: ...

    def add_attempt(self, who: str, at: int) -> None:
        """A failed sign-in; who is an account or an address."""
        ...

    def attempts(self, who: str, since: int) -> int: ...
    def clear_attempts(self, who: str) -> None: ...

    def close(self) -> None: ...
