"""The two sides' copies of one call, laid side by side; a comparison of words, never of who is right.

- agreed    both say the same; of hours, that they lie within NEARLY of each other
- differs   both say something, and not that
- one_side  only one of them says anything

Symmetric: swapping the two swaps the sides and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from seamline.records.call import Call
from seamline.texts.spelling import normalise

NEARLY: Final = 2 * 60_000
APART: Final = 15 * 60_000
"""Entries of one call are sought this far apart: clocks of two rooms differ, and one writes later."""

FIELDS: Final = (
    "when", "caller", "caller_post", "called", "called_post", "means", "outcome", "said", "reply",
    "read_back", "about",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One field; values: what each says, None for nothing. apart_ms: of the hours."""

    field: str
    verdict: str
    values: tuple[Any, Any]
    apart_ms: int | None = None


def compared(a: Call, b: Call) -> list[Compared]:
    """Field by field, in the order of a log."""
    return [_field(name, getattr(a, name), getattr(b, name)) for name in FIELDS]


def _field(name: str, one: Any, other: Any) -> Compared:
    values = (None if one == "" else one, None if other == "" else other)
    if name == "when":
        apart = abs(one - other)
        return Compared(name, "agreed" if apart <= NEARLY else "differs", values, apart)
    if (values[0] is None) != (values[1] is None):
        return Compared(name, "one_side", values)
    same = _words(one) == _words(other) if isinstance(one, str) and isinstance(other, str) else one == other
    return Compared(name, "agreed" if same else "differs", values)


def _words(text: str) -> str:
    return " ".join(normalise(text).split())


@dataclass(frozen=True, slots=True)
class Entry:
    """One side's entry. same_as: the id of the other side's, where its author named it."""

    id: str
    party: str
    call: Call


def pairs(entries: Sequence[Entry]) -> list[tuple[Entry, Entry | None, bool]]:
    """(entry, the other side's, whether they were linked by hand), each entry once, newest first.

    Linked ones first; then the nearest in time of the same two parties in the same direction. Two entries of
    one party are never one call.
    """
    by_id = {one.id: one for one in entries}
    taken: set[str] = set()
    found: list[tuple[Entry, Entry | None, bool]] = []
    for one in sorted(entries, key=_newest):
        other = by_id.get(one.call.same_as or "")
        if one.id not in taken and other is not None and other.id not in taken and other.party != one.party:
            taken |= {one.id, other.id}
            found.append((one, other, True))
    left = [one for one in sorted(entries, key=_newest) if one.id not in taken]
    near = sorted(
        (abs(a.call.when - b.call.when), min(a.id, b.id), max(a.id, b.id))
        for i, a in enumerate(left)
        for b in left[i + 1 :]
        if _may_be_one(a, b)
    )
    for _, first, second in near:
        if not {first, second} & taken:
            taken |= {first, second}
            found.append((by_id[first], by_id[second], False))
    found += [(one, None, False) for one in left if one.id not in taken]
    return sorted(found, key=lambda pair: _newest(pair[0]))


def _newest(one: Entry) -> tuple[int, str]:
    return -one.call.when, one.id


def _may_be_one(a: Entry, b: Entry) -> bool:
    same = (a.call.caller, a.call.called) == (b.call.caller, b.call.called)
    return same and a.party != b.party and abs(a.call.when - b.call.when) <= APART
