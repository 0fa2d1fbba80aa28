"""/api/activities: declared activities and their answers. An answer is said as any record is."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import activities, finding
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.findings import told
from seamline.web.routes.records import When
from seamline.web.shapes import activities as shapes

Json = dict[str, Any]


class ActivitiesQuery(msgspec.Struct, rename={"from_": "from"}):
    """Those that end after `from`; a day ago if it is absent."""

    from_: When = None
    to: When = None
    as_of: When = None
    limit: Annotated[int, Meta(ge=1, le=activities.MAX_LIMIT)] = activities.LIMIT


class AsOf(msgspec.Struct):
    """At which instant its state is asked; now if absent."""

    as_of: When = None


@route("GET", "/api/activities", READ, "Declared activities and their answers", answer=shapes.Activities)
def list_activities(call: Call, query: ActivitiesQuery) -> Json:
    """What waits for the reader's own side first. A released plan is listed as it was released."""
    wish = activities.Wish(
        reading.instant("from", query.from_),
        reading.instant("to", query.to),
        reading.instant("as_of", query.as_of),
        query.limit,
    )
    return worded(call, activities.activities(call.node, call.officer, wish))


@route("GET", "/api/activities/{id:str}", READ, "One of them", answer=shapes.Declared, faults=(404,))
def read_activity(call: Call, id: str, query: AsOf) -> Json:
    """With each party's newest answer, the parties that have yet to answer, and facts held against rules."""
    as_of = reading.instant("as_of", query.as_of)
    found = activities.activity(call.node, call.officer, id, as_of)
    return found | {"facts": told(call, finding.about(call.node, call.officer, id, as_of))}
