"""Law 3 as a property: what B can see is the same whether or not A's unreleased records exist."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seamline.actions import (
    alerts,
    attention,
    audit,
    calls,
    contacts,
    duty,
    everywhere,
    gaps,
    handing,
    read,
    suggesting,
    trail,
    write,
)
from seamline.actions.everywhere import Wide
from seamline.actions.node import Node
from seamline.errors import SeamlineError
from tests.nodes import INCIDENT, START, World, attested, copy, let_go, officer, patrol, put

SHARED = "isf+ksf"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}")
HASH = re.compile(r"\b[0-9a-f]{64}\b")

# What A's side may do at home; none of it is released.
HIDDEN = ("incident", "plan", "undertaking", "revise", "standing", "grade", "withdraw", "duty")
# What it shares, and what B says itself.
SHOWN = ("release", "tear", "theirs", "room", "release_again", "watch", "covered", "contact", "warned")

NEAR = suggesting.Wish(box=(437_400_000, 357_150_000, 437_450_000, 357_200_000), limit=3)
WATCHED = {"geometry": {"type": "LineString", "coordinates": [[43.749, 35.71], [43.751, 35.71]]}}


def watching(title: str) -> dict[str, Any]:
    """An undertaking over the watched ground."""
    return patrol(43.75, 35.71, 2, title_text=title, mode="undertaking", sight_m=60)


steps = st.lists(st.sampled_from(HIDDEN + SHOWN), min_size=4, max_size=14)


def play(doings: list[str], *, with_hidden: bool) -> list[Any]:
    """Play the doings at Erbil, Baghdad and Kirkuk; everything that isf's officers could see on the way."""
    world = World()
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    baghdad = world.node("baghdad", "isf", channels=(SHARED,))
    kirkuk = world.node("kirkuk", "isf", "ksf", channels=(SHARED,))
    world.meet()
    shared: list[dict[str, Any]] = []
    hidden: list[dict[str, Any]] = []
    seen: list[Any] = []
    for n, doing in enumerate(doings):
        for node in world.nodes.values():
            node.clock.advance(61_000)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
        if doing in HIDDEN:
            if with_hidden:
                _hide(erbil, doing, n, hidden, shared)
        else:
            _show(world, doing, n, shared)
        for source in (erbil, baghdad, kirkuk):
            for target in (erbil, baghdad, kirkuk):
                if source is not target:
                    copy(source, target)
        seen.append([look(baghdad), look(kirkuk)])
    world.close()
    return _masked(seen)


def _hide(
    erbil: Node, doing: str, n: int, hidden: list[dict[str, Any]], shared: list[dict[str, Any]]
) -> None:
    watch, planner, desk = (officer("ksf", r) for r in ("watch", "planner", "release"))
    if doing == "incident":
        hidden.append(put(erbil, watch, "incident", "ksf", INCIDENT | {"summary": f"hidden shots {n}"}))
    elif doing == "plan":
        put(erbil, planner, "activity", "ksf", patrol(43.75, 35.70, 10, title_text=f"hidden {n}"))
    elif doing == "undertaking":
        put(erbil, planner, "activity", "ksf", watching(f"hidden {n}"))
    elif doing == "standing":
        put(erbil, desk, "standing", "ksf", {"kind": "incident", "to": SHARED, "lane": "flash"})
    elif doing == "revise" and hidden:
        last = hidden[-1]
        hidden[-1] = write.revise(
            erbil, watch, last["id"], last["rev"], last["body"] | {"asked": "search"}
        ).result()
    elif doing == "withdraw" and hidden:
        write.withdraw(erbil, desk, hidden.pop()["id"], "wrong").result()
    elif doing == "grade" and shared:
        put(erbil, watch, "grade", "ksf", {"of": shared[-1]["id"], "grade": "B2"})
    elif doing == "duty":
        put(erbil, watch, "log_entry", "ksf", {"when": START, "text": f"hidden {n}"})
        called = {"caller": "ksf", "called": "isf", "when": START, "outcome": "busy", "said": f"hidden {n}"}
        put(erbil, watch, "call", "ksf", called)
        put(erbil, watch, "alert", "ksf", {"headline": f"hidden {n}", "expires": START + 90_000_000})


