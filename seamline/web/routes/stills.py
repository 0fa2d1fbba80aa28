"""/api/map.png, /api/map.webp: the map as a still picture, for browsers that cannot draw it, or not yet."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import shapely
from msgspec import Meta
from shapely.geometry.base import BaseGeometry

from seamline import texts
from seamline.actions import enabled, printing, read
from seamline.actions import layers as imported
from seamline.actions.read import RecordQuery
from seamline.errors import BadInput
from seamline.geo.place import SCALE
from seamline.texts import dates
from seamline.web import layers, reading, still
from seamline.web.access import READ, route
from seamline.web.call import Answer, Call
from seamline.web.layers import Layer
from seamline.web.routes.layers import offered
from seamline.web.routes.records import When
from seamline.web.still.marks import OVER, Sides

Json = dict[str, Any]
RECORDS, CLASHES = "records", "clashes"
MOST_RECORDS = 2_000
# Where nothing else is known to look at, as on the screens (map/view.svelte.ts); degrees, as is the margin.
START = (42.35, 34.05, 45.75, 36.75)
MARGIN = 0.12


class StillQuery(msgspec.Struct, rename={"from_": "from"}):
    """What is on the picture: bbox is widened to its shape. layers: ids of /api/layers, records, clashes."""

    bbox: Annotated[str, Meta(max_length=120, description="west,south,east,north in degrees")]
    width: Annotated[int, Meta(ge=240, le=1600)] = 960
    height: Annotated[int, Meta(ge=240, le=1200)] = 640
    scale: Annotated[int, Meta(ge=1, le=2, description="pixels to a unit of width and height")] = 1
    lang: Literal["en", "ar", "ckb"] | None = None
    theme: Literal["day", "night"] = "day"
    layers: Annotated[str, Meta(max_length=1000, description="ids, joined by commas")] | None = None
    legend: bool = True
    from_: When = None
    to: When = None
    as_of: When = None


@route("GET", "/api/map.png", READ, "The map as a still picture", media_type="image/png")
async def draw_map(call: Call, query: StillQuery) -> Answer:
    """What the map shows to who asks, with legend, scale and origins. x-map-bbox: the ground that is seen."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(call.at.drawing, _drawn, call, query, False)


@route("GET", "/api/map.webp", READ, "The same picture for a thin line", media_type="image/webp")
async def draw_map_small(call: Call, query: StillQuery) -> Answer:
    """In a sixth of the bytes, its colours and edges a little softer."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(call.at.drawing, _drawn, call, query, True)


def _drawn(call: Call, query: StillQuery, small: bool) -> Answer:
    box = reading.bbox(query.bbox)
    if box is None:
        raise BadInput("bbox", query.bbox, "west,south,east,north in degrees, such as 43.5,35,44.5,36")
    west, south, east, north = (v / SCALE for v in box)
    view = still.View.of((west, south, east, north), query.width, query.height)
    lang = query.lang or call.lang
    wanted = _wanted(call, query.layers)
    as_of = reading.instant("as_of", query.as_of)
    records = _records(call, query, view, as_of) if RECORDS in wanted else None
    found = _clashes(call, query) if CLASHES in wanted else None
    picture = still.Picture(view, query.theme, _laid(call, wanted), records, found, query.legend)
    node = call.node
    now = node.clock.now() if as_of is None else as_of
    moment = texts.text(lang, "ui.map.picture_of", time=dates.moment(now, node.settings.zone, lang))
    drawing = still.svg(picture, _sides(call), lang, moment, _note(call, lang, records or found))
    shown = ",".join(f"{v:.6f}" for v in view.box)
    data = still.png(drawing, query.scale)
    return Answer(still.webp(data) if small else data, headers=(("x-map-bbox", shown),))


def of_day(call: Call, bbox: str | None, size: tuple[int, int], lang: str, found: printing.DayFound) -> str:
    """The map of a day as SVG, with its records and clashes alone. bbox: what they take up if absent."""
    box = reading.bbox(bbox)
    west, south, east, north = (v / SCALE for v in box) if box else _around(found)
    view = still.View.of((west, south, east, north), *size)
    laid = _laid(call, _wanted(call, None))
    picture = still.Picture(view, "day", laid, found.items, found.clashes, True)
    moment = dates.day(found.start, call.node.settings.zone, lang)
    return still.svg(picture, _sides(call), lang, moment, found.day.note)


def _sides(call: Call) -> Sides:
    node = call.node
    parties = sorted({*node.owners, *(p for c in node.channels() for p in c.split("+"))})
    return Sides(call.officer.party, tuple(parties), len(node.owners) > 1)


def _around(found: printing.DayFound) -> tuple[float, float, float, float]:
    """The ground that a day's records take up, with room around them."""
    shapes = [
        shapely.from_geojson(msgspec.json.encode(item["body"]["place"]["geometry"]))
        for item in found.items
        if "place" in item["body"]
    ]
    if not shapes:
        return START
    west, south, east, north = (v / SCALE for v in shapely.total_bounds(np.array(shapes)).tolist())
    return west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN


