"""The exercise: what each node sees of the synthetic week once the logs have gone round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from seamline import wiring
from seamline.actions import activities, audit, posts, programmes, read, rulebook
from seamline.actions.node import Node
from seamline.clock import SystemClock
from seamline.demo import build, reform
from tests.nodes import copy, officer

SECRET = "passphrase of the exercise"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Node]]:
    folder = tmp_path_factory.mktemp("the exercise")
    told = build.build(folder, SECRET, 8800, SystemClock().now(), lambda line: None)
    assert next(iter(told["nodes"]["kirkuk"]["tokens"])) == "isf.watch"
    assert next(iter(told["nodes"]["erbil"]["tokens"])) == "watch"
    with ExitStack() as stack:
        opened = {name: stack.enter_context(wiring.opened(folder / name, SECRET)) for name in build.NODES}
        for _ in range(2):
            for source in opened.values():
                for target in opened.values():
                    if source is not target:
                        copy(source, target)
        yield opened


def titles(node: Node, party: str) -> set[tuple[str, str]]:
    found = read.clashes(node, officer(party, "watch"))["items"]
    return {tuple(sorted((c["a"]["title"], c["b"]["title"]))) for c in found}  # type: ignore[misc] # pairs


PATROL, CLEARING = "دەوریەی ڕێگای دبس", "تطهير بساتين شمال الدبس"
MOVE, RIDGE = "إشغال مواقع قره جوغ الخالية", "دەوریەی لووتکەی قەرەچووغ"


def test_the_released_clash_shows_in_the_room_and_at_both_headquarters(nodes: dict[str, Node]) -> None:
    released = tuple(sorted((PATROL, CLEARING)))
    for name, party in (("kirkuk", "isf"), ("kirkuk", "ksf"), ("erbil", "ksf")):
        assert titles(nodes[name], party) == {released}, name
    assert released in titles(nodes["baghdad"], "isf")


def test_the_qarachogh_clash_shows_at_the_movers_headquarters_only(nodes: dict[str, Node]) -> None:
    both = tuple(sorted((MOVE, RIDGE)))
    assert len(titles(nodes["baghdad"], "isf")) == 2
    assert both in titles(nodes["baghdad"], "isf")
    for name, party in (("kirkuk", "isf"), ("kirkuk", "ksf"), ("erbil", "ksf"), ("adviser", "mag")):
        assert not any(MOVE in pair for pair in titles(nodes[name], party)), name


def test_what_was_declared_was_answered_and_is_held_against_rules(nodes: dict[str, Node]) -> None:
    for name, party in (("kirkuk", "isf"), ("kirkuk", "ksf"), ("erbil", "ksf"), ("baghdad", "isf")):
        who = officer(party, "watch")
        items = activities.activities(nodes[name], who)["items"]
        by_code = {a["answer"]: a["counters"] is not None for item in items for a in item["answers"]}
        assert by_code == {"no_conflict_seen": False, "request_change": True}, name
        assert any("emergency" in item["flags"] for item in items)
        held = rulebook.rules(nodes[name], who)["items"]
        assert [one["rule"]["state"] for one in held].count("in_force") == 5
        lines = {i["post"]["title"][:4]: i["status"] for i in posts.register(nodes[name], who)["items"]}
        assert (lines["Well"], lines["Mill"], lines["Hill"]) == ("reserved", "vacating", "empty")


def test_the_facilitator_holds_nothing_of_the_two(nodes: dict[str, Node]) -> None:
    page = read.records(nodes["adviser"], officer("mag", "watch"), read.RecordQuery(limit=500))
    held = {(i["channel"], i["kind"]) for i in page.items}
    assert {kind for channel, kind in held if channel == "isf+ksf+mag"} == {
        "terms",
        "endorsement",
        "note",
        "universe",
    }
    assert {channel for channel, _ in held} == {"isf+ksf+mag", reform.CHANNEL}


def test_the_reform_file_is_with_the_ministry_and_its_partners_alone(nodes: dict[str, Node]) -> None:
    """35 points, 17 and 18; no other node has a byte of it, nor the shared room."""
    for name, party in (("erbil", "ksf"), ("adviser", "mag")):
        items = programmes.desk(nodes[name], officer(party, "watch"))["items"]
        (found,) = [one for one in items if one["record"]["channel"] == reform.CHANNEL]
        assert found["record"]["state"] == "in_force", name
        told = programmes.programme(nodes[name], officer(party, "watch"), found["record"]["id"])
        owners = [point["owners"] for point in told["points"]]
        assert (owners.count(["ksf"]), owners.count(["mag"]), len(owners)) == (17, 18, 35)
        assert len(told["reports"]) == 2
    for name, party in (("baghdad", "isf"), ("kirkuk", "isf"), ("kirkuk", "ksf")):
        node = nodes[name]
        titles = [o["record"]["title"] for o in programmes.desk(node, officer(party, "watch"))["items"]]
        assert titles == ["Opening of the joint coordination centres", "Two joint brigades"]
        assert not node.picture.find(found["record"]["id"], node.channels())
        logs = node.log.logs()
        assert not [log for log in logs if log.channel == reform.CHANNEL]
        held = b"".join(e for log in logs for e in node.log.entries(log, 0, node.log.head(log).size) if e)
        assert found["record"]["id"].encode() not in held
        assert b"Reform file" not in held


def test_the_brigades_are_baselined_anew_and_each_side_states_its_own(nodes: dict[str, Node]) -> None:
    who = officer("isf", "watch")
    items = {o["record"]["title"]: o for o in programmes.desk(nodes["baghdad"], who)["items"]}
    line = items["Two joint brigades"]
    assert [(c["party"], c["planned"]) for c in line["counted"]] == [("isf", 3500), ("ksf", 3500)]
    told = programmes.programme(nodes["baghdad"], who, line["record"]["id"])
    assert len(told["baselines"]) == 2
    assert told["points"][1]["awaits"]["open"]
    late = {
        m["no"]: m["told"][0]["said"]["why"]
        for p in told["points"]
        for m in p["milestones"]
        if m["state"] == "late"
    }
    assert late == {"2.2": "law"}
    centres = programmes.programme(
        nodes["baghdad"], who, items["Opening of the joint coordination centres"]["record"]["id"]
    )
    lacks = [[m["step"] for m in p["milestones"] if m["state"] != "done"] for p in centres["points"]]
    assert lacks[0] == lacks[1] == []
    assert all(lacks[2:])


def test_the_terms_are_in_force_everywhere(nodes: dict[str, Node]) -> None:
    for name, party in (("adviser", "mag"), ("baghdad", "isf"), ("erbil", "ksf"), ("kirkuk", "isf")):
        page = read.records(nodes[name], officer(party, "watch"), read.RecordQuery(kinds=("terms",)))
        assert [i["state"] for i in page.items] == ["in_force"], name


def test_the_watch_list_and_the_sectors_are_in_force_on_every_side(nodes: dict[str, Node]) -> None:
    for name, party in (("baghdad", "isf"), ("erbil", "ksf"), ("kirkuk", "isf"), ("kirkuk", "ksf")):
        page = read.records(nodes[name], officer(party, "watch"), read.RecordQuery(kinds=("watch", "sector")))
        assert [i["state"] for i in page.items] == ["in_force"] * 3, name


def test_every_record_of_the_week_is_marked_synthetic(nodes: dict[str, Node]) -> None:
    acts = {"endorsement", "standing", "release", "opened", "roster"}
    for name, party in (("baghdad", "isf"), ("erbil", "ksf"), ("kirkuk", "ksf"), ("adviser", "mag")):
        page = read.records(nodes[name], officer(party, "watch"), read.RecordQuery(limit=500))
        assert [
            i["title"] for i in page.items if i["kind"] not in acts and not i["body"].get("synthetic")
        ] == []
        assert page.items
        assert all(i["state"] != "unknown" and i["counts"] for i in page.items)


def test_all_logs_are_sound(nodes: dict[str, Node]) -> None:
    for node in nodes.values():
        for log in node.log.logs():
            if log.node == node.key.fingerprint:
                assert audit.verify_log(node, log)["faults"] == []
