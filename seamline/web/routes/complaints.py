"""/api/complaints: what was alleged, what was done about it, what is next and until when."""

from __future__ import annotations

from typing import Any

from seamline.actions import complaints
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import AsOf, record_id
from seamline.web.shapes import complaints as shapes

Json = dict[str, Any]


@route("GET", "/api/complaints", READ, "Complaints and their verification", answer=shapes.Cases)
def list_complaints(call: Call, query: AsOf) -> Json:
    """Open ones first, the earliest due first. Steps are records of those who took them."""
    as_of = reading.instant("as_of", query.as_of)
    return worded(call, complaints.listed(call.node, call.officer, as_of))


@route("GET", "/api/complaints/{id:str}", READ, "One complaint", answer=shapes.Case)
def get_complaint(call: Call, id: str, query: AsOf) -> Json:
    """With its steps and outcomes; 404 alike for absent and forbidden."""
    as_of = reading.instant("as_of", query.as_of)
    return complaints.one(call.node, call.officer, record_id(id), as_of)
