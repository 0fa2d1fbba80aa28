"""The register of posts: what follows from each side's own statements, and never who is right."""

from __future__ import annotations

import pytest

from seamline.picture.register import Handed, Statement, entry, leaving

SIDES = ("isf", "ksf")


def stated(**says: str) -> list[Statement]:
    """One statement of each party, one after the other."""
    return [Statement(party, status, at) for at, (party, status) in enumerate(says.items(), 1)]


@pytest.mark.parametrize(
    ("says", "status", "holders"),
    [
        ({}, "unstated", ()),
        ({"isf": "held"}, "held", ("isf",)),
        ({"isf": "held", "ksf": "not_ours"}, "held", ("isf",)),
        ({"isf": "held", "ksf": "handed_over"}, "held", ("isf",)),
        ({"isf": "vacating", "ksf": "not_ours"}, "vacating", ("isf",)),
        ({"isf": "held", "ksf": "held"}, "reserved", ("isf", "ksf")),
        ({"isf": "held", "ksf": "empty"}, "reserved", ("isf",)),
        ({"isf": "held", "ksf": "shared"}, "reserved", ("isf", "ksf")),
        ({"isf": "shared", "ksf": "shared"}, "shared", ("isf", "ksf")),
        ({"isf": "shared", "ksf": "not_ours"}, "reserved", ("isf",)),
        ({"isf": "handed_over", "ksf": "not_ours"}, "reserved", ()),
        ({"isf": "not_ours", "ksf": "not_ours"}, "empty", ()),
        ({"isf": "empty"}, "empty", ()),
    ],
)
def test_what_the_statements_come_to(says: dict[str, str], status: str, holders: tuple[str, ...]) -> None:
    found = entry(stated(**says), (), SIDES)
    assert (found.status, found.holders) == (status, holders)
    assert set(found.silent) == set(SIDES) - set(says)
    # Whichever side states it, and in whatever order it comes: the same line with the names exchanged.
    swap = {"isf": "ksf", "ksf": "isf"}
    turned = entry(reversed(stated(**{swap[party]: said for party, said in says.items()})), (), SIDES)
    assert (turned.status, set(turned.holders)) == (status, {swap[party] for party in holders})


def test_the_newest_statement_of_a_party_counts() -> None:
    said = [Statement("isf", "held", 5), Statement("isf", "not_ours", 9), Statement("isf", "shared", 7)]
    assert entry(said, (), SIDES).status == "empty"
    even = [Statement("isf", "held", 5, "a"), Statement("isf", "empty", 5, "b")]
    assert entry(even, (), SIDES) == entry(reversed(even), (), SIDES)


def test_a_hand_over_in_force_is_what_both_state() -> None:
    said = stated(isf="held", ksf="not_ours")
    found = entry(said, [Handed("isf", "ksf", 50)], SIDES)
    assert (found.status, found.holders) == ("held", ("ksf",))
    later = [*said, Statement("isf", "held", 60)]
    assert entry(later, [Handed("isf", "ksf", 50)], SIDES).status == "reserved"


def test_leaving_starts_a_clock_that_a_hand_over_ends() -> None:
    said = [
        Statement("isf", "held", 10),
        Statement("isf", "vacating", 20, "v"),
        Statement("isf", "empty", 30),
    ]
    (one,) = leaving(said, ())
    assert (one.party, one.since, one.key, one.handed) == ("isf", 20, "v", None)
    assert leaving(said, [Handed("isf", "ksf", 40)])[0].handed == 40
    assert leaving(said, [Handed("isf", "ksf", 5)])[0].handed is None, (
        "an earlier one, before it was held again"
    )
    assert leaving([*said, Statement("isf", "held", 50)], ()) == []
    (planned,) = leaving([Statement("isf", "vacating", 20, leaves=90)], ())
    assert planned.since == 90


def test_what_was_never_held_is_not_left() -> None:
    assert leaving(stated(isf="not_ours", ksf="empty"), ()) == []
