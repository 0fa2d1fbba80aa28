"""Invitations to meetings as calendar files (RFC 5545, RFC 5546), and what comes back: values in, bytes out.

A file names parties and posts, never persons, and nothing that stands in a secure notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from seamline.errors import BadInput, Worded

MOST = 64_000
"""Bytes of a reply that is read."""
STATUS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}


@dataclass(frozen=True, slots=True)
class Guest:
    """One who is invited: his party and post."""

    party: str
    post: str
    head: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting as a calendar is told of it. sequence: how often it was changed; stamp, start, end: ms."""

    id: str
    node: str
    summary: str
    venue: str
    agenda: str
    host: str
    start: int
    end: int
    stamp: int
    sequence: int
    cancelled: bool
    guests: tuple[Guest, ...]


def invitation(told: Invitation) -> bytes:
    """The file: METHOD:REQUEST for a first or changed invitation, CANCEL once the meeting is cancelled."""
    calendar = Calendar()
    calendar.add("prodid", "-//Seamline//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if told.cancelled else "REQUEST")
    event = Event()
    event.add("uid", uid(told.id))
    event.add("dtstamp", _at(told.stamp))
    event.add("sequence", told.sequence)
    event.add("dtstart", _at(told.start))
    event.add("dtend", _at(told.end))
    event.add("summary", told.summary)
    event.add("location", told.venue)
    event.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    if told.agenda:
        event.add("description", told.agenda)
    event["organizer"] = _person(told.host, "", told.node)
    for guest in told.guests:
        who = _person(guest.party, guest.post, told.node)
        who.params["ROLE"] = vText("CHAIR" if guest.head else "REQ-PARTICIPANT")
        who.params["PARTSTAT"] = vText("NEEDS-ACTION")
        who.params["RSVP"] = vText("TRUE")
        event.add("attendee", who, encode=False)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(meeting: str) -> str:
    """What a calendar knows the meeting by, for good."""
    return f"{meeting}@seamline"


def address(party: str, post: str) -> str:
    """A calendar address that reaches nobody by itself: party and post."""
    return f"urn:seamline:{party}:{post}" if post else f"urn:seamline:{party}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to an invitation: accepted, declined or tentative; sequence: of which version."""

    uid: str
    address: str
    reply: str
    sequence: int


def reply(data: bytes) -> Reply:
    """An answer as a calendar wrote it (METHOD:REPLY); nothing of it is trusted. BadInput for all else."""
    if len(data) > MOST:
        raise BadInput("calendar", f"{len(data)} bytes", f"at most {MOST} bytes")
    try:
        calendar = Calendar.from_ical(data)
        events = list(calendar.walk("VEVENT"))
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as fault:
        raise BadInput("calendar", f"{len(data)} bytes", f"no calendar file: {str(fault)[:80]}") from None
    if str(calendar.get("method", "")).upper() != "REPLY" or len(events) != 1:
        method = str(calendar.get("method", "none"))
        raise BadInput("calendar", method, "a reply to one invitation (METHOD:REPLY)")
    guests = events[0].get("attendee")
    if guests is None or isinstance(guests, list):
        raise BadInput("calendar", "attendee", "a reply is of exactly one who was invited")
    status = STATUS.get(str(guests.params.get("PARTSTAT", "")).upper())
    if status is None:
        raise BadInput("calendar", str(guests.params.get("PARTSTAT")), "accepted, declined or tentative")
    try:
        sequence = int(events[0].get("sequence", 0))
    except (TypeError, ValueError):
        raise BadInput("calendar", "sequence", Worded("remedy.whole_number", "a whole number")) from None
    return Reply(str(events[0].get("uid", "")), str(guests), status, sequence)


def _person(party: str, post: str, node: str) -> vCalAddress:
    who = vCalAddress(address(party, post.replace(" ", "-")))
    who.params["CN"] = vText(f"{party.upper()} {post}".strip())
    return who


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC)
