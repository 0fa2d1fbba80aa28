"""Names of places matched as people write them; each match says how sure it is, and never guesses.

- exact      the mapped name itself, one place
- spelling   the same name in another spelling: ي/ى/ی, ك/ک, ة/ه/ە, alef forms, marks, digits, with or without
             the article (ال, al-), with or without a word such as "village"; one place
- near       no such name, but one that differs by a letter, or by its vowels alone (كركوك, کەرکووک)
- ambiguous  several places of that name
- unknown    nothing like it

Only exact and spelling are `certain`; of the rest a person decides. The reader hands in how names are folded,
so that this room and texts/ stay strangers.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Sure = Literal["exact", "spelling", "near", "ambiguous", "unknown"]
CERTAIN: frozenset[Sure] = frozenset({"exact", "spelling"})
MAX_CANDIDATES = 8
SAME_PLACE_M = 3_000.0
"""Two entries of one name no farther apart are one place, mapped twice."""

_ARTICLES = ("ال", "al-", "al ", "el-", "el ", "ar-", "as-", "ash-", "at-", "ad-", "an-", "az-")
# Words that say what kind of place it is; folded, as normalise() leaves them.
_GENERIC = frozenset(
    {"town", "village", "city", "district", "province", "qada", "nahiya"}
    | {"قریه", "ناحیه", "قضا", "مدینه", "محافظه", "گوند", "گوندی", "شار", "شاری", "شاروچکه", "شاروچکهی"}
)
_VOWELS = frozenset("اویهeaiouy")
_DROPPED = frozenset("'’‘`ʿʾʼ´-_.,،")


@dataclass(frozen=True, slots=True)
class Named:
    """A place with one of its names; lon, lat in 1e-7 degrees."""

    name: str
    lon: int
    lat: int


@dataclass(frozen=True, slots=True)
class Match:
    """What a name may mean, best first; certain when no person needs to look."""

    sure: Sure
    candidates: tuple[Named, ...]

    @property
    def certain(self) -> bool:
        return self.sure in CERTAIN


class Names:
    """All known names, immutable: threads may share one. fold: texts.spelling.normalise."""

    def __init__(self, places: Iterable[Named], fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._known: dict[str, list[Named]] = defaultdict(list)
        for place in places:
            if key := self.key(place.name):
                self._known[key].append(place)
        self._near: dict[str, set[str]] = defaultdict(set)
        for key in self._known:
            for trace in _traces(key):
                self._near[trace].add(key)

    def key(self, name: str) -> str:
        """What two spellings of one name have in common; empty if there is nothing to compare."""
        folded = self._fold(name)
        for article in _ARTICLES:
            if folded.startswith(article) and len(folded) - len(article) >= 3:
                folded = folded[len(article) :]
                break
        words = ["".join(c for c in word if c not in _DROPPED) for word in folded.split()]
        kept = [_bare(word) for word in words if word and word not in _GENERIC] or words
        return "".join(kept)

    def match(self, name: str) -> Match:
        """What the name means; the same answer for the same names, whatever their order."""
        key = self.key(name)
        if not key:
            return Match("unknown", ())
        found = _distinct(self._known.get(key, ()))
        if found:
            written = unicodedata.normalize("NFC", name.strip())
            same = [p for p in found if unicodedata.normalize("NFC", p.name) == written]
            if len(found) > 1:
                return Match(
                    "ambiguous", tuple((same + [p for p in found if p not in same])[:MAX_CANDIDATES])
                )
            exact = any(unicodedata.normalize("NFC", p.name) == written for p in self._known[key])
            return Match("exact" if exact else "spelling", (found[0],))
        keys = {other for trace in _traces(key) for other in self._near.get(trace, ())}
        near = sorted(k for k in keys if _alike(key, k))
        close = _distinct([p for k in near for p in self._known[k]])
        return Match("near", tuple(close[:MAX_CANDIDATES])) if close else Match("unknown", ())


def _bare(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) >= 5 else word


def _skeleton(key: str) -> str:
    """The consonants, doubled ones once; Arabic leaves out vowels that Sorani writes."""
    once = [c for i, c in enumerate(key) if i == 0 or key[i - 1] != c]
    return "".join(c for i, c in enumerate(once) if i == 0 or c not in _VOWELS)


def _traces(key: str) -> set[str]:
    """Keys that are alike share one: the key less any one letter (an edit of one), and its consonants."""
    traces = {key[:i] + key[i + 1 :] for i in range(len(key))} | {key} if len(key) >= 4 else {key}
    skeleton = _skeleton(key)
    return traces | ({"~" + skeleton} if len(skeleton) >= 3 else set())


def _alike(a: str, b: str) -> bool:
    if min(len(a), len(b)) >= 3 and _skeleton(a) == _skeleton(b) and len(_skeleton(a)) >= 3:
        return True
    return min(len(a), len(b)) >= 4 and _one_edit(a, b)


def _one_edit(a: str, b: str) -> bool:
    """One letter more, less, other, or two neighbours swapped."""
    if len(a) > len(b):
        a, b = b, a
    start = next((i for i in range(len(a)) if a[i] != b[i]), len(a))
    if len(a) == len(b):
        swapped = a[start + 2 :] == b[start + 2 :] and a[start : start + 2] == b[start : start + 2][::-1]
        return a[start + 1 :] == b[start + 1 :] or swapped
    return len(b) - len(a) == 1 and a[start:] == b[start + 1 :]


def _distinct(places: Iterable[Named]) -> list[Named]:
    """One of each place, in an order that depends on nothing but the places."""
    kept: list[Named] = []
    for place in sorted(places, key=lambda p: (p.name, p.lat, p.lon)):
        if all(metres(place, other) > SAME_PLACE_M for other in kept):
            kept.append(place)
    return kept


def metres(a: Named, b: Named) -> float:
    """About how far apart, on a sphere; good for telling villages apart."""
    lat = math.radians((a.lat + b.lat) / 2e7)
    return math.hypot((a.lon - b.lon) * math.cos(lat), a.lat - b.lat) * 111_195 / 1e7
