"""Where a complaint stands: which steps were taken, when the next is due, and what is late (DESIGN §2).

One clock for all steps: it starts when the complaint reached a node of another party than brought it. Before
that nobody owes anything, and delay on the link is nobody's. A step may name another time for the next.
What is late is a fact, never a verdict; what comes after a step that was taken out of turn is simply next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seamline.geo.window import HOUR

ORDER: Final = ("acknowledged", "team", "visit", "outcome", "measure", "closed")

HOURS: Final[Mapping[str, int]] = {
    "acknowledged": 24,
    "team": 72,
    "visit": 7 * 24,
    "outcome": 14 * 24,
    "measure": 30 * 24,
    "closed": 60 * 24,
}
"""Hours from the start until each step is due, where the terms in force name no others."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that somebody stated at `at` (ms); due: until when he says the next is to be taken."""

    step: str
    at: int
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step in its turn: when it was first taken, until when it is due (None: no clock runs); if late."""

    step: str
    taken_at: int | None
    due: int | None
    late: bool


def stages(
    started: int | None, taken: Sequence[Taken], as_of: int, hours: Mapping[str, int] = HOURS
) -> list[Stage]:
    """Every step in order as it stands at as_of (ms). started: None while it has reached nobody.

    A step that was passed over by a later one is no longer due.
    """
    done = {step: min(t.at for t in taken if t.step == step) for step in {t.step for t in taken}}
    farthest = max((ORDER.index(step) for step in done if step in ORDER), default=-1)
    found = []
    for number, step in enumerate(ORDER):
        at = done.get(step)
        due = None if started is None else started + hours.get(step, HOURS[step]) * HOUR
        if number > 0:
            named = [t.due for t in taken if t.step == ORDER[number - 1] and t.due is not None]
            due = max(named) if named else due
        open_ = at is None and number > farthest and "closed" not in done
        late = due is not None and (as_of > due if open_ else at is not None and at > due)
        found.append(Stage(step, at, due, late))
    return found


def upcoming(found: Sequence[Stage]) -> Stage | None:
    """The step that is next; None once it is closed."""
    last = max((n for n, one in enumerate(found) if one.taken_at is not None), default=-1)
    return found[last + 1] if last + 1 < len(found) else None
