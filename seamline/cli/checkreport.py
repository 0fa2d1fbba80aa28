"""What `seamline check` writes: a table for people, a document for programs, or every fault of the input."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from seamline.cli.planfile import Fault, Plan, shown
from seamline.geo import gridref
from seamline.geo.gazetteer import Gazetteer, Near
from seamline.geo.place import SCALE
from seamline.geo.window import HOUR, fixed_zone, format_rfc3339
from seamline.texts import catalogue, dates, plural, text

if TYPE_CHECKING:
    from rich.console import Console

    from seamline.cli.check import Result
    from seamline.cli.checkrules import CheckRule
    from seamline.picture.findings import Found
    from seamline.picture.gap import Patch

MAX_ROWS = 100
MAX_FAULTS = 200
FORMAT = "seamline/check/v1"


# ---------------------------------------------------------------- faults


def faults(found: Sequence[Fault], out: TextIO, lang: str, json_output: bool) -> None:
    """Every fault: file, feature, field, value, remedy."""
    if json_output:
        listed = [
            {
                "file": fault.file,
                "feature": fault.feature,
                "field": fault.error.field,
                "value": fault.error.value,
                "code": fault.error.code,
                "remedy": _remedy(fault, lang),
            }
            for fault in found
        ]
        json.dump({"format": FORMAT, "faults": listed}, out, ensure_ascii=False, indent=1)
        out.write("\n")
        return
    for fault in found[:MAX_FAULTS]:
        where = (
            fault.error.field if fault.feature is None else f"features[{fault.feature}].{fault.error.field}"
        )
        title = text(lang, f"error.{fault.error.code}")
        parts = (shown(fault.file), where, shown(fault.error.value), title, _remedy(fault, lang))
        out.write(": ".join(part for part in parts if part) + "\n")
    if len(found) > MAX_FAULTS:
        out.write(text(lang, "check.more", n=len(found) - MAX_FAULTS) + "\n")
    out.write(plural(lang, "check.faults", len(found)) + "\n")


def _remedy(fault: Fault, lang: str) -> str:
    """In the reader's language where there are words for it; the error itself speaks English."""
    key = f"remedy.{fault.error.code}"
    return text(lang, key, **fault.error.params) if key in catalogue(lang) else fault.error.remedy


# ---------------------------------------------------------------- for programs


def as_json(result: Result, out: TextIO, lang: str) -> None:
    """One JSON document (docs/check.md), written piece by piece: a million clashes need no second copy."""
    counts = result.counts()
    head = {
        "format": FORMAT,
        "checked": {
            "files": result.files,
            "activities": counts["activity"],
            "sites": counts["site"],
            "posts": counts["post"],
            "watches": counts["watch"],
        },
        "frame": {"lon": result.frame.lon0, "lat": result.frame.lat0},
        "note": _note(result, lang),
        "stopped": result.stopped,
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1])
    for name, items in (
        ("clashes", _clash_items(result)),
        ("findings", _finding_items(result)),
        ("gaps", _gap_items(result)),
        ("not_judged", ({"activity": _brief(p), "rule": r.index} for p, r in result.unjudged)),
        ("not_applied", ({"rule": r.index, "kind": r.kind} for r in result.rules if r.rule is None)),
    ):
        out.write(f',\n"{name}": [')
        out.writelines(
            (",\n " if number else "\n ") + json.dumps(item, ensure_ascii=False)
            for number, item in enumerate(items)
        )
        out.write("]")
    out.write("}\n")


def _clash_items(result: Result) -> Iterator[dict[str, Any]]:
    near = _gazetteer().nearest_many([hit.where for _, _, hit in result.clashes])
    for (a, b, hit), place in zip(result.clashes, near, strict=True):
        yield {
            "a": _brief(a),
            "b": _brief(b),
            "distance_m": hit.distance_m,
            "needed_m": hit.needed_m,
            "start": format_rfc3339(hit.start),
            "end": format_rfc3339(hit.end),
            "possible": hit.possible,
        } | _where(hit.where, place)


def _finding_items(result: Result) -> Iterator[dict[str, Any]]:
    for plan, rule, fact in result.findings:
        hours = {} if fact.given is None else {"notice_h": round(fact.given / HOUR, 3)}
        needed = {"needed_h": round(fact.needed / HOUR, 3)} if fact.needed is not None else {}
        yield {
            "kind": rule.kind,
            "activity": _brief(plan),
            "rule": rule.index,
            **hours,
            **needed,
            **({"needed_m": rule.rule.within_m} if rule.kind == "no_go" and rule.rule else {}),
            "distance_m": None if fact.distance_m is None else round(fact.distance_m, 1),
        }


