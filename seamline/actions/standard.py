"""Standard texts of what is recorded: a record read out, the situation of a channel, a pasted text read back.

A text says who may hear it: those who read the channel it was made from, and nobody else (law 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from seamline.actions import read, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.documents.standard_forms import FORMS, Form, body_of, fields_of, form_of, usual_form
from seamline.documents.standard_text import Understood, read_text, write_text
from seamline.documents.standard_values import checked
from seamline.errors import BadInput, NotFound
from seamline.geo.gridref import spaced
from seamline.geo.window import HOUR, dtg
from seamline.log.channel import members
from seamline.store.ports import Row, Search
from seamline.texts import text

MOST_LISTED = 40
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A text before it is written: its form, what it says, who may hear it, and the record's number.

    exercise: what it says is invented.
    """

    form: Form
    fields: Json
    audience: tuple[str, ...]
    number: str = ""
    exercise: bool = False


def forms(lang: str) -> Json:
    """Each form with its lines and their labels in that language."""
    return {
        "items": [
            {
                "form": form.name,
                "word": form.word,
                "title": text(lang, f"form.text.{form.name}"),
                "kind": form.kind or None,
                "lines": [
                    {
                        "name": line.name,
                        "label": text(lang, f"form.line.{line.name}"),
                        "type": line.type,
                        "list": line.list or None,
                    }
                    for line in form.lines
                ],
            }
            for form in FORMS.values()
        ]
    }


def of_record(node: Node, officer: Officer, id: str, form: str | None) -> Told:
    """A record in a standard text; the usual one of its kind without a form. BadInput where none fits it."""
    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    name = form or usual_form(row.kind)
    if name is None:
        raise BadInput("form", row.kind, "no standard text says a record of this kind")
    chosen = form_of(name)
    body = msgspec.json.decode(row.body)
    fields = fields_of(chosen, row.kind, body)
    if chosen.name == "handover":
        fields |= {"room": node.node_name(row.node), "takes": row.by}
    number, invented = view.number(node, row) or "", bool(body.get("synthetic"))
    return Told(chosen, fields, letters(officer, row.channel), number, invented)


def letters(officer: Officer, channel: str) -> tuple[str, ...]:
    """Who may hear it, the reader's own side first."""
    return tuple(p.upper() for p in sorted(members(channel), key=lambda p: (p != officer.party, p)))


def given(
    form: str, fields: Mapping[str, Any], officer: Officer, channel: str | None, *, exercise: bool = False
) -> Told:
    """A text of lines somebody gave. BadInput naming the line that cannot be written."""
    chosen = form_of(form)
    known = {line.name: line for line in chosen.lines}
    for name, value in fields.items():
        if name not in known:
            raise BadInput(f"fields.{name}", name, "one of " + ", ".join(known))
        checked(known[name], value)
    heard = letters(officer, channel) if channel else ()
    return Told(chosen, dict(fields), heard, exercise=exercise)


def written(told: Told, lang: str) -> Json:
    """The text itself, and what went into it."""
    return {
        "form": told.form.name,
        "lang": lang,
        "fields": told.fields,
        "exercise": told.exercise,
        "text": write_text(told.form, told.fields, lang, told.audience, exercise=told.exercise),
    }


def understood(raw: str, form: str | None) -> Json:
    """What was understood of a pasted text; body: what a new record of `kind` begins with."""
    if form is not None:
        form_of(form)
    found = read_text(raw, form)
    known = FORMS.get(found.form or "")
    return {
        **{name: getattr(found, name) for name in ("form", "exercise", "fields", "doubts", "unsure", "rest")},
        "kind": (known.kind or None) if known else None,
        "body": _begun(known, found),
    }


def _begun(form: Form | None, found: Understood) -> Json:
    body = body_of(form, found.fields) if form else {}
    return body | {"synthetic": True} if body and found.exercise else body


# ------------------------------------------------------------------ SITREP


def sitrep(node: Node, officer: Officer, channel: str | None, hours: int, lang: str) -> Told:
    """The last hours and the next as one channel has them: what happened, what is planned, what of posts.

    NotFound for a channel he does not read. Without a channel, his own party's, or the room's first.
    """
    officer.need(*READERS)
    readable = node.readable(officer)
    chosen = channel or (officer.party if officer.party in readable else readable[0])
    if chosen not in readable:
        raise NotFound(f"no channel {chosen}")
    now = node.clock.now()
    start, end = now - hours * HOUR, now + hours * HOUR
    said = {
        "room": node.name,
        "period": {"start": start, "end": now},
        "incidents": _lines(node, chosen, "incident", start, now, lang),
        "activities": _lines(node, chosen, "activity", now, end, lang),
        "posts": _posts(node, chosen, start, lang),
    }
    fields = {k: v for k, v in said.items() if v}
    return Told(
        FORMS["sitrep"], fields, letters(officer, chosen), exercise=_invented(node, chosen, start, end)
    )


def _invented(node: Node, channel: str, start: int, end: int) -> bool:
    """Whether anything it rests on is: then nothing of the text is to be taken for true."""
    kinds = ("incident", "activity")
    rows = node.picture.search(
        Search(channels=(channel,), kinds=kinds, start=start, end=end, limit=MOST_LISTED)
    )
    return any(msgspec.json.decode(row.body).get("synthetic") for row in rows)


def _lines(node: Node, channel: str, kind: str, start: int, end: int, lang: str) -> str:
    search = Search(channels=(channel,), kinds=(kind,), start=start, end=end, limit=MOST_LISTED)
    rows = sorted(node.picture.search(search), key=lambda r: (r.start or 0, r.id))
    return "\n".join(_line(node, row, lang) for row in rows)


def _line(node: Node, row: Row, lang: str) -> str:
    item = view.brief(node, None, row)
    kind, body = row.kind, item["body"]
    type = text(lang, f"value.{kind}_type.{body['type']}") if kind in ("incident", "activity") else ""
    grid = spaced(body["place"].get("mgrs", "")) if "place" in body else ""
    return ", ".join(filter(None, (item["number"], dtg(row.start or row.at), type, grid, item["title"])))


def _posts(node: Node, channel: str, start: int, lang: str) -> str:
    """What was stated of posts in that time, the newest first."""
    search = Search(channels=(channel,), kinds=("holding",), limit=read.MAX_LIMIT)
    return "\n".join(list(_stated(node, channel, search, start, lang))[:MOST_LISTED])


def _stated(node: Node, channel: str, search: Search, start: int, lang: str) -> Iterator[str]:
    for row in node.picture.search(search):
        if row.received_at < start:
            continue
        body = msgspec.json.decode(row.body)
        post = node.picture.record(channel, body["post"])
        name = msgspec.json.decode(post.body).get("name", "") if post else body["post"][:8]
        state = text(lang, f"value.holding_state.{body['status']}")
        yield f"{name}: {row.party.upper()} {state}, {dtg(row.at)}"
