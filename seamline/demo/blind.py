"""For the desk of blind checks: two unreleased plans that meet, and the universe in which it can be found.

Neither plan is in the other headquarters' hands, nor in the adviser's. All of it is invented.
"""

from __future__ import annotations

from typing import Any

from seamline.blind import universe as universes
from seamline.demo.exercise import ALL, HOUR, Step, area, route
from seamline.records.coerce import coerce
from seamline.records.places import Sector

DAY = 24 * HOUR
DAYS = 7
NAME = "Kirkuk – Dibis, the week ahead"
CONVOY, SEARCH = "قافلة إمداد ليلية", "پشکنینی شەوانەی کێڵگەکان"


def begins(now: int) -> int:
    """The next midnight in UTC: universes are whole days."""
    return (now // DAY + 1) * DAY


def plans(now: int) -> list[Step]:
    """One at each headquarters, for its own eyes; both in the third night, some 600 m apart."""
    night = begins(now) + 2 * DAY + 22 * HOUR
    return [
        Step("baghdad", "isf", "planner", "activity", "isf", {
            "title_text": CONVOY, "type": "convoy", "unit": "لواء الإسناد", "size": "company",
            "buffer_m": 500, "when": {"start": night, "end": night + 4 * HOUR},
            "place": route((44.20, 35.44), (44.31, 35.47), (44.40, 35.52))}, "ar"),
        Step("erbil", "ksf", "planner", "activity", "ksf", {
            "title_text": SEARCH, "type": "search", "unit": "تیپی ٥", "size": "platoon", "buffer_m": 500,
            "when": {"start": night + 2 * HOUR, "end": night + 6 * HOUR},
            "place": area(44.300, 35.478, 44.325, 35.492)}, "ckb"),
    ]  # fmt: skip


def universe(now: int, sector: dict[str, Any]) -> Step:
    """Proposed by one side over a sector both endorsed; sector: its body as it was said."""
    body = coerce(Sector, sector)
    place = body["place"]
    made = universes.build([place["geometry"]], 8, begins(now), DAYS)
    said = {
        "name": NAME,
        "check_kind": "clash",
        "sides": ["isf", "ksf"],
        "facilitator": "mag",
        "areas": [{"geometry": place["geometry"], "name": body["name"]}],
        "start": made.start,
        "days": DAYS,
        "res": 8,
        "cells": made.size,
        "digest": made.digest.hex(),
        "cap": made.size // 10,
        "result_cap": made.size // 100,
    }
    return Step("baghdad", "isf", "release", "universe", ALL, said, key="universe")
