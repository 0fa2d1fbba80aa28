"""What cannot be meant is refused at its field, over the API, and nothing of it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.desk import Desk, desk

SHARED = "isf+ksf"
PLAN = {
    "title_text": "Patrol",
    "type": "patrol",
    "when": {"start": "2026-11-22T06:00:00+03:00", "end": "2026-11-22T12:00:00+03:00"},
    "place": {"lon": 43.7, "lat": 35.7},
}


@pytest.fixture(scope="module")
def here() -> Iterator[Desk]:
    with desk("isf", channels=(SHARED,)) as made:
        yield made


def shape(name: str, coordinates: Any) -> dict[str, Any]:
    return {"geometry": {"type": name, "coordinates": coordinates}}


def say(here: Desk, body: dict[str, Any], kind: str = "activity", role: str = "planner") -> Any:
    request = {"kind": kind, "channel": "isf", "body": body}
    return here.wire.post("/api/records", request, token=here.token(role))


def count(here: Desk) -> int:
    return len(here.wire.get("/api/records?limit=500", token=here.token("watch")).json["items"])


BOW_TIE = [[[43.6, 35.6], [43.8, 35.8], [43.8, 35.6], [43.6, 35.8], [43.6, 35.6]]]
COUNTRY = [[[42.0, 33.0], [45.0, 33.0], [45.0, 36.0], [42.0, 36.0], [42.0, 33.0]]]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"place": shape("LineString", [[43.7, 35.7], [43.7, 35.7]])}, "body.place", "route"),
        ({"when": {"start": PLAN["when"]["start"], "end": PLAN["when"]["start"]}}, "body.when", "later"),
        ({"place": shape("Polygon", BOW_TIE)}, "body.place", "cross"),
        ({"place": shape("Polygon", COUNTRY)}, "body.place", "150 km"),
        ({"when": {"start": "2026-11-22T06:00:00", "end": PLAN["when"]["end"]}}, "body.when.start", "offset"),
    ],
    ids=["zero length", "no time", "crosses itself", "half the country", "no offset"],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(
    here: Desk, change: dict[str, Any], field: str, says: str
) -> None:
    before = count(here)
    reply = say(here, PLAN | change)
    assert reply.status == 400
    assert reply.json["field"].startswith(field)
    assert says in reply.json["remedy"]
    assert count(here) == before


def test_times_across_a_clock_change_are_instants(here: Desk) -> None:
    """The hour that a clock has twice: 02:30 before and 02:15 after it is set back are 45 minutes apart."""
    back = {"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:15:00+01:00"}
    made = say(here, PLAN | {"when": back})
    assert made.status == 201, made.body
    when = made.json["body"]["when"]
    assert when["end"] - when["start"] == 45 * 60_000
    # The same clock times the other way round end before they begin.
    before = count(here)
    turned = {"start": "2026-10-25T02:15:00+01:00", "end": "2026-10-25T02:30:00+02:00"}
    reply = say(here, PLAN | {"when": turned})
    assert (reply.status, reply.json["field"]) == (400, "body.when")
    assert count(here) == before


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("complaint_step", {"complaint": "0" * 8, "step": "team"}, "body.complaint"),
        ("complaint", {"summary": "s", "allegation": "theft", "name": "somebody"}, "body.name"),
        ("same_event", {"incidents": ["a", "b"]}, "body.incidents"),
        ("joint_plan", {"parts": {"isf": "x"}}, "body"),
    ],
)
def test_other_desks_refuse_at_their_field_too(
    here: Desk, kind: str, body: dict[str, Any], field: str
) -> None:
    before = count(here)
    reply = say(here, body, kind, "release")
    assert reply.status == 400
    assert reply.json["field"].startswith(field)
    assert count(here) == before
