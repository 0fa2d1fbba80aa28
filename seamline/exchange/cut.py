"""A part too large for the link, on its way in fragments (docs/spec/exchange.md 10). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from seamline.exchange.owed import Owed
from seamline.log.part import Fragment, Part, Run, Want


@dataclass(slots=True)
class Cut:
    """The part, and which of its pieces (by offset) the peer has. step: bytes of each but the last."""

    spec: Owed
    part: Part
    frame: bytes
    step: int
    digest: bytes = b""
    had: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.digest = hashlib.sha256(self.frame).digest()

    def fits(self, spec: Owed) -> bool:
        """Is it still what is owed?"""
        start = self.part.start if isinstance(self.part, Run) else spec.start
        return spec.key == self.spec.key and spec.start == start and spec.notes == self.spec.notes

    def left(self, flying: Collection[int] = ()) -> list[int]:
        """Offsets that he neither has nor will get by what is on its way."""
        offsets = range(0, len(self.frame), self.step)
        return [offset for offset in offsets if offset not in self.had and offset not in flying]

    def piece(self, offset: int) -> Fragment:
        """One fragment."""
        data = self.frame[offset : offset + self.step]
        return Fragment(self.part.channel, self.digest, len(self.frame), offset, data)

    def resume(self, wants: Iterable[Want]) -> None:
        """He has all but this (only what he began is in it)."""
        gaps = [(w.start, w.stop or len(self.frame)) for w in wants if w.of_part and w.digest == self.digest]
        if gaps:
            self.had = {
                offset
                for offset in range(0, len(self.frame), self.step)
                if not any(a < min(offset + self.step, len(self.frame)) and offset < b for a, b in gaps)
            }
