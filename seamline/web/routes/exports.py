"""/api/exports: records as a file for other programs."""

from __future__ import annotations

from seamline.actions import exports
from seamline.actions.read import RecordQuery
from seamline.web import reading
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.shapes.exports import ExportAsk

_FILE = "application/octet-stream"


@route("POST", "/api/exports", READ, "Records as CSV or GeoJSON", media_type=_FILE, answer=bytes)
async def post_export(call: Call, body: ExportAsk) -> Answer:
    """What this officer may read, marked for coordination only. It is logged before he has it."""
    query = RecordQuery(
        kinds=reading.kinds(body.kind),
        party=reading.parties(body.party),
        channel=reading.parties(body.channel),
        bbox=reading.bbox(body.bbox),
        start=reading.instant("from", body.from_),
        end=reading.instant("to", body.to),
        text=body.q,
        as_of=reading.instant("as_of", body.as_of),
    )
    made = await call.written(exports.export, query, body.format, call.lang)
    return taken(made)


def taken(made: exports.Exported) -> Answer:
    """The file, by its name, and how many records are in it."""
    headers = {
        "content-disposition": f'attachment; filename="{made.name}"',
        "x-seamline-entries": str(made.count),
    }
    return Answer(made.data, headers=tuple(headers.items()))
