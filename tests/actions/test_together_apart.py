"""Law 3 at the desks of duty and of what both say: what is kept at home moves nothing that is told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from seamline.actions import attention, complaints, jointly, requests, sameevent, standard, statements
from seamline.actions.node import Node
from tests.actions.test_complaints import COMPLAINT
from tests.actions.test_publishing import body as said_by
from tests.actions.test_requests import RADIOS
from tests.nodes import INCIDENT, World, copy, let_go, officer, patrol, put

SHARED = "isf+ksf"
MASK = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|\b[0-9a-f]{64}\b")
HIDDEN = ("incident", "complaint", "link", "joint", "request", "statement", "step")


def hide(node: Node, doing: str, theirs: dict[str, Any]) -> None:
    """What Erbil's side says at home."""
    who = officer("ksf", "watch", "planner", "release")
    if doing == "incident":
        put(node, who, "incident", "ksf", INCIDENT | {"summary": "kept"})
    elif doing == "complaint":
        put(node, who, "complaint", "ksf", COMPLAINT)
    elif doing == "link":
        own = put(node, who, "incident", "ksf", INCIDENT | {"summary": "kept too"})
        put(node, who, "same_event", "ksf", {"incidents": sorted((own["id"], theirs["id"]))})
    elif doing == "joint":
        body = patrol(43.742, 35.716, 1, mode="joint", parts={"isf": "a", "ksf": "b"})
        plan = put(node, who, "activity", "ksf", body)
        more = {"when": plan["body"]["when"], "parts": {"isf": "a", "ksf": "b"}}
        put(node, who, "joint_plan", "ksf", {"activity": plan["id"], "hash": plan["hash"], **more})
    elif doing == "request":
        put(node, who, "request", "ksf", RADIOS)
    elif doing == "statement":
        put(node, who, "public_statement", "ksf", said_by("ksf"))
    else:
        case = put(node, who, "complaint", "ksf", COMPLAINT)
        put(node, who, "complaint_step", "ksf", {"complaint": case["id"], "step": "acknowledged"})


def seen(hidden: tuple[str, ...]) -> str:
    """All that an officer of isf is told at Baghdad, after the same things were shared."""
    world = World()
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    baghdad = world.node("baghdad", "isf", channels=(SHARED,))
    world.meet()
    baghdad.clock.advance(1_001)  # type: ignore[attr-defined] # ids follow the clock of a test
    theirs = let_go(
        baghdad, "isf", put(baghdad, officer("isf", "watch"), "incident", "isf", INCIDENT), SHARED
    )
    copy(baghdad, erbil)
    for doing in hidden:
        hide(erbil, doing, theirs)
    here = (("incident", INCIDENT | {"summary": "shown"}), ("complaint", COMPLAINT), ("request", RADIOS))
    for kind, body in here:
        let_go(erbil, "ksf", put(erbil, officer("ksf", "watch"), kind, "ksf", body), SHARED, "tear")
    copy(erbil, baghdad)
    who = officer("isf", "watch", "planner", "release", "signatory", "auditor")
    told = [
        sameevent.listed(baghdad, who),
        complaints.listed(baghdad, who),
        jointly.listed(baghdad, who),
        requests.listed(baghdad, who),
        statements.listed(baghdad, who),
        attention.attention(baghdad, who),
        standard.written(standard.sitrep(baghdad, who, SHARED, 48, "en"), "en"),
    ]
    world.close()
    return MASK.sub("#", json.dumps(told, sort_keys=True, ensure_ascii=False))


@pytest.mark.parametrize("hidden", [*((one,) for one in HIDDEN), HIDDEN, HIDDEN[::-1] * 2])
def test_what_is_kept_at_home_moves_nothing_that_the_other_side_is_told(hidden: tuple[str, ...]) -> None:
    assert seen(hidden) == seen(())


def test_what_is_shown_does() -> None:
    """The comparison is not blind: the same incident, released, is a suggestion there."""
    shown = seen(())
    assert '"suggested": [{' in shown
    assert "shown" in shown
    assert "kept" not in shown
