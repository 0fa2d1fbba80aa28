"""What a series of meetings agreed, what happened since, and what was agreed before and is not done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seamline.actions import followup, programmes, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import NotFound
from seamline.picture.programme import Stand
from seamline.records import registry
from seamline.records.meeting import Series, Sitting
from seamline.records.minutes import ActionReport, Minutes, Outcome
from seamline.store.ports import PictureReader, Row

Item = dict[str, Any]


def opens_with(picture: PictureReader, row: Row, value: Sitting, as_of: int) -> list[Item]:
    """What a meeting opens with: what earlier ones left open, then milestones past their day."""
    return [*followup.opens_with(picture, row, value, as_of), *late(picture, row.channel, as_of)]


def not_done(picture: PictureReader, series: Row, as_of: int) -> list[Item]:
    """The same of a series whose next meeting is not called yet."""
    return [*followup.open_of(picture, series, as_of), *late(picture, series.channel, as_of)]


def late(picture: PictureReader, channel: str, as_of: int) -> list[Item]:
    """Milestones past their day of programmes in force in this very channel, with what each owner says of it.

    Everybody who meets there reads the channel, so all are told the same (law 3).
    """
    return [_late(found, one) for found, one in programmes.overdue(picture, channel, as_of)]


def series(node: Node, officer: Officer, id: str, as_of: int | None = None) -> Item:
    """One series: each settled outcome, newest meeting first, with what came of it; and what is not done.

    NotFound alike for absent and forbidden.
    """
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    row = view.find(node, officer, node.picture, id)
    if not isinstance(registry.read(row.kind, msgspec.json.decode(row.body)), Series):
        raise NotFound(f"no series {id}")
    open_ = not_done(node.picture, row, moment)
    held = reversed(followup.sittings(node.picture, row))
    return {
        "record": view.brief(node, officer, row, moment),
        "not_done": open_,
        "agreed": [
            {
                "meeting": view.brief(node, officer, meeting, moment),
                "minutes": view.brief(node, officer, minutes, moment),
                "outcomes": [_outcome(node, officer, minutes, one, open_, moment) for one in told.outcomes],
            }
            for meeting, _ in held
            for minutes, told in followup.minutes_of(node.picture, meeting, moment)
        ],
    }


def _outcome(node: Node, officer: Officer, row: Row, one: Outcome, open_: list[Item], as_of: int) -> Item:
    here = {item["no"] for item in open_ if item["minutes"] == row.id}
    numbers = [one.no, *(action.no for action in one.actions)]
    return {
        "no": one.no,
        "outcome": one.outcome,
        "text": one.text,
        "owner": one.owner,
        "open": [no for no in numbers if no in here],
        "actions": [
            {"no": a.no, "side": a.side, "text": a.text, "due": a.due, "open": a.no in here}
            for a in one.actions
        ],
        "since": list(_since(node, officer, row, one, as_of)),
    }


def _since(node: Node, officer: Officer, row: Row, one: Outcome, as_of: int) -> Iterator[Item]:
    """What was said about it after it was settled: reports, later outcomes, and where its record stands."""
    actions = {action.no for action in one.actions}
    found: list[tuple[str, Row]] = []
    for relation in ("reports", "takes_up", "awaits"):
        for ref in node.picture.refs_to(row.id, relation):
            by = node.picture.record(ref.channel, ref.id)
            if (
                by is not None
                and by.channel == row.channel
                and by.at <= as_of
                and _about(row, by, one, actions)
            ):
                found.append((relation, by))
    about = node.picture.record(row.channel, one.about) if one.about else None
    if about is not None:
        found.append(("about", about))
    for relation, by in sorted(found, key=lambda f: (f[1].at, f[1].id)):
        yield {"how": relation, "record": view.brief(node, officer, by, as_of)}


def _about(row: Row, by: Row, one: Outcome, actions: set[str]) -> bool:
    """Is what refers to the minutes about this very outcome?"""
    value = registry.read(by.kind, msgspec.json.decode(by.body))
    if isinstance(value, ActionReport):
        return value.action in actions
    if isinstance(value, Minutes):
        return any(later.takes_up == f"{row.id}/{one.no}" for later in value.outcomes)
    return f"{row.id}/{one.no}".encode() in by.body


def _late(found: programmes.Plan, one: Stand) -> Item:
    waiting = [t.said for t in one.told if t.said.status != "done"]
    return {
        "what": "milestone",
        "minutes": None,
        "programme": found.row.id,
        "no": one.milestone.no,
        "step": one.milestone.step,
        "text": _named(one),
        "sides": [
            o for o in one.owners if not any(t.party == o and t.said.status == "done" for t in one.told)
        ],
        "due": one.milestone.due,
        "overdue": True,
        "expected": one.expected,
        "why": sorted({said.why for said in waiting if said.why is not None}),
        "said": [said.text for said in waiting if said.text],
        "blocked_by": list(one.blocked_by),
    }


def _named(one: Stand) -> dict[str, str]:
    """The milestone under the name of its point, in every language either has."""
    point, own = one.point.title, one.milestone.title
    return {
        lang: ": ".join(text for text in (point.get(lang, ""), own.get(lang, "")) if text)
        for lang in [*point, *(name for name in own if name not in point)]
    }
