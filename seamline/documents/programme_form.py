"""A programme on paper: plan against actual as a chart and in figures, and every point as it is stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from seamline.documents.paper import Lines, Paper, Picture, Pictures, Section, Table, paper, told
from seamline.texts import LANGS, dates, direction, text

Json = dict[str, Any]
_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 720, 260, 46, 16, 10, 24
_APART: Final = 48
"""So far apart, in points of the chart, stand two years at least."""


@dataclass(frozen=True, slots=True)
class Printed:
    """said: the programme as the API answers it. readers: who may read it; foot: who printed it."""

    said: Json
    readers: Sequence[str]
    foot: str
    zone: str


def programme_form(of: Printed, lang: str) -> bytes:
    """The pages as PDF; the same values give the same bytes."""
    said, record = of.said, of.said["record"]
    what = (text(lang, "kind.programme"), text(lang, f"value.state.{record['state']}"))
    baseline = text(lang, "ui.programmes.baseline", year=said["body"]["year"])
    made = Paper(
        lang=lang,
        readers=of.readers,
        kicker=" · ".join(filter(None, (record["number"], *what, baseline))),
        heading=record["title"],
        foot=of.foot,
        exercise=bool(said["body"].get("synthetic")),
        lead=_lead(said["summary"], lang),
        sections=[
            Pictures(text(lang, "ui.programmes.plan_actual"), (_chart(said, lang),)),
            Lines("", [text(lang, "print.programme.lines")]),
            _figures(said, lang),
            *_balance(said, lang),
            *(_point(point, of.zone, lang) for point in said["points"]),
        ],
    )
    return paper(made)


def _lead(summary: Json, lang: str) -> list[str]:
    actual, planned = _percent(summary["actual"]), _percent(summary["planned"])
    states = [
        f"{text(lang, f'ui.programmes.state.{state}')}: {n}" for state, n in summary["states"].items() if n
    ]
    if summary["blocked"]:
        states.append(text(lang, "ui.programmes.blocked", n=summary["blocked"]))
    return [text(lang, "ui.programmes.done_of", actual=actual, planned=planned), " · ".join(states)]


def _percent(thousandths: int) -> str:
    return f"{round(thousandths / 10)} %"


def _worded(said: Mapping[str, str], lang: str) -> str:
    """In the reader's language, else in the first that there is."""
    return next((said[one] for one in (lang, *LANGS) if said.get(one)), "")


# ------------------------------------------------------------------ plan against actual


def _until(at: int, period: str, lang: str) -> str:
    """The period that ends there, by its name; ends are midnights UTC."""
    last = datetime.fromtimestamp((at - 1) / 1000, UTC)
    if period == "year":
        return str(last.year)
    if period == "month":
        return f"{text(lang, f'month.{last.month}')} {last.year}"
    months = 6 if period == "half" else 3
    n = (last.month - 1) // months + 1
    return text(lang, f"ui.programmes.period.{period}", n=n, year=last.year)


def _figures(said: Json, lang: str) -> Section:
    moved = len(said["baselines"]) > 1
    columns = ["planned", *(["first"] if moved else []), "actual"]
    names = {"planned": "planned", "first": "first", "actual": "done"}
    rows = [
        [
            _until(row["at"], said["period"], lang),
            *("" if row[one] is None else _percent(row[one]) for one in columns),
        ]
        for row in said["curve"][1:]
    ]
    head = [text(lang, f"ui.programmes.{name}") for name in ("until", *(names[one] for one in columns))]
    return Table("", head, rows, (2, *(1 for _ in columns)))


def _chart(said: Json, lang: str) -> Picture:
    """Lines that differ by dash and mark, as on the screen; time runs the reader's way."""
    rows: list[Json] = said["curve"]
    first: int = rows[0]["at"]
    last: int = max(rows[-1]["at"], first + 1)
    back = direction(lang) == "rtl"

    def x(at: float) -> float:
        along = _LEFT + (at - first) / (last - first) * (_WIDE - _LEFT - _RIGHT)
        return round(_WIDE - along if back else along, 1)

    def y(thousandths: int) -> float:
        return round(_TOP + (1 - thousandths / 1000) * (_HIGH - _TOP - _FOOT), 1)

    def line(name: str, style: str) -> str:
        at = " ".join(f"{x(row['at'])},{y(row[name])}" for row in rows if row[name] is not None)
        return f'<polyline points="{at}" fill="none" {style}/>'

    edges = (x(first), x(last))
    parts = [_level(level, y(level * 10), edges, back) for level in (0, 25, 50, 75, 100)]
    parts += _years(rows, x)
    if len(said["baselines"]) > 1:
        parts.append(line("first", 'stroke="#888" stroke-width="1.5" stroke-dasharray="1 4"'))
    parts.append(line("planned", 'stroke="#333" stroke-width="1.5" stroke-dasharray="7 4"'))
    parts.append(line("actual", 'stroke="#000" stroke-width="2.5"'))
    dots = (row for row in rows if row["actual"] is not None)
    parts += (f'<circle cx="{x(row["at"])}" cy="{y(row["actual"])}" r="3.4"/>' for row in dots)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}">{"".join(parts)}</svg>'
    alt = text(lang, "ui.programmes.plan_actual")
    return Picture(svg.encode(), "image/svg+xml", _WIDE, _HIGH, alt)


