"""The bytes of parts (docs/spec/exchange.md 1.5 to 1.8). Every fault is RuleBroken, whatever the bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from seamline.errors import RuleBroken
from seamline.log.canonical import MAX_BYTES as MAX_ENTRY
from seamline.log.channel import LANES, is_channel, is_id
from seamline.log.checkpoint import LogId
from seamline.log.merkle import MAX_SIZE
from seamline.log.note import MAX_NOTE
from seamline.log.part import (
    Ability,
    Chunk,
    Cosigned,
    Evidence,
    Fragment,
    Gone,
    Have,
    Head,
    Held,
    Part,
    Receipts,
    Request,
    Run,
    SignedHead,
    Statements,
    Told,
    Want,
)
from seamline.log.wire import ByteReader, ByteWriter

MAX_PAYLOAD: Final = 1 << 20
"""Bytes of a part before compression; more are refused before any is unpacked."""

MAX_FRAME: Final = MAX_PAYLOAD + 64
"""Bytes of a pressed part: what does not shrink, and what is said of how."""

MAX_BLOB: Final = 1 << 26
MAX_WANTS: Final = 1000

_RULE = "exchange 1.6"


def encode(part: Part) -> bytes:
    """The payload; `parcel.pack` sends it."""
    number, write, _ = _CODECS[type(part)]
    out = ByteWriter()
    out.byte(number)
    out.text(part.channel)
    write(out, part)
    return out.done()


def decode(data: bytes) -> Part:
    """The part these bytes are; RuleBroken exchange 1.6 to 1.8 for any that are none."""
    if len(data) > MAX_PAYLOAD:
        raise RuleBroken(_RULE, f"a part of {len(data)} bytes, at most {MAX_PAYLOAD}")
    reader = ByteReader(data, _RULE)
    number = reader.byte()
    if number not in _READERS:
        raise RuleBroken("exchange 1.8", f"a part of kind {number}, which this node cannot read")
    part = _READERS[number](reader, _channel(reader))
    reader.end()
    return part


def _channel(reader: ByteReader) -> str:
    channel = reader.text(300)
    if not is_channel(channel):
        raise RuleBroken("exchange 1.7", "a part names one channel")
    return channel


# ---------------------------------------------------------------- pieces


def _put_log(out: ByteWriter, log: LogId) -> None:
    out.raw(bytes.fromhex(log.node))
    out.byte(LANES.index(log.lane))


def _get_log(reader: ByteReader, channel: str) -> LogId:
    node = reader.raw(16).hex()
    return LogId(node, channel, LANES[reader.choice(len(LANES))])


def _put_head(out: ByteWriter, head: SignedHead) -> None:
    out.number(head.size)
    out.raw(head.root)
    out.raw(head.signature)


def _get_head(reader: ByteReader) -> SignedHead:
    return SignedHead(reader.number(MAX_SIZE), reader.raw(32), reader.raw(64))


def _put_hashes(out: ByteWriter, hashes: tuple[bytes, ...]) -> None:
    out.number(len(hashes))
    for value in hashes:
        out.raw(value)


def _get_hashes(reader: ByteReader) -> tuple[bytes, ...]:
    return tuple(reader.raw(32) for _ in range(reader.count(32)))


class _Nodes:
    """Fingerprints said once in a part, then by their number."""

    def __init__(self, nodes: set[str]) -> None:
        self.names = sorted(nodes)
        self.number = {name: place for place, name in enumerate(self.names)}

    def put(self, out: ByteWriter) -> None:
        out.number(len(self.names))
        for name in self.names:
            out.raw(bytes.fromhex(name))

    @staticmethod
    def get(reader: ByteReader) -> list[str]:
        return [reader.raw(16).hex() for _ in range(reader.count(16))]


def _named(reader: ByteReader, nodes: list[str]) -> str:
    place = reader.number()
    if place >= len(nodes):
        raise RuleBroken(_RULE, "a node that the part does not list")
    return nodes[place]


# ---------------------------------------------------------------- kinds


def _put_have(out: ByteWriter, have: Have) -> None:
    out.number(len(have.told))
    for told in have.told:
        out.text(told.party)
        out.number(told.count)
        out.raw(told.tag)
    nodes = _Nodes({h.log.node for h in have.logs} | {r for h in have.logs for r, _ in h.receipts})
    nodes.put(out)
    out.number(len(have.logs))
    for held in have.logs:
        out.number(nodes.number[held.log.node])
        out.byte(LANES.index(held.log.lane) | held.forked << 1)
        out.number(held.size)
        out.number(held.head)
        out.raw(held.tag)
        out.number(len(held.receipts))
        for reader, size in held.receipts:
            out.number(nodes.number[reader])
            out.number(size)


def _get_have(reader: ByteReader, channel: str) -> Have:
    told = tuple(_get_told(reader) for _ in range(reader.count(10)))
    nodes = _Nodes.get(reader)
    logs = tuple(_get_held(reader, channel, nodes) for _ in range(reader.count(13)))
    if len({held.log for held in logs}) != len(logs) or len({t.party for t in told}) != len(told):
        raise RuleBroken(_RULE, "a have-list names each log and each party once")
    return Have(channel, told, logs)


def _get_told(reader: ByteReader) -> Told:
    party = reader.text(16)
    if not is_id(party):
        raise RuleBroken(_RULE, "a party id")
    return Told(party, reader.number(), reader.raw(8))


def _get_held(reader: ByteReader, channel: str, nodes: list[str]) -> Held:
    node = _named(reader, nodes)
    flags = reader.choice(2 * len(LANES))
    log = LogId(node, channel, LANES[flags & 1])
    size, head, tag = reader.number(MAX_SIZE), reader.number(MAX_SIZE), reader.raw(8)
    receipts = tuple((_named(reader, nodes), reader.number(MAX_SIZE)) for _ in range(reader.count(2)))
    return Held(log, size, head, tag, bool(flags >> 1), receipts)


def _put_headpart(out: ByteWriter, part: Head) -> None:
    _put_log(out, part.log)
    _put_head(out, part.head)
    out.number(part.old)
    out.raw(part.old_root)
    _put_hashes(out, part.proof)


def _get_headpart(reader: ByteReader, channel: str) -> Head:
    log, head = _get_log(reader, channel), _get_head(reader)
    return Head(log, head, reader.number(MAX_SIZE), reader.raw(32), _get_hashes(reader))


def split_run(run: Run) -> bytes:
    """The payload of a run from its channel to its entries (exchange 9.3)."""
    out = ByteWriter()
    out.text(run.channel)
    _put_run_head(out, run)
    return out.done()


def join_run(head: bytes, entries: Sequence[bytes]) -> Run:
    """The run whose beginning `split_run` gave."""
    reader = ByteReader(head, _RULE)
    log, start, signed, right = _get_run_head(reader, _channel(reader))
    reader.end()
    return _run(log, start, tuple(entries), signed, right)


def _put_run_head(out: ByteWriter, run: Run) -> None:
    _put_log(out, run.log)
    out.number(run.start)
    _put_head(out, run.head)
    _put_hashes(out, run.right)


def _get_run_head(reader: ByteReader, channel: str) -> tuple[LogId, int, SignedHead, tuple[bytes, ...]]:
    log, start, head = _get_log(reader, channel), reader.number(MAX_SIZE), _get_head(reader)
    return log, start, head, _get_hashes(reader)


def _run(
    log: LogId, start: int, entries: tuple[bytes | Gone, ...], head: SignedHead, right: tuple[bytes, ...]
) -> Run:
    if not entries or start + len(entries) > MAX_SIZE:
        raise RuleBroken(_RULE, "a run has entries")
    return Run(log, start, entries, head, right)


def _put_run(out: ByteWriter, run: Run) -> None:
    _put_run_head(out, run)
    out.number(len(run.entries))
    # Lengths first and bodies together: like stands beside like, which is what compression feeds on.
    for entry in run.entries:
        out.number(0 if isinstance(entry, Gone) else len(entry))
    for entry in run.entries:
        out.raw(entry.leaf if isinstance(entry, Gone) else entry)


def _get_run(reader: ByteReader, channel: str) -> Run:
    log, start, head, right = _get_run_head(reader, channel)
    sizes = [reader.number(MAX_ENTRY) for _ in range(reader.count(2))]
    entries = tuple(reader.raw(size) if size else Gone(reader.raw(32)) for size in sizes)
    return _run(log, start, entries, head, right)


def _put_receipts(out: ByteWriter, part: Receipts) -> None:
    nodes = _Nodes({c.log.node for c in part.items} | {c.reader for c in part.items})
    nodes.put(out)
    out.number(len(part.items))
    for item in part.items:
        out.number(nodes.number[item.log.node])
        out.byte(LANES.index(item.log.lane))
        out.number(nodes.number[item.reader])
        out.number(item.size)
        out.raw(item.root)
        out.number(item.second)
        out.raw(item.signature)


def _get_receipts(reader: ByteReader, channel: str) -> Receipts:
    nodes = _Nodes.get(reader)
    return Receipts(channel, tuple(_get_cosigned(reader, channel, nodes) for _ in range(reader.count(101))))


def _get_cosigned(reader: ByteReader, channel: str, nodes: list[str]) -> Cosigned:
    log = LogId(_named(reader, nodes), channel, LANES[reader.choice(len(LANES))])
    who, size, root = _named(reader, nodes), reader.number(MAX_SIZE), reader.raw(32)
    return Cosigned(log, who, size, root, reader.number(), reader.raw(64))


def _put_statements(out: ByteWriter, part: Statements) -> None:
    out.number(len(part.notes))
    for note in part.notes:
        out.blob(note)


def _get_statements(reader: ByteReader, channel: str) -> Statements:
    return Statements(channel, tuple(reader.blob(MAX_NOTE) for _ in range(reader.count(1))))


def _put_evidence(out: ByteWriter, part: Evidence) -> None:
    _put_log(out, part.log)
    _put_head(out, part.first)
    _put_head(out, part.second)
    out.raw(part.root)
    _put_hashes(out, part.proof)


def _get_evidence(reader: ByteReader, channel: str) -> Evidence:
    log, first, second = _get_log(reader, channel), _get_head(reader), _get_head(reader)
    return Evidence(log, first, second, reader.raw(32), _get_hashes(reader))


def _put_piece(out: ByteWriter, part: Chunk | Fragment) -> None:
    out.raw(part.digest)
    out.number(part.size)
    out.number(part.offset)
    out.blob(part.data)


def _get_chunk(reader: ByteReader, channel: str) -> Chunk:
    return Chunk(channel, *_piece(reader, MAX_BLOB))


def _get_fragment(reader: ByteReader, channel: str) -> Fragment:
    return Fragment(channel, *_piece(reader, MAX_FRAME))


def _piece(reader: ByteReader, most: int) -> tuple[bytes, int, int, bytes]:
    digest, size, offset = reader.raw(32), reader.number(most), reader.number(most)
    data = reader.blob(MAX_PAYLOAD)
    if not data or offset + len(data) > size:
        raise RuleBroken(_RULE, f"{len(data)} bytes from {offset} of {size}")
    return digest, size, offset, data


def _put_request(out: ByteWriter, part: Request) -> None:
    out.number(len(part.wants))
    for want in part.wants:
        out.byte(want.of_part)
        out.raw(want.digest)
        out.number(want.start)
        out.number(want.stop)


def _get_request(reader: ByteReader, channel: str) -> Request:
    return Request(channel, tuple(_want(reader) for _ in range(_few(reader.count(35)))))


def _few(count: int) -> int:
    if count > MAX_WANTS:
        raise RuleBroken(_RULE, f"{count} wants, at most {MAX_WANTS}")
    return count


def _want(reader: ByteReader) -> Want:
    of_part = reader.flag()
    return Want(reader.raw(32), reader.number(MAX_BLOB), reader.number(MAX_BLOB), of_part)


def _put_ability(out: ByteWriter, part: Ability) -> None:
    out.number(len(part.methods))
    for method in part.methods:
        out.byte(method)


def _get_ability(reader: ByteReader, channel: str) -> Ability:
    methods = tuple(reader.byte() for _ in range(reader.count(1)))
    if list(methods) != sorted(set(methods)):
        raise RuleBroken(_RULE, "compressions are listed rising, each once")
    return Ability(channel, methods)


_Write = Callable[[ByteWriter, Any], None]
_Read = Callable[[ByteReader, str], Part]
# A number is never given another meaning.
_CODECS: Final[dict[type[Part], tuple[int, _Write, _Read]]] = {
    Have: (1, _put_have, _get_have),
    Head: (2, _put_headpart, _get_headpart),
    Run: (3, _put_run, _get_run),
    Receipts: (4, _put_receipts, _get_receipts),
    Statements: (5, _put_statements, _get_statements),
    Evidence: (6, _put_evidence, _get_evidence),
    Chunk: (7, _put_piece, _get_chunk),
    Request: (8, _put_request, _get_request),
    Fragment: (9, _put_piece, _get_fragment),
    Ability: (10, _put_ability, _get_ability),
}
_READERS: Final = {number: read for number, _, read in _CODECS.values()}
