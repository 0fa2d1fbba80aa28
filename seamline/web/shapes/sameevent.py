"""Two accounts of one event, as the API gives them."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class Linked(Struct):
    """Who said that the two are one event: id of his record."""

    party: str
    id: str
    channel: str
    at: Ms


class Likeness(Struct):
    """score: place × time × type, each from 0 to 1; metres and milliseconds between the two as stated."""

    score: float
    place: float
    time: float
    type: float
    distance_m: int
    apart_ms: int


class Counts(Struct):
    """Fields of which both say the same, both say something else, or only one says anything."""

    agreed: int
    differs: int
    one_side: int


class Pair(Struct, kw_only=True):
    """a, b: the reader's own first, then by event time. common: common accounts of the two."""

    a: Record
    b: Record
    linked: list[Linked]
    likeness: Likeness
    counts: Counts
    common: list[Record]


class Pairs(Struct):
    """items: pairs that somebody linked; suggested: pairs that may be one event, the likeliest first."""

    items: list[Pair]
    suggested: list[Pair]
    note: Basis


class Compared(Struct):
    """values: of a, of b, as the records have them, null where one says nothing.

    apart: metres between places, ms between windows. runs: of texts in one language, the words of a and of b
    in order, each with whether the other has it too.
    """

    field: str
    verdict: Literal["agreed", "differs", "one_side"]
    values: tuple[Any, Any]
    apart: int | None
    runs: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] | None


class Account(Struct):
    """One incident and its revision, as a common account names it."""

    id: str
    hash: str


class Proposable(Struct):
    """Where both stand, so that a common account may be said there."""

    channel: str
    accounts: list[Account]


class Comparison(Pair, kw_only=True):
    """Field by field. propose null: no channel holds both; one of them is to be released first."""

    fields: list[Compared]
    propose: Proposable | None
