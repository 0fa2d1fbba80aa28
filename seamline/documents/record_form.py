"""A record of any kind on paper, drawn from its fields; who was told, who endorsed it, revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents.paper import Fields, Lines, Paper, Picture, Pictures, Said, Section, Table, paper
from seamline.documents.paper import told as say
from seamline.documents.record_values import Name, Values
from seamline.records import registry
from seamline.records.kind import Field, fields
from seamline.records.values import Spec
from seamline.texts import catalogue, dates, text

_GROUP = 4
_PLAIN = frozenset({"recorded", "reported", ""})
_OPEN = ("handover_sheet", "items")
"""What was open when the watch changed: a table, since it is read down."""
_STEPS = ("sent", "reached", "opened", "answered")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """A record as the API answers it in full, and its revisions, to a reader; pictures: its photos, small.

    readers: the parties of its channel; foot: who printed it. named: what an id in it stands for.
    """

    item: Json
    revisions: Sequence[Json]
    pictures: Sequence[Picture]
    readers: Sequence[str]
    foot: str
    named: Name


def record_form(of: Whole, lang: str, zone: str) -> bytes:
    """The pages as PDF."""
    item, body = of.item, of.item["body"]
    values = Values(lang, zone, of.named)
    sections: list[Section] = [Fields("", [*_fields(values, item), *_around(values, item, lang)])]
    sections += _open(item, values, lang, zone)
    if of.pictures:
        sections.append(Pictures(text(lang, "field.photos"), of.pictures, 2))
    sections += [*_told(item, lang, zone), *_endorsed(item, lang), _revisions(of.revisions, values, lang)]
    groups = [item["hash"][i : i + _GROUP] for i in range(0, len(item["hash"]), _GROUP)]
    sections.append(Lines(text(lang, "print.hash"), [" ".join(groups)]))
    what = (_kind(item["kind"], lang), _type(item, values), _state(item, values, lang))
    made = Paper(
        lang=lang,
        readers=of.readers,
        kicker=" · ".join(filter(None, (item["number"], *what))),
        heading=_heading(item, values, lang),
        foot=of.foot,
        exercise=bool(body.get("synthetic")),
        sections=sections,
    )
    return paper(made)


def _kind(kind: str, lang: str) -> str:
    key = f"kind.{kind}"
    return text(lang, key) if key in catalogue("en") else kind


def _type(item: Json, values: Values) -> str:
    code = item["body"].get("type")
    return values.code(f"{item['kind']}_type", code) if isinstance(code, str) else ""


def _state(item: Json, values: Values, lang: str) -> str:
    state = "" if item["state"] in _PLAIN else values.code("state", item["state"])
    torn = text(lang, "ui.tear") if item["mode"] == "tear" else ""
    return " · ".join(filter(None, (state, torn)))


def _heading(item: Json, values: Values, lang: str) -> str:
    title = str(item["title"])
    return title if title and title != item["kind"] else _type(item, values) or _kind(item["kind"], lang)


def _fields(values: Values, item: Json) -> list[tuple[str, Sequence[Said]]]:
    """Those that hold something, in the kind's order; then what a newer node sent that is not known here."""
    body = item["body"]
    kind = registry.KINDS.get(item["kind"])
    known = fields(kind) if kind is not None else ()
    strange = [Field(name, Spec("raw"), False) for name in body if name not in {f.name for f in known}]
    rows: list[tuple[str, Sequence[Said]]] = []
    for field in (*known, *strange):
        if (
            field.name in ("tear", "synthetic")
            or (item["kind"], field.name) == _OPEN
            or body.get(field.name) in (None, "", [], {})
        ):
            continue
        rows.append((values.label(field.name), values.lines(field, body[field.name])))
    return rows


def _open(item: Json, values: Values, lang: str, zone: str) -> list[Section]:
    kind, field = _OPEN
    lines = item["body"].get(field) or () if item["kind"] == kind else ()
    rows = [
        [
            values.code("attention", line["what"]),
            line.get("number") or "",
            line["title"],
            *(dates.dtg(line[at], zone) if line.get(at) else "" for at in ("since", "due")),
        ]
        for line in lines
    ]
    head = ["", "", values.label("title"), values.label("since"), values.label("due")]
    return [Table(values.label(field), head, rows, (2, 0, 4, 0, 0))] if rows else []


def _around(values: Values, item: Json, lang: str) -> list[tuple[str, Sequence[Said]]]:
    """Who said it, and when it was entered and reached this node."""
    party = " + ".join(p.upper() for p in item["party"].split("+"))
    unsigned = "" if item["attested"] or "+" not in item["party"] else f" · {text(lang, 'ui.unattested')}"
    rows: list[tuple[str, Sequence[Said]]] = [
        (text(lang, "ui.record.said_by"), [Said(f"{party} · {item['by']} · {item['node']}{unsigned}")]),
        (text(lang, "ui.record.entered"), [Said(values.instant(item["at"]))]),
    ]
    if item["received_at"] and item["received_at"] != item["at"]:
        rows.append((text(lang, "ui.record.received"), [Said(values.instant(item["received_at"]))]))
    return rows


def _told(item: Json, lang: str, zone: str) -> list[Section]:
    if not item["told"]:
        return []

    def at(one: Json, n: int) -> str:
        if (ms := one[_STEPS[n]]) is not None:
            return dates.dtg(ms, zone)
        # Another node has sent it on: when is not known here, but it was.
        later = any(one[step] is not None for step in _STEPS[n + 1 :])
        return text(lang, "ui.told.unknown" if later else "ui.told.not_yet")

    rows = [
        [f"{one['party'].upper()} · {one['node']}", *(at(one, n) for n in range(len(_STEPS)))]
        for one in item["told"]
    ]
    head = ["", *(text(lang, f"ui.told.{step}") for step in _STEPS)]
    return [Table(text(lang, "ui.told.title"), head, rows, (2, 1, 1, 1, 1))]


def _endorsed(item: Json, lang: str) -> list[Section]:
    told: Mapping[str, Any] | None = item["endorsed"]
    if not told or not told["needed"]:
        return []
    given = set(told["by"])
    lines = [
        say(lang, party, text(lang, "ui.endorse.yes" if party in given else "ui.endorse.not_yet"))
        for party in told["needed"]
    ]
    lines += [say(lang, party, text(lang, "ui.witness.saw")) for party in told.get("witnesses") or ()]
    lines += [
        say(lang, no["party"], f"{text(lang, 'ui.object.said')} {no['reason']}")
        for no in told.get("objections") or ()
    ]
    return [Lines(_kind("endorsement", lang), lines)]


def _revisions(revisions: Sequence[Json], values: Values, lang: str) -> Section:
    rows = [
        [
            text(lang, "ui.history.rev", n=one["rev"]),
            values.instant(one["at"]),
            one["by"],
            text(lang, "ui.history.current") if one["current"] else "",
        ]
        for one in sorted(revisions, key=lambda one: (one["rev"], one["at"], one["hash"]))
    ]
    return Table(text(lang, "ui.history.title"), (), rows, (2, 5, 2, 2))
