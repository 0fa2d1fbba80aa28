"""Parts: what a bundle is made of (docs/spec/exchange.md 1). Each speaks of one channel.

    have        what a node holds
    head        a signed head, with a proof that it extends another
    run         entries, with the head they lead to
    receipts    readers' cosignatures
    statements  what parties say of nodes and officers
    evidence    two heads of one log that cannot both be true
    chunk       bytes of a blob
    request     what the sender would like to have: blobs, rests of parts
    fragment    bytes of a part that is larger than the link takes
    ability     how the sender lets parts be compressed

Here are the values; `part_codec` writes and reads their bytes, `parcel` compresses, signs and seals them,
`run` checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from seamline.log.checkpoint import LogId


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A checkpoint as it travels: its log is known from the part. root 32 bytes, signature 64 (Ed25519)."""

    size: int
    root: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry whose body was destroyed (law 6): the leaf hash stays."""

    leaf: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """How many statements of a party a node has, and the tag of that set."""

    party: str
    count: int
    tag: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What a node has of one log: entries, its newest signed head (tag: 8 bytes of the root), receipts.

    receipts: (reader, size), by reader. forked: it has evidence that this log tells two stories.
    """

    log: LogId
    size: int
    head: int = 0
    tag: bytes = bytes(8)
    forked: bool = False
    receipts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Have:
    """All that a node holds of one channel, as far as the other needs it."""

    channel: str
    told: tuple[Told, ...] = ()
    logs: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head of a log, and a proof that the tree of `old` entries with old_root is its beginning."""

    log: LogId
    head: SignedHead
    old: int = 0
    old_root: bytes = bytes(32)
    proof: tuple[bytes, ...] = ()

    @property
    def channel(self) -> str:
        return self.log.channel


@dataclass(frozen=True, slots=True)
class Run:
    """Entries [start, start + len) of a log. right: the subtrees between their end and the head's.

    The subtrees on the left are the reader's own, so a run fits only the log he has.
    """

    log: LogId
    start: int
    entries: tuple[bytes | Gone, ...]
    head: SignedHead
    right: tuple[bytes, ...] = ()

    @property
    def channel(self) -> str:
        return self.log.channel

    @property
    def stop(self) -> int:
        return self.start + len(self.entries)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A receipt as it travels. second: Unix time; signature 64 bytes."""

    log: LogId
    reader: str
    size: int
    root: bytes
    second: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Receipts:
    """Cosignatures over logs of the channel."""

    channel: str
    items: tuple[Cosigned, ...]


@dataclass(frozen=True, slots=True)
class Statements:
    """Party statements (signed notes) of members of the channel."""

    channel: str
    notes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two heads signed by one log's node, first.size <= second.size.

    The proof shows that in the second's tree the first `first.size` entries have the root `root`,
    which is not first.root. With equal sizes root is second.root and the proof empty.
    """

    log: LogId
    first: SignedHead
    second: SignedHead
    root: bytes
    proof: tuple[bytes, ...] = ()

    @property
    def channel(self) -> str:
        return self.log.channel


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes [offset, offset + len(data)) of the blob of `size` bytes whose SHA-256 is digest."""

    channel: str
    digest: bytes
    size: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """The same of a pressed part (press.py) that speaks of this channel."""

    channel: str
    digest: bytes
    size: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Want:
    """Bytes [start, stop) of a blob, or of a part sent in fragments (of_part). stop 0: to its end."""

    digest: bytes
    start: int = 0
    stop: int = 0
    of_part: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What the sender lacks of the channel and would take. The newest request replaces those before it."""

    channel: str
    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class Ability:
    """The compressions that the sender undoes (press.py), rising."""

    channel: str
    methods: tuple[int, ...]


Part: TypeAlias = Have | Head | Run | Receipts | Statements | Evidence | Chunk | Request | Fragment | Ability
