"""/api/audit: what was done and by whom, whether the logs are sound, what parties state of officers."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import audit, trail
from seamline.actions.read import MAX_LIMIT
from seamline.actions.trail import TrailQuery
from seamline.log.checkpoint import LogId
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.routes.exports import taken
from seamline.web.routes.records import Short, When
from seamline.web.shapes import audit as shapes

Json = dict[str, Any]


class AuditQuery(msgspec.Struct, rename={"from_": "from"}):
    """The filters of the trail; every given one must match."""

    kind: Annotated[str, Meta(max_length=4000, description="kinds, joined by commas")] | None = None
    party: Short = None
    by: Annotated[str, Meta(max_length=64, description="an officer's id")] | None = None
    channel: Short = None
    from_: When = None
    to: When = None
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT)] = 100
    cursor: Annotated[str, Meta(max_length=300, description="`next` of the page before")] | None = None


class LogQuery(msgspec.Struct):
    """One log: the fingerprint of its node, its channel and its lane."""

    node: Annotated[str, Meta(max_length=64)]
    channel: Annotated[str, Meta(max_length=300)]
    lane: Annotated[str, Meta(max_length=20)]


def _asked(given: AuditQuery | shapes.TrailAsk, limit: int = 100, cursor: str | None = None) -> TrailQuery:
    return TrailQuery(
        kinds=reading.kinds(given.kind),
        party=reading.parties(given.party),
        by=given.by,
        channel=reading.parties(given.channel),
        start=reading.instant("from", given.from_),
        end=reading.instant("to", given.to),
        limit=limit,
        cursor=cursor,
    )


@route("GET", "/api/audit", READ, "What was done, newest first", answer=shapes.TrailPage)
def list_deeds(call: Call, query: AuditQuery) -> Json:
    """Every revision and every act on a record, as far as the reader may read; also what does not count."""
    page = trail.trail(call.node, call.officer, _asked(query, query.limit, query.cursor))
    return {"items": page.items, "next": page.next}


@route(
    "POST", "/api/audit/file", READ, "The trail as CSV", media_type="application/octet-stream", answer=bytes
)
async def post_trail(call: Call, body: shapes.TrailAsk) -> Answer:
    """What the list would show, marked for coordination only. It is logged before he has it."""
    return taken(await call.written(trail.export, _asked(body), call.lang))


@route("GET", "/api/audit/logs", READ, "The logs, and who holds how much of each", answer=shapes.Logs)
def list_logs(call: Call) -> Json:
    """Of the channels that the reader may read."""
    return {"items": audit.logs(call.node, call.officer)}


@route("GET", "/api/audit/check", READ, "One log, checked now", answer=shapes.CheckedLog, faults=(404,))
async def check_log(call: Call, query: LogQuery) -> Json:
    """From its first entry on, against its signed head, its receipts and the roster; one log at a time."""
    log = LogId(query.node, reading.parties(query.channel) or "", query.lane)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(call.at.checking, audit.check, call.node, call.officer, log)


@route(
    "GET", "/api/audit/statements", READ, "What parties state of officers and nodes", answer=shapes.Statements
)
def list_statements(call: Call) -> Json:
    """Those of the parties in the reader's channels, newest first."""
    return {"items": trail.statements(call.node, call.officer)}
