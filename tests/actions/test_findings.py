"""Rules in force and facts held against them, as each side sees them: by arrival, by the rules of the day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import activities, attention, finding, rulebook, write
from seamline.demo.ground import terms
from seamline.geo.window import DAY
from tests.nodes import START, World, attested, copy, let_go, officer, patrol, put
from tests.web.desk import desk

SHARED, HOUR = "isf+ksf", 3_600_000
VALID = {"start": START - 100 * DAY, "end": START + 100 * DAY}
NOTICE = {"name": "Notice", "type": "notice", "parties": ["isf", "ksf"], "hours": 24, "valid": VALID}
SIDES = (("erbil", "ksf"), ("baghdad", "isf"))


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, owners in (("erbil", ("ksf",)), ("baghdad", ("isf",)), ("kirkuk", ("isf", "ksf"))):
        world.node(name, *owners, channels=(SHARED,))
    world.meet()
    # Ids are made from the time: no two nodes make the same.
    for late, name in enumerate(("kirkuk", "erbil", "baghdad")):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


def spread(world: World, hours: float = 0.25) -> None:
    """So much later, every node has what it may hold."""
    for node in world.nodes.values():
        node.clock.advance(round(hours * HOUR))  # type: ignore[attr-defined] # a test's ManualClock
    for source in world.nodes.values():
        for target in world.nodes.values():
            if source is not target:
                copy(source, target)


def endorse(world: World, item: dict[str, Any], *parties: str) -> None:
    yes = {"of": item["id"], "hash": item["hash"]}
    for party in parties:
        attested(world, world.nodes["kirkuk"], officer(party, "signatory"), "endorsement", SHARED, yes)
    spread(world)


def ruled(world: World, body: dict[str, Any], *parties: str) -> dict[str, Any]:
    made = put(world.nodes["erbil"], officer("ksf", "release"), "rule", SHARED, body)
    spread(world)
    endorse(world, made, *(parties or ("isf", "ksf")))
    return made


def declared(world: World, begins: float, **more: Any) -> dict[str, Any]:
    """A plan of ksf that begins so many hours from now, said in the shared channel at erbil."""
    erbil = world.nodes["erbil"]
    start = (erbil.clock.now() - START) / HOUR + begins
    body = patrol(43.74, 35.71, 0) | {"when": _window(start)} | more
    return put(erbil, officer("ksf", "release"), "activity", SHARED, body)


def _window(start: float) -> dict[str, int]:
    begin = START + round(start * HOUR)
    return {"start": begin, "end": begin + 6 * HOUR}


def found(world: World, name: str, party: str, **asked: int) -> list[dict[str, Any]]:
    wish = finding.Asked(start=START - DAY, **asked)
    items: list[dict[str, Any]] = finding.findings(world.nodes[name], officer(party, "watch"), wish)["items"]
    return items


def test_a_rule_is_used_once_every_party_it_names_has_endorsed_it(world: World) -> None:
    made = ruled(world, NOTICE, "ksf")
    declared(world, 6)
    spread(world)
    answer = finding.findings(world.nodes["baghdad"], officer("isf", "watch"))
    assert (answer["items"], answer["note"]["key"]) == ([], "note.no_rules_endorsed")
    endorse(world, made, "isf")
    # What was declared before it was in force is judged by no rule; what begins after that is.
    declared(world, 6)
    spread(world)
    given = [f["given_ms"] for f in found(world, "baghdad", "isf")]
    assert given == pytest.approx([5.75 * HOUR] * 2, abs=9)
    rules = rulebook.rules(world.nodes["baghdad"], officer("isf", "watch"))["items"]
    assert [(r["in_force"], r["rule"]["state"]) for r in rules] == [(True, "in_force")]


def test_notice_runs_from_arrival_and_the_link_is_nobody_s(world: World) -> None:
    ruled(world, NOTICE)
    plan = declared(world, 30)
    # Ten hours on the link: it was said in time, and came too late.
    spread(world, 10)
    (there,) = found(world, "baghdad", "isf")
    # The two clocks are a millisecond apart.
    assert (there["given_ms"], there["needed_ms"]) == (pytest.approx(20 * HOUR, abs=9), 24 * HOUR)
    assert there["reached"] == there["link_ms"] + plan["at"] == pytest.approx(plan["at"] + 10 * HOUR, abs=9)
    assert (there["party"], there["to"], there["kind"]) == ("ksf", "isf", "notice")
    # At the declaring side no receipt is known: that is said, and no more.
    (here,) = found(world, "erbil", "ksf")
    assert (here["given_ms"], here["reached"], here["link_ms"]) == (None, None, None)


def test_a_read_back_that_the_other_side_logged_is_notice(world: World) -> None:
    ruled(world, NOTICE)
    plan = declared(world, 30)
    spread(world, 10)
    said = {
        "caller": "ksf", "called": "isf", "when": plan["at"] + HOUR, "outcome": "reached", "read_back": True,
        "said": "Patrol tomorrow", "about": plan["id"],
    }  # fmt: skip
    put(world.nodes["erbil"], officer("ksf", "release"), "call", SHARED, said)
    spread(world)
    assert len(found(world, "baghdad", "isf")) == 1, "who called cannot say that it was read back"
    put(world.nodes["baghdad"], officer("isf", "release"), "call", SHARED, said)
    spread(world)
    assert found(world, "baghdad", "isf") == found(world, "erbil", "ksf") == []


def test_past_activities_are_judged_by_the_rules_of_their_day(world: World) -> None:
    made = ruled(world, NOTICE)
    declared(world, 20)
    spread(world, 30)
    erbil = world.nodes["erbil"]
    shorter = NOTICE | {"hours": 12}
    revised = write.revise(erbil, officer("ksf", "release"), made["id"], 1, shorter).result()
    spread(world)
    endorse(world, revised, "ksf")
    # Until both have endorsed the change, the rule is what both endorsed.
    declared(world, 20)
    spread(world, 30)
    assert [f["needed_ms"] // HOUR for f in found(world, "baghdad", "isf")] == [24, 24]
    endorse(world, revised, "isf")
    declared(world, 20)
    declared(world, 10)
    spread(world)
    assert [f["needed_ms"] // HOUR for f in found(world, "baghdad", "isf")] == [12, 24, 24]
    before = found(world, "baghdad", "isf", as_of=START + 29 * HOUR)
    assert [f["needed_ms"] // HOUR for f in before] == [24]
    held = rulebook.rules(erbil, officer("ksf", "watch"))["items"]
    assert [(r["in_force"], r["rule"]["rev"]) for r in held] == [(True, 2), (False, 1)]


def test_near_a_line_of_the_terms_in_force(world: World) -> None:
    body = {name: terms()[name] for name in ("name", "parties", "frame", "lines")}
    agreed = put(world.nodes["erbil"], officer("ksf", "release"), "terms", SHARED, body)
    spread(world)
    endorse(world, agreed, "isf", "ksf")
    ruled(world, NOTICE | {"within_m": 15_000, "line": "line-1", "types": ["patrol"]})
    declared(world, 6)
    declared(world, 6, place={"lon": 44.4, "lat": 36.4})
    declared(world, 6, type="works")
    spread(world)
    (only,) = found(world, "baghdad", "isf")
    assert 0 < only["distance_m"] < 15_000


def test_entry_by_consent_is_a_signature_and_nothing_less(world: World) -> None:
    area = {"geometry": {"type": "Polygon", "coordinates": [
        [[43.7, 35.7], [43.8, 35.7], [43.8, 35.8], [43.7, 35.8], [43.7, 35.7]]]}}  # fmt: skip
    ruled(world, {k: v for k, v in NOTICE.items() if k != "hours"} | {
        "type": "entry", "consent": True, "place": area})  # fmt: skip
    plan = declared(world, 6)
    spread(world)
    answer = {"of": plan["id"], "hash": plan["hash"], "answer": "no_conflict_seen"}
    put(world.nodes["baghdad"], officer("isf", "release"), "answer", SHARED, answer)
    spread(world, 7)
    (fact,) = found(world, "erbil", "ksf")
    assert (fact["given_ms"], fact["to"], fact["since"]) == (None, "isf", plan["body"]["when"]["start"])
    second = declared(world, 6)
    spread(world)
    endorse(world, second, "isf")
    spread(world, 7)
    assert [f["record"]["id"] for f in found(world, "erbil", "ksf")] == [plan["id"]]


def test_closing_and_answering_in_time(world: World) -> None:
    ruled(world, NOTICE | {"name": "Close", "type": "close_out", "hours": 12})
    ruled(world, NOTICE | {"name": "Answer", "type": "answer", "hours": 4})
    plan = declared(world, 6)
    spread(world)
    baghdad = world.nodes["baghdad"]
    (item,) = activities.activities(baghdad, officer("isf", "watch"))["items"]
    (waits,) = item["waits_for"]
    assert (waits["source"], waits["due"]) == ("rule", waits["reached"] + 4 * HOUR)
    assert found(world, "baghdad", "isf") == []
    spread(world, 4)
    (late,) = found(world, "baghdad", "isf")
    assert (late["kind"], late["party"], late["given_ms"]) == ("answer", "isf", None)
    spread(world, 24)
    assert {(f["kind"], f["party"]) for f in found(world, "baghdad", "isf")} == {
        ("answer", "isf"),
        ("close_out", "ksf"),
    }
    late = attention.attention(world.nodes["erbil"], officer("ksf", "planner"))["items"]
    assert [i["due"] for i in late if i["what"] == "unclosed"] == [plan["body"]["when"]["end"] + 12 * HOUR]
    assert finding.about(world.nodes["erbil"], officer("ksf", "watch"), plan["id"]) != []
    closed = plan["body"] | {"status": "closed"}
    write.revise(world.nodes["erbil"], officer("ksf", "release"), plan["id"], 1, closed).result()
    (fact,) = [f for f in found(world, "erbil", "ksf") if f["kind"] == "close_out"]
    assert fact["given_ms"] == world.nodes["erbil"].clock.now() - plan["body"]["when"]["end"]


def test_either_side_may_put_a_fact_on_an_agenda(world: World) -> None:
    rule = ruled(world, NOTICE)
    plan = declared(world, 6)
    spread(world)
    item = {"title_text": "Notice of patrols", "about": plan["id"], "rule": rule["id"]}
    made = put(world.nodes["baghdad"], officer("isf", "release"), "agenda_item", SHARED, item)
    spread(world)
    for name, party in SIDES:
        (fact,) = found(world, name, party)
        assert [(a["id"], a["party"]) for a in fact["agenda"]] == [(made["id"], "isf")]


def test_what_is_not_released_makes_no_fact_and_changes_none(world: World) -> None:
    ruled(world, NOTICE)
    declared(world, 6)
    spread(world)
    before = found(world, "baghdad", "isf")
    erbil = world.nodes["erbil"]
    kept = put(erbil, officer("ksf", "planner"), "activity", "ksf", patrol(43.7, 35.7, 9))
    spread(world, 0)
    assert found(world, "baghdad", "isf") == before
    assert len(found(world, "erbil", "ksf")) == len(before)
    let_go(erbil, "ksf", kept, SHARED)
    spread(world)
    assert len(found(world, "baghdad", "isf")) == len(before) + 1


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "clause"), ("ar", "البند"), ("ckb", "بەند")],
)
def test_the_sentence_is_in_the_reader_s_language(lang: str, words: str) -> None:
    with desk("isf", "ksf", channels=("isf+ksf+mag",)) as here:
        node = here.node
        made = put(node, officer("isf", "release"), "rule", SHARED, NOTICE)
        for party in ("isf", "ksf"):
            yes = {"of": made["id"], "hash": made["hash"]}
            attested(here.world, node, officer(party, "signatory"), "endorsement", SHARED, yes)
        plan = patrol(43.7, 35.7, 6)
        attested(here.world, node, officer("ksf", "release"), "activity", SHARED, plan)
        token = here.token("watch")
        told = here.wire.get("/api/findings", token=token, headers={"accept-language": lang}).json
        assert [words in item["text"] for item in told["items"]] == [True]
        file = here.wire.get("/api/rules/file", token=token).json
        assert [rule["type"] for rule in file["rules"]] == ["notice"]
