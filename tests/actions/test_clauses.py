"""Agreements clause by clause: one in force puts its rule in force on every node, its end takes it out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import agreements, read, rulebook, write
from seamline.errors import BadInput, NotFound
from seamline.records import registry
from tests.actions.test_findings import NOTICE, SHARED, SIDES, declared, endorse, found, spread
from tests.nodes import START, World, officer, put

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, owners in (("erbil", ("ksf",)), ("baghdad", ("isf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners, channels=(SHARED,))
    world.meet()
    for late, name in enumerate(("kirkuk", "erbil", "baghdad")):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


def clause(no: str, **more: Any) -> dict[str, Any]:
    return {"no": no, "title": {"en": f"Clause {no}"}, "stated": "agreed", **more}


def agreement(*clauses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Agreement", "parties": ["isf", "ksf"], "clauses": list(clauses), **more}


def said(world: World, kind: str, body: dict[str, Any], party: str = "ksf") -> dict[str, Any]:
    name = {"ksf": "erbil", "isf": "baghdad"}[party]
    item = put(world.nodes[name], officer(party, "release"), kind, SHARED, body)
    spread(world)
    return item


def states(world: World, id: str, as_of: int | None = None) -> list[list[str]]:
    """The states of the clauses, as each side has them."""
    told = []
    for name, party in SIDES:
        items = agreements.agreements(world.nodes[name], officer(party, "watch"), as_of)["items"]
        told.append([c["state"] for i in items if i["record"]["id"] == id for c in i["clauses"]])
    return told


def test_a_clause_puts_its_rule_in_force_at_its_date_on_every_node_and_its_end_takes_it_out(
    world: World,
) -> None:
    rule = said(world, "rule", NOTICE)
    begins, ends = START + 2 * DAY, START + 9 * DAY
    linked = {"rule": rule["id"], "rule_hash": rule["hash"], "start": begins, "end": ends}
    text = said(world, "agreement", agreement(clause("1", **linked), clause("2", stated="in_negotiation")))
    endorse(world, text, "ksf")
    assert states(world, text["id"]) == [["in_negotiation", "in_negotiation"]] * 2
    endorse(world, text, "isf")
    assert states(world, text["id"]) == [["agreed", "in_negotiation"]] * 2
    declared(world, 6)
    spread(world)
    assert [found(world, name, party) for name, party in SIDES] == [[], []]
    spread(world, 48)
    assert states(world, text["id"]) == [["in_force", "in_negotiation"]] * 2
    late = declared(world, 6)
    spread(world)
    for name, party in SIDES:
        rules = rulebook.rules(world.nodes[name], officer(party, "watch"))["items"]
        assert [(r["in_force"], r["start"], r["end"]) for r in rules] == [(True, begins, ends)]
    assert [f["record"]["id"] for f in found(world, "baghdad", "isf")] == [late["id"]]
    spread(world, 24 * 8)
    assert states(world, text["id"]) == [["lapsed", "in_negotiation"]] * 2
    declared(world, 6)
    spread(world)
    # After the end nothing new is found; what was found stays a fact of its day.
    assert len(found(world, "baghdad", "isf")) == 1


def test_a_reserved_clause_and_its_rule_are_not_in_force(world: World) -> None:
    from tests.nodes import attested

    rule = said(world, "rule", NOTICE)
    text = said(world, "agreement", agreement(clause("1", rule=rule["id"], rule_hash=rule["hash"])))
    endorse(world, text, "ksf")
    body = {"of": text["id"], "hash": text["hash"], "reservations": [{"clause": "1", "text": "not yet"}]}
    attested(world, world.nodes["kirkuk"], officer("isf", "signatory"), "endorsement", SHARED, body)
    spread(world)
    assert states(world, text["id"]) == [["in_negotiation"]] * 2
    declared(world, 6)
    spread(world)
    assert found(world, "baghdad", "isf") == []


def test_suspended_by_a_revision_only_once_all_have_endorsed_it(world: World) -> None:
    text = said(world, "agreement", agreement(clause("1"), clause("2")))
    endorse(world, text, "isf", "ksf")
    other = agreement(clause("1", stated="suspended"), clause("2"))
    second = write.revise(world.nodes["erbil"], officer("ksf", "release"), text["id"], 1, other).result()
    spread(world)
    (item,) = agreements.agreements(world.nodes["baghdad"], officer("isf", "watch"))["items"]
    assert (item["stands"]["rev"], [c["state"] for c in item["clauses"]]) == (1, ["in_force", "in_force"])
    assert [d["path"] for d in item["changes"]] == [["clauses", "1", "stated"]]
    endorse(world, second, "isf", "ksf")
    assert states(world, text["id"]) == [["suspended", "in_force"]] * 2


def test_drafts_are_compared_until_the_text_is_the_same(world: World) -> None:
    first = said(world, "agreement", agreement(clause("1", text={"en": "24 hours"}), clause("2")))
    counter = agreement(clause("1", text={"en": "12 hours"}), clause("3"), counters=first["id"])
    second = said(world, "agreement", counter, "isf")
    erbil, watch = world.nodes["erbil"], officer("ksf", "watch")
    told = agreements.compared(erbil, watch, first["id"], second["id"])
    assert [(d["path"], d["how"]) for d in told["differences"]] == [
        (["clauses", "1", "text", "en"], "changed"),
        (["clauses", "2"], "removed"),
        (["clauses", "3"], "added"),
    ]
    same = counter | {"clauses": [clause("1", text={"en": "24 hours"}), clause("2")]}
    write.revise(world.nodes["baghdad"], officer("isf", "release"), second["id"], 1, same).result()
    spread(world)
    assert agreements.compared(erbil, watch, first["id"], second["id"])["differences"] == []
    assert read.record(erbil, watch, second["id"])["body"]["counters"] == first["id"]
    with pytest.raises(NotFound):
        agreements.compared(erbil, watch, first["id"], "01920000-0000-7000-8000-000000000000")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (agreement(clause("1", start=START), start=START + DAY), "body.clauses[0].start"),
        (agreement(clause("1", start=START, end=START)), "body.clauses[0].end"),
        (agreement(clause("1", stated="in_force")), "body.clauses[0].stated"),
        (agreement(clause("1"), clause("1")), "body.clauses"),
        (agreement(clause("1", owners={"mag": "x"})), "body.clauses[0].owners"),
        (agreement(clause("1"), parties=["ksf", "isf"]), "body.parties"),
        (agreement(clause("1", rule="01920000-0000-7000-8000-000000000000")), "body.clauses[0].rule_hash"),
        (agreement(clause("1", title={"fr": "x"})), "body"),
    ],
)
def test_what_an_agreement_cannot_say(body: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as fault:
        registry.parse("agreement", body)
    assert fault.value.field == field


def test_a_clause_names_a_rule_that_is_there_in_that_very_revision(world: World) -> None:
    rule = said(world, "rule", NOTICE)
    with pytest.raises(BadInput) as fault:
        said(world, "agreement", agreement(clause("1", rule=rule["id"], rule_hash="0" * 64)))
    assert fault.value.field.startswith("body.clauses")
