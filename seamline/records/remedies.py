"""What to change about a value, as an author is told in his language: the ways in which types are not kept.

msgspec tells in a sentence what did not fit. Its sentences are read here, once, into keys and bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from seamline.errors import Worded, Words

REQUIRED: Final = Worded("remedy.required", "this field is required")

_LENGTH = re.compile(r"Expected `(str|array|object)` of length (<=|>=) (\d+)")
_BOUND = re.compile(r"Expected `(?:int|float)` (<=|>=|<|>) (-?[\d.]+)")
_TYPE = re.compile(r"Expected `([a-z]+)(?: \| null)?`, got")


def one_of(codes: Iterable[str], name: str | None = None) -> Worded:
    """One of these codes; name: of the coded list whose words they have."""
    return Worded("remedy.one_of", "one of {codes}", codes=Words(f"value.{name}", tuple(codes)))


def unfit(reason: str) -> str:
    """msgspec's reason, without its path, as a remedy; what is not known here stays as it is, in English."""
    if found := _LENGTH.match(reason):
        return _length(found[1] == "str", found[2] == "<=", int(found[3]))
    if found := _BOUND.match(reason):
        return _bound(found[1], found[2])
    if (found := _TYPE.match(reason)) and (said := _TYPES.get(found[1])):
        return said
    if reason.startswith("Expected `str` matching regex"):
        return Worded("remedy.form", "not in the form that this field takes")
    return reason[:1].lower() + reason[1:]


def _length(text: bool, most: bool, n: int) -> Worded:
    if text and most:
        return Worded("remedy.text_most", "at most {n} characters", n=n)
    if text:
        return Worded("remedy.text_least", "at least {n} characters", n=n)
    if most:
        return Worded("remedy.list_most", "at most {n} entries", n=n)
    return Worded("remedy.list_least", "at least {n} entries", n=n)


def _bound(sign: str, bound: str) -> Worded:
    if sign == "<=":
        return Worded("remedy.number_most", "at most {n}", n=bound)
    if sign == ">=":
        return Worded("remedy.number_least", "at least {n}", n=bound)
    if sign == "<":
        return Worded("remedy.number_below", "less than {n}", n=bound)
    return Worded("remedy.number_above", "more than {n}", n=bound)


_TYPES: Final = {
    "str": Worded("remedy.text", "write text"),
    "int": Worded("remedy.whole_number", "a whole number"),
    "float": Worded("remedy.number", "a number"),
    "bool": Worded("remedy.flag", "yes or no"),
    "array": Worded("remedy.list", "a list of entries"),
    "object": Worded("remedy.object", "an entry with fields of its own"),
}
