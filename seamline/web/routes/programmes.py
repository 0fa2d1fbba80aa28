"""/api/programmes: plan against actual, points as a table; /api/series: what came of what was agreed."""

from __future__ import annotations

import asyncio
from typing import Any

from seamline.actions import planfile, programmes, series
from seamline.actions.source import MAX_BYTES
from seamline.store.spool import Spool
from seamline.web import reading
from seamline.web.access import READ, WRITE, route
from seamline.web.call import Answer, Call
from seamline.web.routes.agreements import AtQuery
from seamline.web.routes.checks import worded
from seamline.web.routes.exports import taken
from seamline.web.routes.records import record_id
from seamline.web.shapes import programmes as shapes

Json = dict[str, Any]


@route("GET", "/api/programmes", READ, "Programmes", answer=shapes.ProgrammesDesk)
def list_programmes(call: Call, query: AtQuery) -> Json:
    """How much of each was planned by now, how much is done, and how many milestones are late."""
    return worded(call, programmes.desk(call.node, call.officer, reading.instant("as_of", query.as_of)))


@route("GET", "/api/programmes/{id:str}", READ, "A programme", answer=shapes.ProgrammeOf, faults=(404,))
def get_programme(call: Call, id: str, query: AtQuery) -> Json:
    """Every milestone with what its owners state of it, the baselines, and the rows of the chart."""
    at = reading.instant("as_of", query.as_of)
    return programmes.programme(call.node, call.officer, record_id(id), at)


@route(
    "POST",
    "/api/programmes/{id:str}/export",
    READ,
    "Points as a table",
    answer=bytes,
    media_type="text/csv",
    faults=(404,),
)
async def export_points(call: Call, id: str) -> Answer:
    """One milestone a row, with what is stated of it; marked for coordination only, and logged first."""
    return taken(await call.written(planfile.points_file, record_id(id), call.lang))


@route(
    "POST", "/api/programmes/read", WRITE, "Read points from a table", answer=shapes.PointsRead, upload=True
)
async def read_points(call: Call, query: shapes.PointsQuery) -> planfile.PointsRead:
    """What may go into a draft; nothing is written. Each cell that cannot be read is named with its line."""
    spool = await asyncio.to_thread(Spool, MAX_BYTES)
    try:
        async for chunk in call.http.stream():
            await asyncio.to_thread(spool.write, chunk)
        await asyncio.to_thread(spool.finish)
        asked = (call.node, call.officer, spool.open, query.track, query.channel)
        return await asyncio.to_thread(planfile.read, *asked)
    finally:
        spool.close()


@route(
    "GET", "/api/series/{id:str}", READ, "What came of a series", answer=shapes.SeriesFollowed, faults=(404,)
)
def get_series(call: Call, id: str, query: AtQuery) -> Json:
    """Each outcome with what was said of it since, and what was agreed before and is not done."""
    return series.series(call.node, call.officer, record_id(id), reading.instant("as_of", query.as_of))
