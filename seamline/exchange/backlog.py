"""What one node and a peer still have to tell each other, in entries and in bytes, for the officer who asks.

Bytes are counted as they would go: a first part of each run is built and pressed, and the rest of the run is
taken to press as well. Nothing is sent for it, and nothing is kept but the last count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from seamline.exchange.conversation import Conversation
from seamline.exchange.gather import OVERHEAD, Gatherer
from seamline.exchange.holdings import Shelf
from seamline.exchange.owed import Known, Owed
from seamline.exchange.ports import House
from seamline.log import run
from seamline.log.part import Have, Receipts
from seamline.log.part import Run as RunPart
from seamline.log.part_codec import decode

HAVE: Final = "courier.have."
"""Have-lists of a peer's newest file, by peer and channel."""

_SAMPLE: Final = 32 * 1024
"""Bytes of entries that are pressed to learn what a run takes."""


def known_of(house: House, shelf: Shelf, talk: Conversation) -> Known:
    """What the peer is known to have: by what he said, by what he wrote himself, and by his receipts."""
    known = talk.known.copy() if not talk.unknown else Known()
    shared = shelf.shared(talk.peer)
    if talk.unknown:
        for channel in shared:
            kept = house.local.get(f"{HAVE}{talk.peer}.{channel}")
            have = decode(kept) if kept else None
            if isinstance(have, Have):
                known.learn(have)
    for log in house.log.logs():
        if log.channel in shared:
            if log.node == talk.peer:
                size = house.log.head(log).size
                known.authored(log, size, shelf.tag_at(log, size))
            mine = [r for r in house.log.receipts(log) if r.reader == talk.peer]
            items = tuple(run.compact(r.note, log, talk.peer) for r in mine)
            known.has(Receipts(log.channel, items), talk.peer)
    return known


class Backlog:
    """Counts what waits for one peer; what did not change since the last time is not pressed again."""

    def __init__(self, gatherer: Gatherer, house: House) -> None:
        self._gatherer, self._house = gatherer, house
        self._sizes: dict[tuple[Owed, frozenset[int]], int] = {}

    def waits(self, specs: Iterable[Owed], methods: Collection[int]) -> dict[str, dict[str, int]]:
        """By lane: entries that the peer lacks, and about how many bytes they take on the way."""
        told = {"flash": {"entries": 0, "bytes": 0}, "routine": {"entries": 0, "bytes": 0}}
        sizes: dict[tuple[Owed, frozenset[int]], int] = {}
        for spec in specs:
            if spec.what not in told:
                continue
            key = (spec, frozenset(methods))
            sizes[key] = self._sizes[key] if key in self._sizes else self._size(spec, methods)
            told[spec.what]["entries"] += spec.stop - spec.start
            told[spec.what]["bytes"] += sizes[key]
        self._sizes = sizes
        return told

    def _size(self, spec: Owed, methods: Collection[int]) -> int:
        part, _ = self._gatherer.build(spec, _SAMPLE)
        if not isinstance(part, RunPart) or not part.entries:
            return 0
        first = len(self._house.press.press(part, methods)) + OVERHEAD
        return first * (spec.stop - spec.start) // len(part.entries)


def held(known: Known, house: House, shared: Collection[str]) -> dict[str, int]:
    """Of what is held here of the shared channels: how much the peer has; and what he has that is not here.

    entries of `of` are with him; owes: entries that he says he has beyond those held here.
    """
    told = {"entries": 0, "of": 0, "owes": 0}
    sizes = {log: house.log.head(log).size for log in house.log.logs() if log.channel in shared}
    for log in sizes.keys() | {log for log in known.logs if log.channel in shared}:
        here, there = sizes.get(log, 0), known.logs[log].size if log in known.logs else 0
        told["entries"] += min(here, there)
        told["of"] += here
        told["owes"] += max(0, there - here)
    return told
