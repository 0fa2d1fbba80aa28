"""Watch lists and sectors: in force only when every party that must has endorsed the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import read, write
from seamline.actions.attention import attention
from seamline.actions.endorsing import in_force, signatories
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from tests.nodes import START, World, attested, officer, put

SHARED, ALL = "isf+ksf", "isf+ksf+mag"
RING = [
    [436_000_000, 355_800_000],
    [438_000_000, 355_800_000],
    [438_000_000, 356_800_000],
    [436_000_000, 355_800_000],
]
AREA = {"geometry": {"type": "Polygon", "coordinates": [RING]}}
WATCH = {"name": "Valley", "place": AREA, "hours": {"start": START, "end": START + 3_600_000}}
SECTOR = {"name": "Stretch", "place": AREA, "undertakes": {"isf": "the road"}}


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.node("erbil", "ksf", channels=(SHARED, ALL))
    world.meet()
    yield world
    world.close()


def endorse(world: World, node: Node, item: dict[str, Any], party: str) -> None:
    # One node stands in for all: who signs counts, not where.
    node.party = party
    yes = {"of": item["id"], "hash": item["hash"]}
    attested(world, node, officer(party, "signatory"), "endorsement", item["channel"], yes)
    node.party = "ksf"


def state(node: Node, id: str) -> str:
    return str(read.record(node, officer("ksf", "watch"), id)["state"])


@pytest.mark.parametrize(("kind", "body"), [("watch", WATCH), ("sector", SECTOR)])
def test_every_side_of_the_channel_endorses_where_no_terms_are(
    world: World, kind: str, body: dict[str, Any]
) -> None:
    erbil = world.nodes["erbil"]
    made = put(erbil, officer("ksf", "planner", "release"), kind, "ksf", body)
    assert state(erbil, made["id"]) == "unendorsed"
    assert not list(in_force(erbil.picture, kind, ("ksf",), erbil.clock.now()))
    endorse(world, erbil, made, "ksf")
    assert state(erbil, made["id"]) == "in_force"
    assert [row.id for row, _ in in_force(erbil.picture, kind, ("ksf",), erbil.clock.now())] == [made["id"]]
    # Other words are not endorsed by the signature under the first.
    write.revise(erbil, officer("ksf", "planner"), made["id"], 1, body | {"name": "Other"}).result()
    assert state(erbil, made["id"]) == "unendorsed"


def test_terms_in_force_in_the_channel_name_who_endorses(world: World) -> None:
    erbil, now = world.nodes["erbil"], START
    assert signatories(erbil.picture, ALL, now) == {"isf", "ksf", "mag"}
    terms = {"name": "Terms", "parties": ["ksf"], "facilitators": ["mag"]}
    made = put(erbil, officer("ksf", "planner", "release"), "terms", ALL, terms)
    assert signatories(erbil.picture, ALL, now) == {"isf", "ksf", "mag"}
    endorse(world, erbil, made, "ksf")
    assert signatories(erbil.picture, ALL, now) == {"ksf"}
    # Terms speak for their own channel only.
    assert signatories(erbil.picture, SHARED, now) == {"isf", "ksf"}


def test_a_record_says_who_must_endorse_it_and_who_did(world: World) -> None:
    erbil = world.nodes["erbil"]

    def endorsed(id: str) -> Any:
        told = read.record(erbil, officer("ksf", "watch"), id)["endorsed"]
        return {name: told[name] for name in ("needed", "by")}

    both = put(erbil, officer("ksf", "planner", "release"), "watch", SHARED, WATCH)
    assert endorsed(both["id"]) == {"needed": ["isf", "ksf"], "by": []}
    endorse(world, erbil, both, "ksf")
    assert endorsed(both["id"]) == {"needed": ["isf", "ksf"], "by": ["ksf"]}
    write.revise(
        erbil, officer("ksf", "planner", "release"), both["id"], 1, WATCH | {"name": "Other"}
    ).result()
    assert endorsed(both["id"]) == {"needed": ["isf", "ksf"], "by": []}
    note = put(erbil, officer("ksf", "watch"), "note", "ksf", {"text": "Nobody endorses a note"})
    assert read.record(erbil, officer("ksf", "watch"), note["id"])["endorsed"] is None


def test_what_waits_for_a_signatory_is_what_his_party_has_not_endorsed(world: World) -> None:
    erbil = world.nodes["erbil"]
    planner, signatory = officer("ksf", "planner", "release"), officer("ksf", "signatory")

    def waiting(who: Officer) -> list[Any]:
        items = attention(erbil, who)["items"]
        return [(i["record"]["id"], i["due"]) for i in items if i["what"] == "endorsement"]

    over = {"start": START - 7_200_000, "end": START - 3_600_000}
    put(erbil, planner, "watch", SHARED, WATCH | {"hours": over})
    made = put(erbil, planner, "watch", SHARED, WATCH)
    assert waiting(signatory) == [(made["id"], START)]
    assert waiting(planner) == []
    endorse(world, erbil, made, "ksf")
    assert state(erbil, made["id"]) == "partly_endorsed"
    assert waiting(signatory) == []
    taken_back = put(erbil, planner, "watch", SHARED, WATCH)
    write.withdraw(erbil, officer("ksf", "release"), taken_back["id"], "drawn twice").result()
    assert waiting(signatory) == []
