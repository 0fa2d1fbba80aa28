"""Two accounts of one event: how likely they tell of the same, and where they agree and differ (DESIGN §2).

- likeness  place × time × type, each from 0 to 1: the distance beyond what both state as accuracy, against
            REACH_M; the time between the two windows, against APART; the same type 1, one of the same family
            ½, another ¼
- agreed    the same words or code; places no farther apart than both accuracies together; windows whose ends
            lie within NEARLY of each other. With a tear line: what it says holds what the other says
- differs   both say something, and not that. one_side: only one of them says anything

It is a comparison of words, never a finding of who is right. Symmetric: swapping the two swaps the sides.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import shapely

from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.geo.window import HOUR
from seamline.records.incident import Incident
from seamline.records.values import Harm, Window, plain
from seamline.texts.spelling import normalise

REACH_M: Final = 5_000
APART: Final = 6 * HOUR
NEARLY: Final = 5 * 60_000
LEAST_M: Final = 100
LEAST: Final = 0.15
"""Below this two accounts are not suggested as one event."""

FAMILIES: Final = (
    frozenset({"fire_exchange", "indirect_fire", "raid", "ambush", "drone", "ied"}),
    frozenset({"movement", "infiltration", "post_left", "obstruction", "abduction"}),
    frozenset({"accident", "fire", "ied"}),
)
COUNTS: Final = ("killed", "wounded", "missing", "civilians")
TEXTS: Final = ("summary", "narrative")


@dataclass(frozen=True, slots=True)
class Likeness:
    """score: place × time × type. distance_m: between the two as stated; apart_ms: 0 where they overlap."""

    score: float
    place: float
    time: float
    type: float
    distance_m: int
    apart_ms: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One field. verdict: agreed, differs or one_side; values: what each says (None: nothing).

    apart: metres of places, ms of windows, where both say something. runs: of texts in one language, for each
    side its words in order as (text, whether the other side says it too).
    """

    field: str
    verdict: str
    values: tuple[Any, Any]
    apart: int | None = None
    runs: tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]] | None = None


def likeness(a: Incident, b: Incident, frame: Frame | None = None) -> Likeness:
    """How likely the two tell of one event; the same for (b, a)."""
    distance = _distance(a, b, frame)
    beyond = max(0, distance - a.place.accuracy_m - b.place.accuracy_m)
    apart = max(0, a.occurred.start - b.occurred.end, b.occurred.start - a.occurred.end)
    near, soon = max(0.0, 1 - beyond / REACH_M), max(0.0, 1 - apart / APART)
    alike = _alike(a.type, b.type)
    return Likeness(round(near * soon * alike, 3), round(near, 3), round(soon, 3), alike, distance, apart)


def compare(a: Incident, b: Incident, langs: tuple[str, str], frame: Frame | None = None) -> list[Compared]:
    """Field by field, in the order of an incident's form; what neither says is left out."""
    rows = [
        _text("summary", a.summary, b.summary, langs),
        _plain("type", a.type, b.type),
        _window(a, b),
        _place(a, b, frame),
        *(_plain(name, _count(a.harm, name), _count(b.harm, name)) for name in COUNTS),
        _text("narrative", a.narrative, b.narrative, langs),
    ]
    return [row for row in rows if row.values != (None, None)]


def _alike(a: str, b: str) -> float:
    if a == b:
        return 1.0
    return 0.5 if any(a in family and b in family for family in FAMILIES) else 0.25


def _count(harm: Harm | None, name: str) -> int | None:
    value: int | None = getattr(harm, name) if harm is not None else None
    return value


def _plain(field: str, a: Any, b: Any) -> Compared:
    if a is None or b is None:
        return Compared(field, "one_side", (a, b))
    return Compared(field, "agreed" if a == b else "differs", (a, b))


def _window(a: Incident, b: Incident) -> Compared:
    one, two = a.occurred, b.occurred
    apart = max(abs(one.start - two.start), abs(one.end - two.end))
    agreed = apart <= NEARLY or (a.tear and _holds(one, two)) or (b.tear and _holds(two, one))
    return Compared("occurred", "agreed" if agreed else "differs", (plain(one), plain(two)), apart)


def _holds(wide: Window, narrow: Window) -> bool:
    return wide.start <= narrow.start and narrow.end <= wide.end


def _place(a: Incident, b: Incident, frame: Frame | None) -> Compared:
    distance = _distance(a, b, frame)
    allowed = max(LEAST_M, a.place.accuracy_m + b.place.accuracy_m)
    verdict = "agreed" if distance <= allowed else "differs"
    return Compared("place", verdict, (plain(a.place), plain(b.place)), distance)


def _distance(a: Incident, b: Incident, frame: Frame | None) -> int:
    """Metres between the places as stated; 0 where they touch."""
    one, two = (place.to_shapely(msgspec.to_builtins(x.place.geometry)) for x in (a, b))
    plane = frame or Frame.between(one, two)
    return round(float(shapely.distance(plane.to_plane(one), plane.to_plane(two))))


def _text(field: str, a: str, b: str, langs: tuple[str, str]) -> Compared:
    if not a or not b:
        return Compared(field, "one_side", (a or None, b or None))
    if normalise(a) == normalise(b):
        return Compared(field, "agreed", (a, b))
    # Words of two languages cannot be laid beside each other; an officer who reads both does that.
    runs = _runs(a, b) if langs[0] == langs[1] else None
    return Compared(field, "differs", (a, b), runs=runs)


def _runs(a: str, b: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Each side's words, those that stand in the other's too (in the same order) marked as shared."""
    one, two = a.split(), b.split()
    keys = [normalise(w) for w in one], [normalise(w) for w in two]
    # The longest common run is found from one side: asked both ways, the answer may not be the same.
    swapped = keys[1] < keys[0]
    left, right = (keys[1], keys[0]) if swapped else keys
    shared = difflib.SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    in_left = {i for m in shared for i in range(m.a, m.a + m.size)}
    in_right = {i for m in shared for i in range(m.b, m.b + m.size)}
    mine, theirs = (in_right, in_left) if swapped else (in_left, in_right)
    return _grouped(one, mine), _grouped(two, theirs)


def _grouped(words: list[str], shared: set[int]) -> tuple[tuple[str, bool], ...]:
    out: list[tuple[str, bool]] = []
    for number, word in enumerate(words):
        same = number in shared
        if out and out[-1][1] == same:
            out[-1] = (f"{out[-1][0]} {word}", same)
        else:
            out.append((word, same))
    return tuple(out)
