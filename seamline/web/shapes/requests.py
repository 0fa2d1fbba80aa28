"""Requests as the API gives them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class AskedParty(Struct):
    """A party that is asked, and since when it is known here to have the request (null: not known)."""

    party: str
    reached: Ms | None


class OfferOf(Struct):
    """An offer or answer, its state, and the steps on it by time.

    partial: of what was offered, or of what was received. changed: it was accepted in other words than now.
    """

    record: Record
    state: Literal["offered", "answered", "accepted", "delivered", "confirmed", "declined"]
    partial: bool
    changed: bool
    steps: list[Record]


class TurnOf(Struct):
    """Whose turn it is. due, later: null: no clock runs. level: 0 there is time, 1 over, 2 over twice."""

    what: Literal["answer", "accept", "deliver", "confirm"]
    party: str
    offer: str | None
    due: Ms | None
    later: Ms | None
    level: int


class RequestOf(Struct):
    """A request and all that was said to it. declined: by parties asked. may: his roles allow a step."""

    record: Record
    open: bool
    asker: list[str]
    asked: list[AskedParty]
    offers: list[OfferOf]
    declined: list[Record]
    turns: list[TurnOf]
    late: bool
    may: bool


class Requests(Struct):
    """Open ones first, his own side's turn before the others'."""

    items: list[RequestOf]
    note: Basis
