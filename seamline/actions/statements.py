"""Public statements as their desk shows them and as they leave it: whose words, who signed, corrected how."""

from __future__ import annotations

from concurrent.futures import Future
from itertools import pairwise
from typing import Any, Final

import msgspec

from seamline.actions import exports, publishing, read, view
from seamline.actions.exports import Exported
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.publishing import Words
from seamline.errors import BadInput, NotFound
from seamline.records.compare import differences
from seamline.records.public_statement import Publication, PublicStatement
from seamline.release.policy import may_write
from seamline.store.ports import Row
from seamline.texts import dates, text

Json = dict[str, Any]
FORMS: Final = ("txt", "html", "pdf")


def listed(node: Node, officer: Officer, as_of: int | None = None) -> Json:
    """Every statement he may read, the newest first."""
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    channels = node.readable(officer)
    rows = node.picture.current_of_kind("public_statement", channels) if channels else ()
    items = [found for row in rows if row.at <= now if (found := _told(node, officer, row, now)) is not None]
    items.sort(key=lambda i: (-i["record"]["at"], i["record"]["id"]))
    return {"items": items, "note": read.note(node, items)}


def one(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Json:
    """One statement with all its revisions; NotFound alike for absent, forbidden and what is none."""
    officer.need(*READERS)
    now = node.clock.now() if as_of is None else as_of
    found = _told(node, officer, view.find(node, officer, node.picture, id), now)
    if found is None:
        raise NotFound(f"no statement {id}")
    return found


def _told(node: Node, officer: Officer, row: Row, now: int) -> Json | None:
    found = publishing.revisions(node.picture, row, now)
    if not found:
        return None
    standing = publishing.stands(found)
    signed = [one for one in found if one.since is not None]
    return {
        "record": view.item(node, officer, row, now),
        "one_sided": found[-1].value.one_sided,
        "stands": _words(standing) if standing else None,
        "revisions": [_words(one) for one in found],
        "corrections": [_correction(*pair) for pair in pairwise(signed)],
        "may_publish": standing is not None and _may_publish(officer, standing),
    }


def _words(of: Words) -> Json:
    return {
        "rev": of.row.rev,
        "hash": of.row.hash,
        "at": of.row.at,
        "body": msgspec.json.decode(of.row.body),
        "endorsed": of.endorsed,
        "since": of.since,
        "published": of.out,
    }


def _correction(after: Words, before: Words) -> Json:
    """What stood, until when, and what the words after it say otherwise."""
    told = differences(msgspec.json.decode(before.row.body), msgspec.json.decode(after.row.body))
    return {
        "rev": before.row.rev,
        "since": before.since,
        "until": after.since,
        "why": after.value.correction,
        "body": msgspec.json.decode(before.row.body),
        "changes": [
            {"path": list(d.path), "how": d.how, "before": d.before, "after": d.after}
            for d in told
            if d.path[0] != "correction"
        ],
    }


def _may_publish(officer: Officer, of: Words) -> bool:
    """Is it for this officer to let these words out for his party?"""
    if officer.party not in of.value.parties or officer.party in of.out:
        return False
    return may_write(officer.party, officer.roles, Publication, of.row.channel, of.row.lane, ())


# ------------------------------------------------------------------ as it leaves


def exported(
    node: Node, officer: Officer, id: str, form: str, lang: str, rev: int | None = None
) -> Future[Exported]:
    """The paper in one language, logged before he has it. rev: else what stands, else the newest.

    What not all have endorsed, or what his own party's release officer has not let out, says so in its first
    line: a paper to read and sign over, not to publish. Raises BadInput for a form or language it has not.
    """
    from seamline.documents.statement_paper import FORMS as WRITERS

    officer.need(*READERS)
    if form not in FORMS:
        raise BadInput("format", form, "one of " + ", ".join(FORMS))
    row = view.find(node, officer, node.picture, id)
    found = publishing.revisions(node.picture, row, node.clock.now())
    wanted = _wanted(found, id, rev)
    if lang not in wanted.value.languages:
        raise BadInput("lang", lang, "one of " + ", ".join(wanted.value.languages))
    data = WRITERS[form][1](_paper(node, officer, found, wanted, lang))
    made = Exported(data, f"{node.name}-statement-{row.id[-8:]}-{wanted.row.rev}-{lang}.{form}", 1)
    return exports.logged(node, officer, made, form, f"statement={id} rev={wanted.row.rev} lang={lang}")


def _wanted(found: list[Words], id: str, rev: int | None) -> Words:
    chosen = found if rev is None else [one for one in found if one.row.rev == rev]
    if not chosen:
        raise NotFound(f"no statement {id}" if rev is None else f"statement {id} has no revision {rev}")
    return publishing.stands(chosen) or chosen[0]


def _paper(node: Node, officer: Officer, found: list[Words], of: Words, lang: str) -> Any:
    # Typesetting is large; a node that prints nothing never loads it.
    from seamline.documents.statement_paper import Paper

    value, zone = of.value, node.settings.zone
    return Paper(
        lang=lang,
        marks=tuple(_marks(officer, found, of, lang)),
        whose=_whose(value, lang),
        dated=dates.day(value.dated, zone, lang) if value.dated is not None else "",
        title=value.title_said[lang],
        text=value.text[lang],
        correction=value.correction.get(lang, ""),
        was=tuple(_was(found, of, lang, zone)),
        foot=(
            *_signed(of, lang, zone),
            text(lang, "form.statement.check", number=view.number(node, of.row) or ""),
        ),
        id=of.row.id,
        hash=of.row.hash,
    )


def _marks(officer: Officer, found: list[Words], of: Words, lang: str) -> list[str]:
    """What it is not, before anything that it says."""
    value, marks = of.value, []
    missing = [party for party in value.parties if party not in of.endorsed]
    if value.synthetic:
        marks.append(text(lang, "form.exercise"))
    if of.since is None:
        marks.append(text(lang, "form.statement.draft", parties=_names(missing)))
    elif officer.party not in of.out and (officer.party in value.parties or not of.out):
        by = [officer.party] if officer.party in value.parties else value.parties
        marks.append(text(lang, "form.statement.not_out", parties=_names(by)))
    newest = publishing.stands(found)
    if newest is not None and newest.row.rev > of.row.rev:
        marks.append(text(lang, "form.statement.replaced"))
    if value.one_sided:
        marks.append(text(lang, "form.statement.one_sided", party=_names(value.parties)))
    return marks


def _whose(value: PublicStatement, lang: str) -> str:
    key = "form.statement.of_one" if value.one_sided else "form.statement.of_all"
    return text(lang, key, parties=_names(value.parties))


def _was(found: list[Words], of: Words, lang: str, zone: str) -> list[Any]:
    """Endorsed words before these in this language, newest first, each with what replaced it."""
    from seamline.documents.statement_paper import Was

    line = [one for one in found if one.row.rev <= of.row.rev and (one.since is not None or one is of)]
    told = []
    for after, before in pairwise(line):
        if lang in before.value.languages and before.since is not None:
            until = dates.day(after.since, zone, lang) if after.since is not None else "—"
            why = after.value.correction.get(lang, "") if after is not of else ""
            since = dates.day(before.since, zone, lang)
            told.append(Was(since, until, why, before.value.title_said[lang], before.value.text[lang]))
    return told


def _signed(of: Words, lang: str, zone: str) -> list[str]:
    lines = [
        text(lang, "form.statement.signed", party=_names([party]), day=dates.day(at, zone, lang))
        for party, at in sorted(of.endorsed.items())
    ]
    if of.value.prevails is not None and len(of.value.languages) > 1:
        said = text(lang, f"value.lang.{of.value.prevails}")
        lines.append(text(lang, "form.minutes.prevails", language=said))
    return lines


def _names(parties: list[str]) -> str:
    return ", ".join(party.upper() for party in parties)
