"""The printed record of a meeting: its minutes in all their languages, who signed, hash and QR code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents.paper import marks
from seamline.documents.typeset import pdf, qr
from seamline.records.minutes import Action, Minutes, Outcome
from seamline.texts import dates, text

_GROUP = 4


@dataclass(frozen=True, slots=True)
class Signed:
    """A party that is named: the post that signed for it and when (ms); None while it has not."""

    party: str
    post: str
    at: int | None


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands around the words: the record's number and id, its revision, its hash, the node's zone.

    readers: the parties that may read it, which stands above and below each page.
    """

    number: str
    id: str
    rev: int
    hash: str
    zone: str
    when: str
    venue: str
    readers: tuple[str, ...]


def minutes_form(said: Minutes, of: Printed, signed: tuple[Signed, ...]) -> bytes:
    """The record as PDF; the same values give the same bytes."""
    groups = [of.hash[i : i + _GROUP] for i in range(0, len(of.hash), _GROUP)]
    mark = f"seamline-record/v1\nid {of.id}\nentry {of.hash}"
    values = {
        "name": said.name,
        "parts": [_part(lang, said, of) for lang in said.languages],
        "marking": marks(said.languages, of.readers, exercise=said.synthetic),
        "means": [{"lang": lang, "text": text(lang, "form.minutes.means")} for lang in said.languages],
        "signed": [_signature(one, said.languages[0]) for one in signed],
        "record": f"{of.number} · {of.rev}",
        "hash": [" ".join(groups[:8]), " ".join(groups[8:])],
        "command": f"seamline proof {of.id} · seamline verify {of.id}.proof --key PARTY=…",
        "qr": qr(mark),
        "qr_text": mark,
    }
    return pdf("minutes", values)


def _part(lang: str, said: Minutes, of: Printed) -> dict[str, Any]:
    lead = [f"{of.when}, {of.venue}"]
    if said.prevails is not None:
        prevails = text(lang, f"value.lang.{said.prevails}")
        lead.append(text(lang, "form.minutes.prevails", language=prevails))
    return {
        "lang": lang,
        "title": f"{text(lang, 'kind.minutes')} · {said.name}",
        "lead": [*lead, *_lines(said.text, lang)],
        "outcomes": [_outcome(lang, one, of.zone) for one in said.outcomes],
    }


def _outcome(lang: str, one: Outcome, zone: str) -> dict[str, Any]:
    more = []
    if one.owner is not None:
        more.append(text(lang, "form.minutes.owner", party=one.owner.upper()))
    for party, due in sorted(one.answer_by.items()):
        day = dates.day(due, zone, lang)
        more.append(text(lang, "form.minutes.answer", party=party.upper(), day=day))
    more += [_action(lang, action, zone) for action in one.actions]
    title = f"{one.no}. {text(lang, 'value.outcome.' + one.outcome)}"
    return {"title": title, "text": _lines(one.text, lang), "more": more}


def _action(lang: str, action: Action, zone: str) -> str:
    return text(
        lang,
        "form.minutes.action",
        no=action.no,
        party=action.side.upper(),
        day=dates.day(action.due, zone, lang),
        text=action.text[lang],
    )


def _lines(said: Mapping[str, str], lang: str) -> list[str]:
    return [line for line in said.get(lang, "").splitlines() if line.strip()]


def _signature(one: Signed, lang: str) -> dict[str, str]:
    at = dates.dtg(one.at) if one.at is not None else text(lang, "form.minutes.not_signed")
    return {"party": one.party.upper(), "post": one.post or "—", "at": at}
