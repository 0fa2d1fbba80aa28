"""Alerts: four times a room, escalation by as_of, updates acknowledged anew, a revoked officer's word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions import alerts, everywhere, write
from seamline.actions.attention import attention
from seamline.actions.everywhere import Wide
from seamline.actions.node import Node
from seamline.errors import BadInput, Conflict
from seamline.log import statement
from seamline.log.checkpoint import LogId
from seamline.picture.alert import clock
from seamline.store.ports import StoredReceipt
from tests.nodes import START, World, copy, officer, put

SHARED, MINUTE = "isf+ksf", 60_000
ALERT = {"headline": "Flood wave on the Zab", "expires": START + 600 * MINUTE, "within_min": 10}
WATCH = officer("isf", "watch")


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.node("erbil", "ksf", channels=(SHARED,))
    made.node("baghdad", "isf", channels=(SHARED,))
    made.node("mosul", "isf", channels=(SHARED,))
    made.meet()
    yield made
    made.close()


def send(world: World, **more: Any) -> dict[str, Any]:
    made = put(world.nodes["erbil"], officer("ksf", "release"), "alert", SHARED, ALERT | more)
    spread(world)
    return made


def spread(world: World) -> None:
    for one in world.nodes.values():
        for other in world.nodes.values():
            copy(one, other)


def later(world: World, minutes: int) -> None:
    for node in world.nodes.values():
        node.clock.advance(minutes * MINUTE)  # type: ignore[attr-defined] # a ManualClock


def acknowledge(node: Node, item: dict[str, Any]) -> dict[str, Any]:
    body = {"of": item["id"], "hash": item["hash"]}
    return put(node, WATCH, "acknowledgement", SHARED, body)


def waits(node: Node, *roles: str, party: str = "isf") -> list[tuple[str, str | None]]:
    items = attention(node, officer(party, *roles))["items"]
    return [(i["what"], i["about"]) for i in items]


def room(node: Node, name: str) -> dict[str, Any]:
    (item,) = alerts.alerts(node, officer(node.owners[0], "watch"))["items"]
    return dict(next(t for t in item["told"] if t["node"] == name))


def test_the_watch_then_the_next_officer_then_the_next_level() -> None:
    hours = clock(1_000, 10)
    assert [hours.level(1_000 + m * MINUTE) for m in (0, 9, 10, 19, 20)] == [0, 0, 1, 1, 2]


def test_an_alert_waits_for_more_officers_as_its_time_runs_out(world: World) -> None:
    send(world, rooms=["baghdad"])
    baghdad = world.nodes["baghdad"]
    due = [("unacknowledged", None)]
    assert waits(baghdad, "watch") == due
    assert waits(baghdad, "planner") == []
    later(world, 10)
    assert waits(baghdad, "planner") == due
    assert waits(baghdad, "auditor") == []
    later(world, 10)
    assert waits(baghdad, "auditor") == due
    later(world, 600)
    assert waits(baghdad, "auditor") == []


def test_the_four_times_of_each_room_and_the_sender_is_told_who_is_silent(world: World) -> None:
    made = send(world)
    acknowledge(world.nodes["baghdad"], made)
    spread(world)
    erbil = world.nodes["erbil"]
    assert room(erbil, "baghdad")["acknowledged"] == START
    assert room(erbil, "baghdad")["by"] == "isf/watch-1"
    assert room(erbil, "mosul")["acknowledged"] is None
    assert waits(world.nodes["baghdad"], "watch") == []
    # Nothing is known at Erbil of when Mosul had it: what lies between is the link's, and nobody is late.
    later(world, 30)
    assert waits(erbil, "watch", party="ksf") == []


def test_what_is_due_elsewhere_runs_from_the_receipt_that_came_here(world: World) -> None:
    send(world, rooms=["baghdad"])
    erbil, baghdad = world.nodes["erbil"], world.nodes["baghdad"]
    assert waits(erbil, "watch", party="ksf") == []
    later(world, 30)
    log = LogId(erbil.key.fingerprint, SHARED, "routine")
    receipt = StoredReceipt(log, baghdad.key.fingerprint, 1, b"", erbil.clock.now())
    erbil.writer.submit(lambda tx: tx.log.put_receipt(receipt)).result()
    assert room(erbil, "baghdad")["reached"] == START + 30 * MINUTE
    assert waits(erbil, "watch", party="ksf") == []
    later(world, 10)
    assert waits(erbil, "watch", party="ksf") == [("unacknowledged", "baghdad")]


def test_another_room_of_the_same_owner_is_the_next_level(world: World) -> None:
    send(world, rooms=["mosul"])
    baghdad = world.nodes["baghdad"]
    assert waits(baghdad, "watch") == []
    later(world, 20)
    assert waits(baghdad, "watch") == [("unacknowledged", "mosul")]
    assert waits(world.nodes["mosul"], "watch") == [("unacknowledged", None)]


def test_an_update_is_acknowledged_anew_and_a_stale_one_is_refused(world: World) -> None:
    made = send(world)
    baghdad, erbil = world.nodes["baghdad"], world.nodes["erbil"]
    acknowledge(baghdad, made)
    newer = ALERT | {"headline": "Flood wave passed Dibis"}
    write.revise(erbil, officer("ksf", "release"), made["id"], 1, newer).result()
    spread(world)
    assert waits(baghdad, "watch") == [("unacknowledged", None)]
    with pytest.raises(Conflict):
        acknowledge(baghdad, made)
    after = write.revise(
        erbil, officer("ksf", "release"), made["id"], 2, newer | {"cancelled": True}
    ).result()
    spread(world)
    acknowledge(baghdad, after)
    assert waits(baghdad, "watch") == []


def test_what_is_over_is_not_acknowledged_and_nothing_is_kept(world: World) -> None:
    made = send(world)
    later(world, 600)
    baghdad = world.nodes["baghdad"]
    before = baghdad.log.last_seq()
    with pytest.raises(BadInput) as caught:
        acknowledge(baghdad, made)
    assert caught.value.field == "body.of"
    with pytest.raises(BadInput, match="ends later"):
        put(world.nodes["erbil"], officer("ksf", "release"), "alert", SHARED, ALERT)
    assert baghdad.log.last_seq() == before


def test_a_revoked_officer_s_acknowledgement_counts_for_nothing(world: World) -> None:
    made = send(world)
    baghdad = world.nodes["baghdad"]
    acknowledge(baghdad, made)
    assert waits(baghdad, "watch") == []
    note = world.say("isf", statement.RevokeOfficer("watch-1", START))
    baghdad.trust.add([note])
    assert ("unacknowledged", None) in waits(baghdad, "watch")
    assert room(baghdad, "baghdad")["acknowledged"] is None


def test_each_watch_tries_once_a_shift_that_alerts_arrive(world: World) -> None:
    baghdad = world.nodes["baghdad"]
    desk = officer("isf", "watch", "release")
    assert waits(baghdad, "watch") == []
    when = {"start": START, "end": START + 480 * MINUTE}
    everywhere.put(baghdad, desk, Wide("on_watch", {"when": when}, "en")).result()
    assert waits(baghdad, "watch") == [("test_alert_due", "baghdad")]
    put(baghdad, desk, "alert", SHARED, ALERT | {"status": "test"})
    assert waits(baghdad, "watch") == []
    later(world, 481)
    assert waits(baghdad, "watch") == []
