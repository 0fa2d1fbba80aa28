"""Contact now: one key, every shared channel, answers and steps timed by arrival, closed by both."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import contacts, everywhere
from seamline.actions.attention import attention
from seamline.actions.everywhere import Wide
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.errors import BadInput, Conflict, NotAllowed
from seamline.log.entry import Sig
from tests.nodes import START, World, copy, officer, put

SHARED, ALL = "isf+ksf", "isf+ksf+mag"
MINUTE = 60_000
PLACE = {"mgrs": "38SME4200016000"}
HEARD = {"place": PLACE, "heard": START, "what": "Bursts north of the wadi"}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.node("erbil", "ksf", channels=(SHARED, ALL))
    made.node("baghdad", "isf", channels=(SHARED,))
    made.meet()
    for _ in range(1000):
        # Two nodes of a test draw the same ids.
        made.nodes["baghdad"].clock.new_id()
    for name, party in (("erbil", "ksf"), ("baghdad", "isf")):
        for channel in (SHARED, ALL):
            rule = {"kind": "contact", "to": channel, "lane": "flash"}
            put(made.nodes[name], officer(party, "release"), "standing", party, rule)
    yield made
    made.close()


def say(node: Node, who: Officer, kind: str, **body: Any) -> dict[str, Any]:
    return everywhere.put(node, who, Wide(kind, body, "en")).result()


def spread(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    copy(erbil, baghdad)
    copy(baghdad, erbil)


def later(world: World, minutes: float) -> None:
    for node in world.nodes.values():
        node.clock.advance(int(minutes * MINUTE))  # type: ignore[attr-defined] # a ManualClock


KSF, ISF = officer("ksf", "watch"), officer("isf", "watch")


def test_one_key_reaches_every_shared_channel_by_the_watch_officer_s_rule(world: World) -> None:
    erbil = world.nodes["erbil"]
    made = say(erbil, KSF, "contact", **HEARD)
    assert {(i["channel"], i["lane"], i["id"]) for i in made["items"]} == {
        (SHARED, "flash", made["items"][0]["id"]),
        (ALL, "flash", made["items"][0]["id"]),
    }
    (one,) = contacts.contacts(erbil, KSF)["items"]
    assert one["channels"] == [SHARED, ALL]
    assert [p["party"] for p in one["parties"]] == ["ksf", "isf", "mag"]
    assert [i["what"] for i in attention(erbil, KSF)["items"]] == ["contact"]


def test_from_contact_to_closed_each_step_is_timed_by_arrival(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    erbil.local.put("channel." + ALL, None)
    id = say(erbil, KSF, "contact", **HEARD)["items"][0]["id"]
    later(world, 1)
    spread(world)
    later(world, 2)
    say(baghdad, ISF, "contact_answer", contact=id, answer="not_ours")
    asked = say(erbil, KSF, "contact_step", contact=id, step="hold_fire", said="asked", whom="isf")
    spread(world)
    later(world, 1)
    of = asked["items"][0]["id"]
    say(baghdad, ISF, "contact_step", contact=id, step="hold_fire", said="confirmed", of=of)
    spread(world)
    later(world, 3)
    for node, who in ((erbil, KSF), (baghdad, ISF)):
        assert contacts.contact(node, who, id)["state"] == "open"
        say(node, who, "contact_close", contact=id)
    spread(world)
    seen = contacts.contact(baghdad, ISF, id)
    assert seen["state"] == "closed"
    told = [
        (t["what"], t["party"], t["step"], t["after_ms"] // MINUTE, t["waited_ms"]) for t in seen["times"]
    ]
    assert told == [
        ("answer", "isf", None, 2, 2 * MINUTE),
        ("asked", "ksf", "hold_fire", 2, None),
        ("confirmed", "isf", "hold_fire", 3, MINUTE),
        ("closed", "isf", None, 6, None),
        ("closed", "ksf", None, 6, None),
    ]
    assert attention(baghdad, ISF)["items"] == []


def test_nothing_is_late_before_it_is_known_to_have_arrived(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    id = say(erbil, KSF, "contact", **HEARD)["items"][0]["id"]
    later(world, 30)
    isf = next(p for p in contacts.contact(erbil, KSF, id)["parties"] if p["party"] == "isf")
    assert (isf["reached"], isf["due"], isf["overdue"]) == (None, None, False)
    spread(world)
    later(world, 4)
    (item,) = [i for i in attention(baghdad, ISF)["items"] if i["what"] == "contact"]
    assert (item["due"], item["urgency"]) == (START + 35 * MINUTE, 4)
    assert not _own(contacts.contact(baghdad, ISF, id))["overdue"]
    later(world, 1)
    assert _own(contacts.contact(baghdad, ISF, id))["overdue"]
    say(baghdad, ISF, "contact_answer", contact=id, answer="unknown")
    assert not _own(contacts.contact(baghdad, ISF, id))["overdue"]


def _own(item: dict[str, Any]) -> dict[str, Any]:
    return dict(next(p for p in item["parties"] if p["party"] == "isf"))


def test_one_side_s_close_leaves_it_open_and_nobody_closes_for_another(world: World) -> None:
    erbil = world.nodes["erbil"]
    id = say(erbil, KSF, "contact", **HEARD)["items"][0]["id"]
    say(erbil, KSF, "contact_close", contact=id)
    assert contacts.contact(erbil, KSF, id)["state"] == "open"
    assert [i["what"] for i in attention(erbil, KSF)["items"]] == ["contact"]
    with pytest.raises(Conflict):
        say(erbil, KSF, "contact_close", contact=id)


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("contact", {**HEARD, "heard": START + 600_000}, "body.heard"),
        ("contact", {**HEARD, "place": {"mgrs": "nowhere"}}, "body.place.mgrs"),
        (
            "contact_answer",
            {"contact": "0199c1de-7a00-7000-8000-000000000001", "answer": "ours"},
            "body.contact",
        ),
        ("incident", {}, "kind"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_kept(
    world: World, kind: str, body: dict[str, Any], field: str
) -> None:
    erbil = world.nodes["erbil"]
    before = erbil.log.last_seq()
    with pytest.raises(BadInput) as caught:
        say(erbil, KSF, kind, **body)
    assert caught.value.field == field
    assert erbil.log.last_seq() == before


def test_a_request_is_answered_by_the_other_side_as_it_was_put(world: World) -> None:
    erbil = world.nodes["erbil"]
    id = say(erbil, KSF, "contact", **HEARD)["items"][0]["id"]
    of = say(erbil, KSF, "contact_step", contact=id, step="help", said="asked")["items"][0]["id"]
    with pytest.raises(BadInput, match="side that is asked"):
        say(erbil, KSF, "contact_step", contact=id, step="help", said="confirmed", of=of)
    with pytest.raises(BadInput, match="the request was help"):
        say(erbil, KSF, "contact_step", contact=id, step="passage", said="confirmed", of=of)


def test_without_a_standing_rule_it_takes_the_release_role(world: World) -> None:
    baghdad = world.nodes["baghdad"]
    (rule, *_) = list(baghdad.picture.current_of_kind("standing"))
    assert rule.party == "isf"
    fresh = World()
    node = fresh.node("mosul", "isf", channels=(SHARED,))
    fresh.meet()
    with pytest.raises(NotAllowed, match="standing rule for contact"):
        say(node, ISF, "contact", **HEARD)
    assert not everywhere.may_alarm(node, ISF)
    assert say(node, officer("isf", "watch", "release"), "contact", **HEARD)["refused"] == []
    fresh.close()


def test_at_a_joint_room_each_side_speaks_with_its_own_key(world: World) -> None:
    fresh = World()
    room = fresh.node("kirkuk", "isf", "ksf")
    fresh.meet()
    both = officer("ksf", "watch", "release")
    id = say(room, both, "contact", **HEARD)["items"][0]["id"]
    with pytest.raises(BadInput, match="closed by isf and ksf"):
        say(room, both, "contact_close", contact=id)
    wide = Wide("contact_close", {"contact": id}, "en")
    drafted, at, signing = everywhere.drafts(room, both, wide)
    key = fresh.officer_key("ksf", "watch")
    sigs = {c: Sig(key.fingerprint, _b64(key.sign(data))) for c, data in signing.items()}
    signed = Wide("contact_close", {"contact": id}, "en", drafted, at, sigs)
    (item,) = everywhere.put(room, both, signed).result()["items"]
    assert (item["party"], item["attested"]) == ("ksf", True)
    assert everywhere.put(room, both, signed).result()["items"][0]["hash"] == item["hash"]
    fresh.close()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_two_rooms_go_through_it_while_both_headquarters_are_cut_off() -> None:
    fresh = World()
    kirkuk, makhmour = fresh.node("kirkuk", "isf", "ksf"), fresh.node("makhmour", "isf", "ksf")
    cut_off = [
        fresh.node("erbil", "ksf", channels=(SHARED,)),
        fresh.node("baghdad", "isf", channels=(SHARED,)),
    ]
    fresh.meet()
    makhmour.clock.advance(7)  # type: ignore[attr-defined] # a ManualClock
    rooms = ((kirkuk, "ksf", makhmour), (makhmour, "isf", kirkuk))

    def signed(node: Node, party: str, kind: str, **body: Any) -> str:
        who = officer(party, "watch", "release")
        id, at, signing = everywhere.drafts(node, who, Wide(kind, body, "en"))
        key = fresh.officer_key(party, "watch")
        sigs = {c: Sig(key.fingerprint, _b64(key.sign(data))) for c, data in signing.items()}
        everywhere.put(node, who, Wide(kind, body, "en", id, at, sigs)).result()
        for one, other in ((kirkuk, makhmour), (makhmour, kirkuk)):
            copy(one, other)
        return id

    id = signed(kirkuk, "ksf", "contact", **HEARD)
    assert next(i["what"] for i in attention(makhmour, ISF)["items"]) == "contact"
    signed(makhmour, "isf", "contact_answer", contact=id, answer="ours")
    of = signed(kirkuk, "ksf", "contact_step", contact=id, step="hold_fire", said="asked", whom="isf")
    signed(makhmour, "isf", "contact_step", contact=id, step="hold_fire", said="confirmed", of=of)
    for node, party, other in rooms:
        assert contacts.contact(other, officer(party, "watch"), id)["state"] == "open"
        signed(node, party, "contact_close", contact=id)
    assert {contacts.contact(node, ISF, id)["state"] for node in (kirkuk, makhmour)} == {"closed"}
    assert all(contacts.contacts(node, officer(node.party, "watch"))["items"] == [] for node in cut_off)
    fresh.close()
