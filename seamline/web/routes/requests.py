"""/api/requests: what was asked of whom, what each said to it, and whose turn it is."""

from __future__ import annotations

from typing import Any

from seamline.actions import requests
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import AsOf, record_id
from seamline.web.shapes import requests as shapes

Json = dict[str, Any]


@route("GET", "/api/requests", READ, "Requests for support or information", answer=shapes.Requests)
def list_requests(call: Call, query: AsOf) -> Json:
    """Open ones first, his own side's turn before the others'. Steps are records of those who took them."""
    return worded(call, requests.listed(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route("GET", "/api/requests/{id:str}", READ, "One request", answer=shapes.RequestOf)
def get_request(call: Call, id: str, query: AsOf) -> Json:
    """With every offer and what became of it; 404 alike for absent and forbidden."""
    return requests.one(call.node, call.officer, record_id(id), reading.instant("as_of", query.as_of))
