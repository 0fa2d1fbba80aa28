"""/api/meetings: series, meetings, invitations as calendar files, and the printed record."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import inviting, meetings
from seamline.web import reading
from seamline.web.access import READ, WRITE, route
from seamline.web.call import Answer, Call
from seamline.web.routes.agreements import AtQuery
from seamline.web.routes.checks import worded
from seamline.web.routes.records import record_id
from seamline.web.shapes import meetings as shapes

Json = dict[str, Any]


class RevQuery(msgspec.Struct):
    """rev: the current one if absent."""

    rev: Annotated[int, Meta(ge=1)] | None = None


@route("GET", "/api/meetings", READ, "Series and their meetings", answer=shapes.MeetingsDesk)
def list_meetings(call: Call, query: AtQuery) -> Json:
    """Whose turn the next one is, and how many matters it opens with."""
    return worded(call, meetings.desk(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route("GET", "/api/meetings/{id:str}", READ, "A meeting", answer=shapes.MeetingOf, faults=(404,))
def get_meeting(call: Call, id: str, query: AtQuery) -> Json:
    """Delegations, quorum, notices for his eyes, minutes, what it opens with, what a side may put on it."""
    at = reading.instant("as_of", query.as_of)
    return meetings.meeting(call.node, call.officer, record_id(id), at)


@route(
    "GET",
    "/api/meetings/{id:str}/invitation.ics",
    READ,
    "The invitation, as a calendar file",
    answer=bytes,
    media_type="text/calendar",
    faults=(404,),
)
def get_invitation(call: Call, id: str) -> Answer:
    """RFC 5545 and 5546: a request, its update, or its cancellation; by post, and never a secure notice."""
    known = record_id(id)
    return _file(inviting.invitation(call.node, call.officer, known, call.lang), f"{known}.ics")


@route(
    "POST",
    "/api/meetings/{id:str}/reply",
    WRITE,
    "Read a calendar's reply",
    answer=shapes.Attends,
    faults=(404,),
)
def read_reply(call: Call, id: str, body: shapes.CalendarReply) -> Json:
    """What may be said of it; nothing is written. A reply of a stranger or to another meeting is refused."""
    return inviting.replied(call.node, call.officer, record_id(id), body.calendar.encode())


@route(
    "GET",
    "/api/records/{id:str}/minutes.pdf",
    READ,
    "The printed record of a meeting",
    answer=bytes,
    media_type="application/pdf",
    faults=(404,),
)
def get_minutes_form(call: Call, id: str, query: RevQuery) -> Answer:
    """All languages of the minutes, a signature block, the hash and a QR code."""
    known = record_id(id)
    return _file(inviting.printed(call.node, call.officer, known, query.rev), f"{known}-minutes.pdf")


def _file(data: bytes, name: str) -> Answer:
    return Answer(data, headers=(("content-disposition", f'attachment; filename="{name}"'),))
