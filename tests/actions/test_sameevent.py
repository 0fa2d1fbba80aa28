"""Two accounts of one event, from suggestion to a common account that both endorse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import read, sameevent, write
from seamline.actions.node import Node
from seamline.errors import BadInput, NotFound
from tests.nodes import INCIDENT, START, World, attested, copy, let_go, officer, put

SHARED = "isf+ksf"
Item = dict[str, Any]


class Two:
    """Erbil and Baghdad, each with its own incident of one exchange of fire."""

    def __init__(self) -> None:
        self.world = World()
        self.erbil = self.world.node("erbil", "ksf", channels=(SHARED,))
        self.baghdad = self.world.node("baghdad", "isf", channels=(SHARED,))
        self.world.meet()
        # A test's ids follow its clock: the two are never to draw the same.
        self.baghdad.clock.advance(1_001)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
        self.ours = put(self.erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
        other = INCIDENT | {"summary": "Fire from a ridge", "type": "ambush"}
        self.theirs = put(self.baghdad, officer("isf", "watch"), "incident", "isf", other)

    def meet(self) -> None:
        copy(self.erbil, self.baghdad)
        copy(self.baghdad, self.erbil)
        for node in (self.erbil, self.baghdad):
            node.clock.advance(5_000)  # type: ignore[attr-defined] # as above

    def share(self) -> tuple[Item, Item]:
        ours = let_go(self.erbil, "ksf", self.ours, SHARED)
        theirs = let_go(self.baghdad, "isf", self.theirs, SHARED)
        self.meet()
        return ours, theirs


@pytest.fixture
def two() -> Iterator[Two]:
    made = Two()
    yield made
    made.world.close()


def seen(node: Node, party: str) -> Item:
    return sameevent.listed(node, officer(party, "watch"))


def test_two_incidents_near_in_place_and_time_are_suggested_once_both_are_seen(two: Two) -> None:
    assert seen(two.erbil, "ksf")["suggested"] == []
    two.share()
    for node, party, own in ((two.erbil, "ksf", two.ours), (two.baghdad, "isf", two.theirs)):
        (pair,) = seen(node, party)["suggested"]
        # One's own incident in full, never the copy that was released of it.
        assert pair["a"]["id"] == own["id"]
        assert pair["b"]["party"] != party
        assert pair["likeness"]["score"] == 0.5
        assert pair["counts"] == {"agreed": 3, "differs": 2, "one_side": 0}


def test_each_side_may_link_them_and_then_they_are_no_suggestion(two: Two) -> None:
    ours, theirs = two.share()
    link = {"incidents": sorted((ours["id"], theirs["id"]))}
    for node, party in ((two.erbil, "ksf"), (two.baghdad, "isf")):
        put(node, officer(party, "watch", "release"), "same_event", SHARED, link)
    two.meet()
    for node, party, other in ((two.erbil, "ksf", "isf"), (two.baghdad, "isf", "ksf")):
        found = seen(node, party)
        assert found["suggested"] == []
        (pair,) = found["items"]
        assert [one["party"] for one in pair["linked"]] == [party, other]


def test_a_link_taken_back_is_a_suggestion_again(two: Two) -> None:
    ours, theirs = two.share()
    link = {"incidents": sorted((ours["id"], theirs["id"]))}
    made = put(two.erbil, officer("ksf", "watch", "release"), "same_event", SHARED, link)
    assert seen(two.erbil, "ksf")["items"]
    write.withdraw(two.erbil, officer("ksf", "release"), made["id"], "two events").result()
    assert seen(two.erbil, "ksf")["items"] == []
    assert len(seen(two.erbil, "ksf")["suggested"]) == 1


def test_a_link_names_incidents_that_the_channel_holds(two: Two) -> None:
    _, theirs = two.share()
    who = officer("ksf", "watch", "release")
    link = {"incidents": sorted((two.ours["id"], theirs["id"]))}
    # The other side does not hold our own incident: its id would tell when it was made.
    with pytest.raises(BadInput) as caught:
        put(two.erbil, who, "same_event", SHARED, link)
    assert caught.value.field == "body.incidents"
    assert put(two.erbil, who, "same_event", "ksf", link)["channel"] == "ksf"
    note = put(two.erbil, who, "note", SHARED, {"text": "no incident"})
    with pytest.raises(BadInput):
        put(two.erbil, who, "same_event", SHARED, {"incidents": sorted((note["id"], theirs["id"]))})


def test_the_common_account_exists_when_both_have_endorsed_the_same_bytes(two: Two) -> None:
    two.share()
    who = officer("ksf", "watch", "release")
    compared = sameevent.compared(
        two.erbil, who, two.ours["id"], seen(two.erbil, "ksf")["suggested"][0]["b"]["id"]
    )
    propose = compared["propose"]
    assert propose["channel"] == SHARED
    body = {
        "summary": "Exchange of fire",
        "type": "fire_exchange",
        "occurred": INCIDENT["occurred"],
        "place": INCIDENT["place"],
        "accounts": propose["accounts"],
    }
    made = put(two.erbil, who, "common_account", SHARED, body)
    for node, party, then in ((two.erbil, "ksf", "partly_endorsed"), (two.baghdad, "isf", "in_force")):
        two.meet()
        yes = {"of": made["id"], "hash": made["hash"]}
        attested(two.world, node, officer(party, "signatory"), "endorsement", SHARED, yes)
        assert read.record(node, officer(party, "watch"), made["id"])["state"] == then
    two.meet()
    again = sameevent.compared(two.erbil, who, compared["a"]["id"], compared["b"]["id"])
    (common,) = again["common"]
    assert (common["state"], common["stale"]) == ("in_force", False)
    # An incident that is revised after it was compared says so; the common account stays what it is.
    later = write.revise(
        two.erbil, officer("ksf", "watch"), two.ours["id"], 1, INCIDENT | {"harm": {"wounded": 1}}
    ).result()
    let_go(two.erbil, "ksf", later, SHARED)
    (common,) = sameevent.compared(two.erbil, who, compared["a"]["id"], compared["b"]["id"])["common"]
    assert (common["state"], common["stale"]) == ("in_force", True)


def test_what_is_not_released_is_compared_at_home_alone(two: Two) -> None:
    theirs = let_go(two.baghdad, "isf", two.theirs, SHARED)
    two.meet()
    found = sameevent.compared(two.erbil, officer("ksf", "watch"), two.ours["id"], theirs["id"])
    assert found["propose"] is None
    assert seen(two.baghdad, "isf")["suggested"] == []
    with pytest.raises(NotFound):
        sameevent.compared(two.baghdad, officer("isf", "watch"), two.theirs["id"], two.ours["id"])
    with pytest.raises(BadInput):
        sameevent.compared(two.erbil, officer("ksf", "watch"), two.ours["id"], two.ours["id"])


def test_far_apart_is_no_suggestion(two: Two) -> None:
    far = INCIDENT | {"occurred": {"start": START - 86_400_000, "end": START - 86_000_000}}
    late = put(two.baghdad, officer("isf", "watch"), "incident", "isf", far)
    let_go(two.baghdad, "isf", late, SHARED)
    two.meet()
    assert seen(two.erbil, "ksf")["suggested"] == []
