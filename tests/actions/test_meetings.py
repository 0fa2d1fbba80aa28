"""Meetings: turns, quorum, who is told what; what is taken back returns, and what is not done stays open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from icalendar import Calendar
from pypdfium2 import PdfDocument

from seamline.actions import inviting, meetings, read, write
from seamline.errors import BadInput, Conflict, NotFound
from seamline.records import registry
from tests.actions.test_clauses import agreement, clause
from tests.actions.test_findings import endorse, spread
from tests.nodes import START, World, attested, officer

SHARED, ROOM, HOUR = "isf+ksf", "isf+ksf+mag", 3_600_000
DAY = 24 * HOUR
SERIES = {
    "name": "Monthly", "parties": ["isf", "ksf"], "venues": ["baghdad", "erbil"], "chairs": ["isf", "ksf"],
    "quorum": 2,
}  # fmt: skip
THREE = {"en": "The maps are exchanged", "ar": "تُتبادل الخرائط", "ckb": "نەخشەکان ئاڵوگۆڕ دەکرێن"}


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, *owners in (("erbil", "ksf"), ("baghdad", "isf"), ("kirkuk", "isf", "ksf"), ("adviser", "mag")):
        own = () if name == "adviser" else (SHARED,)
        pair = {"adviser": ("ksf+mag", "isf+mag"), "erbil": ("ksf+mag",), "baghdad": ("isf+mag",)}.get(
            name, ()
        )
        world.node(name, *owners, channels=(ROOM, *own, *pair))
    world.meet()
    for late, name in enumerate(("kirkuk", "erbil", "baghdad", "adviser")):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


def say(world: World, party: str, kind: str, body: dict[str, Any], channel: str = SHARED) -> dict[str, Any]:
    node = world.nodes["adviser" if party == "mag" else "kirkuk"]
    item = attested(world, node, officer(party, "release"), kind, channel, body)
    spread(world)
    return item


def called(world: World, series: dict[str, Any], days: int, **more: Any) -> dict[str, Any]:
    start = START + days * DAY
    body = {
        "name": "Meeting", "series": series["id"], "when": {"start": start, "end": start + 2 * HOUR},
        "venue": "Erbil", "host": "mag", "chair": "ksf", "quorum": 2, **more,
    }  # fmt: skip
    return say(world, "ksf", "meeting", body, series["channel"])


def outcome(no: str, what: str, **more: Any) -> dict[str, Any]:
    return {"no": no, "outcome": what, "text": THREE, **more}


def written(
    world: World, meeting: dict[str, Any], *outcomes: dict[str, Any], party: str = "ksf"
) -> dict[str, Any]:
    body = {
        "name": "Minutes", "meeting": meeting["id"], "parties": ["isf", "ksf"], "languages": [*THREE],
        "heads": {"isf": "I-2", "ksf": "K-2"}, "outcomes": list(outcomes),
    }  # fmt: skip
    return say(world, "ksf", "minutes", body, meeting["channel"])


def seen(world: World, name: str, party: str, id: str) -> dict[str, Any]:
    return meetings.meeting(world.nodes[name], officer(party, "watch"), id)


def test_venue_and_chair_take_turns_and_the_quorum_says_who_is_missing(world: World) -> None:
    series = say(world, "isf", "series", SERIES)
    desk = meetings.desk(world.nodes["erbil"], officer("ksf", "watch"))["items"]
    assert [(d["next"]["venue"], d["next"]["chair"]) for d in desk] == [("baghdad", "isf")]
    meeting = called(world, series, 3)
    desk = meetings.desk(world.nodes["erbil"], officer("ksf", "watch"))["items"]
    assert [(d["next"]["venue"], d["next"]["chair"]) for d in desk] == [("erbil", "ksf")]
    say(world, "isf", "delegation", {"meeting": meeting["id"], "posts": [{"post": "I-2", "head": True}]})
    two = [{"post": "K-2", "head": True}, {"post": "K-7"}]
    say(world, "ksf", "delegation", {"meeting": meeting["id"], "posts": two})
    quorum = seen(world, "baghdad", "isf", meeting["id"])["quorum"]
    assert quorum == {"needed": 2, "by": {"isf": 1, "ksf": 2}, "missing": ["isf"]}


def test_a_secure_notice_is_for_that_delegation_and_the_host_alone(world: World) -> None:
    series = say(world, "ksf", "series", SERIES, ROOM)
    meeting = called(world, series, 3)
    arrive = {"start": START + 3 * DAY - HOUR, "end": START + 3 * DAY}
    notice = {"meeting": meeting["id"], "to": "ksf", "arrive": arrive, "where": "gate 2"}
    for channel in (ROOM, "isf+mag"):
        with pytest.raises(BadInput) as fault:
            say(world, "mag", "secure_notice", notice, channel)
        assert fault.value.field == "channel"
    say(world, "mag", "secure_notice", notice, "ksf+mag")
    told = {n: seen(world, n, p, meeting["id"])["notices"] for n, p in (("erbil", "ksf"), ("baghdad", "isf"))}
    assert [one["body"]["where"] for one in told["erbil"]] == ["gate 2"]
    assert told["baghdad"] == []
    assert b"gate 2" not in inviting.invitation(
        world.nodes["erbil"], officer("ksf", "watch"), meeting["id"], "en"
    )


def test_an_invitation_follows_the_meeting_and_a_stranger_s_reply_is_refused(world: World) -> None:
    series = say(world, "ksf", "series", SERIES)
    meeting = called(world, series, 3)
    say(world, "isf", "delegation", {"meeting": meeting["id"], "posts": [{"post": "I-2", "head": True}]})
    kirkuk, isf = world.nodes["kirkuk"], officer("isf", "watch")
    first = inviting.invitation(kirkuk, isf, meeting["id"], "ckb")
    assert b"METHOD:REQUEST" in first
    reply = first.replace(b"METHOD:REQUEST", b"METHOD:REPLY").replace(b"NEEDS-ACTION", b"ACCEPTED")
    told = inviting.replied(kirkuk, isf, meeting["id"], reply)
    assert told["body"] == {"meeting": meeting["id"], "post": "I-2", "reply": "accepted"}
    say(world, "isf", told["kind"], told["body"])
    assert [a["title"] for a in seen(world, "erbil", "ksf", meeting["id"])["attendance"]] == ["I-2: accepted"]
    with pytest.raises(BadInput, match="stranger"):
        inviting.replied(kirkuk, officer("ksf", "watch"), meeting["id"], reply)
    with pytest.raises(BadInput, match="this meeting"):
        inviting.replied(kirkuk, isf, called(world, series, 9)["id"], reply)
    with pytest.raises(BadInput) as fault:
        say(world, "isf", "attendance", {"meeting": meeting["id"], "post": "I-9", "reply": "accepted"})
    assert fault.value.field == "body.post"
    body = {**meeting["body"], "status": "cancelled"}
    _revised(world, meeting, body)
    (event,) = Calendar.from_ical(inviting.invitation(kirkuk, isf, meeting["id"], "en")).walk("VEVENT")
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)


def _revised(world: World, item: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    kirkuk, who = world.nodes["kirkuk"], officer("ksf", "release")
    row, checked = write.revision(kirkuk, who, item["id"], item["rev"], body)
    entry, _ = write.draft(kirkuk, who, checked, row)
    signed = write.attest(entry, row.channel, world.officer_key("ksf", "release"))
    done = write.revise(kirkuk, who, item["id"], item["rev"], body, attest=signed).result()
    spread(world)
    return done


def test_what_was_taken_back_returns_and_what_is_not_done_stays_open(world: World) -> None:
    series = say(world, "ksf", "series", SERIES)
    one = called(world, series, 3)
    answer = {"isf": START + 20 * DAY, "ksf": START + 20 * DAY}
    action = {"no": "2.1", "side": "isf", "text": THREE, "due": START + 5 * DAY}
    first = written(world, one, outcome("1", "taken_back", answer_by=answer),
                    outcome("2", "decided", owner="isf", actions=[action]))  # fmt: skip
    two = called(world, series, 31)
    # Nothing is carried over before both heads have signed.
    endorse(world, first, "ksf")
    assert seen(world, "baghdad", "isf", two["id"])["opens_with"] == []
    endorse(world, first, "isf")
    for name, party in (("erbil", "ksf"), ("baghdad", "isf")):
        opens = seen(world, name, party, two["id"])["opens_with"]
        told = [(o["what"], o["no"], o["overdue"]) for o in opens]
        assert told == [("taken_back", "1", False), ("action", "2.1", False)]
    assert seen(world, "erbil", "ksf", one["id"])["opens_with"] == []
    # The other side cannot close what is not its own.
    say(world, "ksf", "action_report", {"minutes": first["id"], "action": "2.1"})
    spread(world, 24 * 6)
    opens = seen(world, "erbil", "ksf", two["id"])["opens_with"]
    assert [(o["what"], o["overdue"]) for o in opens] == [("taken_back", False), ("action", True)]
    say(world, "isf", "action_report", {"minutes": first["id"], "action": "2.1", "text": "sent"})
    second = written(world, two, outcome("1", "decided", owner="ksf", takes_up=f"{first['id']}/1"))
    endorse(world, second, "isf", "ksf")
    three = called(world, series, 62)
    assert seen(world, "erbil", "ksf", three["id"])["opens_with"] == []


def test_what_a_lower_tier_leaves_open_goes_up_and_comes_back(world: World) -> None:
    rooms, above = (say(world, "ksf", "series", SERIES | {"name": n, "tier": n}) for n in ("room", "area"))
    low = called(world, rooms, 3)
    answer = {"isf": START + 20 * DAY, "ksf": START + 20 * DAY}
    first = written(world, low, outcome("1", "taken_back", answer_by=answer))
    endorse(world, first, "isf", "ksf")
    assert seen(world, "erbil", "ksf", called(world, above, 10)["id"])["opens_with"] == []
    high = called(world, above, 11, escalated=low["id"])
    assert [o["no"] for o in seen(world, "erbil", "ksf", high["id"])["opens_with"]] == ["1"]
    again = written(world, high, outcome("7", "taken_back", answer_by=answer, takes_up=f"{first['id']}/1"))
    endorse(world, again, "isf", "ksf")
    back = called(world, rooms, 20, returned=high["id"])
    # Its own is taken up there; what is open now is what the higher tier gave back.
    opens = seen(world, "baghdad", "isf", back["id"])["opens_with"]
    assert [(o["minutes"], o["no"]) for o in opens] == [(again["id"], "7")]


def test_a_correction_is_endorsed_again_and_of_two_at_once_one_is_refused(world: World) -> None:
    series = say(world, "ksf", "series", SERIES)
    first = written(world, called(world, series, 3), outcome("1", "decided", owner="isf"))
    endorse(world, first, "isf", "ksf")
    body = first["body"] | {"correction": "the owner", "outcomes": [outcome("1", "decided", owner="ksf")]}
    second = _revised(world, first, body)
    told = read.record(world.nodes["erbil"], officer("ksf", "watch"), first["id"])
    assert (told["state"], told["endorsed"]["stands"]) == ("unendorsed", 1)
    with pytest.raises(Conflict):
        _revised(world, first, body | {"correction": "another"})
    endorse(world, second, "isf", "ksf")
    told = read.record(world.nodes["erbil"], officer("ksf", "watch"), first["id"])
    assert (told["state"], told["endorsed"]["stands"]) == ("in_force", 2)


def test_what_a_side_may_put_on_an_agenda_is_told_and_is_there_once_it_did(world: World) -> None:
    text = say(world, "ksf", "agreement", agreement(clause("1", stated="in_negotiation")))
    item = say(world, "isf", "agenda_item", {"title_text": "The road north of Dibis"})
    series = say(world, "ksf", "series", SERIES)
    meeting = called(world, series, 3)
    told = seen(world, "baghdad", "isf", meeting["id"])["suggested"]
    assert [(s["what"], s["about"]) for s in told] == [("proposal", item["id"]), ("clause", text["id"])]
    line = {"no": "1", "by": "isf", "title": {"en": "The road"}, "about": item["id"], "what": "proposal"}
    _revised(world, meeting, meeting["body"] | {"agenda": [line]})
    told = seen(world, "baghdad", "isf", meeting["id"])["suggested"]
    assert [s["what"] for s in told] == ["clause"]


@pytest.mark.parametrize(
    ("outcomes", "field"),
    [
        ([outcome("1", "decided")], "body.outcomes[0].owner"),
        ([outcome("1", "decided", owner="mag")], "body.outcomes[0].owner"),
        ([outcome("1", "taken_back", answer_by={"isf": START})], "body.outcomes[0].answer_by"),
        ([{"no": "1", "outcome": "not_agreed", "text": {"en": "x", "ar": "س"}}], "body.outcomes[0].text.ckb"),
        ([outcome("1", "postponed")], "body.outcomes[0].outcome"),
        ([outcome("1", "not_agreed"), outcome("1", "not_agreed")], "body.outcomes"),
    ],
)
def test_what_minutes_cannot_say(outcomes: list[dict[str, Any]], field: str) -> None:
    body = {
        "name": "m", "meeting": "01920000-0000-7000-8000-000000000000", "parties": ["isf", "ksf"],
        "languages": ["en", "ar", "ckb"], "outcomes": outcomes,
    }  # fmt: skip
    with pytest.raises(BadInput) as fault:
        registry.parse("minutes", body)
    assert fault.value.field == field


def _place(words: list[str], wanted: list[str]) -> int:
    """Where these words stand one after the other, as they are read."""
    found = [n for n in range(len(words)) if words[n : n + len(wanted)] == wanted]
    assert found, (wanted, words)
    return found[0]


def test_the_printed_record_reads_in_the_right_order_in_every_language(world: World) -> None:
    series = say(world, "ksf", "series", SERIES)
    text = {
        "en": "Both sides exchange maps of the posts before the winter",
        "ar": "يتبادل الجانبان خرائط المواقع قبل حلول الشتاء",
        "ckb": "هەردوو لا پێش زستان نەخشەی پێگەکان ئاڵوگۆڕ دەکەن",
    }
    meeting = called(world, series, 3)
    item = written(world, meeting, {"no": "1", "outcome": "decided", "owner": "isf", "text": text})
    endorse(world, item, "isf")
    kirkuk, who = world.nodes["kirkuk"], officer("isf", "watch")
    data = inviting.printed(kirkuk, who, item["id"])
    read_back = PdfDocument(data)
    said = [page.get_textpage().get_text_range() for page in read_back]
    # Above and below each page: who may read it.
    assert [page.count("ISF + KSF only") for page in said] == [2] * len(said)
    assert all(f"{at} / {len(said)}" in page for at, page in enumerate(said, 1))
    pages = " ".join(said)
    # The reader turns the two letters of a ligature round; between words it keeps the order.
    words = re.findall(r"\w+", pages.replace("لا", "ال"))
    places = [_place(words, one.replace("لا", "ال").split()) for one in text.values()]
    assert places == sorted(places)
    assert item["hash"] in "".join(pages.split())
    assert "not signed yet" in pages  # ksf
    assert data == inviting.printed(kirkuk, who, item["id"])
    with pytest.raises(NotFound):
        inviting.printed(kirkuk, who, meeting["id"])