def _show(world: World, doing: str, n: int, shared: list[dict[str, Any]]) -> None:
    erbil, baghdad, kirkuk = (world.nodes[name] for name in ("erbil", "baghdad", "kirkuk"))
    if doing in ("release", "tear"):
        kept = put(
            erbil,
            officer("ksf", "planner"),
            "activity",
            "ksf",
            patrol(43.75, 35.70, 9, title_text=f"shown {n}"),
        )
        shared.append(let_go(erbil, "ksf", kept, SHARED, "whole" if doing == "release" else "tear"))
    elif doing == "release_again":
        kept = put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT | {"summary": f"shots {n}"})
        let_go(erbil, "ksf", kept, SHARED)
        kept = write.revise(
            erbil, officer("ksf", "watch"), kept["id"], 1, INCIDENT | {"summary": f"two {n}"}
        ).result()
        let_go(erbil, "ksf", kept, SHARED)
    elif doing == "covered":
        kept = put(erbil, officer("ksf", "planner"), "activity", "ksf", watching(f"shown {n}"))
        shared.append(let_go(erbil, "ksf", kept, SHARED))
    elif doing == "watch":
        hours = {"start": START, "end": START + 90_000_000}
        listed = {"name": f"list {n}", "place": WATCHED, "weight": 3, "hours": hours}
        made = put(kirkuk, officer("ksf", "planner", "release"), "watch", SHARED, listed)
        yes = {"of": made["id"], "hash": made["hash"]}
        for party in ("isf", "ksf"):
            attested(world, kirkuk, officer(party, "signatory"), "endorsement", SHARED, yes)
    elif doing == "contact":
        heard = {"place": {"lon": 43.75, "lat": 35.7}, "heard": START, "what": f"shots {n}"}
        who = officer("ksf", "watch", "release")
        id = everywhere.put(erbil, who, Wide("contact", heard, "en")).result()["items"][0]["id"]
        everywhere.put(
            erbil, who, Wide("contact_answer", {"contact": id, "answer": "not_ours"}, "en")
        ).result()
    elif doing == "warned":
        warning = {"headline": f"flood {n}", "expires": START + 90_000_000}
        put(erbil, officer("ksf", "release"), "alert", SHARED, warning, lane="flash")
        called = {"caller": "ksf", "called": "isf", "when": START, "outcome": "no_answer", "said": f"try {n}"}
        put(erbil, officer("ksf", "release"), "call", SHARED, called)
    elif doing == "theirs":
        put(
            baghdad,
            officer("isf", "planner"),
            "activity",
            "isf",
            patrol(43.751, 35.70, 11, title_text=f"own {n}"),
        )
    else:
        attested(world, kirkuk, officer("ksf", "release"), "note", SHARED, {"text": f"room {n}"})


def look(node: Node) -> Any:
    """All that an officer of isf with every reading role can be told by this node."""
    who = officer("isf", "watch", "planner", "release", "signatory", "auditor")
    queries = [
        read.RecordQuery(),
        read.RecordQuery(text="hidden"),
        read.RecordQuery(text="shots"),
        read.RecordQuery(party="ksf", kinds=("activity", "incident")),
        read.RecordQuery(bbox=(437_000_000, 356_000_000, 438_000_000, 358_000_000)),
    ]
    answers: list[Any] = [read.records(node, who, q) for q in queries]
    answers = [[page.items, page.next is None] for page in answers]
    answers += [
        read.clashes(node, who),
        attention.attention(node, who),
        gaps.found(node, who),
        gaps.found(node, who, gaps.Asked(0, START + 90_000_000_000)),
        suggesting.suggest(node, who, NEAR),
        read.receipts(node, who),
        read.kinds(node, who),
        contacts.contacts(node, who),
        alerts.alerts(node, who),
        calls.calls(node, who),
        duty.on_duty(node, who),
        handing.sheet(node, who),
        trail.trail(node, who, trail.TrailQuery(limit=500)).items,
        trail.statements(node, who),
        audit.logs(node, who),
    ]
    answers.append([read.history(node, who, item["id"]) for item in answers[0][0]])
    answers.append(_pages(node, who))
    answers.append(node.channels())
    return answers


def _pages(node: Node, who: Any) -> list[Any]:
    pages, cursor = [], None
    while True:
        page = read.records(node, who, read.RecordQuery(limit=2, cursor=cursor))
        pages.append(page.items)
        cursor = page.next
        if cursor is None:
            return pages


def _masked(seen: list[Any]) -> list[Any]:
    """Ids and hashes are random by nature: replaced by the order in which they first appear."""
    text = json.dumps(seen, sort_keys=True, ensure_ascii=False)
    names: dict[str, str] = {}
    for pattern in (UUID, HASH):
        text = pattern.sub(lambda m: names.setdefault(m[0], f"#{len(names)}"), text)
    masked: list[Any] = json.loads(text)
    return masked


@settings(max_examples=20)
@given(steps)
def test_what_the_other_side_sees_does_not_depend_on_what_was_not_released(doings: list[str]) -> None:
    assert play(doings, with_hidden=True) == play(doings, with_hidden=False)


def test_the_property_can_fail() -> None:
    """The comparison is not blind: a release more is seen."""
    assert play(["release"], with_hidden=True) != play(["tear"], with_hidden=True)


def test_a_forbidden_record_is_answered_like_an_absent_one() -> None:
    world = World()
    erbil = world.node("erbil", "ksf", channels=(SHARED,))
    baghdad = world.node("baghdad", "isf", channels=(SHARED,))
    world.meet()
    kept = put(erbil, officer("ksf", "watch"), "incident", "ksf", INCIDENT)
    absent = kept["id"][:-1] + ("0" if kept["id"][-1] != "0" else "1")
    told = []
    for id in (kept["id"], absent):
        for ask in (read.record, read.history):
            try:
                ask(baghdad, officer("isf", "watch"), id)
            except SeamlineError as fault:
                told.append((type(fault), fault.message.replace(id, "ID")))
    assert len(told) == 4
    assert len(set(told)) == 1
    world.close()


def test_gaps_and_suggestions_change_by_what_is_shown_alone() -> None:
    """A's unreleased undertaking and incident move nothing that B is told; once released they do."""
    hidden = ["watch", "undertaking", "incident", "undertaking"]
    assert play(hidden, with_hidden=True) == play(hidden, with_hidden=False)
    shown = ["watch", "covered", "release_again"]
    assert _told(play(shown, with_hidden=True)) != _told(play(["watch", "room", "room"], with_hidden=True))


def _told(seen: list[Any]) -> list[Any]:
    """What Baghdad was told last of gaps and suggestions."""
    answers = seen[-1][0]
    gaps_told, suggested = answers[8], answers[9]
    assert gaps_told["items"]
    return [[item["length_hours"] for item in gaps_told["items"]], suggested["basis"]["incidents"]]
