"""The way in for parts: opened, put together, checked, kept (docs/spec/exchange.md 2, 10)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from seamline.actions.receive import Refusal, Report
from seamline.actions.standing import Standing
from seamline.errors import RuleBroken
from seamline.exchange.partials import Partials
from seamline.exchange.ports import House
from seamline.log import parcel
from seamline.log.checkpoint import LogId
from seamline.log.parcel import Opened
from seamline.log.part import Ability, Chunk, Fragment, Have, Part, Request, Run
from seamline.log.press import PLAIN

_METHODS: Final = "exchange.methods."
TALK: Final = (Have, Request, Ability, Fragment, Chunk)
"""Parts that change nothing of what is held."""


@dataclass(slots=True)
class Taken:
    """What came of some parts, by number. good: of each sender, those that were not refused, put together.

    mistaken: channels of which the sender was wrong about what is held here. fragments: kept, not whole yet.
    blobs: that came whole. early: logs and where in them a run would have begun; waits: the numbers of those
    parts. expanded: bytes of entries that came out.
    """

    refused: list[Refusal] = field(default_factory=list)
    good: dict[str, list[Part]] = field(default_factory=dict)
    mistaken: dict[str, set[str]] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    fragments: int = 0
    blobs: int = 0
    early: list[tuple[LogId, int]] = field(default_factory=list)
    waits: set[int] = field(default_factory=set)
    expanded: int = 0

    def channels(self) -> set[str]:
        """Where something may be new."""
        return {p.channel for parts in self.good.values() for p in parts if not isinstance(p, TALK)}


class Intake:
    """Takes parts in. Any thread. What is not refused is on disk on return; raises only OurFault."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.partials = Partials(house.local, house.clock)
        self.chunks = Partials(house.local, house.clock, key="chunk.", most=64 << 20)
        if house.blobs is not None:
            # Law 6: pieces of a blob that only destroyed records named.
            house.blobs.on_gone.append(self.chunks.forget)
        self._guard = threading.Lock()
        self._methods: dict[str, frozenset[int]] = {}

    def unpack(self, sealed: Iterable[bytes]) -> Taken:
        """Parts as they travel over HTTP."""
        seal, press = self._house.seal, self._house.press
        return self._take(sealed, lambda data: parcel.unpack(data, seal, self.key_of, press))

    def read(self, signed: Iterable[bytes]) -> Taken:
        """Parts out of a file, which were sealed as a whole."""
        return self._take(signed, lambda data: parcel.read(data, self.key_of, self._house.press))

    def methods(self, node: str) -> frozenset[int]:
        """The compressions that this node undoes, as it last announced them (exchange 9.1)."""
        with self._guard:
            if node not in self._methods:
                self._methods[node] = PLAIN | frozenset(self._house.local.get(_METHODS + node) or b"")
            return self._methods[node]

    def _take(self, given: Iterable[bytes], read: Callable[[bytes], Opened]) -> Taken:
        taken = Taken()
        by_sender: dict[str, list[tuple[int, Part]]] = {}
        for number, data in enumerate(given):
            try:
                opened = read(data)
                part = self._ready(opened, taken)
            except RuleBroken as fault:
                again = fault.rule == "exchange 2.4"
                detail = str(fault.params["detail"])
                taken.refused.append(Refusal(number, fault.rule, "theirs", detail, again=again))
                continue
            if part is None:
                taken.fragments += 1
            else:
                by_sender.setdefault(opened.sender, []).append((number, part))
        for sender, numbered in by_sender.items():
            report = self._house.receive.apply(sender, [part for _, part in numbered])
            taken.reports.append(report)
            refused = {numbered[r.part][0]: replace(r, part=numbered[r.part][0]) for r in report.refused}
            taken.refused += [replace(r, part=numbered[r.part][0]) for r in report.refused]
            taken.good[sender] = [part for number, part in numbered if number not in refused]
            for number, part in numbered:
                if isinstance(part, Run):
                    taken.expanded += sum(len(e) for e in part.entries if isinstance(e, bytes))
                    if number in refused and refused[number].rule == "exchange 3.3":
                        taken.early.append((part.log, part.start))
                        taken.waits.add(number)
            taken.mistaken[sender] = {
                part.channel
                for number, part in numbered
                if number in refused and refused[number].rule in _MISTAKEN
            }
        return taken

    def _ready(self, opened: Opened, taken: Taken) -> Part | None:
        """The part itself, or that which its last fragment made whole; None if more is to come."""
        part = opened.part
        if isinstance(part, Fragment | Request | Ability | Chunk):
            standing = Standing(self._house.trust.roster, self._house.me)
            standing.check_sender(opened.sender, part.channel)
        if isinstance(part, Ability):
            self._learn(opened.sender, part)
        if isinstance(part, Chunk):
            taken.blobs += self._blob(part)
        if not isinstance(part, Fragment):
            return part
        frame = self.partials.add(opened.sender, part)
        if frame is None:
            return None
        whole = self._house.press.expand(frame)
        if whole.channel != part.channel or (isinstance(whole, TALK) and not isinstance(whole, Have)):
            raise RuleBroken("exchange 10.2", "fragments of a part that may not come in fragments")
        return whole

    def _blob(self, part: Chunk) -> bool:
        """Whether it is whole now."""
        blobs, name = self._house.blobs, part.digest.hex()
        if blobs is None:
            raise RuleBroken("exchange 12.3", "this node keeps no blobs")
        if not blobs.expect(part.channel, name, part.size):
            # Whoever sends them: bytes of one hash are one blob.
            try:
                data = self.chunks.add(part.channel, part)
            except RuleBroken as fault:
                raise RuleBroken("exchange 12.3", f"of a blob: {fault.params['detail']}") from None
            if data is not None:
                blobs.came(part.channel, name, data)
                return True
        return False

    def _learn(self, node: str, part: Ability) -> None:
        with self._guard:
            if self._methods.get(node) != PLAIN | frozenset(part.methods):
                self._house.local.put(_METHODS + node, bytes(part.methods))
                self._methods[node] = PLAIN | frozenset(part.methods)

    def key_of(self, fingerprint: str) -> bytes | None:
        """The signing key of a node that a roster here names."""
        node = self._house.trust.roster.node(fingerprint)
        return node.key if node is not None else None


_MISTAKEN: Final = frozenset({"exchange 3.3", "exchange 3.4", "exchange 5.1"})
"""Rules that a sender breaks who is wrong about what we have: he is told."""
