"""/api/forms, /api/records/{id}/text, /api/sitrep: standard texts to read out, paste, print and read back."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import printing, standard
from seamline.errors import BadInput
from seamline.texts import LANGS
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.routes.records import record_id
from seamline.web.shapes import forms as shapes

Json = dict[str, Any]
Lang = Annotated[str, Meta(max_length=10, description="en, ar or ckb; the reader's own if absent")] | None
FormName = Annotated[str, Meta(max_length=20, description="the usual one of the kind if absent")] | None


class TextQuery(msgspec.Struct):
    """In which form and language."""

    form: FormName = None
    lang: Lang = None


class SitrepQuery(msgspec.Struct):
    """Of which channel, how many hours back and ahead."""

    channel: Annotated[str, Meta(max_length=300)] | None = None
    hours: Annotated[int, Meta(ge=1, le=168)] = 12
    lang: Lang = None


@route("GET", "/api/forms", READ, "Standard texts there are", answer=shapes.Forms)
def list_forms(call: Call) -> Json:
    """Their lines with labels in the reader's language."""
    return standard.forms(call.lang)


@route("POST", "/api/forms/read", READ, "Read a pasted text", answer=shapes.Understood)
def read_form(call: Call, body: shapes.Pasted) -> Json:
    """What was understood, and what was not, as it stood. Nothing is saved; a person decides."""
    return standard.understood(body.text, body.form)


@route("POST", "/api/forms/{form:str}/text", READ, "Write a text", answer=shapes.StandardText)
def write_form(call: Call, form: str, body: shapes.Given) -> Json:
    """Of lines that were given."""
    told = standard.given(form, body.fields, call.officer, body.channel, exercise=body.exercise)
    return standard.written(told, _lang(call, body.lang))


@route(
    "POST",
    "/api/forms/{form:str}/pdf",
    READ,
    "Print a text",
    answer=bytes,
    media_type="application/pdf",
)
def print_form(call: Call, form: str, body: shapes.Given) -> Answer:
    """The same as a page with labels in three languages."""
    told = standard.given(form, body.fields, call.officer, body.channel, exercise=body.exercise)
    return _page(call, told, _lang(call, body.lang), form)


@route("GET", "/api/records/{id:str}/text", READ, "A record as a standard text", answer=shapes.StandardText)
def get_text(call: Call, id: str, query: TextQuery) -> Json:
    """To read over a radio or paste into mail; it says who may hear it."""
    told = standard.of_record(call.node, call.officer, record_id(id), query.form)
    return standard.written(told, _lang(call, query.lang))


@route(
    "GET",
    "/api/records/{id:str}/text.pdf",
    READ,
    "A record as a printed form",
    answer=bytes,
    media_type="application/pdf",
)
def get_text_form(call: Call, id: str, query: TextQuery) -> Answer:
    """The same as a page with labels in three languages."""
    known = record_id(id)
    told = standard.of_record(call.node, call.officer, known, query.form)
    return _page(call, told, _lang(call, query.lang), known)


@route("GET", "/api/sitrep", READ, "The situation of a channel", answer=shapes.StandardText, faults=(404,))
def get_sitrep(call: Call, query: SitrepQuery) -> Json:
    """Drawn up from that channel's records alone, so that all its readers may hear it."""
    lang = _lang(call, query.lang)
    channel = reading.parties(query.channel)
    return standard.written(standard.sitrep(call.node, call.officer, channel, query.hours, lang), lang)


def _lang(call: Call, asked: str | None) -> str:
    if asked is not None and asked not in LANGS:
        raise BadInput("lang", asked, "one of " + ", ".join(LANGS))
    return asked or call.lang


def _page(call: Call, told: standard.Told, lang: str, name: str) -> Answer:
    # Typesetting is large; a node that prints nothing never loads it.
    from seamline.documents.standard_form import standard_form

    foot = printing.foot(call.node, call.officer, lang)
    heard, number = told.audience, told.number
    page = standard_form(told.form, told.fields, lang, heard, number, exercise=told.exercise, foot=foot)
    headers = (("content-disposition", f'attachment; filename="{told.form.name}-{name[:40]}.pdf"'),)
    return Answer(page, headers=headers)
