"""Two texts side by side: what differs, clause by clause and language by language. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KEYS = ("no", "id")
"""By which parts of a list are matched, whatever their order."""
ASIDE = frozenset({"counters", "synthetic", "tear"})
"""What says where a text comes from, not what it says."""


@dataclass(frozen=True, slots=True)
class Difference:
    """path: field, then number or id of the part, then what of it. how: changed, added or removed."""

    path: tuple[str, ...]
    how: str
    before: Any
    after: Any


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What the second says otherwise than the first; empty where the text is the same."""
    return list(_of_maps((), _without(before), _without(after)))


def _without(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in ASIDE}


def _of_maps(path: tuple[str, ...], one: dict[str, Any], other: dict[str, Any]) -> Iterator[Difference]:
    for name in [*one, *(n for n in other if n not in one)]:
        at = (*path, name)
        if name not in other:
            yield Difference(at, "removed", one[name], None)
        elif name not in one:
            yield Difference(at, "added", None, other[name])
        else:
            yield from _of_values(at, one[name], other[name])


def _of_values(path: tuple[str, ...], one: Any, other: Any) -> Iterator[Difference]:
    if one == other:
        return
    if isinstance(one, dict) and isinstance(other, dict) and "coordinates" not in one:
        yield from _of_maps(path, one, other)
        return
    key = _key([*one, *other]) if isinstance(one, list) and isinstance(other, list) else None
    if key is not None:
        yield from _of_maps(path, {p[key]: p for p in one}, {p[key]: p for p in other})
    else:
        yield Difference(path, "changed", one, other)


def _key(parts: list[Any]) -> str | None:
    """The name by which all these parts can be told apart; None if there is none."""
    for key in KEYS:
        if parts and all(isinstance(p, dict) and isinstance(p.get(key), str) for p in parts):
            return key
    return None
