"""Which names find room on a still picture: the weightiest first, none over another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from seamline.web.still import ink
from seamline.web.still.ink import Look

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name that would like to be shown.

    weight: smaller comes first; lift: pixels above its point; once: one of these words is enough.
    """

    weight: float
    x: float
    y: float
    words: str
    look: Look
    lift: float = 0.0
    once: bool = False


@dataclass(slots=True)
class Room:
    """Where there is still room on a picture."""

    width: float
    height: float
    taken: list[Box] = field(default_factory=list)

    def take(self, box: Box) -> None:
        """Keep it free of names."""
        self.taken.append(box)

    def fits(self, box: Box) -> bool:
        """Whether it is on the picture and over nothing."""
        left, top, right, bottom = box
        if left < 2 or top < 2 or right > self.width - 2 or bottom > self.height - 2:
            return False
        return not any(left < o[2] and right > o[0] and top < o[3] and bottom > o[1] for o in self.taken)


def placed(labels: Iterable[Label], room: Room, halo: str) -> str:
    """The names that fit, as SVG. The same names, the same picture, whatever their order."""
    out, seen = [], set()
    for one in sorted(labels, key=lambda n: (n.weight, n.words, n.x, n.y)):
        half = ink.width(one.words, one.look) / 2 + 3
        size = one.look.size
        base = one.y - one.lift if one.lift else one.y + size * 0.36
        box = (one.x - half, base - size, one.x + half, base + size * 0.34)
        # A line or area that several tiles hold has one name.
        near = (one.words, 0, 0) if one.once else (one.words, round(one.x / 90), round(one.y / 90))
        if near in seen or not room.fits(box):
            continue
        seen.add(near)
        room.take(box)
        out.append(ink.text((one.x, base), one.words, one.look, halo))
    return "".join(out)
