"""Light for a new room: a few desks from the first day, the others once terms in force name them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamline.actions import enabled, read
from tests.nodes import INCIDENT, World, attested, officer, put

SHARED = "isf+ksf"
WATCH = officer("isf", "watch")


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.node("kirkuk", "isf", "ksf")
    made.meet()
    yield made
    made.close()


def test_other_desks_appear_when_the_terms_in_force_enable_them(world: World) -> None:
    room = world.nodes["kirkuk"]
    first = ["activities", "posts", "contact", "hotline", "shift", "terms"]
    assert enabled.desks(room, WATCH) == first
    body = {"name": "t", "parties": ["isf", "ksf"], "desks": ["alerts", "contact", "complaints"]}
    terms = put(room, officer("isf", "release"), "terms", SHARED, body)
    yes = {"of": terms["id"], "hash": terms["hash"]}
    attested(world, room, officer("isf", "signatory"), "endorsement", SHARED, yes)
    assert enabled.desks(room, WATCH) == first
    attested(world, room, officer("ksf", "signatory"), "endorsement", SHARED, yes)
    assert enabled.desks(room, WATCH) == [*first, "alerts", "complaints"]


def test_terms_in_force_shorten_the_coded_lists_of_forms_and_nothing_else(world: World) -> None:
    room = world.nodes["kirkuk"]

    def offered() -> list[str]:
        (kind,) = [k for k in read.kinds(room, WATCH)["items"] if k["kind"] == "incident"]
        (field,) = [f for f in kind["fields"] if f["name"] == "type"]
        return list(field["values"])

    whole = offered()
    body = {"name": "t", "parties": ["isf", "ksf"], "lists": {"incident_type": ["ied", "raid"]}}
    terms = put(room, officer("isf", "release"), "terms", SHARED, body)
    assert offered() == whole
    for party in ("isf", "ksf"):
        yes = {"of": terms["id"], "hash": terms["hash"]}
        attested(world, room, officer(party, "signatory"), "endorsement", SHARED, yes)
    assert offered() == ["ied", "raid"]
    # Another room may use a longer list: what it says is still taken and read.
    other = {**INCIDENT, "type": "drone"}
    assert put(room, officer("isf", "release"), "incident", SHARED, other)["body"]["type"] == "drone"
