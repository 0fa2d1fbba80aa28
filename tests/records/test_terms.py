"""What terms of reference can and cannot say: whatever is political stands there and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.demo.ground import terms
from seamline.errors import BadInput
from seamline.records import registry

LINE = {"id": "line-1", "names": {}, "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}


def told(**more: Any) -> dict[str, Any]:
    return {"name": "t", "parties": ["isf", "ksf"], "facilitators": ["mag"], **more}


def test_the_exercise_s_terms_say_all_of_it() -> None:
    body = terms()
    said = registry.parse("terms", body)
    for name in ("centre", "stretches", "tiers", "chair", "venues", "channels", "retention_days", "desks"):
        assert getattr(said, name), name


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (told(prevails="ckb", languages=["en", "ar"]), "body.prevails"),
        (told(lists={"incident_type": ["fire_exchange", "rain"]}), "body.lists.incident_type"),
        (told(lists={"weather": ["rain"]}), "body.lists.weather"),
        (told(lists={"incident_type": []}), "body.lists.incident_type"),
        (told(tiers=[{"id": "room", "names": {}, "above": "area"}]), "body.tiers[0].above"),
        (
            told(
                tiers=[
                    {"id": "aa", "names": {}, "above": "bb"},
                    {"id": "bb", "names": {}, "above": "aa"},
                ]
            ),
            "body.tiers[0].above",
        ),
        (told(venues=[{"id": "erbil", "host": "usa"}]), "body.venues[0].host"),
        (told(channels=["isf+usa"]), "body.channels[0]"),
        (told(stretches=[{"id": "aa", "line": "line-1"}]), "body.stretches[0].line"),
        (
            told(lines=[LINE], stretches=[{"id": "aa", "line": "line-1", "from_m": 9, "to_m": 9}]),
            "body.stretches[0].to_m",
        ),
        (
            told(lines=[LINE], stretches=[{"id": "aa", "line": "line-1", "undertakes": {"usa": "x"}}]),
            "body.stretches[0].undertakes",
        ),
        (told(lines=[LINE, LINE]), "body.lines"),
        (told(facilitators=["isf"]), "body.facilitators"),
    ],
)
def test_what_terms_cannot_say(body: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as fault:
        registry.parse("terms", body)
    assert fault.value.field == field
