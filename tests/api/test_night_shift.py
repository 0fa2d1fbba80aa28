"""A new room, and one officer with several roles alone through a night: no terms, no line, the API alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamline.log import statement
from tests.api.rooms import HOUR, Rooms, Seat, rooms

POST = {"lon": 44.07, "lat": 35.69}


@pytest.fixture
def both() -> Iterator[Rooms]:
    with rooms() as made:
        yield made


def later(seat: Seat, hours: float) -> None:
    seat.node.clock.advance(int(hours * HOUR))  # type: ignore[attr-defined] # a ManualClock


def test_one_officer_gets_through_a_night_shift_alone(both: Rooms) -> None:
    seat = both.ksf
    desks = set(seat.get("node")["desks"])
    assert desks >= {"activities", "posts", "contact", "hotline", "shift"}
    assert not desks & {"alerts", "complaints", "events", "meetings", "blind"}
    seat.post("records", {"kind": "standing", "channel": "ksf", "body": {"kind": "contact", "to": "isf+ksf"}})
    seat.everywhere("on_watch", {"when": {"start": seat.now, "end": seat.now + 10 * HOUR}, "reach": "ext. 5"})
    assert seat.waits() == ["test_alert_due"]
    when = {"start": seat.now - HOUR, "end": seat.now}
    seat.say(
        "incident", {"summary": "Lights on the ridge", "type": "movement", "occurred": when, "place": POST}
    )
    later(seat, 2)
    plan = {"start": seat.now + 4 * HOUR, "end": seat.now + 8 * HOUR}
    seat.say("activity", {"title_text": "Dawn patrol", "type": "patrol", "when": plan, "place": POST})
    said = {"place": POST, "heard": seat.now, "what": "Shots, direction of the weir"}
    id = seat.everywhere("contact", said)["id"]
    for minutes in (1, 6, 15):
        later(seat, minutes / 60)
        call = {
            "caller": "ksf",
            "called": "isf",
            "when": seat.now,
            "means": "satellite",
            "outcome": "no_answer",
        }
        seat.say("call", call | {"about": id})
    seat.say(
        "log_entry", {"when": seat.now, "text": "Nobody reached; own posts asked by radio."}, channel="ksf"
    )
    seat.everywhere("contact_answer", {"contact": id, "answer": "not_ours"})
    thread = seat.get(f"contacts/{id}")
    isf = next(one for one in thread["parties"] if one["party"] == "isf")
    # The line is down: the other side does not have the question, and is not late.
    assert (thread["state"], isf["reached"], isf["overdue"]) == ("open", None, False)
    attempts = [item["entries"][0]["body"]["when"] for item in seat.get("calls")["items"]]
    assert attempts == sorted(attempts, reverse=True)
    assert len(attempts) == 3
    later(seat, 6)
    sheet = seat.get("duty/sheet")
    assert sheet["body"]["gives"] == "duty-1"
    lines = {(line["what"], line.get("record")) for line in sheet["body"]["items"]}
    assert ("contact", id) in lines
    kept = seat.say("handover_sheet", sheet["body"] | {"remarks": "Ask about the shots"}, channel="ksf")
    assert kept["attested"]
    assert "none" not in seat.get("contacts")["note"]["key"]


def test_an_acknowledgement_by_a_revoked_officer_is_refused_and_nothing_is_kept(both: Rooms) -> None:
    body = {"headline": "Flood wave", "expires": both.ksf.now + HOUR}
    alert = both.ksf.say("alert", body, lane="flash")
    both.meet()
    seat = both.isf
    note = seat.world.say("isf", statement.RevokeOfficer("duty-1", seat.now))
    seat.node.trust.add([note])
    before = seat.node.log.last_seq()
    said = {
        "kind": "acknowledgement",
        "channel": "isf+ksf",
        "body": {"of": alert["id"], "hash": alert["hash"]},
    }
    status, problem = seat.ask("POST", "records", said)
    assert status in (401, 403)
    assert problem["title"]
    assert seat.node.log.last_seq() == before


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("call", {"caller": "ksf", "called": "ksf", "when": 1, "outcome": "reached"}, "body.called"),
        ("call", {"caller": "ksf", "called": "isf", "when": "soon", "outcome": "reached"}, "body.when"),
        ("alert", {"headline": "", "expires": 4_000_000_000_000}, "body.headline"),
        ("alert", {"headline": "Old", "expires": 1}, "body.expires"),
        ("log_entry", {"when": 1, "text": ""}, "body.text"),
    ],
)
def test_bad_input_names_the_field_and_half_saves_nothing(
    both: Rooms, kind: str, body: dict[str, object], field: str
) -> None:
    before = both.ksf.node.log.last_seq()
    status, problem = both.ksf.ask("POST", "records", {"kind": kind, "channel": "isf+ksf", "body": body})
    assert (status, problem.get("field")) == (400, field)
    assert problem["remedy"]
    assert both.ksf.node.log.last_seq() == before
