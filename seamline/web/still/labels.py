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

    weight: smaller comes first; lift: pixels above its point; once: one of these words is enough; beside:
    what it sounds like, behind its mark, in a second line of that look where there is room for both.
    """

    weight: float
    x: float
    y: float
    words: str
    look: Look
    lift: float = 0.0
    once: bool = False
    beside: str = ""
    beside_look: Look | None = None

    def lines(self) -> tuple[tuple[str, Look, float], ...]:
        """Each text with its look and how far down from the first it stands, px."""
        first = (self.words, self.look, 0.0)
        if not self.beside or self.beside_look is None:
            return (first,)
        return first, (self.beside, self.beside_look, self.beside_look.size * 1.25)


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
        # A line or area that several tiles hold has one name.
        near = (one.words, 0, 0) if one.once else (one.words, round(one.x / 90), round(one.y / 90))
        if near in seen:
            continue
        for lines in sorted({one.lines(), one.lines()[:1]}, key=len, reverse=True):
            base, box = _boxed(one, lines)
            if room.fits(box):
                seen.add(near)
                room.take(box)
                out += [ink.text((one.x, base + down), said, look, halo) for said, look, down in lines]
                break
    return "".join(out)


def _boxed(one: Label, lines: tuple[tuple[str, Look, float], ...]) -> tuple[float, Box]:
    """Where the first line's letters stand, and what all lines take.

    Above a point, the last line stands where one alone would.
    """
    half = max(ink.width(said, look) for said, look, _ in lines) / 2 + 3
    last = lines[-1]
    base = one.y - one.lift - last[2] if one.lift else one.y + one.look.size * 0.36
    return base, (one.x - half, base - one.look.size, one.x + half, base + last[2] + last[1].size * 0.34)
