"""/api/terms, /api/agreements: what the parties agreed, clause by clause, and two texts side by side."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import agreements
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import When, record_id
from seamline.web.shapes import agreements as shapes

Json = dict[str, Any]


class AtQuery(msgspec.Struct):
    """as_of: as it stands then; now if absent."""

    as_of: When = None


class CompareQuery(msgspec.Struct):
    """to: the other text; rev, to_rev: revisions, the newest if absent."""

    to: str
    rev: Annotated[int, Meta(ge=1)] | None = None
    to_rev: Annotated[int, Meta(ge=1)] | None = None


@route("GET", "/api/terms", READ, "Terms of reference", answer=shapes.AgreedTexts)
def list_terms(call: Call, query: AtQuery) -> Json:
    """In force first; what a revision that waits for endorsement would change stands beside it."""
    return worded(call, agreements.terms(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route("GET", "/api/agreements", READ, "Agreements, clause by clause", answer=shapes.AgreedTexts)
def list_agreements(call: Call, query: AtQuery) -> Json:
    """Each with the states of its clauses at as_of."""
    return worded(call, agreements.agreements(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route(
    "GET",
    "/api/records/{id:str}/compare",
    READ,
    "Two texts side by side",
    answer=shapes.Compared,
    faults=(404,),
)
def compare_records(call: Call, id: str, query: CompareQuery) -> Json:
    """What the other text says otherwise, by number of clause and by language."""
    asked = record_id(id), record_id(query.to)
    return agreements.compared(call.node, call.officer, *asked, (query.rev, query.to_rev))
