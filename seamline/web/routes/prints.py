"""/api/records/{id}/print.pdf, /api/programmes/{id}/print.pdf, /api/day.pdf: in a chosen language."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from seamline.actions import printing
from seamline.web import reading, still
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.routes import stills
from seamline.web.routes.records import record_id

Lang = Literal["en", "ar", "ckb"] | None
WIDE, HIGH, SCALE = 960, 640, 2


class PrintQuery(msgspec.Struct):
    """lang: the reader's own if absent."""

    lang: Lang = None


class DayQuery(msgspec.Struct):
    """date: a day of the node's zone, today if absent. channel: all that the reader may read if absent."""

    date: Annotated[str, Meta(max_length=10, description="such as 2026-11-21")] | None = None
    channel: Annotated[str, Meta(max_length=300)] | None = None
    bbox: Annotated[str, Meta(max_length=120, description="west,south,east,north in degrees")] | None = None
    lang: Lang = None


@route(
    "GET",
    "/api/records/{id:str}/print.pdf",
    READ,
    "A record, printed",
    answer=bytes,
    media_type="application/pdf",
)
async def print_record(call: Call, id: str, query: PrintQuery) -> Answer:
    """Any kind: its fields, who was told, who endorsed it, its revisions; who may read it on every page."""
    known, lang = record_id(id), query.lang or call.lang
    return await printed(call, f"{known}-{lang}.pdf", printing.record, known, lang)


@route(
    "GET",
    "/api/programmes/{id:str}/print.pdf",
    READ,
    "A programme, printed",
    answer=bytes,
    media_type="application/pdf",
    faults=(404,),
)
async def print_programme(call: Call, id: str, query: PrintQuery) -> Answer:
    """Plan against actual as a chart and in figures, and every point with what its owners state."""
    known, lang = record_id(id), query.lang or call.lang
    return await printed(call, f"{known}-programme-{lang}.pdf", printing.programme, known, lang)


@route("GET", "/api/day.pdf", READ, "A day, printed", answer=bytes, media_type="application/pdf")
async def print_day(call: Call, query: DayQuery) -> Answer:
    """With its map. Of one channel it holds what that channel holds; else it is marked for one's own side."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(call.at.drawing, _day, call, query)


def _day(call: Call, query: DayQuery) -> Answer:
    # Typesetting is large; a node that prints nothing never loads it.
    from seamline.documents.day_form import day_form
    from seamline.documents.paper import Picture

    lang = query.lang or call.lang
    asked = printing.DayAsked(query.date, reading.parties(query.channel), lang)
    found = printing.day(call.node, call.officer, asked)
    drawn = stills.of_day(call, query.bbox, (WIDE, HIGH), lang, found)
    picture = Picture(still.png(drawn, SCALE), "image/png", WIDE, HIGH, found.day.note)
    return _file(day_form(found.day, picture, lang), f"day-{found.start}-{lang}.pdf")


async def printed(call: Call, name: str, draw: Callable[..., bytes], *asked: Any) -> Answer:
    """What draw(node, officer, *asked) sets, as a file of that name; drawn beside the loop."""
    loop = asyncio.get_running_loop()
    return _file(await loop.run_in_executor(call.at.drawing, draw, call.node, call.officer, *asked), name)


def _file(data: bytes, name: str) -> Answer:
    return Answer(data, headers=(("content-disposition", f'attachment; filename="{name}"'),))
