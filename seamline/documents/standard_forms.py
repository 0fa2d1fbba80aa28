"""The standard texts: which lines each has, in their order, and which field of a record each line says. Pure.

SALUTE and the reports' names are the field's own (DESIGN §2). A line's label is `form.line.<name>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from seamline.errors import BadInput

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LineDef:
    """One line of a text. type: line, text, code, instant, window, place or count; list: its coded list."""

    name: str
    type: str
    list: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """name: as the API has it; word: what its first line says in every language; kind: what it becomes."""

    name: str
    word: str
    lines: tuple[LineDef, ...]
    kind: str = ""

    def number(self, name: str) -> int:
        """The number of a line as it is read aloud, from 1."""
        return next(n for n, line in enumerate(self.lines, 1) if line.name == name)


_HARM: Final = ("killed", "wounded", "missing", "civilians")

FORMS: Final[Mapping[str, Form]] = {
    form.name: form
    for form in (
        Form("salute", "SALUTE", (
            LineDef("size", "line"), LineDef("activity", "line"), LineDef("location", "place"),
            LineDef("unit", "line"), LineDef("time", "window"), LineDef("equipment", "text"),
        ), "incident"),
        Form("increp", "INCREP", (
            LineDef("precedence", "code", "precedence"), LineDef("type", "code", "incident_type"),
            LineDef("time", "window"), LineDef("location", "place"), LineDef("summary", "line"),
            *(LineDef(name, "count") for name in _HARM), LineDef("asked", "code", "asked"),
            LineDef("narrative", "text"),
        ), "incident"),
        Form("sitrep", "SITREP", (
            LineDef("room", "line"), LineDef("period", "window"), LineDef("situation", "text"),
            LineDef("incidents", "text"), LineDef("activities", "text"), LineDef("posts", "text"),
            LineDef("open", "text"), LineDef("remarks", "text"),
        )),
        Form("handover", "HANDOVER", (
            LineDef("room", "line"), LineDef("taken", "instant"), LineDef("gives", "line"),
            LineDef("takes", "line"), LineDef("open", "text"), LineDef("remarks", "text"),
        )),
        Form("patrol", "PATROL NOTICE", (
            LineDef("title", "line"), LineDef("type", "code", "activity_type"),
            LineDef("mode", "code", "activity_mode"), LineDef("time", "window"), LineDef("location", "place"),
            LineDef("size_band", "code", "size_band"), LineDef("room_number", "line"),
            LineDef("remarks", "text"),
        ), "activity"),
    )
}  # fmt: skip


def form_of(name: str) -> Form:
    """The form of that name; BadInput naming those there are."""
    if name not in FORMS:
        raise BadInput("form", name, "one of " + ", ".join(FORMS))
    return FORMS[name]


def usual_form(kind: str) -> str | None:
    """The form in which a record of this kind is usually read out."""
    return {"incident": "increp", "activity": "patrol", "handover_sheet": "handover"}.get(kind)


# Line of a form → field of the record it becomes, where the names differ.
_AS: Final[Mapping[str, Mapping[str, str]]] = {
    "salute": {"activity": "summary", "location": "place", "time": "occurred", "unit": "unit"},
    "increp": {"location": "place", "time": "occurred"},
    "patrol": {"title": "title_text", "location": "place", "time": "when", "size_band": "size"},
}


def fields_of(form: Form, kind: str, body: Mapping[str, Any]) -> Fields:
    """What a record says, as the lines of the form; BadInput for a form that does not fit the kind."""
    if kind == "handover_sheet" and form.name == "handover":
        listed = [" ".join(filter(None, (i.get("number", ""), i["title"]))) for i in body.get("items", ())]
        said = {"taken": body["taken"], "gives": body.get("gives"), "open": "\n".join(listed)}
        return {name: value for name, value in {**said, "remarks": body.get("remarks")}.items() if value}
    if form.kind != kind:
        raise BadInput("form", form.name, f"not a text for a record of the kind {kind}")
    names, harm = _AS[form.name], body.get("harm") or {}
    found: Fields = {}
    for line in form.lines:
        value = harm.get(line.name) if line.name in _HARM else body.get(names.get(line.name, line.name))
        if value not in (None, "", []):
            found[line.name] = value
    if form.name == "salute" and body.get("narrative"):
        found["equipment"] = body["narrative"]
    return found


def body_of(form: Form, fields: Mapping[str, Any]) -> Fields:
    """The body a form begins with, as far as its lines say it; {} for a form that becomes no record."""
    if not form.kind:
        return {}
    names, body = _AS[form.name], Fields()
    for name, value in fields.items():
        if name not in _HARM:
            body[names.get(name, name)] = value
    harm = {name: fields[name] for name in _HARM if name in fields}
    if harm:
        body["harm"] = harm
    if form.name == "salute":
        told = [str(body.pop(name)) for name in ("size", "equipment") if name in body]
        if told:
            body["narrative"] = "\n".join(told)
    return body
