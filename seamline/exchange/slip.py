"""A slip: what one code on a screen holds, for a telephone to carry (docs/spec/exchange.md 14).

    SLS1, sealed parts, each its length and the part

Sealed as over HTTP, part by part: that is shorter than an age file. A slip holds a run that ends with one
record, or a receipt.
"""

from __future__ import annotations

from typing import Final

from seamline.errors import BadInput, Conflict, RuleBroken
from seamline.exchange.backlog import known_of
from seamline.exchange.gather import Gatherer
from seamline.exchange.owed import Owed, What
from seamline.exchange.talk import Exchange
from seamline.log import run
from seamline.log.checkpoint import LogId
from seamline.log.parcel import MAX_SEALED
from seamline.log.part import Part, Receipts
from seamline.log.part import Run as RunPart
from seamline.log.roster import NodeInfo
from seamline.log.wire import ByteReader, ByteWriter

MAGIC: Final = b"SLS1"
MAX_PARTS: Final = 16

_RULE = "exchange 14.1"
_LIMIT = 16 * 1024
"""Bytes of entries before compression: no code holds more."""


class Slips:
    """Writes slips, one reader each."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._house = exchange, exchange.house
        self._gatherer = Gatherer(exchange.house, exchange.limits.part)

    def record(self, log: LogId, index: int, reader: NodeInfo) -> bytes:
        """Entries of a log up to this one, from where the reader's own end as far as that is known here.

        Conflict where no signed head covers it yet. BadInput for more than a slip holds.
        """
        self._gatherer.allow(log.channel, reader)
        talk = self._exchange.peer(reader.fingerprint).conversation
        known = known_of(self._house, self._exchange.shelf, talk).logs.get(log)
        start = min(known.size if known is not None else 0, index)
        lane: What = "flash" if log.lane == "flash" else "routine"
        stop = index + 1 if log.node == self._house.me else self._house.log.checkpoint_size(log)
        part, rest = self._gatherer.build(Owed(lane, log.channel, log, start, stop), _LIMIT)
        if not isinstance(part, RunPart):
            raise Conflict("no signed head over this record is held in full yet; try again after an exchange")
        if rest is not None or part.stop <= index:
            raise BadInput(
                "code", part.stop - start, "too much for one code; carry a file", code="code_large"
            )
        return self._slip(part, reader)

    def receipt(self, log: LogId, reader: NodeInfo) -> bytes:
        """This node's own receipt over what it holds of a log. Conflict if there is none yet."""
        self._gatherer.allow(log.channel, reader)
        mine = [r for r in self._house.log.receipts(log) if r.reader == self._house.me]
        if not mine:
            raise Conflict("this node has signed no receipt for that log yet")
        newest = max(mine, key=lambda r: r.size)
        return self._slip(Receipts(log.channel, (run.compact(newest.note, log, self._house.me),)), reader)

    def _slip(self, part: Part, reader: NodeInfo) -> bytes:
        frame = self._house.press.press(part, self._exchange.intake.methods(reader.fingerprint))
        out = ByteWriter()
        out.raw(MAGIC)
        out.blob(self._gatherer.seal_frame(part.channel, frame, reader))
        return out.done()


def parts(data: bytes) -> list[bytes]:
    """The sealed parts of a slip. RuleBroken exchange 14.1."""
    reader = ByteReader(data, _RULE)
    if reader.raw(4) != MAGIC:
        raise RuleBroken(_RULE, "no slip")
    found: list[bytes] = []
    while reader.left and len(found) < MAX_PARTS:
        found.append(reader.blob(MAX_SEALED))
    reader.end()
    return found
