"""/api/records: looking at what was said."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seamline.actions import read, release
from seamline.actions.read import RecordQuery
from seamline.errors import NotFound
from seamline.web import reading
from seamline.web.access import READ, WRITE, route
from seamline.web.call import Call
from seamline.web.shapes import records as records_shapes

Json = dict[str, Any]
When = Annotated[str, Meta(max_length=40, description="ms since 1970 UTC, or RFC 3339")] | None
Short = Annotated[str, Meta(max_length=200)] | None


class RecordsQuery(msgspec.Struct, rename={"from_": "from"}):
    """The filters of the list; every given one must match."""

    kind: Annotated[str, Meta(max_length=4000, description="kinds, joined by commas")] | None = None
    party: Short = None
    channel: Short = None
    bbox: Annotated[str, Meta(max_length=120, description="west,south,east,north in degrees")] | None = None
    from_: When = None
    to: When = None
    q: Annotated[str, Meta(max_length=200, description="words to search for")] | None = None
    as_of: When = None
    limit: Annotated[int, Meta(ge=1, le=read.MAX_LIMIT)] = 100
    cursor: Annotated[str, Meta(max_length=200, description="`next` of the page before")] | None = None
    about: (
        Annotated[
            str,
            Meta(
                max_length=1900,
                description="ids, joined by commas: these and what they refer to, all of it, whatever"
                " else is asked but kind, channel and as_of",
            ),
        ]
        | None
    ) = None


class AsOf(msgspec.Struct):
    """The instant at which states are computed; now if absent."""

    as_of: When = None


class PreviewQuery(msgspec.Struct):
    """Where a release would go; rev: the current one if absent."""

    channel: Annotated[str, Meta(max_length=300)]
    mode: Annotated[str, Meta(max_length=20)] = "whole"
    rev: int | None = None


def _audience(item: Json) -> str | None:
    """Its channel; none where it names its source, which is for those of a narrower one."""
    return None if item["links"]["source"] else str(item["channel"])


@route(
    "GET",
    "/api/records",
    READ,
    "Records, newest first",
    answer=records_shapes.RecordPage,
    audience=_audience,
)
def list_records(call: Call, query: RecordsQuery) -> Json:
    """Those the reader may see; order, counts and cursors come from these alone (law 3)."""
    page = read.records(
        call.node,
        call.officer,
        RecordQuery(
            kinds=reading.kinds(query.kind),
            party=reading.parties(query.party),
            channel=reading.parties(query.channel),
            bbox=reading.bbox(query.bbox),
            start=reading.instant("from", query.from_),
            end=reading.instant("to", query.to),
            text=query.q,
            as_of=reading.instant("as_of", query.as_of),
            limit=query.limit,
            cursor=query.cursor,
            about=tuple(record_id(one) for one in query.about.split(",")) if query.about else (),
        ),
    )
    return {"items": page.items, "next": page.next}


@route("GET", "/api/records/{id:str}", READ, "One record", answer=records_shapes.Record)
def get_record(call: Call, id: str, query: AsOf) -> Json:
    """In full, with who was told; 404 alike for absent and forbidden."""
    return read.record(call.node, call.officer, record_id(id), reading.instant("as_of", query.as_of))


@route("GET", "/api/records/{id:str}/history", READ, "Every revision", answer=records_shapes.RecordList)
def get_history(call: Call, id: str) -> Json:
    """The winner first; the loser of two revisions with one number is shown, not lost (law 2)."""
    return {"items": read.history(call.node, call.officer, record_id(id))}


@route(
    "GET",
    "/api/records/{id:str}/preview",
    WRITE,
    "A release as it will be read",
    answer=records_shapes.Record,
    faults=(409,),
)
def get_preview(call: Call, id: str, query: PreviewQuery) -> Json:
    """What the other side's node will render, by the same code."""
    rev = query.rev if query.rev is not None else read.record(call.node, call.officer, record_id(id))["rev"]
    channel = reading.parties(query.channel) or ""
    return release.preview(call.node, call.officer, release.Release(record_id(id), rev, channel, query.mode))


def record_id(text: str) -> str:
    """An id as stores compare it; what can be no id names no record."""
    if len(text) > 64 or not text.isascii() or not text.isprintable():
        raise NotFound("no such record")
    return text
