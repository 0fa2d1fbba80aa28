"""What counts as a word in a search, the same for every engine."""

from __future__ import annotations

import re

# Letters and digits of any script with the marks that ride on them; anything else parts words.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670\u06d6-\u06ed])+")


def words(text: str) -> list[str]:
    """The words of a text in order, case folded.

    The caller has normalised spelling (Arabic letter forms and the like) on both sides; the engines
    split here and nowhere else, so that a search gives one answer whatever stores the picture.
    """
    return _WORD.findall(text.casefold())


def matches(text: str, query: str) -> bool:
    """True if each word of the query begins some word of the text. A query without words matches all."""
    have = words(text)
    return all(any(word.startswith(wanted) for word in have) for wanted in words(query))
