"""Declared activities: what was answered, and who is asked until when."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.findings import Fact
from seamline.web.shapes.records import Record


class AnswerGiven(Struct):
    """A party's newest answer. earlier: to another revision; changed: the fields that differ since then.

    changed null: that revision is not known here. counters: the answerer's own activity.
    """

    id: str
    party: str
    node: str
    by: str
    at: Ms
    received_at: Ms
    attested: bool
    answer: str
    remarks: str
    earlier: bool
    changed: list[str] | None
    counters: Record | None


class AnswerAsked(Struct):
    """A party whose answer is missing. reached: since when it has it; null: not known here.

    due: until when it is asked to answer, by source; null: its hours have not begun, it is on the link.
    level: 0 it has time; 1 that is over; 2, from later on: over twice, or the activity has begun. again: it
    answered what the activity said before.
    """

    party: str
    reached: Ms | None
    due: Ms | None
    later: Ms | None
    source: Literal["rule", "activity", "start"]
    level: int
    again: bool


class Declared(Struct):
    """An activity and how far it was answered. may_answer: this officer, without another's hand.

    facts: of one that was asked for by its id, what holds against rules; not in lists.
    """

    activity: Record
    answers: list[AnswerGiven]
    waits_for: list[AnswerAsked]
    flags: list[str]
    may_answer: bool
    facts: list[Fact] = []


class Activities(Struct):
    """Those that wait for the reader's own side first, by when that is due; then by start."""

    items: list[Declared]
    more: bool
    note: Basis
