"""The exercise week, from declaration to hand-over, by two officers who have nothing but the web API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.rooms import HOUR, MINUTE, Rooms, rooms

Json = dict[str, Any]
DAY = 24 * HOUR
ROAD = {"geometry": {"type": "LineString", "coordinates": [[44.12, 35.69], [44.166, 35.713]]}}
POST = {"lon": 43.742, "lat": 35.716}


@pytest.fixture
def both() -> Iterator[Rooms]:
    with rooms() as made:
        yield made


def agreed(both: Rooms, kind: str, body: Json) -> Json:
    """Said by one side, endorsed by both."""
    item = both.ksf.say(kind, body)
    both.meet()
    both.isf.endorse(item)
    both.ksf.endorse(item)
    both.meet()
    return item


def patrol(both: Rooms, hours: float, **more: Any) -> Json:
    start = both.ksf.now + int(hours * HOUR)
    when = {"start": start, "end": start + 6 * HOUR}
    return {"title_text": "Patrol", "type": "patrol", "when": when, "place": ROAD, **more}


def test_the_exercise_week(both: Rooms) -> None:
    setting_up(both)
    declaring(both)
    contact(both)
    warning(both)
    calling(both)
    two_accounts(both)
    handing_a_post_over(both)
    acting_jointly(both)
    complaining(both)
    handing_the_watch_over(both)


def setting_up(both: Rooms) -> None:
    first = both.isf.get("node")["desks"]
    assert "alerts" not in first
    terms = {"name": "Terms", "parties": ["isf", "ksf"], "desks": ["alerts", "events", "complaints", "joint"]}
    agreed(both, "terms", terms)
    assert both.isf.get("node")["desks"] == [*first, *terms["desks"]]
    valid = {"start": both.ksf.now - DAY, "end": both.ksf.now + 300 * DAY}
    rule = {"name": "Notice", "type": "notice", "parties": ["isf", "ksf"], "hours": 24, "valid": valid}
    agreed(both, "rule", rule)
    assert [r["in_force"] for r in both.isf.get("rules")["items"]] == [True]


def declaring(both: Rooms) -> None:
    kept = both.ksf.say("activity", patrol(both, 8), channel="ksf")
    plan = both.ksf.post(f"records/{kept['id']}/release", {"rev": 1, "channel": "isf+ksf"})
    both.meet()
    assert "answer_due" in both.isf.waits()
    counter = both.isf.say("activity", patrol(both, 12, title_text="As we would have it"))
    answer = {"of": plan["id"], "hash": plan["hash"], "answer": "request_change", "counters": counter["id"]}
    both.isf.say("answer", answer)
    both.meet()
    changed = both.ksf.revise(plan, when=counter["body"]["when"])
    both.meet()
    assert "changed_since" in both.isf.waits()
    status, problem = both.isf.ask(
        "POST", "records", {"kind": "answer", "channel": "isf+ksf", "body": answer}
    )
    assert (status, problem["code"]) == (409, "conflict")
    seen = {"of": plan["id"], "hash": changed["hash"], "answer": "no_conflict_seen"}
    both.isf.say("answer", seen)
    both.meet(13 * 60)
    assert both.ksf.state(plan) == "active"
    closed = both.ksf.revise(changed, status="closed")
    both.isf.post(f"records/{counter['id']}/withdraw", {"reason": "The other side moved"})
    both.meet()
    assert both.isf.state(closed) == "closed"
    found = both.isf.get("findings")["items"]
    assert any(one["rule"]["body"]["type"] == "notice" for one in found)


def contact(both: Rooms) -> None:
    said = {"place": POST, "heard": both.isf.now, "what": "Bursts below the post"}
    id = both.isf.everywhere("contact", said)["id"]
    both.meet()
    assert both.ksf.waits()[0] == "contact"
    both.ksf.everywhere("contact_answer", {"contact": id, "answer": "not_ours"})
    ask = both.isf.everywhere("contact_step", {"contact": id, "step": "hold_fire", "said": "asked"})
    both.meet()
    reply = {"contact": id, "step": "hold_fire", "said": "confirmed", "of": ask["id"]}
    both.ksf.everywhere("contact_step", reply)
    both.ksf.everywhere("contact_close", {"contact": id})
    both.meet()
    assert both.isf.get(f"contacts/{id}")["state"] == "open"
    assert [one["contact"]["id"] for one in both.isf.get("contacts?open=true")["items"]] == [id]
    both.isf.everywhere("contact_close", {"contact": id})
    both.meet()
    assert both.ksf.get(f"contacts/{id}")["state"] == "closed"
    assert both.ksf.get("contacts?open=true")["items"] == []
    assert id in {one["contact"]["id"] for one in both.ksf.get("contacts")["items"]}
    assert "contact" not in both.ksf.waits()


def warning(both: Rooms) -> None:
    body = {"headline": "Flood wave on the Zab", "expires": both.ksf.now + 6 * HOUR, "within_min": 10}
    alert = both.ksf.say("alert", body, lane="flash")
    both.meet(11)
    (one,) = both.isf.get("alerts")["items"]
    assert (one["waits"], one["told"][0]["level"]) == (True, 1)
    both.isf.say("acknowledgement", {"of": alert["id"], "hash": alert["hash"]}, lane="flash")
    both.meet()
    assert both.ksf.get("alerts")["items"][0]["told"][0]["by"] == "isf/duty-1"


def calling(both: Rooms) -> None:
    tried = {"caller": "isf", "called": "ksf", "when": both.isf.now, "outcome": "no_answer"}
    both.isf.say("call", tried)
    spoke = tried | {"when": both.isf.now + MINUTE, "outcome": "reached", "said": "Two lorries at 0600"}
    both.isf.say("call", spoke)
    both.ksf.say("call", spoke | {"said": "Three lorries at 0600"})
    both.meet()
    one, failed = both.ksf.get("calls")["items"]
    assert (one["differs"], len(one["entries"]), len(failed["entries"])) == (1, 2, 1)


def two_accounts(both: Rooms) -> None:
    when = {"start": both.isf.now - HOUR, "end": both.isf.now}
    said = {"summary": "Shots at the ford", "type": "fire_exchange", "occurred": when, "place": POST}
    ours = both.isf.say("incident", said)
    theirs = both.ksf.say("incident", said | {"harm": {"wounded": 1}})
    both.meet()
    both.isf.say("same_event", {"incidents": sorted((ours["id"], theirs["id"]))})
    laid = both.isf.get(f"same-events/{ours['id']}/{theirs['id']}")
    common = {**said, "summary": "One exchange at the ford", "accounts": laid["propose"]["accounts"]}
    item = both.isf.say("common_account", common)
    both.meet()
    both.isf.endorse(item)
    both.ksf.endorse(item)
    both.meet()
    assert both.isf.state(item) == both.ksf.state(item) == "in_force"


def handing_a_post_over(both: Rooms) -> None:
    post = both.ksf.say("post", {"name": "Qarachogh 1", "place": POST})
    both.meet()
    both.ksf.say("holding", {"post": post["id"], "status": "held"})
    both.isf.say("holding", {"post": post["id"], "status": "not_ours"})
    both.meet()
    leaves = both.ksf.now + HOUR
    both.ksf.say("holding", {"post": post["id"], "status": "vacating", "leaves": leaves})
    body = {"post": post["id"], "giver": "ksf", "taker": "isf", "when": leaves}
    item = agreed(both, "handover", body)
    both.ksf.say("holding", {"post": post["id"], "status": "handed_over"})
    both.isf.say("holding", {"post": post["id"], "status": "held"})
    both.meet()
    assert both.ksf.state(item) == "in_force"
    (line,) = both.isf.get("posts")["items"]
    assert {one["party"]: one["status"] for one in line["stated"]} == {
        "isf": "held",
        "ksf": "handed_over",
    }


def acting_jointly(both: Rooms) -> None:
    parts = {"isf": "north bank", "ksf": "south bank"}
    plan = both.ksf.say("activity", patrol(both, 30, mode="joint", parts=parts))
    both.meet()
    joint = {"activity": plan["id"], "hash": plan["hash"], "when": plan["body"]["when"], "parts": parts}
    agreed(both, "joint_plan", joint)
    both.meet(31 * 60)
    report = {
        "activity": plan["id"],
        "hash": plan["hash"],
        "summary": "Nothing seen",
        "when": plan["body"]["when"],
    }
    both.meet(6 * 60)
    item = agreed(both, "joint_report", report)
    assert both.isf.state(item) == "in_force"
    assert both.isf.get("joint")["items"]


def complaining(both: Rooms) -> None:
    when = {"start": both.isf.now - 2 * HOUR, "end": both.isf.now - HOUR}
    said = {
        "summary": "A barn was searched",
        "allegation": "trespass",
        "when": when,
        "place": POST,
        "concerns": ["ksf"],
    }
    item = both.isf.say("complaint", said)
    both.meet()
    both.ksf.say("complaint_step", {"complaint": item["id"], "step": "acknowledged"})
    both.meet()
    assert both.isf.get(f"complaints/{item['id']}")["next"] is not None


def handing_the_watch_over(both: Rooms) -> None:
    """The sheet is made from what is open, and signed by the one who takes over."""
    sheet = both.ksf.get("duty/sheet")
    kept = both.ksf.say("handover_sheet", sheet["body"], channel=sheet["channel"])
    assert kept["attested"]
    assert {line["what"] for line in kept["body"]["items"]} >= set(both.ksf.waits())
    for seat in (both.isf, both.ksf):
        seat.everywhere("on_watch", {"when": {"start": seat.now, "end": seat.now + 8 * HOUR}})
    both.ksf.say("log_entry", {"when": both.ksf.now, "text": "Watch taken over."}, channel="ksf")
    both.meet()
    assert [one["party"] for one in both.isf.get("duty")["items"]] == ["isf", "ksf"]
    assert both.ksf.get("records?kind=log_entry")["items"][0]["body"]["text"] == "Watch taken over."
