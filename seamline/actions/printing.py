"""To print: a record of any kind, and the picture of a day; each page says who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as day_of
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from seamline.actions import gaps, programmes, read, view
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import BadInput, NotFound
from seamline.geo.window import overlap
from seamline.log.channel import members
from seamline.texts import dates, text

if TYPE_CHECKING:  # typesetting is large; a node that prints nothing never loads it
    from seamline.documents.day_form import Day
    from seamline.documents.paper import Picture

Json = dict[str, Any]
KINDS = ("incident", "activity", "alert", "contact")
MOST_LISTED = 500
_BOX = (480, 360)


def record(node: Node, officer: Officer, id: str, lang: str) -> bytes:
    """The record as PDF, as he may read it. NotFound alike for absent and forbidden."""
    from seamline.documents.record_form import Whole, record_form

    officer.need(*READERS)
    row = view.find(node, officer, node.picture, id)
    item = view.item(node, officer, row)
    revisions = read.history(node, officer, id)

    def named(other: str) -> str:
        try:
            found = view.find(node, officer, node.picture, other)
        except NotFound:
            return other
        return " · ".join(filter(None, (view.number(node, found), view.brief(node, None, found)["title"])))

    readers = in_order(officer, members(row.channel))
    whole = Whole(item, revisions, _photos(node, officer, item), readers, foot(node, officer, lang), named)
    return record_form(whole, lang, node.settings.zone)


def programme(node: Node, officer: Officer, id: str, lang: str) -> bytes:
    """A programme as PDF: plan against actual, and every point. NotFound alike for absent and forbidden."""
    from seamline.documents.programme_form import Printed, programme_form

    said = programmes.programme(node, officer, id)
    readers = in_order(officer, members(said["record"]["channel"]))
    return programme_form(Printed(said, readers, foot(node, officer, lang), node.settings.zone), lang)


def foot(node: Node, officer: Officer, lang: str) -> str:
    """Who prints it, where and when."""
    time = dates.moment(node.clock.now(), node.settings.zone, lang)
    by = f"{officer.party}/{officer.id}"
    return text(lang, "print.foot", time=time, officer=by, node=node.name)


def in_order(officer: Officer, parties: Sequence[str] | frozenset[str]) -> list[str]:
    """The reader's own first, then by name."""
    return sorted(parties, key=lambda party: (party != officer.party, party))


def _photos(node: Node, officer: Officer, item: Json) -> list[Picture]:
    """The small ones that this node drew itself: what another node sent is decoded by nobody here."""
    from seamline.documents.paper import Picture

    if item["node"] != node.name:
        return []
    found = []
    for one in item["body"].get("photos") or ():
        try:
            data, media = node.photos.small(one["hash"], node.readable(officer))
        except NotFound:
            continue
        found.append(Picture(data, media, *_BOX, alt=one["hash"]))
    return found


# ------------------------------------------------------------------ the picture of a day


@dataclass(frozen=True, slots=True)
class DayAsked:
    """date: of the node's zone, 2026-11-21; None: today. channel: one alone; None: all that he reads."""

    date: str | None
    channel: str | None
    lang: str


@dataclass(frozen=True, slots=True)
class DayFound:
    """Of a day [start, end): what is drawn on the map, and the pages around it. readers: who may read it."""

    start: int
    end: int
    readers: list[str]
    items: list[Json]
    clashes: list[Json]
    day: Day