def _wanted(call: Call, asked: str | None) -> set[str]:
    """Ids of what is to be drawn. One that is not offered is answered as one that does not exist."""
    offers = {layer.id: layer.default_on for layer in offered(call)}
    offers |= {one.id: True for one in imported.held(call.node)} | {RECORDS: True, CLASHES: True}
    if asked is None:
        return {id for id, on in offers.items() if on}
    ids = asked.split(",")
    for id in ids:
        if id not in offers:
            raise BadInput("layers", id, "ids that /api/layers lists, records, clashes; joined by commas")
    return set(ids)


def _records(call: Call, query: StillQuery, view: still.View, as_of: int | None) -> list[Json]:
    """What the reader may see there, newest first; a release is left out where he sees its source."""
    west, south, east, north = (round(v * SCALE) for v in view.box)
    asked = RecordQuery(
        bbox=(west, south, east, north),
        start=reading.instant("from", query.from_),
        end=reading.instant("to", query.to),
        as_of=as_of,
        limit=read.MAX_LIMIT,
    )
    # What is over is drawn only if a time is looked at in which it was not.
    timed = asked.start is not None or asked.end is not None
    found: list[Json] = []
    while len(found) < MOST_RECORDS:
        page = read.records(call.node, call.officer, asked)
        found += [
            item
            for item in page.items
            if item["links"]["source"] is None and (timed or item["state"] not in OVER)
        ]
        if page.next is None:
            break
        asked = replace(asked, cursor=page.next)
    return found


def _clashes(call: Call, query: StillQuery) -> list[Json]:
    """Those of the time looked at."""
    start, end = reading.instant("from", query.from_), reading.instant("to", query.to)
    found = read.clashes(call.node, call.officer, start)["items"]
    return [c for c in found if end is None or c["start"] < end]


def _laid(call: Call, wanted: set[str]) -> list[still.Laid]:
    out = []
    for layer in offered(call):
        if layer.id not in wanted:
            continue
        if layer.id in ("line", "corridor"):
            out.append(still.Laid(layer, _endorsed(call, layer.id)))
        else:
            held = None if layer.tiles else msgspec.json.decode(layers.read(layer.id))["features"]
            out.append(still.Laid(layer, held))
    for one in imported.held(call.node):
        if one.id in wanted:
            layer = Layer(one.id, "imported", one.attribution, one.licence, True)
            out.append(still.Laid(layer, imported.features(call.node, one.id), one.name))
    return out


def _endorsed(call: Call, id: str) -> list[Json]:
    """The lines that the parties endorsed, by the reader's own name, or the strips around them."""
    found = []
    for line in (line for t in enabled.terms(call.node, call.officer) for line in t.lines):
        degrees: BaseGeometry = shapely.LineString(
            np.array(msgspec.to_builtins(line.geometry)["coordinates"]) / SCALE
        )
        if id == "corridor":
            if not line.corridor_m:
                continue
            degrees = _strip(degrees, line.corridor_m)
        name = line.names.get(call.officer.party) or line.id
        shape = shapely.geometry.mapping(degrees)
        found.append({"geometry": shape, "properties": {"name": name}})
    return found


def _strip(line: BaseGeometry, metres: float) -> BaseGeometry:
    """The ground within so many metres of a line of degrees, well enough to look at."""
    narrow = math.cos(math.radians(line.centroid.y))
    flat = shapely.transform(line, lambda xy: xy * (narrow, 1.0))
    wide = flat.simplify(0.002).buffer(metres / 111_320)
    return shapely.transform(wide, lambda xy: xy / (narrow, 1.0))


def _note(call: Call, lang: str, found: list[Json] | None) -> str:
    """Law 7: of what was shared, and when any other node was last heard."""
    note = read.note(call.node, found or [])
    said = texts.text(lang, note["key"])
    if note["last_contact"] is None:
        return texts.text(lang, "note.no_contact", text=said)
    time = dates.moment(note["last_contact"], call.node.settings.zone, lang)
    return texts.text(lang, "note.last_contact", text=said, time=time)
