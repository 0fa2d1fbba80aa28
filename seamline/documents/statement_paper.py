"""A public statement as a paper in one language: plain text, a page of HTML, PDF; marked for what it is.

The marks stand first in every form: a draft, words that nobody has let out yet, the word of one side alone.
Earlier words stay readable under the newer ones, with their day and what was changed and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from seamline.documents.typeset import pdf, qr
from seamline.texts import text

_GROUP = 4
_RTL = frozenset({"ar", "ckb"})
_RULE = "-" * 40
_STYLE = (
    "body{font:1.05rem/1.7 'Noto Sans','Noto Sans Arabic',sans-serif;max-width:42rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.5rem;line-height:1.35}h2{font-size:1.1rem}"
    ".mark{border:2px solid;padding:.5rem .8rem;font-weight:700}"
    "p{white-space:pre-line}.was{border-inline-start:3px solid #888;padding-inline-start:1rem;color:#444}"
    "footer{border-top:1px solid;margin-top:2rem;font-size:.85rem;overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class Was:
    """Words that stood before. day: when they were endorsed; until: when the next were; why they changed."""

    day: str
    until: str
    why: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """lang: en, ar or ckb. marks: what it is not; whose: in whose name; foot: who signed, how to check."""

    lang: str
    marks: tuple[str, ...]
    whose: str
    dated: str
    title: str
    text: str
    correction: str
    was: tuple[Was, ...]
    foot: tuple[str, ...]
    id: str
    hash: str


def text_paper(of: Paper) -> bytes:
    """UTF-8, lines by line feed, without marks of direction: each line has its own by its letters."""
    lines = [*(f"*** {mark} ***" for mark in of.marks), *([""] if of.marks else [])]
    lines += [of.whose, *([of.dated] if of.dated else []), "", of.title, "", of.text]
    if of.correction:
        lines += ["", f"{text(of.lang, 'form.statement.correction')}:", of.correction]
    for one in of.was:
        lines += ["", _RULE, _was(of.lang, one), *([one.why] if one.why else []), "", one.title, "", one.text]
    lines += ["", _RULE, *of.foot, *_mark(of).splitlines()]
    return ("\n".join(lines) + "\n").encode()


def html_paper(of: Paper) -> bytes:
    """One page that asks for nothing: no script, no picture, no address."""
    turn = "rtl" if of.lang in _RTL else "ltr"
    parts = [f'<p class="mark">{escape(mark)}</p>' for mark in of.marks]
    parts += [f"<p>{escape(line)}</p>" for line in (of.whose, of.dated) if line]
    parts += [f"<h1>{escape(of.title)}</h1>", *_paragraphs(of.text)]
    if of.correction:
        parts.append(f"<h2>{escape(text(of.lang, 'form.statement.correction'))}</h2>")
        parts += _paragraphs(of.correction)
    for one in of.was:
        parts += ['<section class="was">', f"<h2>{escape(_was(of.lang, one))}</h2>"]
        parts += [
            *_paragraphs(one.why),
            f"<h3>{escape(one.title)}</h3>",
            *_paragraphs(one.text),
            "</section>",
        ]
    parts += ["<footer>", *(f"<p>{escape(line)}</p>" for line in of.foot)]
    parts += [f'<p dir="ltr">{escape(_mark(of))}</p>', "</footer>"]
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head += f"<title>{escape(of.title)}</title><style>{_STYLE}</style>"
    page = f'<!doctype html>\n<html lang="{of.lang}" dir="{turn}"><head>{head}</head><body>\n'
    return (page + "\n".join(parts) + "\n</body></html>\n").encode()


def pdf_paper(of: Paper) -> bytes:
    """Tagged PDF (PDF/UA-1) with the program's own letters; the same values give the same bytes."""
    groups = [of.hash[i : i + _GROUP] for i in range(0, len(of.hash), _GROUP)]
    values: dict[str, Any] = {
        "lang": of.lang,
        "marks": of.marks,
        "whose": of.whose,
        "dated": of.dated,
        "title": of.title,
        "text": _lines(of.text),
        "correction": _lines(of.correction),
        "correction_head": text(of.lang, "form.statement.correction"),
        "was": [
            {"head": _was(of.lang, one), "why": _lines(one.why), "title": one.title, "text": _lines(one.text)}
            for one in of.was
        ],
        "foot": of.foot,
        "hash": [" ".join(groups[:8]), " ".join(groups[8:])],
        "qr": qr(_mark(of)),
        "qr_text": _mark(of),
    }
    return pdf("statement", values)


FORMS: Final[dict[str, tuple[str, Callable[[Paper], bytes]]]] = {
    "txt": ("text/plain; charset=utf-8", text_paper),
    "html": ("text/html; charset=utf-8", html_paper),
    "pdf": ("application/pdf", pdf_paper),
}
"""form → its media type, and who writes it."""


def _was(lang: str, one: Was) -> str:
    return text(lang, "form.statement.was", day=one.day, until=one.until)


def _mark(of: Paper) -> str:
    """The same as in a printed record of a meeting: what `seamline proof` is asked for."""
    return f"seamline-record/v1\nid {of.id}\nentry {of.hash}"


def _lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.strip()]


def _paragraphs(said: str) -> list[str]:
    return [f"<p>{escape(line)}</p>" for line in _lines(said)]
