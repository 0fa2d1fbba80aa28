"""Gaps: what no undertaking covers on the watch lists in force, as one officer may see it.

Everything comes from the channels he reads, his own party's unreleased undertakings among it; whoever holds
all that an answer rests on is named in seen_by. An undertaking covers its place as far as the sight it states
(sight_m; none stated: the place alone). Relief is not taken into account.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.actions import read, view
from seamline.actions.clashing import policy_in_force
from seamline.actions.endorsing import in_force, state_of
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import BadInput
from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.geo.window import HOUR, overlap
from seamline.picture.closing import closings
from seamline.picture.gap import Cover, Patch, gaps, reaching
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.places import Watch
from seamline.store.ports import Row, Search

FARTHEST_M = 100_000
COVERING = frozenset({"planned", "active", "expired", "closed"})
PAGE = 500
# Drawn outlines leave out corners that move them by less than this, in degrees: about a metre.
DRAWN = 1e-5


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A record and the ground and hours that it covers."""

    row: Row
    cover: Cover
    tear: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What GET /api/gaps asks, ms. start None: from as_of on; as_of None: now."""

    start: int | None = None
    end: int | None = None
    as_of: int | None = None


def found(node: Node, officer: Officer, asked: Asked | None = None) -> dict[str, Any]:
    """The gaps, the heaviest (weight × length × hours) first. Raises BadInput for hours that cannot be."""
    officer.need(*READERS)
    asked = asked or Asked()
    moment = node.clock.now() if asked.as_of is None else asked.as_of
    start = moment if asked.start is None else asked.start
    if asked.end is not None and asked.end <= start:
        raise BadInput("to", asked.end, "it must be later than `from`")
    lists = _lists(node, officer, moment, asked.as_of)
    items: list[dict[str, Any]] = []
    for row, watch in lists:
        hours = overlap(watch.hours.start, watch.hours.end, start, asked.end)
        if hours is not None:
            items += _of(node, officer, row, watch, hours, moment, asked.as_of)
    items.sort(key=lambda i: (-i["weight"] * i["length_hours"], i["start"], i["where"], i["id"]))
    note = read.note(node, items)
    if not lists:
        note["key"] = "note.no_watch_list_endorsed"
    return {"items": items, "note": note}


def _lists(node: Node, officer: Officer, moment: int, known_by: int | None) -> list[tuple[Row, Watch]]:
    """The watch lists in force; one that was released too is taken once, as its own party knows it."""
    agreed = in_force(node.picture, "watch", node.readable(officer), moment, known_by)
    lists = [(row, value) for row, value in agreed if isinstance(value, Watch)]
    ids = {row.id for row, _ in lists}
    sources = {row.id: view.links(node, officer, row)["source"] for row, _ in lists}
    return [(r, w) for r, w in lists if (sources[r.id] or {}).get("id") not in ids]


def _of(
    node: Node, officer: Officer, row: Row, watch: Watch, hours: tuple[int, int], moment: int,
    known_by: int | None,
) -> list[dict[str, Any]]:  # fmt: skip
    ground = place.to_shapely(msgspec.to_builtins(watch.place.geometry))
    frame = policy_in_force(node.picture).frame or Frame.centred_on([row.box] if row.box else [])
    stated = list(_undertakings(node, officer, row, hours, moment, known_by))
    covers = [u.cover for u in stated]
    patches = gaps(ground, *hours, covers, frame)
    if not patches:
        return []
    reached = {id(c) for c in reaching(ground, *hours, covers, frame)}
    rests_on = [u for u in stated if id(u.cover) in reached]
    seen_by = view.audience(node, officer, row)
    for one in rests_on:
        seen_by &= view.audience(node, officer, one.row)
    shared = {
        "watch": view.brief(node, officer, row, known_by),
        "weight": watch.weight,
        "at_least": any(u.tear for u in rests_on),
        "seen_by": sorted(seen_by),
    }
    return [
        shared | _item(node, row, patch) | {"closes": _closes(node, officer, patch, stated, frame, known_by)}
        for patch in patches
    ]


def _item(node: Node, row: Row, patch: Patch) -> dict[str, Any]:
    return {
        "id": f"{row.id}~{patch.start}~{patch.where[0]}~{patch.where[1]}",
        "geometry": _drawn(patch.shape),
        "start": patch.start,
        "end": patch.end,
        "hours": round((patch.end - patch.start) / HOUR, 2),
        "length_m": round(patch.length),
        "length_hours": round(patch.length_hours),
        "area_m2": round(patch.size) if patch.dimension == 2 else None,
        "where": list(patch.where),
        **node.locate(patch.where),
    }


def _closes(
    node: Node, officer: Officer, patch: Patch, stated: Sequence[Undertaking], frame: Frame,
    known_by: int | None,
) -> list[dict[str, Any]]:  # fmt: skip
    proposals = closings(patch, [u.cover for u in stated], frame)
    return [
        {
            "party": stated[c.cover].row.party,
            "undertaking": view.brief(node, officer, stated[c.cover].row, known_by),
            "how": c.how,
            "start": c.start,
            "end": c.end,
            "sight_m": c.buffer_m,
            "percent": c.percent,
        }
        for c in proposals
    ]


def _undertakings(
    node: Node, officer: Officer, watch: Row, hours: tuple[int, int], moment: int, known_by: int | None
) -> Iterator[Undertaking]:
    """Those that could reach the watched ground, or nearly: what closes a gap need not cover it yet.

    One that was released is taken once, as its own party knows it.
    """
    day = 24 * HOUR
    search = Search(
        channels=node.readable(officer),
        kinds=("activity",),
        box=_wider(watch.box) if watch.box else None,
        start=hours[0] - day,
        end=hours[1] + day,
        known_by=known_by,
        limit=PAGE,
    )
    while True:
        rows = node.picture.search(search)
        for row in rows:
            made = _undertaking(node, row, moment)
            if made is not None and view.links(node, officer, row)["source"] is None:
                yield made
        if len(rows) < PAGE:
            return
        search = replace(search, after=(rows[-1].at, rows[-1].id))


def _undertaking(node: Node, row: Row, moment: int) -> Undertaking | None:
    """What the activity covers, if it is an undertaking that stands; a closed one covered until then."""
    body = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(body, Activity) or body.mode != "undertaking":
        return None
    state = state_of(node.picture, row, body, moment)
    end = min(body.when.end, row.at) if state == "closed" else body.when.end
    if state not in COVERING or end <= body.when.start:
        return None
    shape = place.to_shapely(msgspec.to_builtins(body.place.geometry))
    return Undertaking(row, Cover(shape, body.when.start, end, body.sight_m or 0), body.tear)


def _wider(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The box, wider by as far as an undertaking may see."""
    west, south, east, north = box
    high = math.ceil(FARTHEST_M / 110_000 * place.SCALE)
    nearest_pole = min(85.0, max(abs(south), abs(north)) / place.SCALE + 1)
    wide = math.ceil(high / math.cos(math.radians(nearest_pole)))
    return west - wide, south - high, east + wide, north + high


def _drawn(shape: BaseGeometry) -> dict[str, Any]:
    """The outline for a map, 1e-7 degrees; stretches may come as a MultiLineString."""
    simple = shapely.simplify(shapely.line_merge(shape) if shape.length and not shape.area else shape, DRAWN)
    if simple.geom_type != "MultiLineString":
        return place.from_shapely(simple)
    parts = [place.from_shapely(part)["coordinates"] for part in shapely.get_parts(simple)]
    return {"type": "MultiLineString", "coordinates": parts}
