"""What was settled at the meetings of a series, and what came of it: what the next one opens with."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions.clashing import referrers, revisions_back, signers
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.meeting import Series, Sitting
from seamline.records.minutes import ActionReport, Minutes
from seamline.store.ports import PictureReader, Row

Item = dict[str, Any]
NOT_OF_A_PROGRAMME: Item = {
    "programme": None, "step": None, "expected": None, "why": [], "said": [], "blocked_by": [],
}  # fmt: skip
"""What only a late milestone says (actions/series.py)."""
_MOST_TURNS = 50
"""So often one outcome can be taken up by another before it is no longer followed."""


def sittings(picture: PictureReader, series: Row) -> list[tuple[Row, Sitting]]:
    """The meetings of a series in its own channel, by their hours."""
    found = []
    for row in picture.current_of_kind("meeting", (series.channel,)):
        value = registry.read("meeting", msgspec.json.decode(row.body))
        if isinstance(value, Sitting) and value.series == series.id:
            found.append((row, value))
    return sorted(found, key=lambda one: (one[1].when.start, one[0].id))


def sides(picture: PictureReader, row: Row, value: Sitting) -> list[str]:
    """Whose quorum counts: the parties of the series; without it, the members of the channel."""
    series = picture.record(row.channel, value.series)
    told = registry.read("series", msgspec.json.decode(series.body)) if series else None
    return list(told.parties) if isinstance(told, Series) else sorted(members(row.channel))


def minutes_of(picture: PictureReader, sitting: Row, as_of: int) -> list[tuple[Row, Minutes]]:
    """The minutes of a meeting that all have endorsed by as_of, each in its newest such revision."""
    return _in_force(picture, sitting, "minutes", as_of)


def _in_force(picture: PictureReader, about: Row, relation: str, as_of: int) -> list[tuple[Row, Minutes]]:
    """The minutes in force that say so of a record in its own channel."""
    found = []
    for ref in picture.refs_to(about.id, relation):
        current = picture.record(ref.channel, ref.id)
        standing = (
            _standing(picture, current, as_of) if current and current.channel == about.channel else None
        )
        if standing is not None:
            found.append(standing)
    return sorted(found, key=lambda one: (one[0].at, one[0].hash))


def _standing(picture: PictureReader, current: Row, as_of: int) -> tuple[Row, Minutes] | None:
    """The newest revision of minutes that all their parties have endorsed."""
    for row in revisions_back(picture, current):
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if not isinstance(value, Minutes):
            continue
        needed = signers(picture, row, value, as_of)
        if value.standing(referrers(picture, row), as_of, needed) == "in_force":
            return row, value
    return None


def open_of(picture: PictureReader, series: Row, as_of: int, before: int | None = None) -> list[Item]:
    """What was taken back and is not answered, and actions that are not done; the oldest first.

    Each: what, minutes (id), no, text, sides, due (ms), overdue. before: of meetings that began earlier, ms.
    """
    held = [
        (row, value)
        for sitting, told in sittings(picture, series)
        if before is None or told.when.start < before
        for row, value in minutes_of(picture, sitting, as_of)
    ]
    found: list[Item] = []
    for row, value in held:
        done = _done(picture, row)
        # Whichever tier took it up: then it is open there.
        later = _in_force(picture, row, "takes_up", as_of)
        taken_up = {one.takes_up for _, told in later for one in told.outcomes}
        for one in value.outcomes:
            place = f"{row.id}/{one.no}"
            if one.outcome == "taken_back" and place not in taken_up:
                due = max(one.answer_by.values(), default=None)
                found.append(_item("taken_back", row, one.no, one.text, list(one.answer_by), due, as_of))
            for action in one.actions:
                if action.no not in done:
                    said = (action.text, [action.side], action.due)
                    found.append(_item("action", row, action.no, *said, as_of))
    return found


def outcome(picture: PictureReader, row: Row, no: str, as_of: int) -> Item | None:
    """An outcome of minutes as it stands: where a later one took it up, that one. None if there is none.

    {minutes, no, outcome, text, answer_by, open}; open: it was taken back and nobody has answered it since.
    """
    found: Item | None = None
    for _ in range(_MOST_TURNS):
        standing = _standing(picture, row, as_of)
        one = next((o for o in standing[1].outcomes if o.no == no), None) if standing else None
        if one is None:
            break
        told = {"minutes": row.id, "no": one.no, "outcome": one.outcome, "text": one.text}
        found = told | {"answer_by": one.answer_by, "open": one.outcome == "taken_back"}
        later = _taken_up(picture, row, no, as_of)
        if later is None:
            break
        row, no = later
    return found


def _taken_up(picture: PictureReader, row: Row, no: str, as_of: int) -> tuple[Row, str] | None:
    """The newest later outcome that takes this one up."""
    for later, told in reversed(_in_force(picture, row, "takes_up", as_of)):
        for one in told.outcomes:
            if one.takes_up == f"{row.id}/{no}":
                return later, one.no
    return None


def opens_with(picture: PictureReader, row: Row, value: Sitting, as_of: int) -> list[Item]:
    """What a meeting opens with: what earlier ones of its series, and the one it has from, left open."""
    found: list[Item] = []
    series = picture.record(row.channel, value.series)
    if series is not None:
        found += open_of(picture, series, as_of, value.when.start)
    for id in (value.escalated, value.returned):
        other = picture.record(row.channel, id) if id else None
        told = registry.read("meeting", msgspec.json.decode(other.body)) if other else None
        source = picture.record(row.channel, told.series) if isinstance(told, Sitting) else None
        if source is not None and source.id != value.series:
            found += open_of(picture, source, as_of, value.when.start)
    return found


def _item(
    what: str, row: Row, no: str, text: dict[str, str], sides: list[str], due: int | None, as_of: int
) -> Item:
    overdue = due is not None and due < as_of
    told = {"what": what, "minutes": row.id, "no": no, "text": text, "sides": sorted(sides)}
    return told | {"due": due, "overdue": overdue, **NOT_OF_A_PROGRAMME}


def _done(picture: PictureReader, minutes: Row) -> set[str]:
    """The actions that their own side reported done, and not open again since."""
    newest: dict[str, tuple[Row, ActionReport]] = {}
    value = registry.read("minutes", msgspec.json.decode(minutes.body))
    whose = (
        {a.no: a.side for one in value.outcomes for a in one.actions} if isinstance(value, Minutes) else {}
    )
    for ref in picture.refs_to(minutes.id, "reports"):
        by = picture.record(ref.channel, ref.id)
        told = registry.read(by.kind, msgspec.json.decode(by.body)) if by else None
        if by is None or not isinstance(told, ActionReport) or whose.get(told.action) != by.party:
            continue
        if told.action not in newest or (by.at, by.hash) > (
            newest[told.action][0].at,
            newest[told.action][0].hash,
        ):
            newest[told.action] = (by, told)
    return {no for no, (_, told) in newest.items() if told.status == "done"}
