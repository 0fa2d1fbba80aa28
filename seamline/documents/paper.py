"""Anything on A4: a heading and sections, numbered pages, who may read it above and below each of them.

The same values give the same bytes; what is drawn into them (a map, photos) comes as bytes.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from seamline.documents.typeset import pdf
from seamline.texts import direction, text


@dataclass(frozen=True, slots=True)
class Said:
    """A line as it is printed; depth: how far in it stands."""

    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels, each with its lines."""

    title: str
    rows: Sequence[tuple[str, Sequence[Said]]]


@dataclass(frozen=True, slots=True)
class Table:
    """head: empty for none. A cell may be several lines. widths: shares of the page's width, 0 for as narrow
    as what is in it.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Picture:
    """Raster or SVG: its bytes, media type, size in pixels, and words for who cannot see it."""

    data: bytes
    media: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """So many beside each other."""

    title: str
    pictures: Sequence[Picture]
    across: int = 1


Section = Fields | Table | Lines | Pictures


@dataclass(frozen=True, slots=True)
class Paper:
    """readers: parties that may read it, in the order they are named; kicker: the line above the heading.

    foot: who printed it, where and when; exercise: what it says is invented.
    """

    lang: str
    readers: Sequence[str]
    kicker: str
    heading: str
    foot: str
    exercise: bool = False
    lead: Sequence[str] = ()
    sections: Sequence[Section] = field(default_factory=tuple)


def paper(of: Paper) -> bytes:
    """The pages as PDF."""
    back = direction(of.lang) == "rtl"
    values = {
        "lang": of.lang,
        "title": of.heading,
        "marking": marking(of.lang, of.readers),
        "exercise": text(of.lang, "form.exercise") if of.exercise else "",
        "kicker": of.kicker,
        "heading": _said(Said(of.heading), back),
        "foot": of.foot,
        "lead": [_said(Said(line), back) for line in of.lead],
        "sections": [_section(one, back) for one in of.sections],
    }
    return pdf("paper", values)


def marking(lang: str, readers: Sequence[str]) -> str:
    """Who may read a page, as it stands above and below it."""
    return text(lang, "print.marking", parties=" + ".join(party.upper() for party in readers))


def marks(langs: Sequence[str], readers: Sequence[str], *, exercise: bool = False) -> list[dict[str, str]]:
    """The same in each of these languages, for pages that speak several; nothing of nobody."""
    said = {
        lang: [*([marking(lang, readers)] if readers else []), *([text(lang, "form.exercise")] * exercise)]
        for lang in langs
    }
    return [{"lang": lang, "text": " · ".join(parts)} for lang, parts in said.items() if parts]


def told(lang: str, party: str, words: str) -> str:
    """Who says what: a line that runs the reader's way, with the party's letters at its beginning."""
    return text(lang, "print.told", party=party.upper(), words=words)


def _section(one: Section, back: bool) -> dict[str, Any]:
    if isinstance(one, Fields):
        rows = [{"label": label, "lines": [_said(line, back) for line in lines]} for label, lines in one.rows]
        return {"type": "fields", "title": one.title, "rows": rows}
    if isinstance(one, Table):
        cells = [[[_said(Said(line), back) for line in cell.split("\n")] for cell in row] for row in one.rows]
        head, widths = list(one.head), list(one.widths)
        return {"type": "table", "title": one.title, "head": head, "rows": cells, "widths": widths}
    if isinstance(one, Pictures):
        drawn = [{"svg": _wrapped(p), "alt": p.alt} for p in one.pictures]
        return {"type": "pictures", "title": one.title, "pictures": drawn, "across": one.across}
    return {"type": "lines", "title": one.title, "lines": [_said(Said(line), back) for line in one.lines]}


def _said(one: Said, back: bool) -> dict[str, Any]:
    return {"text": one.text, "right": runs_left(one.text, back), "depth": one.depth}


def runs_left(words: str, back: bool) -> bool:
    """By its first letter of a direction that is not isolated (UAX #9, P2); all isolated: as the page."""
    depth = 0
    for kind in map(unicodedata.bidirectional, words):
        if kind == "FSI":
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in ("L", "R", "AL"):
            return kind != "L"
    return back and any(unicodedata.bidirectional(one) == "FSI" for one in words)


def _wrapped(picture: Picture) -> str:
    """As SVG: what the typesetter reads from memory is text."""
    if picture.media == "image/svg+xml":
        return picture.data.decode()
    data = base64.b64encode(picture.data).decode()
    size = f'width="{picture.width}" height="{picture.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {picture.width} {picture.height}">'
        f'<image {size} href="data:{picture.media};base64,{data}"/></svg>'
    )
