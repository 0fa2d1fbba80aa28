"""Terms and agreements: what stands, clause by clause, and what differs."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class Stands(Struct):
    """The revision that all have endorsed."""

    rev: int
    hash: str
    at: Ms


class ClauseState(Struct):
    """A clause of the body shown: in_negotiation, agreed, in_force, suspended or lapsed."""

    no: str
    state: str


class Difference(Struct):
    """path: field, number or id of the part, then what of it. how: changed, added or removed."""

    path: list[str]
    how: str
    before: Any
    after: Any


class AgreedText(Struct):
    """The newest revision; what of it stands; the body that stands (else the newest) with its clauses."""

    record: Record
    stands: Stands | None
    body: dict[str, Any]
    clauses: list[ClauseState]
    changes: list[Difference]


class AgreedTexts(Struct):
    """In force first, then the newest."""

    items: list[AgreedText]
    note: Basis


class Compared(Struct):
    """Two texts and what the second says otherwise; no differences: the text is the same."""

    before: Record
    after: Record
    differences: list[Difference]
