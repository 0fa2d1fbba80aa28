"""/api/statements: what parties tell the public, who signed it, how it was corrected; and its papers."""

from __future__ import annotations

from typing import Any

from seamline.actions import statements
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.routes.checks import worded
from seamline.web.routes.records import AsOf, record_id
from seamline.web.shapes import statements as shapes

Json = dict[str, Any]


@route("GET", "/api/statements", READ, "Public statements", answer=shapes.Statements)
def list_statements(call: Call, query: AsOf) -> Json:
    """The newest first, each with the words that stand and those that stood before."""
    return worded(call, statements.listed(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route("GET", "/api/statements/{id:str}", READ, "One statement", answer=shapes.StatementOf)
def get_statement(call: Call, id: str, query: AsOf) -> Json:
    """404 alike for absent and forbidden."""
    return statements.one(call.node, call.officer, record_id(id), reading.instant("as_of", query.as_of))


@route(
    "POST",
    "/api/statements/{id:str}/export",
    READ,
    "A statement as text, HTML or PDF",
    media_type="application/octet-stream",
    answer=bytes,
    faults=(404,),
)
async def export_statement(call: Call, id: str, body: shapes.PaperAsk) -> Answer:
    """In one language, logged before he has it; marked where it is a draft, one-sided or not let out."""
    ask = (record_id(id), body.format, body.lang or call.lang, body.rev)
    made = await call.written(statements.exported, *ask)
    return Answer(made.data, headers=(("content-disposition", f'attachment; filename="{made.name}"'),))
