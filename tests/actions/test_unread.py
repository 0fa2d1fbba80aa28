"""The oldest alert that nobody at the other node has opened: named to who may read it, and to nobody else."""

from __future__ import annotations

from typing import Any

from seamline.actions import unread, write
from seamline.actions.node import Node
from tests.nodes import INCIDENT, World, copy, officer, put

SHARED = "isf+ksf"


def world() -> tuple[Node, Node]:
    here = World()
    a, b = here.node("erbil", "ksf", channels=(SHARED,)), here.node("baghdad", "isf", channels=(SHARED,))
    here.meet()
    return a, b


def first(a: Node, b: Node, role: str = "release") -> dict[str, Any] | None:
    links = {"items": [{"peer": b.key.fingerprint, "name": "baghdad"}]}
    found: dict[str, Any] | None = unread.added(a, officer("ksf", role), links)["items"][0]["unread"]
    return found


def test_the_oldest_alert_that_was_not_opened_there() -> None:
    a, b = world()
    who = officer("ksf", "release")
    assert first(a, b) is None
    put(a, who, "incident", SHARED, INCIDENT)
    assert first(a, b) is None, "a routine record is no alert"
    alerts = []
    for _ in range(2):
        a.clock.advance(1000)  # type: ignore[attr-defined] # a manual clock
        alerts.append(put(a, who, "incident", SHARED, INCIDENT, lane="flash"))
    found = first(a, b)
    assert found is not None
    assert (found["id"], found["number"], found["alerts"]) == (alerts[0]["id"], alerts[0]["number"], 2)
    copy(a, b)
    write.opened(b, officer("isf", "watch"), alerts[0]["id"]).result()
    copy(b, a)
    found = first(a, b)
    assert found is not None
    assert (found["id"], found["alerts"]) == (alerts[1]["id"], 1)
    write.withdraw(a, who, alerts[1]["id"], "entered twice").result()
    assert first(a, b) is None


def test_who_may_not_read_it_is_not_told_of_it() -> None:
    a, b = world()
    put(a, officer("ksf", "release"), "incident", SHARED, INCIDENT, lane="flash")
    put(a, officer("ksf", "release"), "incident", "ksf", INCIDENT, lane="flash")
    assert first(a, b, "administrator") is None
    found = first(a, b, "watch")
    assert found is not None
    assert (found["channel"], found["alerts"]) == (SHARED, 1), "what stays at home is not the peer's to open"
