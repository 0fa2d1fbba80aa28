"""Messages between two nodes: one request, one answer, both signed (docs/spec/exchange.md 6). Pure.

Nothing in an envelope tells a channel or what is said there: that is inside the sealed parts, and what was
refused of them, which names channels and sizes, is sealed too (8.3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from seamline.actions.receive import Fault, Refusal
from seamline.errors import RuleBroken
from seamline.log import keys
from seamline.log.wire import ByteReader, ByteWriter

MAX_BODY: Final = 8 * 1024 * 1024
MAX_PARTS: Final = 4096
MAX_SEEN: Final = 32
MEDIA_TYPE: Final = "application/vnd.seamline.exchange"

_PURPOSE = b"seamline/exchange/v1\n"
_REFUSED = b"seamline/refused/v1\n"
_REQUEST, _ANSWER = b"SLQ1", b"SLA1"
_FAULTS: Final[tuple[Fault, ...]] = ("ours", "theirs", "link")
_RULE = "exchange 6.1"


@dataclass(frozen=True, slots=True)
class Request:
    """What the dialling side says.

    counter: rises with every request to this peer (6.3). seen: tags of answers taken in since the last
    answered request, and what was refused of each (6.5). lost: an earlier answer never came.
    ask: tell me what you have. fresh: offer again what I refused (7.5). hold: wait with the answer until
    there is something to say. room: bytes that the answer's parts may take.
    """

    sender: str
    to: str
    counter: int
    parts: tuple[bytes, ...] = ()
    seen: tuple[tuple[bytes, tuple[Refusal, ...]], ...] = ()
    hold: bool = False
    ask: bool = False
    lost: bool = False
    fresh: bool = False
    room: int = MAX_BODY // 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side says to a request, which it names by hash.

    behind: the counter was used before; `counter` is the last one taken, and nothing was applied (6.3).
    late: a later request came first; the parts were taken in, nothing is said (6.5).
    more: there is more to say than the room allowed. refused: parts of the request, by number.
    """

    sender: str
    to: str
    request: bytes
    counter: int
    parts: tuple[bytes, ...] = ()
    refused: tuple[Refusal, ...] = ()
    ask: bool = False
    fresh: bool = False
    more: bool = False
    behind: bool = False
    late: bool = False


def tag(message: bytes) -> bytes:
    """How a message is named later: 16 bytes of its SHA-256."""
    return hashlib.sha256(message).digest()[:16]


def write_request(request: Request, key: keys.SigningKey, seal_to: bytes | None = None) -> bytes:
    """The request's bytes, signed by its sender. seal_to: the reader's seal key, if anything was refused."""
    out = _start(_REQUEST, request.sender, request.to)
    out.number(request.counter)
    out.byte(request.hold | request.ask << 1 | request.lost << 2 | request.fresh << 3)
    out.number(request.room)
    out.number(len(request.seen))
    for seen, refused in request.seen:
        out.raw(seen)
        out.blob(_closed(refused, seal_to))
    return _finish(out, request.parts, key)


def read_request(
    data: bytes, public_of: Callable[[str], bytes | None], seal: keys.SealKey | None = None
) -> Request:
    """A request whose signature fits its sender's key; RuleBroken exchange 6.1 or 6.2.

    public_of: the key of a node that may talk to this one; None for any other. seal: opens what was refused;
    without it that stays closed, and reads as nothing.
    """
    reader, sender, to = _open(data, _REQUEST, public_of)
    counter, flags, room = reader.number(), reader.choice(16), reader.number()
    seen = tuple((reader.raw(16), _opened(reader, seal)) for _ in range(reader.number(MAX_SEEN)))
    parts = _parts(reader)
    hold, ask, lost, fresh = (bool(flags & bit) for bit in (1, 2, 4, 8))
    return Request(sender, to, counter, parts, seen, hold, ask, lost, fresh, room)