def _level(percent: int, y: float, edges: tuple[float, float], back: bool) -> str:
    start, end = edges
    beside, anchor = (start + 6, "start") if back else (start - 6, "end")
    return (
        f'<line x1="{start}" x2="{end}" y1="{y}" y2="{y}" stroke="#ccc"/>'
        f'<text x="{beside}" y="{y + 4}" font-size="11" text-anchor="{anchor}" font-family="Noto Sans">'
        f"{percent} %</text>"
    )


def _years(rows: Sequence[Json], x: Callable[[float], float]) -> list[str]:
    """A mark where each year's first row stands, where there is room for it."""
    found: list[str] = []
    before: float | None = None
    years: set[int] = set()
    for row in rows:
        year, at = datetime.fromtimestamp(row["at"] / 1000, UTC).year, x(row["at"])
        if year in years or (before is not None and abs(at - before) < _APART):
            continue
        years.add(year)
        before = at
        found.append(
            f'<line x1="{at}" x2="{at}" y1="{_TOP}" y2="{_HIGH - _FOOT}" stroke="#ccc"/>'
            f'<text x="{at}" y="{_HIGH - 7}" font-size="11" text-anchor="middle" font-family="Noto Sans">'
            f"{year}</text>"
        )
    return found


# ------------------------------------------------------------------ points


def _balance(said: Json, lang: str) -> list[Section]:
    """What each side states of its own numbers, over all points."""
    sums: dict[str, list[int | None]] = {}
    for point in said["points"]:
        for one in point["counted"]:
            both = sums.setdefault(one["party"], [0, None])
            both[0] = (both[0] or 0) + one["planned"]
            both[1] = both[1] if one["count"] is None else (both[1] or 0) + one["count"]
    if not sums:
        return []
    lines = [
        told(
            lang,
            party,
            text(lang, "ui.programmes.not_stated", whole=planned)
            if count is None
            else text(lang, "ui.programmes.of", n=count, whole=planned),
        )
        for party, (planned, count) in sums.items()
    ]
    return [Lines(text(lang, "ui.programmes.balance"), lines)]


def _point(point: Json, zone: str, lang: str) -> Section:
    owners = " + ".join(party.upper() for party in point["owners"])
    weight = text(lang, "ui.programmes.weight", n=point["weight"])
    title = " · ".join(filter(None, (f"{point['no']} {_worded(point['title'], lang)}", owners, weight)))
    rows = [_milestone(one, zone, lang) for one in point["milestones"]]
    return Table(title, (), rows, (0, 3, 4, 3, 6))


def _milestone(one: Json, zone: str, lang: str) -> list[str]:
    step = text(lang, f"value.step.{one['step']}") if one["step"] else ""
    due = [text(lang, "ui.programmes.due", day=dates.day(one["due"], zone, lang))]
    if one["done"] is not None:
        due = [dates.day(one["done"], zone, lang)]
    if one["first_due"] not in (None, one["due"]):
        due.append(text(lang, "ui.programmes.was", day=dates.day(one["first_due"], zone, lang)))
    owners = " + ".join(party.upper() for party in one["owners"])
    state = text(lang, f"ui.programmes.state.{one['state']}")
    stated = [_stated(by, one["planned"], zone, lang) for by in one["told"]]
    if one["blocked_by"]:
        stated.insert(0, f"{text(lang, 'ui.programmes.blocked_by')} {', '.join(one['blocked_by'])}")
    name = _worded(one["title"], lang) or step or one["no"]
    return [one["no"], f"{name}\n{owners}", "\n".join(due), state, "\n".join(stated)]


def _stated(one: Json, planned: int | None, zone: str, lang: str) -> str:
    """What an owner states."""
    said = one["said"]
    parts = [text(lang, f"value.progress.{said.get('status') or 'under_way'}")]
    if said.get("count") is not None and planned is not None:
        parts.append(text(lang, "ui.programmes.of", n=said["count"], whole=planned))
    if said.get("why"):
        parts.append(text(lang, f"value.hindrance.{said['why']}"))
    if said.get("expected"):
        parts.append(text(lang, "ui.programmes.expected", day=dates.day(said["expected"], zone, lang)))
    # His own words run their own way, on a line of their own.
    return "\n".join(filter(None, (told(lang, one["party"], " · ".join(parts)), said.get("text"))))
