"""A standard text as a printed form: its lines with their labels in three languages beside what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from seamline.documents.standard_forms import Form
from seamline.documents.standard_values import canonical, write
from seamline.documents.typeset import pdf
from seamline.texts import LANGS, text


def standard_form(
    form: Form,
    fields: Mapping[str, Any],
    lang: str,
    audience: Iterable[str] = (),
    number: str = "",
    *,
    exercise: bool = False,
) -> bytes:
    """The page as PDF; coded values in lang, what people wrote as they wrote it. Empty lines stay empty."""
    rows = []
    for at, line in enumerate(form.lines, 1):
        value = fields.get(line.name)
        said = ""
        if value not in (None, "", []):
            said = str(canonical(line, value)) if line.type == "text" else write(line, value, lang)
        rows.append({"number": at, "label": _three(f"form.line.{line.name}"), "value": said})
    values = {
        "word": form.word,
        "number": number,
        "title": _three(f"form.text.{form.name}"),
        "lead": _three("form.standard.lead"),
        "exercise": _three("form.exercise") if exercise else [],
        "for": {"label": _three("form.line.for"), "value": " + ".join(audience)},
        "rows": rows,
        "foot": _three("form.foot"),
    }
    return pdf("standard", values)


def _three(key: str) -> list[dict[str, str]]:
    return [{"lang": lang, "text": text(lang, key)} for lang in LANGS]
