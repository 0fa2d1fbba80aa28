"""What was settled at the meetings of a series, and what came of it: what the next one opens with."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions.clashing import referrers, revisions_back
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.meeting import Series, Sitting
from seamline.records.minutes import ActionReport, Minutes
from seamline.store.ports import PictureReader, Row

Item = dict[str, Any]


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
        for row in revisions_back(picture, current) if current and current.channel == about.channel else ():
            value = registry.read(row.kind, msgspec.json.decode(row.body))
            told = referrers(picture, row)
            if isinstance(value, Minutes) and value.standing(told, as_of, value.parties) == "in_force":
                found.append((row, value))
                break
    return sorted(found, key=lambda one: (one[0].at, one[0].hash))


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
    return told | {"due": due, "overdue": overdue}


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
