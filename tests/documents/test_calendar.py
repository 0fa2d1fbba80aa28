"""Invitations as calendar files: two readers agree on each; a reply is read, and a stranger's refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from seamline.documents import calendar
from seamline.documents.calendar import Guest, Invitation
from seamline.errors import BadInput

START = 1_795_240_800_000
ONE = Invitation(
    "0192a000-0000-7000-8000-000000000001", "kirkuk", "Meeting, third; \\ room", "هەولێر",
    "1 خط التنسيق\n2 پێگەکان, posts; \\n", "ksf", START, START + 7_200_000, START - 1, 0, False,
    (Guest("isf", "I-2", head=True), Guest("ksf", "K 7")),
)  # fmt: skip


def first(data: bytes) -> dict[str, Any]:
    whole = Calendar.from_ical(data)
    (event,) = whole.walk("VEVENT")
    return {
        "method": str(whole["method"]), "uid": str(event["uid"]), "summary": str(event["summary"]),
        "location": str(event["location"]), "description": str(event.get("description", "")),
        "start": event["dtstart"].dt, "end": event["dtend"].dt, "sequence": int(event["sequence"]),
        "status": str(event["status"]), "guests": sorted(str(a) for a in _many(event.get("attendee"))),
    }  # fmt: skip


def second(data: bytes) -> dict[str, Any]:
    whole = IcsCalendarStream.calendar_from_ics(data.decode())
    (event,) = whole.events
    return {
        "method": str(whole.method), "uid": event.uid, "summary": event.summary, "location": event.location,
        "description": event.description or "", "start": event.dtstart, "end": event.dtend,
        "sequence": event.sequence, "status": event.status.value if event.status else "",
        "guests": sorted(str(a.uri) for a in event.attendees),
    }  # fmt: skip


def _many(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found] if found is not None else []


def test_two_readers_find_the_same_invitation() -> None:
    data = calendar.invitation(ONE)
    told = first(data)
    assert told == second(data)
    assert (told["method"], told["status"], told["sequence"]) == ("REQUEST", "CONFIRMED", 0)
    assert told["start"] == datetime.fromtimestamp(START / 1000, UTC)
    assert told["guests"] == ["urn:seamline:isf:I-2", "urn:seamline:ksf:K-7"]
    assert (told["summary"], told["location"]) == (ONE.summary, ONE.venue)


def test_a_change_and_a_cancellation_are_of_the_same_meeting() -> None:
    changed = first(calendar.invitation(replace(ONE, sequence=1, venue="بغداد")))
    gone = calendar.invitation(replace(ONE, sequence=2, cancelled=True))
    assert first(gone) == second(gone)
    assert [changed["uid"], first(gone)["uid"]] == [first(calendar.invitation(ONE))["uid"]] * 2
    told = first(gone)
    assert (told["method"], told["status"], told["sequence"]) == ("CANCEL", "CANCELLED", 2)


def test_lines_are_folded_as_the_rules_say_and_no_letter_is_cut() -> None:
    data = calendar.invitation(replace(ONE, summary="پێگەکانی قەرەچووغ " * 20))
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()


letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")
said = st.text(letters, min_size=1, max_size=90)


@settings(max_examples=40, deadline=None)
@given(said.map(str.strip).filter(bool), said.map(str.strip).filter(bool))
def test_any_words_come_back_from_both_readers(summary: str, venue: str) -> None:
    data = calendar.invitation(replace(ONE, summary=summary, venue=venue, agenda=""))
    assert (first(data)["summary"], first(data)["location"]) == (summary, venue)
    assert (second(data)["summary"], second(data)["location"]) == (summary, venue)


def answer(status: str = "ACCEPTED", **more: str) -> bytes:
    lines = {"METHOD": "REPLY", "ATTENDEE": "urn:seamline:isf:I-2", "UID": calendar.uid(ONE.id)} | more
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:{METHOD}\r\nBEGIN:VEVENT\r\nUID:{UID}\r\n"
        "DTSTAMP:20261121T120000Z\r\nSEQUENCE:0\r\nATTENDEE;PARTSTAT=" + status + ":{ATTENDEE}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).format(**lines).encode()  # fmt: skip


def test_a_reply_says_who_answered_what() -> None:
    told = calendar.reply(answer("TENTATIVE"))
    assert (told.uid, told.address, told.reply) == (calendar.uid(ONE.id), "urn:seamline:isf:I-2", "tentative")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", b"\xff\xfe", b"BEGIN:VCALENDAR\r\n", answer("NEEDS-ACTION"), answer(METHOD="REQUEST"),
        calendar.invitation(ONE), b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", b"x" * 70_000,
    ],
)  # fmt: skip
def test_what_is_no_reply_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(BadInput) as fault:
        calendar.reply(data)
    assert fault.value.field == "calendar"