def _gap_items(result: Result) -> Iterator[dict[str, Any]]:
    near = _gazetteer().nearest_many([patch.where for _, patch in result.gaps])
    for (plan, patch), place in zip(result.gaps, near, strict=True):
        unit, scale = ("km2", 1e6) if patch.dimension == 2 else ("km", 1e3)
        yield {
            "watch": _brief(plan),
            "start": format_rfc3339(patch.start),
            "end": format_rfc3339(patch.end),
            "unit": unit,
            "size": round(patch.size / scale, 4),
            "size_hours": round(patch.size_hours / scale, 4),
            "cut_by_relief": patch.cut_by_relief,
        } | _where(patch.where, place)


def _brief(plan: Plan) -> dict[str, Any]:
    zone = fixed_zone(plan.east)
    return {
        "file": plan.file,
        "feature": plan.index,
        "id": plan.name,
        "title": plan.title,
        "party": plan.party,
        "kind": plan.kind,
        "type": plan.type,
        "start": None if plan.start is None else format_rfc3339(plan.start, zone),
        "end": None if plan.end is None else format_rfc3339(plan.end, zone),
    }


def _where(where: tuple[int, int], near: Near | None) -> dict[str, Any]:
    return {
        "where": [where[0] / SCALE, where[1] / SCALE],
        "mgrs": gridref.to_mgrs(*where),
        "near": None
        if near is None
        else {"name": near.name, "distance_m": round(near.distance_m), "bearing": round(near.bearing)},
    }


# ---------------------------------------------------------------- for people


def for_people(result: Result, out: TextIO, lang: str) -> None:
    """Tables of who, what, where, when and how close; then what was read and what that does not say."""
    from rich.console import Console

    # Colour and the width of the screen only where there is a screen.
    width = None if out.isatty() else 132
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)
    _clash_table(result, console, lang)
    _finding_table(result, console, lang)
    _gap_table(result, console, lang)
    counts = result.counts()
    console.print(
        text(
            lang,
            "check.read",
            files=result.files,
            activities=counts["activity"],
            sites=counts["site"],
            posts=counts["post"],
            watches=counts["watch"],
        )
    )
    console.print(_note(result, lang))


def _note(result: Result, lang: str) -> str:
    """An empty result is never more than empty (law 7)."""
    scope = text(lang, "check.scope")
    return scope if result.clashes else f"{text(lang, 'check.none.clash')} {scope}"


def _clash_table(result: Result, console: Console, lang: str) -> None:
    if not result.clashes:
        return
    rows = result.clashes[:MAX_ROWS]
    near = _gazetteer().nearest_many([hit.where for _, _, hit in rows])
    title = plural(lang, "check.clashes", len(result.clashes))
    _table(
        console,
        title,
        [text(lang, f"check.{column}") for column in ("who", "where", "when", "close")],
        (
            (
                f"{_who(a, lang)}\n{_who(b, lang)}",
                _place(hit.where, place, lang),
                _when(hit.start, hit.end, result, a, lang),
                text(lang, "check.touching", needed=f"{hit.needed_m:,}")
                if hit.distance_m == 0
                else text(
                    lang, "check.apart", metres=f"{-(-hit.distance_m // 1):,.0f}", needed=f"{hit.needed_m:,}"
                ),
            )
            for (a, b, hit), place in zip(rows, near, strict=True)
        ),
    )
    _more(len(result.clashes), console, lang)
    if result.stopped:
        console.print(text(lang, "check.stopped", n=f"{len(result.clashes):,}"))


def _finding_table(result: Result, console: Console, lang: str) -> None:
    if result.findings:
        _table(
            console,
            plural(lang, "check.findings", len(result.findings)),
            [text(lang, f"check.{column}") for column in ("who", "when", "fact")],
            (
                (
                    _who(plan, lang),
                    _when(plan.start or 0, plan.end or 0, result, plan, lang),
                    _fact(rule, found, lang),
                )
                for plan, rule, found in result.findings[:MAX_ROWS]
            ),
        )
        _more(len(result.findings), console, lang)
    elif result.rules:
        console.print(text(lang, "check.none.finding"))
    if result.unjudged:
        console.print(plural(lang, "check.unjudged", len({id(plan) for plan, _ in result.unjudged})))
    left = [f"rules[{one.index}] ({one.kind})" for one in result.rules if one.rule is None]
    if left:
        console.print(text(lang, "check.unapplied", rules=", ".join(left)))


