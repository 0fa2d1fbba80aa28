"""/api/same-events: two accounts of one event, linked, suggested and laid side by side."""

from __future__ import annotations

from typing import Any

from seamline.actions import sameevent
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import AsOf, record_id
from seamline.web.shapes import sameevent as shapes

Json = dict[str, Any]


@route("GET", "/api/same-events", READ, "Accounts of one event", answer=shapes.Pairs)
def list_same_events(call: Call, query: AsOf) -> Json:
    """What somebody linked, and what may be one event by place, time and type. A person decides."""
    as_of = reading.instant("as_of", query.as_of)
    return worded(call, sameevent.listed(call.node, call.officer, as_of))


@route(
    "GET", "/api/same-events/{one:str}/{other:str}", READ, "Two incidents compared", answer=shapes.Comparison
)
def compare_incidents(call: Call, one: str, other: str, query: AsOf) -> Json:
    """Field by field: agreed, differs, only one side. 404 alike for absent and forbidden."""
    as_of = reading.instant("as_of", query.as_of)
    return sameevent.compared(call.node, call.officer, record_id(one), record_id(other), as_of)