def write_answer(answer: Answer, key: keys.SigningKey, seal_to: bytes | None = None) -> bytes:
    """The answer's bytes, signed by its sender. seal_to: the reader's seal key, if anything was refused."""
    out = _start(_ANSWER, answer.sender, answer.to)
    out.raw(answer.request)
    out.number(answer.counter)
    flags = (answer.ask, answer.more, answer.behind, answer.fresh, answer.late)
    out.byte(sum(flag << place for place, flag in enumerate(flags)))
    out.blob(_closed(answer.refused, seal_to))
    return _finish(out, answer.parts, key)


def read_answer(
    data: bytes, request: bytes, public_of: Callable[[str], bytes | None], seal: keys.SealKey | None = None
) -> Answer:
    """The answer to these request bytes; RuleBroken exchange 6.1, 6.2 or 6.4. seal: as in read_request."""
    reader, sender, to = _open(data, _ANSWER, public_of)
    if reader.raw(16) != tag(request):
        raise RuleBroken("exchange 6.4", "an answer to another request")
    counter, flags = reader.number(), reader.choice(32)
    refused = _opened(reader, seal)
    parts = _parts(reader)
    ask, more, behind, fresh, late = (bool(flags & bit) for bit in (1, 2, 4, 8, 16))
    return Answer(sender, to, tag(request), counter, parts, refused, ask, fresh, more, behind, late)


def _closed(refused: tuple[Refusal, ...], seal_to: bytes | None) -> bytes:
    """What was refused, sealed to who offered it; no bytes for nothing."""
    if not refused:
        return b""
    if seal_to is None:
        raise ValueError("what was refused goes out sealed")
    out = ByteWriter()
    out.number(len(refused))
    for one in refused:
        out.number(one.part)
        out.text(one.rule[:40])
        out.byte(_FAULTS.index(one.fault) | one.again << 2)
        out.number(one.kept)
        out.text(one.detail[:300])
    return keys.seal([seal_to], out.done(), _REFUSED)


def _opened(reader: ByteReader, seal: keys.SealKey | None) -> tuple[Refusal, ...]:
    sealed = reader.blob(MAX_BODY)
    if not sealed or seal is None:
        return ()
    inside = ByteReader(seal.open(sealed, _REFUSED), _RULE)
    refused = tuple(_refusal(inside) for _ in range(inside.count(5)))
    inside.end()
    return refused


def _refusal(reader: ByteReader) -> Refusal:
    part, rule, flags = reader.number(MAX_PARTS), reader.text(160), reader.choice(8)
    fault = _FAULTS[min(flags & 3, 2)]
    return Refusal(part, rule, fault, kept=reader.number(), detail=reader.text(1200), again=bool(flags >> 2))


def _start(magic: bytes, sender: str, to: str) -> ByteWriter:
    out = ByteWriter()
    out.raw(magic)
    out.raw(bytes.fromhex(sender))
    out.raw(bytes.fromhex(to))
    return out


def _finish(out: ByteWriter, parts: tuple[bytes, ...], key: keys.SigningKey) -> bytes:
    out.number(len(parts))
    for part in parts:
        out.blob(part)
    body = out.done()
    return body + key.sign(_PURPOSE + body)


def _open(data: bytes, magic: bytes, public_of: Callable[[str], bytes | None]) -> tuple[ByteReader, str, str]:
    if len(data) > MAX_BODY:
        raise RuleBroken(_RULE, f"a message of {len(data)} bytes, at most {MAX_BODY}")
    if len(data) < 100 or data[:4] != magic:
        raise RuleBroken(_RULE, "not a message of this version")
    body, signature = data[:-64], data[-64:]
    reader = ByteReader(body, _RULE)
    reader.raw(4)
    sender, to = reader.raw(16).hex(), reader.raw(16).hex()
    public = public_of(sender)
    if public is None:
        raise RuleBroken("exchange 6.2", f"node {sender} has no link to this one")
    keys.verify(public, signature, _PURPOSE + body, rule="exchange 6.2")
    return reader, sender, to


def _parts(reader: ByteReader) -> tuple[bytes, ...]:
    parts = tuple(reader.blob(MAX_BODY) for _ in range(reader.number(MAX_PARTS)))
    reader.end()
    return parts
