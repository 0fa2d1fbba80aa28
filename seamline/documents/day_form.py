"""The picture of a day on paper: map, what happened, what was planned, clashes, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents.paper import Lines, Paper, Picture, Pictures, Section, Table, paper, told
from seamline.documents.record_values import Values
from seamline.geo.gridref import spaced, to_mgrs
from seamline.texts import dates, text

Json = dict[str, Any]
_PLANS = "activity"


@dataclass(frozen=True, slots=True)
class Day:
    """items, clashes, gaps: as the API answers them; gaps None: not for these readers. note: law 7."""

    start: int
    zone: str
    readers: tuple[str, ...]
    foot: str
    items: tuple[Json, ...]
    clashes: tuple[Json, ...]
    gaps: tuple[Json, ...] | None
    note: str


def day_form(of: Day, map: Picture, lang: str) -> bytes:
    """The pages as PDF. map: the ground of that day as these readers may see it."""
    values = Values(lang, of.zone, str)
    happened = [item for item in of.items if item["kind"] != _PLANS]
    planned = [item for item in of.items if item["kind"] == _PLANS]
    sections: list[Section] = [
        Pictures("", (map,)),
        _records(text(lang, "print.happened"), happened, values, of, lang),
        _records(text(lang, "ui.desk.activities"), planned, values, of, lang),
        _clashes(of, lang),
        _gaps(of, lang),
    ]
    made = Paper(
        lang=lang,
        readers=of.readers,
        kicker=text(lang, "print.day"),
        heading=dates.day(of.start, of.zone, lang),
        foot=of.foot,
        exercise=any(item["body"].get("synthetic") for item in of.items),
        lead=(of.note,),
        sections=sections,
    )
    return paper(made)


def _records(title: str, items: Iterable[Json], values: Values, of: Day, lang: str) -> Section:
    rows = [
        [item["number"] or "", _hours(item, of.zone), item["party"].upper(), _what(item, values), _grid(item)]
        for item in items
    ]
    if not rows:
        return Lines(title, [text(lang, "print.none")])
    head = ["", text(lang, "field.when"), text(lang, "field.party"), "", "MGRS"]
    return Table(title, head, rows, (0, 0, 0, 1, 0))


def _what(item: Json, values: Values) -> str:
    code = item["body"].get("type")
    type = values.code(f"{item['kind']}_type", code) if isinstance(code, str) else ""
    title = item["title"] if item["title"] != item["kind"] else ""
    state = values.code("state", item["state"])
    # A title in the other direction keeps to itself: what follows it stays in its order (UAX #9).
    return " · ".join(filter(None, (title and f"\u2068{title}\u2069", type, state)))


def _hours(item: Json, zone: str) -> str:
    said = item["body"].get("when") or item["body"].get("occurred") or item["at"]
    if isinstance(said, dict):
        return _span(said["start"], said["end"], zone)
    return dates.dtg(said, zone)


def _span(start: int, end: int, zone: str) -> str:
    return f"{dates.dtg(start, zone)[:7]} – {dates.dtg(end, zone)[:7]}"


def _grid(item: Json) -> str:
    return spaced(item["body"].get("place", {}).get("mgrs", ""))


def _at(where: Sequence[int]) -> str:
    return spaced(to_mgrs(where[0], where[1], 4))


def _clashes(of: Day, lang: str) -> Section:
    title = text(lang, "ui.nav.clashes")
    rows = [
        [
            _span(one["start"], one["end"], of.zone),
            "\n".join(told(lang, side["party"], side["title"]) for side in (one["a"], one["b"])),
            text(lang, "ui.clash.possible") if one["possible"] else "",
            _at(one["where"]),
        ]
        for one in of.clashes
    ]
    if not rows:
        return Lines(title, [text(lang, "print.none")])
    return Table(title, [text(lang, "field.when"), "", "", "MGRS"], rows, (0, 1, 0, 0))


def _gaps(of: Day, lang: str) -> Section:
    title = text(lang, "ui.nav.gaps")
    if of.gaps is None:
        return Lines(title, [text(lang, "print.gaps_own")])
    rows = [
        [
            _span(one["start"], one["end"], of.zone),
            one["watch"]["title"],
            text(lang, "ui.unit.km", n=f"{one['length_m'] / 1000:.1f}"),
            _at(one["where"]),
        ]
        for one in of.gaps
    ]
    if not rows:
        return Lines(title, [text(lang, "print.none")])
    return Table(title, [text(lang, "field.when"), "", "", "MGRS"], rows, (0, 1, 0, 0))
