"""A standard text as a printed form: its lines with their labels in three languages beside what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from seamline.documents.paper import marks, runs_left
from seamline.documents.standard_forms import Form, LineDef
from seamline.documents.standard_values import canonical, write
from seamline.documents.typeset import pdf
from seamline.texts import LANGS, direction, text

_LONG = 400
"""Characters beyond which what was said may go on on the next page."""


def standard_form(
    form: Form,
    fields: Mapping[str, Any],
    lang: str,
    audience: Iterable[str] = (),
    number: str = "",
    *,
    exercise: bool = False,
    foot: str = "",
) -> bytes:
    """The pages as PDF; coded values in lang, what people wrote as they wrote it. Empty lines stay empty.

    They run as lang does, its labels first. foot: who printed it, where and when.
    """
    readers = tuple(audience)
    rows = [
        {"number": str(at), **_row(f"form.line.{line.name}", _said(line, fields.get(line.name), lang), lang)}
        for at, line in enumerate(form.lines, 1)
    ]
    values = {
        "lang": lang,
        "word": form.word,
        "number": number,
        "title": _three(f"form.text.{form.name}", lang),
        "marking": marks(_turn(lang), readers, exercise=exercise),
        "lead": _three("form.standard.lead", lang),
        "rows": [{"number": "", **_row("form.line.for", [" + ".join(readers)], lang)}, *rows],
        "purpose": _three("form.foot", lang),
        "foot": foot,
    }
    return pdf("standard", values)


def _said(line: LineDef, value: Any, lang: str) -> list[str]:
    if value in (None, "", []):
        return []
    if line.type == "text":
        return str(canonical(line, value)).split("\n")
    return [write(line, value, lang)]


def _row(label: str, said: list[str], lang: str) -> dict[str, Any]:
    back = direction(lang) == "rtl"
    lines = [{"text": line, "right": runs_left(line, back)} for line in said]
    return {"label": _three(label, lang), "lines": lines, "long": sum(map(len, said)) > _LONG}


def _three(key: str, lang: str) -> list[dict[str, str]]:
    return [{"lang": one, "text": text(one, key)} for one in _turn(lang)]


def _turn(lang: str) -> list[str]:
    """The reader's language, then the others."""
    return sorted(LANGS, key=lambda one: (one != lang, LANGS.index(one)))
