"""A programme's points as a table, one milestone a row: out for a spreadsheet, and back into a draft.

Nothing is evaluated and nothing is written: what is read goes into the officer's draft, which he saves and
both sides endorse. Every cell at fault is named by line, column, value and remedy.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

import msgspec

from seamline import texts
from seamline.actions import exports, programmes
from seamline.actions.exports import Exported
from seamline.actions.imports import Refused
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.actions.source import Format, OutRow, SourceRow, Value
from seamline.errors import BadInput, TooLarge
from seamline.geo.window import format_rfc3339, parse_rfc3339
from seamline.log.channel import members
from seamline.picture import programme as plan
from seamline.records import registry
from seamline.records.programme import TRACKS, Point

Json = dict[str, Any]
MOST_ROWS: Final = 1_000
MOST_FAULTS: Final = 50
LANGS: Final = ("en", "ar", "ckb")
_POINT: Final = (
    "point", *(f"point_{lang}" for lang in LANGS), *(f"text_{lang}" for lang in LANGS), "point_owners",
    "point_weight", "awaits",
)  # fmt: skip
_MILESTONE: Final = (
    "milestone", "step", *(f"title_{lang}" for lang in LANGS), "owners", "weight", "due", "after", "planned",
)  # fmt: skip
STATED: Final = ("state", "done", "expected", "blocked_by", "stated")
"""Columns that only go out: they follow from what the owners state, and are passed over on the way in."""
COLUMNS: Final = (*_POINT, *_MILESTONE)
_NEEDED: Final = ("point", "milestone", "due")
_AT = re.compile(r"points\[(\d+)\](?:\.milestones\[(\d+)\])?(?:\.(\w+))?")
_NAMES: Final = {"no": "milestone", "title": "title_en"}


class PointsRead(msgspec.Struct, frozen=True, kw_only=True):
    """What a table says: points for a draft; or its faults, and then no points. refused: how many faults."""

    rows: int
    points: list[Point]
    faults: list[Refused]
    refused: int


# ---------------------------------------------------------------- out


def points_file(node: Node, officer: Officer, id: str, lang: str) -> Future[Exported]:
    """The points as they stand, with what is stated of them, as CSV; done once the export is in the log."""
    officer.need(*READERS)
    now = node.clock.now()
    found = programmes.find(node, officer, id, now)
    standing = plan.stands(found.value, programmes.reports(node.picture, found.row, now), now)
    mark, zone = texts.text(lang, "export.mark"), ZoneInfo(node.settings.zone)
    rows = [OutRow({"use": mark, **_cells(one, zone)}) for one in standing]
    data = node.gateways.writers["csv"](["use", *COLUMNS, *STATED], rows, mark)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now / 1000))
    made = Exported(data, f"{node.name}-programme-{stamp}.csv", len(rows))
    return exports.logged(node, officer, made, "csv", f"programme={found.row.id}")


def _cells(one: plan.Stand, zone: ZoneInfo) -> dict[str, Value]:
    point, milestone = one.point, one.milestone
    cells: dict[str, Value] = {
        "point": point.no,
        "point_owners": " ".join(point.owners),
        "point_weight": point.weight,
        "awaits": point.awaits,
        "milestone": milestone.no,
        "step": milestone.step,
        "owners": " ".join(milestone.owners),
        "weight": milestone.weight,
        "due": _day(milestone.due, zone),
        "after": " ".join(milestone.after),
        "planned": milestone.planned,
        "state": one.state,
        "done": _day(one.done, zone),
        "expected": _day(one.expected, zone),
        "blocked_by": " ".join(one.blocked_by),
        "stated": "; ".join(_told(t) for t in one.told),
    }
    for lang in LANGS:
        cells |= {f"point_{lang}": point.title.get(lang), f"text_{lang}": point.text.get(lang)}
        cells[f"title_{lang}"] = milestone.title.get(lang)
    return cells


def _told(one: plan.Told) -> str:
    said = one.said
    parts = [said.status, said.why, None if said.count is None else str(said.count), said.text]
    return f"{one.party}: " + ", ".join(part for part in parts if part)


def _day(ms: int | None, zone: ZoneInfo) -> str | None:
    """A day where it is a day's beginning in the node's zone, else the instant."""
    if ms is None:
        return None
    local = datetime.fromtimestamp(ms / 1000, zone)
    midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return local.date().isoformat() if midnight else format_rfc3339(ms)


# ---------------------------------------------------------------- in


def read(
    node: Node, officer: Officer, open_file: Callable[[], BinaryIO], track: str, channel: str
) -> PointsRead:
    """The points of a table. Raises BadInput (TooLarge) where the file as a whole cannot be read."""
    officer.need("watch", "planner", "release", "signatory")
    return points_of(node.gateways.formats["csv"], open_file, track, channel, ZoneInfo(node.settings.zone))


def points_of(
    format: Format, open_file: Callable[[], BinaryIO], track: str, channel: str, zone: ZoneInfo
) -> PointsRead:
    """The same without a node. channel: whose parties may own milestones; zone: where a day begins."""
    if track not in TRACKS:
        raise BadInput("track", track, "one of " + ", ".join(TRACKS))
    table = format(open_file)
    _check_columns(table.columns)
    if table.count > MOST_ROWS:
        remedy = f"at most {MOST_ROWS} milestones; split it into several programmes"
        raise TooLarge("file", f"{table.count} rows", remedy, where=f"line {MOST_ROWS + 2}")
    reader = _Reader(track, zone)
    for row in table.rows():
        reader.take(row)
    if not reader.faults:
        reader.check(channel)
    points = [] if reader.faults else [msgspec.convert(one, Point) for one in reader.points.values()]
    return PointsRead(
        rows=table.count, points=points, faults=reader.faults[:MOST_FAULTS], refused=len(reader.faults)
    )


def _check_columns(columns: tuple[str, ...]) -> None:
    known = {*COLUMNS, *STATED, "use", "geometry"}
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise BadInput(
            "file", missing[0], f"a column of this name; there may be {', '.join(COLUMNS)}", where="line 1"
        )
    strange = [name for name in columns if name not in known]
    if strange:
        raise BadInput("file", strange[0], f"no such column; there are {', '.join(COLUMNS)}", where="line 1")


@dataclass
class _Reader:
    """Rows into points. lines: of (index of the point, index of its milestone or None)."""

    track: str
    zone: ZoneInfo
    points: dict[str, Json] = field(default_factory=dict)
    faults: list[Refused] = field(default_factory=list)
    lines: dict[tuple[int, int | None], int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = {
            said.casefold(): step
            for step in TRACKS[self.track]
            for said in (step, *(texts.text(lang, f"value.step.{step}") for lang in LANGS))
        }

    def take(self, row: SourceRow) -> None:
        """Its milestone; what cannot be read of it is kept as a fault."""
        if row.fault is not None:
            self._fault(row.line, row.fault)
            return
        values = {name: row.values.get(name, "").strip() for name in COLUMNS}
        missing = [name for name in _NEEDED if not values[name]]
        if missing:
            self._fault(row.line, BadInput(missing[0], "", "this cell is required", code="cell_missing"))
            return
        before = self.seen.setdefault(values["milestone"], row.line)
        if before != row.line:
            remedy = f"line {before} has this number; give each its own"
            self._fault(row.line, BadInput("milestone", values["milestone"], remedy, code="milestone_twice"))
        point = self._point(row.line, values)
        made = dict(self._milestone(row.line, values))
        self.lines[list(self.points).index(values["point"]), len(point["milestones"])] = row.line
        point["milestones"].append({"no": values["milestone"], **made})

    def check(self, channel: str) -> None:
        """What only the whole can say: owners, numbers, the order of days, circles."""
        body = {"name": "-", "parties": list(members(channel)), "track": self.track, "year": 2000}
        try:
            registry.parse("programme", body | {"points": list(self.points.values())})
        except BadInput as fault:
            at = _AT.search(fault.field)
            index, number, name = (at[1], at[2], at[3]) if at else (None, None, None)
            place = (int(index), int(number) if number else None) if index else None
            line = self.lines.get(place, 1) if place else 1
            column = _NAMES.get(name or "", name or "milestone")
            self._fault(
                line,
                BadInput(
                    column if number else f"point_{name}" if name else column, fault.value, fault.remedy
                ),
            )

    def _point(self, line: int, values: dict[str, str]) -> Json:
        """That of an earlier row, or a new one; a later row need not say it again, nor otherwise."""
        said = dict(self._of_point(line, values))
        here = self.points.get(values["point"])
        if here is None:
            self.lines[len(self.points), None] = line
            self.points[values["point"]] = here = {"no": values["point"], **said, "milestones": []}
        for name, value in said.items():
            if here.get(name) != value:
                column = {"title": "point_en", "text": "text_en"}.get(
                    name, f"point_{name}" if name != "awaits" else name
                )
                remedy = f"rows of point {values['point']} differ here; leave it empty after the first"
                self._fault(line, BadInput(column, str(value), remedy, code="point_differs"))
        return here

    def _of_point(self, line: int, values: dict[str, str]) -> Iterator[tuple[str, Any]]:
        for name, prefix in (("title", "point"), ("text", "text")):
            said = {lang: values[f"{prefix}_{lang}"] for lang in LANGS if values[f"{prefix}_{lang}"]}
            if said:
                yield name, said
        yield from self._number(line, "weight", "point_weight", values)
        if values["point_owners"]:
            yield "owners", _words(values["point_owners"].lower())
        if values["awaits"]:
            yield "awaits", values["awaits"]

    def _milestone(self, line: int, values: dict[str, str]) -> Iterator[tuple[str, Any]]:
        try:
            yield "due", self._instant(values["due"])
        except BadInput as fault:
            self._fault(line, fault)
        if values["step"]:
            step = self.steps.get(values["step"].casefold())
            if step is None:
                remedy = "one of " + ", ".join(TRACKS[self.track])
                self._fault(line, BadInput("step", values["step"], remedy, code="import_code"))
            else:
                yield "step", step
        title = {lang: values[f"title_{lang}"] for lang in LANGS if values[f"title_{lang}"]}
        if title:
            yield "title", title
        yield from self._number(line, "weight", "weight", values)
        yield from self._number(line, "planned", "planned", values)
        for name in ("owners", "after"):
            if values[name]:
                yield name, _words(values[name].lower() if name == "owners" else values[name])

    def _number(self, line: int, name: str, column: str, values: dict[str, str]) -> Iterator[tuple[str, int]]:
        said = _latin(values[column])
        if re.fullmatch(r"\d{1,9}", said, re.ASCII):
            yield name, int(said)
        elif said:
            remedy = "a whole number; a formula is not worked out"
            self._fault(line, BadInput(column, values[column], remedy, code="import_number"))

    def _instant(self, said: str) -> int:
        text = _latin(said)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                raise BadInput("due", said, "there is no such day", code="import_date") from None
            return int(
                datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC).timestamp() * 1000
            )
        try:
            return parse_rfc3339(text, "due")
        except BadInput:
            remedy = "a day as 2026-11-21; a formula is not worked out"
            raise BadInput("due", said, remedy, code="import_date") from None

    def _fault(self, line: int, fault: BadInput) -> None:
        self.faults.append(Refused(line, fault.field, fault.value, fault.remedy, fault.code))


def _words(text: str) -> list[str]:
    """Owners or numbers, by spaces, commas or plus signs; each once, in order."""
    return sorted({word for word in re.split(r"[\s,;+]+", text) if word})


def _latin(text: str) -> str:
    """Digits of any script as Latin ones."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
