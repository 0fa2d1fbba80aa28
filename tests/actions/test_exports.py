"""An export holds what the officer may read and no more, says what it is for, and is logged first."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import exports, read
from seamline.actions.exports import Exported
from seamline.actions.node import Node
from seamline.actions.read import RecordQuery
from seamline.errors import BadInput, NotAllowed, TooLarge
from seamline.gateways import gateways
from tests.nodes import INCIDENT, World, officer, patrol, put

SHARED = "isf+ksf"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def at(world: World, name: str, *owners: str) -> Node:
    node = world.node(name, *owners, channels=(SHARED,))
    node.gateways = gateways()
    world.meet()
    return node


def taken(node: Node, party: str, role: str = "watch", form: str = "csv", **query: Any) -> Exported:
    return exports.export(node, officer(party, role), RecordQuery(**query), form, "en").result()


def table(made: Exported) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"))))


def logged(node: Node, party: str) -> list[dict[str, Any]]:
    found = read.records(node, officer(party, "auditor"), RecordQuery(kinds=("export",)))
    return [dict(item["body"]) | {"by": item["by"], "channel": item["channel"]} for item in found.items]


def test_what_is_in_it_and_what_is_said_of_it(world: World) -> None:
    node = at(world, "erbil", "ksf")
    put(node, officer("ksf", "watch"), "incident", "ksf", {**INCIDENT, "summary": "=HYPERLINK(1)"})
    put(node, officer("ksf", "planner"), "activity", "ksf", patrol(43.7, 35.7, 1))
    made = taken(node, "ksf")
    assert (made.count, made.name.endswith(".csv")) == (2, True)
    rows = {row["kind"]: row for row in table(made)}
    assert {row["use"] for row in rows.values()} == {"coordination only, not for targeting"}
    incident = rows["incident"]
    assert incident["title"] == "'=HYPERLINK(1)"
    assert (incident["lat"], incident["lon"], incident["mgrs"]) == ("35.7160456", "43.7420123", "38SME")
    assert (incident["type"], incident["party"], incident["channel"]) == ("fire_exchange", "ksf", "ksf")
    assert incident["start"].endswith("Z")
    (one,) = logged(node, "ksf")
    assert (one["count"], one["form"], one["by"], one["channel"]) == (2, "csv", "watch-1", "ksf")
    assert one["hash"] == hashlib.sha256(made.data).hexdigest()
    # What is logged is an act, not a thing said: the next file does not hold it.
    assert taken(node, "ksf", form="geojson", kinds=("incident",), text="hyper").count == 1
    assert logged(node, "ksf")[0]["asked_for"] == "kind=incident q=hyper"


def test_nothing_of_what_he_may_not_read(world: World) -> None:
    room = at(world, "room", "isf", "ksf")
    put(room, officer("ksf", "release"), "incident", SHARED, INCIDENT)
    erbil = at(world, "erbil", "ksf")
    put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
    assert taken(room, "isf").count == 1
    assert taken(erbil, "ksf", channel=SHARED).count == 0
    with pytest.raises(NotAllowed):
        taken(erbil, "ksf", "administrator")
    # At a joint node nothing is private: what was taken out stands where both owners read it.
    assert [one["channel"] for one in logged(room, "ksf")] == [SHARED]


def test_bounds_and_forms(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node = at(world, "erbil", "ksf")
    for _ in range(3):
        put(node, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
    with pytest.raises(BadInput, match="csv, geojson"):
        taken(node, "ksf", form="xlsx")
    monkeypatch.setattr(read, "MAX_LIMIT", 2)
    assert taken(node, "ksf").count == 3
    monkeypatch.setattr(exports, "MOST", 2)
    with pytest.raises(TooLarge):
        taken(node, "ksf")
    monkeypatch.undo()
    assert len(logged(node, "ksf")) == 1


def test_an_area_has_no_position(world: World) -> None:
    node = at(world, "erbil", "ksf")
    ring = [[437_000_000, 357_000_000], [437_100_000, 357_000_000], [437_100_000, 357_100_000]]
    area = {"geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}
    put(node, officer("ksf", "watch"), "incident", "ksf", {**INCIDENT, "place": area})
    (row,) = table(taken(node, "ksf"))
    assert (row["lat"], row["lon"]) == ("", "")
    assert row["geometry"].startswith("POLYGON ((43.7 35.7")
