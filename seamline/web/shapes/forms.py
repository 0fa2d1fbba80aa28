"""Standard texts as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from seamline.records.values import PartyRef
from seamline.web.shapes.base import Asked


class FormLine(Struct):
    """One line: its label in the reader's language, and what its value is."""

    name: str
    label: str
    type: str
    list: str | None


class StandardForm(Struct):
    """word: what its first line says in every language; kind: what a pasted one becomes, null: nothing."""

    form: str
    word: str
    title: str
    kind: str | None
    lines: list[FormLine]


class Forms(Struct):
    """SALUTE, INCREP, SITREP, hand-over sheet, patrol notice."""

    items: list[StandardForm]


class Pasted(Asked, kw_only=True):
    """A text as it came. form: what it is, where its first line does not say."""

    text: Annotated[str, Meta(max_length=20_000)]
    form: str | None = None


class Understood(Struct):
    """What was understood. doubts: lines that could not be read, as they stood; unsure: known by number only.

    rest: what belongs to no line; body: what a new record of `kind` begins with.
    """

    form: str | None
    exercise: bool
    fields: dict[str, Any]
    doubts: dict[str, str]
    unsure: list[str]
    rest: list[str]
    kind: str | None
    body: dict[str, Any]


class Given(Asked, kw_only=True):
    """Lines by name: codes as codes, instants in ms, places as in records. channel: who may hear it."""

    fields: dict[str, Any]
    lang: str | None = None
    channel: PartyRef | None = None
    exercise: bool = False


class StandardText(Struct):
    """The text, and what went into it."""

    form: str
    lang: str
    fields: dict[str, Any]
    exercise: bool
    text: str