def _fact(rule: CheckRule, found: Found, lang: str) -> str:
    named = f"rules[{rule.index}]"
    if rule.kind == "no_go":
        kept = f"{(rule.rule and rule.rule.within_m) or 0:,}"
        return text(lang, "check.too_near", metres=f"{found.distance_m or 0:,.0f}", needed=kept, rule=named)
    given = found.given or 0
    key = "check.late" if given >= 0 else "check.after"
    return text(lang, key, given=_hours(abs(given)), needed=_hours(found.needed or 0), rule=named)


def _gap_table(result: Result, console: Console, lang: str) -> None:
    if not result.gaps:
        if result.counts()["watch"]:
            console.print(text(lang, "check.none.gap"))
        return
    rows = result.gaps[:MAX_ROWS]
    near = _gazetteer().nearest_many([patch.where for _, patch in rows])
    _table(
        console,
        plural(lang, "check.gaps", len(result.gaps)),
        [text(lang, f"check.{column}") for column in ("watch", "where", "when", "size")],
        (
            (
                _who(plan, lang),
                _place(patch.where, place, lang),
                _when(patch.start, patch.end, result, plan, lang),
                _size(patch, lang),
            )
            for (plan, patch), place in zip(rows, near, strict=True)
        ),
    )
    _more(len(result.gaps), console, lang)
    console.print(text(lang, "check.proposal"))


def _size(patch: Patch, lang: str) -> str:
    key, scale = ("check.area", 1e6) if patch.dimension == 2 else ("check.stretch", 1e3)
    size, hours = f"{patch.size / scale:,.1f}", f"{patch.size_hours / scale:,.1f}"
    hidden = "\n" + text(lang, "check.hidden") if patch.cut_by_relief else ""
    return text(lang, key, size=size, hours=hours) + hidden


def _table(console: Console, title: str, columns: list[str], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", show_lines=True)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _more(total: int, console: Console, lang: str) -> None:
    if total > MAX_ROWS:
        console.print(text(lang, "check.more", n=f"{total - MAX_ROWS:,}"))


def _who(plan: Plan, lang: str) -> str:
    """Whose, what, which: "ksf patrol “Ridge” (plans.geojson 3)"."""
    kind = {"activity": "activity_type", "site": "site_type", "post": "post_type"}.get(plan.kind, "")
    key = f"value.{kind}.{plan.type}"
    what = text(lang, key) if key in catalogue(lang) else text(lang, f"kind.{plan.kind}")
    called = f"“{plan.title}”" if plan.title else plan.name
    source = f"({shown(Path(plan.file).name)} {plan.index})"
    return " ".join(part for part in (plan.party, what, called, source) if part)


def _place(where: tuple[int, int], near: Near | None, lang: str) -> str:
    grid = gridref.spaced(gridref.to_mgrs(*where, 4))
    if near is None:
        return grid
    compass = text(lang, f"compass.{near.compass}")
    return f"{grid}\n" + text(
        lang, "check.near", km=f"{near.distance_m / 1000:.1f}", compass=compass, name=near.name
    )


def _when(start: int, end: int, result: Result, plan: Plan, lang: str) -> str:
    """The date-time groups, and the same in local time: the terms' zone, else the author's own offset."""
    zone = result.terms.zone or _zone_of(plan.east)
    groups = f"{dates.dtg(start)} – {dates.dtg(end)}"
    return f"{groups}\n{dates.window(start, end, zone, lang)} ({_offset(start, zone)})"


def _zone_of(east: int) -> str:
    """The IANA zone of a whole-hour offset; its names count the other way round. UTC for all others."""
    hours, rest = divmod(east, 60)
    return f"Etc/GMT{-hours:+d}" if not rest and -12 <= hours <= 14 and hours else "UTC"


def _offset(ms: int, zone: str) -> str:
    written = format_rfc3339(ms, dates.zone(zone))
    return "UTC" if written.endswith("Z") else f"UTC{written[-6:]}"


def _hours(ms: int) -> str:
    return f"{ms / HOUR:,.1f}".removesuffix(".0")


@lru_cache(maxsize=1)
def _gazetteer() -> Gazetteer:
    data = resources.files("seamline.geo").joinpath("data/osm_places_northern_iraq.csv").read_bytes()
    return Gazetteer.from_csv(data)
