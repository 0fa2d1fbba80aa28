"""Gaps and suggested ground over HTTP: what is asked is read strictly, and answers say on what they rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamline.actions import terrain
from tests.nodes import INCIDENT, officer, put
from tests.web.desk import Desk, desk


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("isf") as made:
        yield made


def test_a_suggestion_as_a_screen_gets_it(here: Desk) -> None:
    put(here.node, officer("isf", "watch"), "incident", "isf", INCIDENT)
    here.node.relief, here.node.roads = terrain.relief, terrain.roads
    asked = "/api/watch/suggest?bbox=43.6,35.6,43.9,35.9&hours=18-6&bandwidth_m=5000&limit=4"
    told = here.wire.get(asked, token=here.token("watch")).json
    assert (len(told["items"]), told["items"][0]["weight"]) == (4, 100)
    assert told["items"][0]["why"]["roads"]["distance_m"] >= 0
    assert told["basis"]["shares"] == {"past": 70, "relief": 15, "roads": 15}
    assert told["basis"]["hours"] == "18-6"
    assert "person" in told["note"]["text"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("", "line"),
        ("?line=river&bbox=43,35,44,36", "line"),
        ("?bbox=43,35,44", "bbox"),
        ("?bbox=43,35,43,36", "bbox"),
        ("?bbox=43,35,44,36&hours=6", "hours"),
        ("?bbox=43,35,44,36&hours=6-25", "hours"),
        ("?bbox=43,35,44,36&hours=6-6", "hours"),
        ("?bbox=43,35,44,36&bandwidth_m=5", "bandwidth_m"),
        ("?bbox=43,35,44,36&past=0&relief=0&roads=0", "past"),
    ],
)
def test_what_cannot_be_suggested(here: Desk, asked: str, field: str) -> None:
    reply = here.wire.get("/api/watch/suggest" + asked, token=here.token("watch"))
    assert (reply.status, reply.json["field"]) == (400, field)


def test_a_line_that_is_not_endorsed_is_no_line(here: Desk) -> None:
    assert here.wire.get("/api/watch/suggest?line=river", token=here.token("watch")).status == 404


def test_the_number_of_gaps_is_bounded(here: Desk) -> None:
    token = here.token("watch")
    assert here.wire.get("/api/gaps?limit=1000", token=token).json["more"] is False
    assert here.wire.get("/api/gaps?limit=1001", token=token).json["field"] == "limit"
