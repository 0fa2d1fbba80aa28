"""Public statements as the API gives them, and what is asked of their papers."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from seamline.web.shapes.agreements import Difference
from seamline.web.shapes.base import Asked, Ms
from seamline.web.shapes.checks import Basis
from seamline.web.shapes.records import Record


class WordsOf(Struct):
    """A revision. endorsed, published: party → when. since: when the last of all endorsed it, else null."""

    rev: int
    hash: str
    at: Ms
    body: dict[str, Any]
    endorsed: dict[str, Ms]
    since: Ms | None
    published: dict[str, Ms]


class Correction(Struct):
    """Words that stood, from when until when, and what those after them say otherwise. why: by language."""

    rev: int
    since: Ms
    until: Ms
    why: dict[str, str]
    body: dict[str, Any]
    changes: list[Difference]


class StatementOf(Struct):
    """stands: what all have endorsed. revisions, corrections: the newest first.

    may_publish: it is for this release officer to let out what stands, and he has not.
    """

    record: Record
    one_sided: bool
    stands: WordsOf | None
    revisions: list[WordsOf]
    corrections: list[Correction]
    may_publish: bool


class Statements(Struct):
    """The newest first."""

    items: list[StatementOf]
    note: Basis


class PaperAsk(Asked, kw_only=True):
    """format: txt, html or pdf; lang: else the reader's; rev: else what stands, else the newest."""

    format: Annotated[str, Meta(max_length=10)]
    lang: Annotated[str, Meta(max_length=10)] | None = None
    rev: Annotated[int, Meta(ge=1)] | None = None