def day(node: Node, officer: Officer, asked: DayAsked) -> DayFound:
    """What happened and was planned on it.

    Of one channel: what its readers all have. Of all: for those alone who read every one of his channels.
    Raises BadInput for no date, NotFound for a channel he does not read.
    """
    from seamline.documents.day_form import Day

    officer.need(*READERS)
    readable = node.readable(officer)
    if asked.channel is not None and asked.channel not in readable:
        raise NotFound(f"no channel {asked.channel}")
    channels = readable if asked.channel is None else (asked.channel,)
    if not channels:
        raise NotFound("no channel")
    start, end = _hours(node, asked.date)
    items = _items(node, officer, asked.channel, start, end)
    clashes = _clashes(node, officer, channels, start, end)
    readers = in_order(officer, frozenset.intersection(*(frozenset(members(c)) for c in channels)))
    made = Day(
        start=start,
        zone=node.settings.zone,
        readers=tuple(readers),
        foot=foot(node, officer, asked.lang),
        items=tuple(items),
        clashes=tuple(clashes),
        gaps=_gaps(node, officer, channels, readable, start, end),
        note=_note(node, [*items, *clashes], asked.lang),
    )
    return DayFound(start, end, readers, items, clashes, made)


def _hours(node: Node, date: str | None) -> tuple[int, int]:
    zone = dates.zone(node.settings.zone)
    today = datetime.fromtimestamp(node.clock.now() / 1000, zone).date()
    try:
        asked = today if date is None else day_of.fromisoformat(date)
        midnight = datetime(asked.year, asked.month, asked.day, tzinfo=zone)
        # The next midnight by the wall clock: a day in which the clocks change has 23 or 25 hours.
        after = (midnight + timedelta(days=1)).timestamp()
    except (ValueError, OverflowError):
        raise BadInput("date", date, "a day such as 2026-11-21") from None
    return round(midnight.timestamp() * 1000), round(after * 1000)


def _items(node: Node, officer: Officer, channel: str | None, start: int, end: int) -> list[Json]:
    """By their hours; where all is asked for, a release is left out if its source is there too."""
    asked = read.RecordQuery(kinds=KINDS, channel=channel, start=start, end=end, limit=MOST_LISTED)
    found = read.records(node, officer, asked).items
    rows = [item for item in found if channel is not None or item["links"]["source"] is None]
    once = {item["id"]: item for item in rows}.values()
    return sorted(once, key=lambda item: (_start(item), item["id"]))


def _start(item: Json) -> int:
    hours = item["body"].get("when") or item["body"].get("occurred")
    return int(hours["start"]) if isinstance(hours, dict) else int(item["at"])


def _clashes(node: Node, officer: Officer, channels: tuple[str, ...], start: int, end: int) -> list[Json]:
    """Of plans that are both in these channels: what their readers can find for themselves, and no more."""
    found = []
    for pair in node.picture.clashes(channels, MOST_LISTED, start):
        a, b = node.picture.record(*pair.a), node.picture.record(*pair.b)
        if a is None or b is None or overlap(pair.start, pair.end, start, end) is None:
            continue
        if len(channels) > 1 and any(view.links(node, officer, row)["source"] for row in (a, b)):
            continue
        one, two = sorted((a, b), key=lambda row: (row.start or 0, row.id))
        found.append(
            {
                "a": view.brief(node, None, one),
                "b": view.brief(node, None, two),
                "start": pair.start,
                "end": pair.end,
                "where": list(pair.where),
                "possible": pair.possible,
                **node.locate(pair.where),
            }
        )
    return found


def _gaps(
    node: Node, officer: Officer, channels: tuple[str, ...], readable: tuple[str, ...], start: int, end: int
) -> tuple[Json, ...] | None:
    """None where others than all of his channels' readers would read what his own side's plans leave open."""
    if channels != readable:
        return None
    found = gaps.found(node, officer, gaps.Asked(start=start, end=end))["items"]
    return tuple(found)


def _note(node: Node, found: list[Json], lang: str) -> str:
    """Law 7: of what was shared, and when any other node was last heard."""
    note = read.note(node, found)
    said = text(lang, note["key"])
    if note["last_contact"] is None:
        return text(lang, "note.no_contact", text=said)
    time = dates.moment(note["last_contact"], node.settings.zone, lang)
    return text(lang, "note.last_contact", text=said, time=time)
