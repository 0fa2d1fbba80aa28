"""/api/joint: joint activities with their plan, their report, and the boundaries that ways meet."""

from __future__ import annotations

from typing import Any

from seamline.actions import jointly
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import AsOf, record_id
from seamline.web.shapes import joint as shapes

Json = dict[str, Any]


@route("GET", "/api/joint", READ, "Joint activities", answer=shapes.Joints)
def list_joint(call: Call, query: AsOf) -> Json:
    """By start. A boundary is looked at once the plan that draws it is in force."""
    return worded(call, jointly.listed(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route("GET", "/api/joint/{id:str}", READ, "One joint activity", answer=shapes.Joint)
def get_joint(call: Call, id: str, query: AsOf) -> Json:
    """With its plan and reports; 404 alike for absent, forbidden and what is not joint."""
    return jointly.one(call.node, call.officer, record_id(id), reading.instant("as_of", query.as_of))
