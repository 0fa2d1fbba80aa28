"""The exercise's programmes: two joint brigades and the opening of the centres, as public reports tell of them.

Public are: that Erbil's centre opened on 1 November 2020, then Baghdad's, then four rooms; and two brigades of about
3,500, half from each side. Days, numbers and reasons beside that are invented; everything is marked synthetic.
"""

# ruff: noqa: E501  texts in three scripts, one point a line, are read best whole

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from seamline.demo.exercise import HOUR, SHARED, Hours, Step

ROOM_RULES = (("programme", "planner"), ("progress", "planner"))
DAY = 24 * HOUR
BOTH = ["isf", "ksf"]
Items = Mapping[str, dict[str, Any]]
Said = dict[str, str]


def day(year: int, month: int, number: int = 1) -> int:
    """The beginning of a day, UTC, in ms."""
    return int(datetime(year, month, number, tzinfo=UTC).timestamp() * 1000)


def said(en: str, ar: str, ckb: str) -> Said:
    """The same words in three languages."""
    return {"en": en, "ar": ar, "ckb": ckb}


def year_of(ms: int) -> int:
    """The calendar year of an instant, UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).year


def week(at: Hours) -> list[Step]:
    """All steps in the room; after those of agreed.week, whose minutes they refer to."""
    return [*_brigades(at), *_centres(at)]


def _room(party: str, kind: str, body: dict[str, Any], **more: Any) -> Step:
    return Step("kirkuk", party, "planner", kind, SHARED, body, "en", **more)


def _states(party: str, programme: str, *lines: dict[str, Any]) -> Step:
    return _room(party, "progress", {"progress": list(lines)}, refers={"programme": programme})


def _done(no: str, on: int) -> dict[str, Any]:
    return {"no": no, "status": "done", "on": on}


# ---------------------------------------------------------------- two joint brigades

FIRST = {
    "authorised": day(2021, 9),
    "funded": day(2022, 6),
    "manned": day(2023, 1),
    "trained": day(2023, 7),
    "deployed": day(2023, 10),
}
"""The days of the first baseline."""


def _brigade(no: str, title: Said, dues: Mapping[str, int]) -> dict[str, Any]:
    def step(n: int, name: str, *owners: str, **more: Any) -> dict[str, Any]:
        return {"no": f"{no}.{n}", "step": name, "due": dues[name], "owners": list(owners), **more}

    return {
        "no": no,
        "title": title,
        "milestones": [
            step(1, "authorised", "isf"),
            step(2, "funded", "isf", weight=2, after=[f"{no}.1"]),
            step(3, "manned", "isf", weight=2, planned=1750, after=[f"{no}.1"]),
            step(4, "manned", "ksf", weight=2, planned=1750, after=[f"{no}.1"]),
            step(5, "trained", *BOTH, weight=2, after=[f"{no}.2", f"{no}.3", f"{no}.4"]),
            step(6, "deployed", *BOTH, after=[f"{no}.5"]),
        ],
    }


def _brigades(at: Hours) -> list[Step]:
    """Baselined anew this year; the first is nearly filled up, the second waits for its funds and for a decision."""
    one = said("First joint brigade", "اللواء المشترك الأول", "لیوای هاوبەشی یەکەم")
    two = said("Second joint brigade", "اللواء المشترك الثاني", "لیوای هاوبەشی دووەم")
    body = {
        "name": "Two joint brigades",
        "parties": BOTH,
        "track": "unit",
        "source": "Public reports: two brigades of about 3,500, half from each side; the rest is the exercise's own",
    }

    def plan(said: Items, first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, Any]:
        # What they are for is an outcome that both sides took back.
        awaits = {"awaits": f"{said['minutes']['id']}/2"}
        return {"points": [_brigade("1", one, first) | awaits, _brigade("2", two, second) | awaits]}

    begun = FIRST | {"funded": day(2023, 6)}
    now_one = begun | {
        "manned": at(0) + 40 * DAY,
        "trained": at(0) + 160 * DAY,
        "deployed": at(0) + 220 * DAY,
    }
    now_two = begun | {
        "funded": at(0) - 50 * DAY,
        "manned": at(0) + 130 * DAY,
        "trained": at(0) + 300 * DAY,
        "deployed": at(0) + 365 * DAY,
    }
    why = "The budget of the second brigade was not passed, and neither is filled up."
    return [
        _room("ksf", "programme", body | {"year": 2021}, key="brigades", endorsed=True, says=lambda said: plan(said, FIRST, FIRST)),
        _room("ksf", "programme", body | {"year": year_of(at(0)), "why": why}, key="brigades", endorsed=True, revises="brigades", says=lambda said: plan(said, now_one, now_two)),
        _states("isf", "brigades", _done("1.1", day(2021, 9, 12)), _done("1.2", day(2023, 8)), _done("2.1", day(2021, 9, 12)),
                {"no": "1.3", "count": 1610}, {"no": "2.3", "count": 520, "blocked_by": ["2.2"]},
                {"no": "2.2", "expected": at(0) + 70 * DAY, "why": "law", "text": "The budget line of the second brigade is in the draft law."}),
        _states("ksf", "brigades", {"no": "1.4", "count": 1585, "expected": at(0) + 75 * DAY, "why": "training", "text": "The last company is at the school."},
                {"no": "2.4", "count": 490, "blocked_by": ["2.2"]}),
    ]  # fmt: skip


# ---------------------------------------------------------------- the opening of the centres

# name; who lends the site; the day it was to open, or days from the week's beginning.
_PLACES = (
    (said("Erbil centre", "مركز أربيل", "ناوەندی هەولێر"), ["ksf"], day(2020, 11), 0),
    (said("Baghdad centre", "مركز بغداد", "ناوەندی بەغدا"), ["isf"], day(2021, 3), 0),
    (said("Khanaqin room", "غرفة خانقين", "ژووری خانەقین"), BOTH, 0, -300),
    (said("Makhmour room", "غرفة مخمور", "ژووری مەخموور"), BOTH, 0, -120),
    (said("Kirkuk room", "غرفة كركوك", "ژووری کەرکووک"), BOTH, 0, -60),
    (said("Nineveh room", "غرفة نينوى", "ژووری نەینەوا"), BOTH, 0, 60),
)
_LATER = (0, 0, 0, 30, 40, 50, 70)
"""Days after the opening by which each step was planned."""
_REACHED = {"1": 7, "2": 7, "3": 5, "4": 3, "5": 6, "6": 1}
"""How many of its steps each place has behind it."""


def _centre(at: Hours, no: str) -> dict[str, Any]:
    title, host, fixed, days = _PLACES[int(no) - 1]
    opens = fixed or at(0) + days * DAY
    steps: tuple[tuple[str, list[str], dict[str, Any]], ...] = (
        ("site", host, {}), ("staff", ["isf"], {"planned": 6}), ("staff", ["ksf"], {"planned": 6}), ("links", BOTH, {}), ("keys", BOTH, {}),
        ("first_exchange", BOTH, {}), ("first_check", BOTH, {}),
    )  # fmt: skip
    before = {6: [f"{no}.4", f"{no}.5"], 7: [f"{no}.6"]}
    milestones = [
        {"no": f"{no}.{n}", "step": name, "owners": owners, "due": opens + _LATER[n - 1] * DAY, "after": before.get(n, []), **more}
        for n, (name, owners, more) in enumerate(steps, 1)
    ]  # fmt: skip
    return {"no": no, "title": title, "milestones": milestones}


def _centres(at: Hours) -> list[Step]:
    """Two centres and a room work; of the other rooms each lacks something else."""
    points = [_centre(at, no) for no in _REACHED]
    body = {
        "name": "Opening of the joint coordination centres", "parties": BOTH, "track": "centre", "year": 2020, "points": points,
        "source": "Public reports: Erbil on 1 November 2020, then Baghdad, then four rooms; the steps and their days are the exercise's own",
    }  # fmt: skip
    more: dict[str, list[dict[str, Any]]] = {
        "isf": [
            {
                "no": "4.2",
                "count": 4,
                "why": "people",
                "text": "Two of six are named; they come after their course.",
                "expected": at(0) + 20 * DAY,
            },
            {
                "no": "4.4",
                "why": "equipment",
                "text": "The mast is not delivered.",
                "expected": at(0) + 30 * DAY,
            },
            {"no": "3.6", "why": "security", "text": "The line was cut twice.", "expected": at(0) + 12 * DAY},
        ],
        "ksf": [
            {
                "no": "4.4",
                "why": "equipment",
                "text": "We wait for the mast, too.",
                "expected": at(0) + 30 * DAY,
            },
            {"no": "6.3", "count": 3, "text": "The others follow when the site has power."},
        ],
    }
    steps = [_room("isf", "programme", body, key="centres", endorsed=True)]
    for party in BOTH:
        lines = []
        for point in points:
            for one in point["milestones"][: _REACHED[point["no"]]]:
                if party in one["owners"] and one["no"] not in {line["no"] for line in more[party]}:
                    # None of it before it was due but the sites; nothing after the week began.
                    line = _done(one["no"], min(one["due"] + 9 * DAY, at(0) - 2 * DAY))
                    lines.append(line | ({"count": one["planned"]} if "planned" in one else {}))
        steps.append(_states(party, "centres", *lines, *more[party]))
    return steps
