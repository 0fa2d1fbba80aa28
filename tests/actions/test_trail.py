"""Audit: the trail has every act an officer may read and no other; a log is checked as it stands on disk."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import audit, read, release, trail, write
from seamline.actions.node import Node
from seamline.actions.trail import TrailQuery
from seamline.errors import BadInput, NotAllowed, NotFound
from seamline.gateways import gateways
from seamline.log.checkpoint import LogId
from seamline.store.ports import Head
from tests.nodes import INCIDENT, World, attested, copy, officer, put

SHARED = "isf+ksf"
AUDITOR = officer("isf", "auditor")


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture
def here(world: World) -> Node:
    node = world.node("here", "isf", channels=(SHARED,))
    world.node("there", "ksf", channels=(SHARED,))
    world.meet()
    return node


def walked(node: Node, who: Any = AUDITOR, **asked: Any) -> list[dict[str, Any]]:
    return trail.trail(node, who, TrailQuery(**asked)).items


def test_each_revision_and_each_act_is_a_line_of_its_own(here: Node) -> None:
    said = put(here, officer("isf", "watch"), "incident", "isf", INCIDENT)
    here.clock.advance(1000)  # type: ignore[attr-defined]  # nodes of a test have a ManualClock
    quiet = INCIDENT | {"summary": "Quiet"}
    write.revise(here, officer("isf", "watch"), said["id"], 1, quiet).result()
    here.clock.advance(1000)  # type: ignore[attr-defined]  # as above
    ask = release.Release(said["id"], 2, SHARED, "tear")
    release.release(here, officer("isf", "release"), ask).result()
    lines = walked(here)
    own = [(d["kind"], d["by"], d["rev"], d["current"]) for d in lines if d["channel"] == "isf"]
    assert own == [
        ("release", "release-1", 1, True),
        ("incident", "watch-1", 2, True),
        ("incident", "watch-1", 1, False),
    ]
    link = next(d for d in lines if d["kind"] == "release")
    assert link["to"] == SHARED
    assert (link["about"]["id"], link["about"]["number"]) == (said["id"], said["number"])
    assert walked(here, by="watch-1") == [d for d in lines if d["by"] == "watch-1"]
    assert [d["kind"] for d in walked(here, kinds=("release",))] == ["release"]


def test_pages_join_without_a_gap(here: Node) -> None:
    for n in range(5):
        put(here, officer("isf", "watch"), "incident", "isf", INCIDENT | {"summary": f"shots {n}"})
    whole, parts, cursor = walked(here), list[dict[str, Any]](), None
    while True:
        page = trail.trail(here, AUDITOR, TrailQuery(limit=2, cursor=cursor))
        parts += page.items
        if (cursor := page.next) is None:
            break
    assert parts == whole
    for asked in ({"limit": 0}, {"limit": 501}, {"cursor": "x"}, {"cursor": "WzFd"}):
        with pytest.raises(BadInput):
            walked(here, **asked)


def test_the_trail_as_a_file_is_logged_before_he_has_it(here: Node) -> None:
    here.gateways = gateways()
    put(here, officer("isf", "watch"), "incident", "isf", INCIDENT)
    put(here, officer("isf", "planner"), "note", "isf", {"text": "=1+1"})
    made = trail.export(here, AUDITOR, TrailQuery(by="planner-1"), "ar").result()
    [line] = csv.DictReader(io.StringIO(made.data.decode("utf-8-sig")))
    assert (line["by"], line["kind"], made.count) == ("planner-1", "note", 1)
    # A spreadsheet must not take words for a formula.
    assert not line["title"].startswith("=")
    logged = walked(here, kinds=("export",))[0]
    body = read.record(here, AUDITOR, logged["id"])["body"]
    assert (body["hash"], body["asked_for"]) == (hashlib.sha256(made.data).hexdigest(), "audit by=planner-1")


def test_what_is_not_his_to_read_is_not_on_it(here: Node, world: World) -> None:
    put(here, officer("isf", "watch"), "incident", "isf", INCIDENT)
    there = world.nodes["there"]
    copy(here, there)
    assert walked(there, officer("ksf", "auditor")) == []
    assert walked(here, channel="ksf") == []
    keeper = officer("isf", "administrator")
    for look in (walked, audit.logs, trail.statements):
        with pytest.raises(NotAllowed):
            look(here, keeper)
    mine = LogId(here.key.fingerprint, "isf", "routine")
    with pytest.raises(NotFound):
        audit.check(there, officer("ksf", "auditor"), mine)


def test_a_log_is_checked_and_says_who_holds_it(here: Node) -> None:
    for n in range(3):
        put(here, officer("isf", "watch"), "incident", "isf", INCIDENT | {"summary": f"shots {n}"})
    [log] = [one for one in audit.logs(here, AUDITOR) if one["channel"] == "isf" and one["lane"] == "routine"]
    found = audit.check(here, AUDITOR, LogId(log["node"], "isf", "routine"))
    assert (found["sound"], found["size"], found["signed"]) == (True, log["size"], log["size"])
    assert found["root"] == log["root"]


def test_a_changed_entry_is_found_with_its_place(here: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        put(here, officer("isf", "watch"), "incident", "isf", INCIDENT | {"summary": f"shots {n}"})
    honest, log = here.log.entries, LogId(here.key.fingerprint, "isf", "routine")

    def changed(asked: LogId, start: int, stop: int) -> list[bytes | None]:
        found = honest(asked, start, stop)
        return [data and data.replace(b"shots 1", b"shots 7") for data in found]

    monkeypatch.setattr(here.log, "entries", changed)
    found = audit.check(here, AUDITOR, log)
    assert (found["sound"], found["fault_count"], found["faults"][0]["rule"]) == (False, 1, "log 4.1")
    entry = found["faults"][0]["index"]
    assert b"shots 1" in (honest(log, entry, entry + 1)[0] or b"")
    assert audit.verify_log(here, log)["faults"][0].startswith(f"entry {entry}: log 4.1: ")


def test_what_is_written_while_a_log_is_checked_is_no_fault(
    here: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Head and signed head are read one after the other, and an officer may write between the two."""
    honest, log = here.log.head, LogId(here.key.fingerprint, "isf", "routine")
    put(here, officer("isf", "watch"), "incident", "isf", INCIDENT)

    def meanwhile(asked: LogId) -> Head:
        monkeypatch.setattr(here.log, "head", honest)
        before = honest(asked)
        put(here, officer("isf", "watch"), "incident", "isf", INCIDENT)
        return before

    monkeypatch.setattr(here.log, "head", meanwhile)
    found = audit.check(here, AUDITOR, log)
    assert (found["sound"], found["faults"]) == (True, [])


def test_a_destroyed_body_is_counted_and_not_a_fault(here: Node, world: World) -> None:
    said = put(here, officer("isf", "watch"), "incident", "isf", INCIDENT)
    act = {"of": said["id"], "hash": said["hash"], "reason": "names a person"}
    attested(world, here, officer("isf", "signatory"), "destruction", "isf", act)
    found = audit.check(here, AUDITOR, LogId(here.key.fingerprint, "isf", "routine"))
    assert (found["sound"], found["destroyed_count"]) == (True, 1)
    assert [d["kind"] for d in walked(here, channel="isf")] == ["destruction"]


def test_what_parties_state_of_their_officers(here: Node) -> None:
    found = trail.statements(here, AUDITOR)
    assert {one["party"] for one in found} <= {"isf", "ksf"}
    assert {"party", "node"} <= {one["what"] for one in found}
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
