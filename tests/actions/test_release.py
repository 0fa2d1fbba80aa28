"""The release desk: default deny, tear lines, standing rules, the link that stays at home."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamline.actions import read, release, write
from seamline.errors import BadInput, Conflict, NotAllowed, NotFound
from tests.nodes import INCIDENT, START, World, attested, copy, let_go, officer, patrol, put

SHARED = "isf+ksf"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.node("baghdad", "isf", channels=(SHARED,))
    made.node("erbil", "ksf", channels=(SHARED,))
    made.node("kirkuk", "isf", "ksf", channels=(SHARED,))
    made.meet()
    yield made
    made.close()


def test_unreleased_is_nowhere_else_and_released_is_a_new_record(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    kept = put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
    assert copy(erbil, baghdad) == 0
    out = let_go(erbil, "ksf", kept, SHARED)
    assert out["id"] != kept["id"]
    assert out["rev"] == 1
    assert out["prev"] is None
    assert copy(erbil, baghdad) == 1
    seen = read.record(baghdad, officer("isf", "watch"), out["id"])
    assert seen["body"] == kept["body"]
    assert seen["links"]["source"] is None
    with pytest.raises(NotFound):
        read.record(baghdad, officer("isf", "watch"), kept["id"])
    home = read.record(erbil, officer("ksf", "watch"), kept["id"])
    assert home["links"]["released_as"][0]["id"] == out["id"]


def test_a_tear_line_only_widens(world: World) -> None:
    erbil = world.nodes["erbil"]
    kept = put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
    out = let_go(erbil, "ksf", kept, SHARED, "tear")
    body = out["body"]
    assert body["tear"] is True
    assert out["mode"] == "tear"
    assert not {"unit", "grade", "narrative", "source"} & body.keys()
    assert body["place"]["geometry"]["type"] == "Polygon"
    assert "mgrs" not in body["place"]
    assert body["occurred"]["start"] % 3_600_000 == 0
    assert body["occurred"]["end"] % 3_600_000 == 0


def test_the_preview_is_what_is_released(world: World) -> None:
    erbil = world.nodes["erbil"]
    kept = put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
    desk = officer("ksf", "release")
    shown = release.preview(erbil, desk, release.Release(kept["id"], 1, SHARED, "tear"))
    out = let_go(erbil, "ksf", kept, SHARED, "tear")
    for name in ("body", "kind", "channel", "party", "mode", "title", "state"):
        assert shown[name] == out[name], name
    assert shown["id"] == ""
    assert shown["hash"] == ""


def test_an_edited_tear_line_may_reword_but_not_narrow(world: World) -> None:
    erbil = world.nodes["erbil"]
    kept = put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
    desk = officer("ksf", "release")
    torn = release.preview(erbil, desk, release.Release(kept["id"], 1, SHARED, "tear"))["body"]
    out = release.release(
        erbil, desk, release.Release(kept["id"], 1, SHARED, "tear", torn | {"summary": "Shots"})
    ).result()
    assert out["title"] == "Shots"
    for bad in (
        torn | {"unit": "x"},
        torn | {"occurred": INCIDENT["occurred"]},
        torn | {"place": INCIDENT["place"]},
    ):
        with pytest.raises(BadInput):
            release.preview(erbil, desk, release.Release(kept["id"], 1, SHARED, "tear", bad))


def test_a_later_revision_goes_on_in_the_released_record(world: World) -> None:
    erbil = world.nodes["erbil"]
    watch = officer("ksf", "watch")
    kept = put(erbil, watch, "incident", "ksf", INCIDENT)
    first = let_go(erbil, "ksf", kept, SHARED)
    for summary in ("Shots, again", "Shots, third"):
        kept = write.revise(erbil, watch, kept["id"], kept["rev"], INCIDENT | {"summary": summary}).result()
    again = let_go(erbil, "ksf", kept, SHARED)
    assert (again["id"], again["rev"], again["no"]) == (first["id"], 2, first["no"])
    with pytest.raises(Conflict):
        let_go(erbil, "ksf", kept, SHARED)


def test_writing_wider_needs_the_release_role_or_a_standing_rule(world: World) -> None:
    erbil = world.nodes["erbil"]
    watch = officer("ksf", "watch")
    with pytest.raises(NotAllowed):
        put(erbil, watch, "incident", SHARED, INCIDENT)
    rule = {"kind": "incident", "to": SHARED, "role": "watch", "lane": "flash"}
    with pytest.raises(NotAllowed):
        put(erbil, watch, "standing", "ksf", rule)
    put(erbil, officer("ksf", "release"), "standing", "ksf", rule)
    assert put(erbil, watch, "incident", SHARED, INCIDENT, lane="flash")["channel"] == SHARED
    with pytest.raises(NotAllowed):
        put(erbil, watch, "incident", SHARED, INCIDENT)
    with pytest.raises(NotAllowed):
        put(erbil, officer("ksf", "administrator"), "incident", "ksf", INCIDENT)


def test_a_standing_rule_of_the_room_does_not_hold_at_headquarters(world: World) -> None:
    kirkuk, erbil, watch = world.nodes["kirkuk"], world.nodes["erbil"], officer("ksf", "watch")
    rule = {"kind": "incident", "to": SHARED, "role": "watch", "at": "kirkuk"}
    attested(world, kirkuk, officer("ksf", "release"), "standing", SHARED, rule)
    copy(kirkuk, erbil)
    assert attested(world, kirkuk, watch, "incident", SHARED, INCIDENT)["party"] == "ksf"
    with pytest.raises(NotAllowed):
        put(erbil, watch, "incident", SHARED, INCIDENT)


def test_at_a_joint_node_only_a_signed_entry_speaks_for_a_party(world: World) -> None:
    kirkuk = world.nodes["kirkuk"]
    desk = officer("isf", "release")
    signed = attested(world, kirkuk, desk, "incident", SHARED, INCIDENT)
    assert signed["party"] == "isf"
    assert signed["attested"]
    unsigned = put(kirkuk, desk, "incident", SHARED, INCIDENT)
    assert unsigned["party"] == SHARED
    assert not unsigned["attested"]
    with pytest.raises(NotFound):
        put(kirkuk, desk, "incident", "isf", INCIDENT)


def test_the_same_id_and_words_get_the_first_answer_other_words_a_conflict(world: World) -> None:
    erbil, watch = world.nodes["erbil"], officer("ksf", "watch")
    id = "0199c1de-7a00-7000-8000-000000000001"
    first = put(erbil, watch, "incident", "ksf", INCIDENT, id=id)
    assert put(erbil, watch, "incident", "ksf", INCIDENT, id=id) == first
    with pytest.raises(Conflict):
        put(erbil, watch, "incident", "ksf", INCIDENT | {"summary": "other"}, id=id)
    assert erbil.log.last_seq() == 1


def test_a_stale_revision_is_refused_and_nothing_is_kept(world: World) -> None:
    erbil, watch = world.nodes["erbil"], officer("ksf", "watch")
    item = put(erbil, watch, "incident", "ksf", INCIDENT)
    write.revise(erbil, watch, item["id"], 1, INCIDENT | {"summary": "two"}).result()
    with pytest.raises(Conflict):
        write.revise(erbil, watch, item["id"], 1, INCIDENT | {"summary": "three"}).result()
    assert [h["title"] for h in read.history(erbil, watch, item["id"])] == ["two", "Shots heard"]


def test_own_unreleased_plan_against_the_others_released_one_is_seen_at_home_only(world: World) -> None:
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    mine = put(baghdad, officer("isf", "planner"), "activity", "isf", patrol(43.75, 35.70, 10))
    theirs = put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.752, 35.70, 12))
    let_go(erbil, "ksf", theirs, SHARED)
    copy(erbil, baghdad)
    copy(baghdad, erbil)
    seen = read.clashes(baghdad, officer("isf", "watch"))["items"]
    assert [c["a"]["id"] for c in seen] == [mine["id"]]
    assert seen[0]["seen_by"] == ["isf"]
    assert read.clashes(erbil, officer("ksf", "watch"))["items"] == []
    let_go(baghdad, "isf", mine, SHARED)
    copy(baghdad, erbil)
    both = read.clashes(erbil, officer("ksf", "watch"))["items"]
    assert len(both) == 1
    assert both[0]["seen_by"] == ["ksf", "isf"]
    assert both[0]["distance_m"] > 100
    assert len(read.clashes(baghdad, officer("isf", "watch"))["items"]) == 1


def test_an_empty_answer_says_of_what(world: World) -> None:
    answer = read.clashes(world.nodes["erbil"], officer("ksf", "watch"))
    assert answer == {
        "items": [],
        "more": False,
        "note": {"key": "note.none_in_what_was_shared", "last_contact": None},
    }


def test_a_post_its_party_states_is_not_its_own_clashes_with_nobody(world: World) -> None:
    kirkuk, desk = world.nodes["kirkuk"], officer("isf", "watch")
    post = {"name": "ridge", "place": {"lon": 43.75, "lat": 35.70}}
    made = attested(world, kirkuk, officer("isf", "release"), "post", SHARED, post)
    attested(world, kirkuk, officer("ksf", "release"), "activity", SHARED, patrol(43.751, 35.70, 10))
    assert len(read.clashes(kirkuk, desk)["items"]) == 1
    for status, clashes in (("not_ours", 0), ("held", 1), ("vacating", 1), ("empty", 0)):
        kirkuk.clock.advance(60_000)  # type: ignore[attr-defined] # a test's clock is moved by hand
        holding = {"post": made["id"], "status": status}
        attested(world, kirkuk, officer("isf", "release"), "holding", SHARED, holding)
        assert len(read.clashes(kirkuk, desk)["items"]) == clashes, status


def test_clashes_long_past_do_not_crowd_out_those_to_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MOST_CLASHES", 2)
    kirkuk, desk, days = world.nodes["kirkuk"], officer("isf", "watch"), (-30, -20, 1, 2, 3)
    for day in days:
        for party, lon in (("isf", 43.75), ("ksf", 43.751)):
            attested(
                world, kirkuk, officer(party, "release"), "activity", SHARED, patrol(lon, 35.7, day * 24)
            )
    answer = read.clashes(kirkuk, desk)
    assert [c["start"] for c in answer["items"]] == [START + d * 86_400_000 for d in (1, 2)]
    assert answer["more"] is True
    later = read.clashes(kirkuk, desk, START + 3 * 86_400_000)
    assert [c["start"] for c in later["items"]] == [START + 3 * 86_400_000]
    assert later["more"] is False
