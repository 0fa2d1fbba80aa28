"""Plural forms of whole numbers, as CLDR 48 has them for the three languages."""

from __future__ import annotations

FORMS: dict[str, tuple[str, ...]] = {
    "en": ("one", "other"),
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "ckb": ("one", "other"),
}


def form(lang: str, n: int) -> str:
    """The CLDR category of n in that language; an unknown language counts as English."""
    n = abs(n)
    if lang == "ar":
        return _arabic(n)
    return "one" if n == 1 else "other"


def _arabic(n: int) -> str:
    if n <= 2:
        return ("zero", "one", "two")[n]
    tail = n % 100
    if 3 <= tail <= 10:
        return "few"
    return "many" if tail >= 11 else "other"
