"""Contact now, alerts, the hotline log, who has the watch; and one thing said in every shared channel."""

from __future__ import annotations

import base64
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import alerts, calls, contacts, duty, everywhere, handing
from seamline.web import reading
from seamline.web.access import READ, WRITE, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import AsOf, When, record_id
from seamline.web.shapes import duty as shapes

Json = dict[str, Any]


class ContactsQuery(msgspec.Struct):
    """As they stand at as_of; open: those alone that not all have closed."""

    as_of: When = None
    open: bool = False


class AlertsQuery(msgspec.Struct):
    """As they stand at as_of."""

    as_of: When = None
    limit: Annotated[int, Meta(ge=1, le=alerts.MAX_LIMIT)] = alerts.LIMIT


class CallsQuery(msgspec.Struct):
    """limit: entries, of either side."""

    as_of: When = None
    limit: Annotated[int, Meta(ge=1, le=calls.MAX_LIMIT)] = calls.LIMIT


def _wide(call: Call, body: shapes.NewEverywhere) -> everywhere.Wide:
    return everywhere.Wide(body.kind, body.body, body.lang or call.lang, body.id, body.at, body.sigs)


@route(
    "POST",
    "/api/everywhere",
    WRITE,
    "Say it in every shared channel",
    answer=shapes.Everywhere,
    status=201,
    faults=(409,),
)
async def say_everywhere(call: Call, body: shapes.NewEverywhere) -> Json:
    """Contact and what is said on it, and who has the watch: under one id, on disk in all or in none."""
    return await call.written(everywhere.put, _wide(call, body))


@route(
    "POST",
    "/api/everywhere/draft",
    WRITE,
    "Bytes to sign, by channel",
    answer=shapes.EverywhereDraft,
    faults=(409,),
)
def draft_everywhere(call: Call, body: shapes.NewEverywhere) -> Json:
    """Sign each with the officer's Ed25519 key; send the request with `id`, `at` and `sigs` added."""
    id, at, signing = everywhere.drafts(call.node, call.officer, _wide(call, body))
    return {"id": id, "at": at, "signing": {c: base64.b64encode(b).decode() for c, b in signing.items()}}


@route("GET", "/api/contacts", READ, "Contacts", answer=shapes.Contacts)
def list_contacts(call: Call, query: ContactsQuery) -> Json:
    """Open ones first; who was asked, what was answered, asked, confirmed and closed, and when."""
    found = contacts.contacts(call.node, call.officer, reading.instant("as_of", query.as_of))
    if query.open:
        found |= {"items": [one for one in found["items"] if one["state"] == "open"]}
    return worded(call, found | {"may": everywhere.may_alarm(call.node, call.officer)})


@route("GET", "/api/contacts/{id:str}", READ, "One contact", answer=shapes.ContactThread)
def get_contact(call: Call, id: str, query: AsOf) -> Json:
    """With the report of its times. 404 alike for absent and forbidden."""
    as_of = reading.instant("as_of", query.as_of)
    return contacts.contact(call.node, call.officer, record_id(id), as_of)


@route("GET", "/api/alerts", READ, "Alerts", answer=shapes.Alerts)
def list_alerts(call: Call, query: AlertsQuery) -> Json:
    """Active ones first, each with the four times of every room it is for."""
    as_of = reading.instant("as_of", query.as_of)
    return worded(call, alerts.alerts(call.node, call.officer, as_of, query.limit))


@route("GET", "/api/calls", READ, "The hotline log", answer=shapes.Calls)
def list_calls(call: Call, query: CallsQuery) -> Json:
    """Newest first, each side's entry beside the other's, and where they differ."""
    as_of = reading.instant("as_of", query.as_of)
    return worded(call, calls.calls(call.node, call.officer, query.limit, as_of))


@route("GET", "/api/duty", READ, "Who has the watch", answer=shapes.Duty)
def list_duty(call: Call, query: AsOf) -> Json:
    """On all sides, as far as they said so in a channel the reader shares."""
    return duty.on_duty(call.node, call.officer, reading.instant("as_of", query.as_of))


@route("GET", "/api/duty/sheet", READ, "The hand-over sheet of this moment", answer=shapes.Sheet)
def get_sheet(call: Call) -> Json:
    """From what is open; it is kept once the one who takes over signs it (POST /api/records)."""
    return handing.sheet(call.node, call.officer)
