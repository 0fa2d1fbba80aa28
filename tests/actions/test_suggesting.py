"""Suggested ground: from what an officer may read and from public data, each reason by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely

from seamline.actions import history, suggesting, terrain, write
from seamline.actions.history import Event
from seamline.actions.node import Node
from seamline.actions.suggesting import Wish
from seamline.errors import BadInput, NotFound, TooLarge
from seamline.geo.relief import Relief
from seamline.records.registry import parse
from seamline.web import layers
from tests.nodes import INCIDENT, START, World, attested, copy, let_go, officer, put

SHARED, HOUR, DAY = "isf+ksf", 3_600_000, 86_400_000
BOX = (435_000_000, 355_000_000, 440_000_000, 360_000_000)
TERMS = {
    "name": "Terms",
    "parties": ["isf", "ksf"],
    "lines": [
        {
            "id": "river",
            "names": {"isf": "A", "ksf": "B"},
            "geometry": {
                "type": "LineString",
                "coordinates": [[436_000_000, 355_000_000], [440_000_000, 357_000_000]],
            },
            "corridor_m": 5_000,
        }
    ],
}  # fmt: skip


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.node("erbil", "ksf", channels=(SHARED,))
    world.node("baghdad", "isf", channels=(SHARED,))
    world.meet()
    yield world
    world.close()


def ask(node: Node, party: str = "ksf", **wish: Any) -> dict[str, Any]:
    if "line" not in wish:
        wish.setdefault("box", BOX)
    return suggesting.suggest(node, officer(party, "watch"), Wish(**wish))


def incident(lon: float, lat: float, **more: Any) -> dict[str, Any]:
    return INCIDENT | {"place": {"lon": lon, "lat": lat}} | more


def test_where_incidents_were_comes_first_with_its_reasons(world: World) -> None:
    erbil = world.nodes["erbil"]
    assert ask(erbil)["items"] == []
    for n in range(3):
        body = incident(43.70, 35.70, summary=f"shots {n}")
        put(erbil, officer("ksf", "watch"), "incident", "ksf", body)
    put(erbil, officer("ksf", "watch"), "incident", "ksf", incident(43.95, 35.95))
    answer = ask(erbil, limit=100)
    first, *rest = answer["items"]
    shape = shapely.from_geojson(str(first["geometry"]).replace("'", '"').replace("(", "[").replace(")", "]"))
    assert shapely.distance(shape, shapely.Point(437_000_000, 357_000_000)) < 300_000
    assert (first["weight"], first["why"]["past"]["value"]) == (100, 100)
    assert (first["why"]["past"]["incidents"], first["why"]["past"]["areas"]) == (3, 0)
    assert first["why"]["past"]["last"] == INCIDENT["occurred"]["end"]  # type: ignore[index] # a plain dict
    assert first["why"]["relief"] == {"value": None, "hidden_percent": None, "indicative": True}
    assert first["why"]["roads"] == {"value": None, "distance_m": None, "schematic": True}
    assert [i["score"] for i in answer["items"]] == sorted(
        (i["score"] for i in answer["items"]), reverse=True
    )
    assert {i["why"]["past"]["incidents"] for i in rest} == {1, 3}
    assert answer["basis"]["incidents"] == {"reference": 0, "records": 4, "areas": 0}
    assert answer["note"]["key"] == "note.suggested"
    # Each is a place that a watch list takes as it is.
    for item in answer["items"][:5]:
        body = {"name": "W", "place": {"geometry": item["geometry"]}, "weight": item["weight"]}
        parse("watch", body | {"hours": {"start": START, "end": START + DAY}})


def test_what_was_released_counts_once_and_what_was_not_for_its_own_party_alone(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    before = ask(baghdad, "isf")
    kept = put(erbil, officer("ksf", "watch"), "incident", "ksf", incident(43.7, 35.7))
    copy(erbil, baghdad)
    assert ask(baghdad, "isf") == before
    let_go(erbil, "ksf", kept, SHARED)
    copy(erbil, baghdad)
    assert ask(erbil)["basis"]["incidents"]["records"] == 1
    assert ask(baghdad, "isf")["basis"]["incidents"]["records"] == 1
    write.withdraw(erbil, officer("ksf", "release"), kept["id"], "wrong").result()
    assert ask(erbil)["basis"]["incidents"]["records"] <= 1


def test_a_line_in_force_is_answered_in_stretches(world: World) -> None:
    erbil = world.nodes["erbil"]
    put(erbil, officer("ksf", "watch"), "incident", "ksf", incident(43.61, 35.51))
    with pytest.raises(NotFound):
        ask(erbil, line="river")
    made = put(erbil, officer("ksf", "planner", "release"), "terms", SHARED, TERMS)
    for party in ("isf", "ksf"):
        node = world.nodes["erbil" if party == "ksf" else "baghdad"]
        copy(erbil, world.nodes["baghdad"])
        attested(
            world,
            node,
            officer(party, "signatory"),
            "endorsement",
            SHARED,
            {"of": made["id"], "hash": made["hash"]},
        )
        copy(node, erbil)  # fmt: skip
    items = ask(erbil, line="river", stretch_m=5_000, limit=100)["items"]
    first = items[0]
    assert (first["id"], first["start_m"]) == ("river~0", 0)
    assert first["end_m"] == first["length_m"] == pytest.approx(5_000, rel=0.1)
    assert all(i["end_m"] - i["start_m"] == pytest.approx(first["length_m"], abs=1) for i in items)


def test_stretches_share_no_ground_and_leave_none_out(world: World) -> None:
    erbil = world.nodes["erbil"]
    erbil.roads = lambda: shapely.LineString([(43.0, 35.0), (44.5, 36.5)])
    box = (436_000_000, 356_000_000, 437_000_000, 357_000_000)
    items = ask(erbil, past=0, roads=100, relief=0, limit=100, box=box)["items"]
    shapes = [shapely.transform(_shape(i), lambda xy: xy / 1e7) for i in items]
    whole = shapely.union_all(shapes)
    assert whole.area == pytest.approx(sum(s.area for s in shapes), rel=1e-6)
    assert whole.area == pytest.approx(0.01, rel=1e-3)


def _shape(item: dict[str, Any]) -> shapely.Geometry:
    return shapely.geometry.shape(item["geometry"])


def test_public_events_count_and_what_was_imported_from_them_once(world: World) -> None:
    erbil = world.nodes["erbil"]
    day = START // DAY * DAY - 10 * DAY
    spot, area = shapely.Point(43.7, 35.7), shapely.box(43.5, 35.5, 43.8, 35.8)
    public = [Event(spot, 0, day, day + DAY, reference=True), Event(area, 0, day, day + DAY, reference=True)]
    erbil.past = lambda: public
    found = ask(erbil)
    assert found["basis"]["incidents"] == {"reference": 2, "records": 0, "areas": 1}
    assert found["basis"]["attribution"]
    # By a local calendar (three hours east) the day began earlier.
    when = {"start": day - 3 * HOUR, "end": day + 21 * HOUR}
    put(
        erbil,
        officer("ksf", "watch"),
        "incident",
        "ksf",
        incident(43.7, 35.7, source="UCDP GED", occurred=when),
    )
    again = ask(erbil)
    assert again["basis"]["incidents"] == {"reference": 1, "records": 1, "areas": 1}
    assert [i["why"]["past"]["value"] for i in again["items"]] == [
        i["why"]["past"]["value"] for i in found["items"]
    ]
    assert ask(erbil, start=day + 2 * DAY)["basis"]["incidents"]["reference"] == 0
    assert ask(erbil, end=day)["basis"]["incidents"]["reference"] == 0


def test_hours_are_known_or_shared_out_never_inferred(world: World) -> None:
    erbil = world.nodes["erbil"]
    put(erbil, officer("ksf", "watch"), "incident", "ksf", incident(43.7, 35.7))
    # START - 1 h in Baghdad (three hours east).
    hour = int((START - HOUR) // HOUR + 3) % 24
    told = ask(erbil)["basis"]
    assert (told["timed"], told["by_hour"][hour], sum(told["by_hour"])) == (1, 1, 1)
    assert ask(erbil, hours=(hour, (hour + 2) % 24))["basis"]["incidents"]["records"] == 1
    assert ask(erbil, hours=((hour + 3) % 24, (hour + 4) % 24))["basis"]["incidents"]["records"] == 0
    erbil.past = lambda: [Event(shapely.Point(43.7, 35.7), 0, 0, DAY, reference=True)]
    assert ask(erbil, hours=((hour + 3) % 24, (hour + 4) % 24))["basis"]["incidents"]["reference"] == 1


def test_dead_ground_and_roads_speak_for_themselves(world: World) -> None:
    erbil = world.nodes["erbil"]
    heights = np.zeros((60, 60), dtype=np.float32)
    heights[:, ::4] = 900
    relief = Relief(43.3, 36.2, 0.02, heights, 44.0)
    erbil.relief = lambda: relief
    erbil.roads = lambda: shapely.LineString([(43.0, 35.5), (44.5, 35.5)])
    by_road = ask(erbil, past=0, relief=0, roads=100)["items"][0]
    assert by_road["why"]["roads"]["value"] == 100
    assert _shape(by_road).bounds[1] == 355_000_000
    assert by_road["why"]["relief"]["hidden_percent"] > 20
    assert ask(erbil, past=0, relief=100, roads=0)["items"][0]["score"] > 20


def test_the_real_history_and_ground(world: World) -> None:
    """What is shipped: 2,462 events; Mosul weighs most, and does not drown everything else."""
    erbil = world.nodes["erbil"]
    public = history.read(layers.read("past_incidents"), layers.read("past_areas"))
    assert len(public) == 2_462
    erbil.past, erbil.relief, erbil.roads = (lambda: public), terrain.relief, terrain.roads
    answer = ask(erbil, box=(415_000_000, 340_000_000, 455_000_000, 366_000_000))
    first, tenth = answer["items"][0], answer["items"][9]
    assert shapely.distance(_shape(first), shapely.Point(431_200_000, 363_400_000)) < 2_000_000
    assert tenth["weight"] > 20
    assert answer["basis"]["incidents"]["reference"] == 2_462


@pytest.mark.parametrize(
    "wish",
    [
        {"box": None}, {"line": "river", "box": BOX}, {"bandwidth_m": 999}, {"stretch_m": 50_001},
        {"limit": 0}, {"past": 0, "relief": 0, "roads": 0}, {"past": 101},
        {"start": 5, "end": 5}, {"hours": (0, 25)},
        {"box": (1, 1, 1, 2)},
    ],
)  # fmt: skip
def test_what_cannot_be_asked(world: World, wish: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        ask(world.nodes["erbil"], **wish)


def test_too_large_an_area(world: World) -> None:
    with pytest.raises((TooLarge, BadInput)):
        ask(world.nodes["erbil"], box=(400_000_000, 200_000_000, 550_000_000, 400_000_000))
