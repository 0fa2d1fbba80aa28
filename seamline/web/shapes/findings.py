"""Rules in force, facts held against them, and the file of rules that `seamline check` takes."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from seamline.web.shapes.base import Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class OnAgenda(Struct):
    """A proposal to speak about it at the next meeting."""

    id: str
    party: str
    number: str | None


class Fact(Struct):
    """A fact against a rule, with its sentence in the reader's language. Never a verdict.

    party: whose act it is about; to: who was to be told. given_ms of needed_ms; given null: it has not
    happened, or is not known here. distance_m of within_m. link_ms: what of the notice was spent on the link,
    which is nobody's. since: from when on it is a fact. agenda: where it was proposed for a meeting.
    """

    id: str
    kind: str
    text: str
    rule: Record
    record: Record
    party: str
    to: str | None
    given_ms: int | None
    needed_ms: int | None
    distance_m: int | None
    within_m: int | None
    reached: Ms | None
    link_ms: int | None
    emergency: bool
    reason: str
    since: Ms
    agenda: list[OnAgenda]
    seen_by: list[str]


class Facts(Struct):
    """The newest first."""

    items: list[Fact]
    more: bool
    note: Basis


class RuleHeld(Struct):
    """A revision of a rule and from when until when it is in force; null: it is not, yet."""

    rule: Record
    start: Ms | None
    end: Ms | None
    in_force: bool


class Rules(Struct):
    """In force first, then by name; one line for each revision that ever was."""

    items: list[RuleHeld]
    note: Basis


class RuleFile(Struct):
    """What `seamline check --rules` takes: the rules in force, each as its record says it."""

    format: str
    rules: list[dict[str, Any]]
