"""Gaps: what no undertaking covers on the watch lists in force, as one officer may see it.

Everything comes from the channels he reads, his own party's unreleased undertakings among it; whoever holds
all that an answer rests on is named in seen_by. What an undertaking covers, seamline.picture.cover says; what
watch lists and undertakings come to is kept by the hashes of their entries (seamline.actions.watching), so
that a question asked again within the minute costs little more than reading who stands where.
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
from seamline.actions.watching import Key, Stated
from seamline.errors import BadInput, Worded
from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.geo.window import HOUR, overlap
from seamline.log.channel import members
from seamline.picture.closing import Closing, closings
from seamline.picture.cover import MORE_METRES, Cover, Reach, sight_of
from seamline.picture.gap import Gaps, Patch, gaps, reaching
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.places import Watch
from seamline.store.ports import Row, Search

FARTHEST_M = 100_000 + MORE_METRES
COVERING = frozenset({"draft", "released", "answered", "changed", "active", "expired", "closed"})
PAGE = 500
LIMIT, MAX_LIMIT = 200, 1_000
# What is open when, of one gap and of all: slices of time, and parts drawn in them.
SLICES, DRAWN_PARTS = 48, 100_000
MINUTE = 60_000
# Drawn outlines leave out corners that move them by less than this, in degrees: about a metre.
DRAWN = 1e-5


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A record and the ground and hours that it covers. seen_by: the parties that hold it."""

    row: Row
    cover: Cover
    tear: bool
    seen_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What GET /api/gaps asks, ms. start None: from the minute of as_of on; as_of None: now."""

    start: int | None = None
    end: int | None = None
    as_of: int | None = None
    limit: int = LIMIT


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """One watch list, what could cover it, and what nobody does. key: all that the gaps follow from."""

    key: Key
    row: Row
    watch: Watch
    stated: list[Undertaking]
    reach: list[Reach]
    gaps: Gaps
    rests_on: list[Undertaking]


@dataclass(frozen=True, slots=True)
class Open:
    """A gap as others of these rooms need it: without its outline, and what would close it."""

    watch: Row
    start: int


def found(node: Node, officer: Officer, asked: Asked | None = None) -> dict[str, Any]:
    """The gaps, the heaviest (weight × length × hours) first. Raises BadInput for hours that cannot be."""
    asked = asked or Asked()
    lists, looked = _look(node, officer, asked)
    listed = _heaviest(looked)
    made = _Making(node, officer, asked.as_of)
    items = made.items(listed[: asked.limit])
    note = read.note(node, items)
    if not lists:
        note["key"] = "note.no_watch_list_endorsed"
    return {"items": items, "more": len(listed) > asked.limit, "note": note}


def open_now(node: Node, officer: Officer) -> list[Open]:
    """The gaps from now on, the heaviest first, at most LIMIT: that there are some, and from when."""
    listed = _heaviest(_look(node, officer, Asked())[1])[:LIMIT]
    return [Open(one.row, one.gaps[i].start) for one, i in listed]


def _look(node: Node, officer: Officer, asked: Asked) -> tuple[list[tuple[Row, Watch]], list[Looked]]:
    officer.need(*READERS)
    moment = node.clock.now() if asked.as_of is None else asked.as_of
    # From the minute on: the same question a moment later has the same answer, and its gaps the same ids.
    start = moment - moment % MINUTE if asked.start is None else asked.start
    if asked.end is not None and asked.end <= start:
        raise BadInput("to", asked.end, Worded("remedy.after_from", "it must be later than `from`"))
    if not 1 <= asked.limit <= MAX_LIMIT:
        raise BadInput("limit", asked.limit, f"from 1 to {MAX_LIMIT}")
    lists = _lists(node, officer, moment, asked.as_of)
    looked = []
    for row, watch in lists:
        hours = overlap(watch.hours.start, watch.hours.end, start, asked.end)
        if hours is not None:
            looked.append(_of(node, officer, row, watch, hours, moment, asked.as_of))
    return lists, looked


def _heaviest(looked: Sequence[Looked]) -> list[tuple[Looked, int]]:
    """Each gap of each list, as the list and the gap's place in it."""
    every = [
        (-round(one.watch.weight * float(one.gaps.length_hours[at])), one.row.id, i, one)
        for one in looked
        for i, at in enumerate(one.gaps.order)
    ]
    return [(one, i) for _, _, i, one in sorted(every, key=lambda e: e[:3])]


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
) -> Looked:  # fmt: skip
    frame = policy_in_force(node.picture).frame or Frame.centred_on([row.box] if row.box else [])
    geometry = msgspec.to_builtins(watch.place.geometry)
    ground = node.kept.ground(row.hash, frame, lambda: place.to_shapely(geometry))
    stated = list(_undertakings(node, officer, row, hours, moment, known_by))
    covers = [u.cover for u in stated]
    relief = node.relief()
    reach = node.kept.reaches(row.hash, ground, [u.row.hash for u in stated], covers, relief)
    by = tuple((u.row.hash, u.cover.start, u.cover.end) for u in stated)
    key = (row.hash, frame, hours, id(relief), by)
    open_ = node.kept.gaps(key, lambda: gaps(ground, *hours, covers, reach))
    rests_on = [stated[i] for i in reaching(covers, reach, *hours)]
    return Looked(key, row, watch, stated, reach, open_, rests_on)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A gap as it is drawn, and what would close it: by the place of the undertaking in its list."""

    told: dict[str, Any]
    closes: list[Closing]


class _Drawing:
    """What of an answer follows from the keys of its lists alone, whoever asks and whenever."""

    def __init__(self) -> None:
        self._drawn = 0

    def all(self, listed: Sequence[tuple[Looked, int]]) -> list[_Drawn]:
        """One for each gap, in the order given."""
        by_list: dict[int, list[int]] = {}
        for at, (one, _) in enumerate(listed):
            by_list.setdefault(id(one), []).append(at)
        found: dict[int, _Drawn] = {}
        for own in by_list.values():
            one = listed[own[0]][0]
            patches = [one.gaps[listed[at][1]] for at in own]
            proposed = closings(patches, [u.cover for u in one.stated], one.reach)
            for at, patch, closes in zip(own, patches, proposed, strict=True):
                found[at] = _Drawn(self._told(one.watch.weight, patch), closes)
        return [found[at] for at in range(len(listed))]

    def _told(self, weight: int, patch: Patch) -> dict[str, Any]:
        return {
            "geometry": _drawn(patch.shape),
            "start": patch.start,
            "end": patch.end,
            "hours": round((patch.end - patch.start) / HOUR, 2),
            "length_m": round(patch.length),
            "length_hours": round(patch.length_hours),
            "weighted": round(weight * patch.length_hours),
            "area_m2": round(patch.size) if patch.dimension == 2 else None,
            "cut_by_relief": patch.cut_by_relief,
            "indicative": patch.cut_by_relief,
            "where": list(patch.where),
            **self._open(patch),
        }

    def _open(self, patch: Patch) -> dict[str, Any]:
        """What of it is open when; coarser once much has been drawn, so that no answer is without bounds."""
        cuts = patch.changes()
        room = max(1, (DRAWN_PARTS - self._drawn) // len(patch.parts))
        slices = patch.open_at(min(SLICES, room))
        self._drawn += sum(len(parts) for _, _, parts in slices)
        drawn = [
            {"start": start, "end": end, "geometry": _drawn(patch.ground.shape(parts))}
            for start, end, parts in slices
        ]
        return {"open": drawn, "open_joined": len(slices) < cuts}


class _Making:
    """Items of one answer; what several of them show is worded once."""

    def __init__(self, node: Node, officer: Officer, known_by: int | None) -> None:
        self._node, self._officer, self._known_by = node, officer, known_by
        self._briefs: dict[tuple[str, str], view.Item] = {}

    def items(self, listed: Sequence[tuple[Looked, int]]) -> list[dict[str, Any]]:
        """One for each gap, in the order given."""
        lists = {id(one): one for one, _ in listed}
        at = {known: n for n, known in enumerate(lists)}
        key = (tuple(one.key for one in lists.values()), tuple((at[id(one)], i) for one, i in listed))
        drawn = self._node.kept.answer(key, lambda: _Drawing().all(listed))
        shared = {known: self._shared(one) for known, one in lists.items()}
        return [
            shared[id(one)]
            | {"id": f"{one.row.id}~{what.told['start']}~{what.told['where'][0]}~{what.told['where'][1]}"}
            | what.told
            | self._node.locate(one.gaps[i].where)
            | {"closes": self._closes(one, what.closes)}
            for (one, i), what in zip(listed, drawn, strict=True)
        ]

    def _shared(self, one: Looked) -> dict[str, Any]:
        seen_by = view.audience(self._node, self._officer, one.row)
        for undertaking in one.rests_on:
            seen_by &= undertaking.seen_by
        return {
            "watch": self._brief(one.row),
            "weight": one.watch.weight,
            "at_least": any(u.tear for u in one.rests_on),
            "seen_by": sorted(seen_by),
        }

    def _closes(self, one: Looked, proposals: Sequence[Closing]) -> list[dict[str, Any]]:
        return [
            {
                "party": one.stated[c.cover].row.party,
                "undertaking": self._brief(one.stated[c.cover].row),
                "how": c.how,
                "start": c.start,
                "end": c.end,
                "sight_m": c.sight_m,
                "percent": c.percent,
            }
            for c in proposals
        ]

    def _brief(self, row: Row) -> view.Item:
        key = (row.channel, row.id)
        if key not in self._briefs:
            self._briefs[key] = view.brief(self._node, self._officer, row, self._known_by)
        return self._briefs[key]


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
            made = _undertaking(node, officer, row, moment)
            if made is not None:
                yield made
        if len(rows) < PAGE:
            return
        search = replace(search, after=(rows[-1].stands_at, rows[-1].id))


def _undertaking(node: Node, officer: Officer, row: Row, moment: int) -> Undertaking | None:
    """What the activity covers, if it is an undertaking that stands; a closed one covered until then."""
    stated = node.kept.stated(row.hash, lambda: _stated(row))
    body, shape = stated.body, stated.shape
    if body is None or shape is None:
        return None
    state = state_of(node.picture, row, body, moment)
    end = min(body.when.end, row.at) if state == "closed" else body.when.end
    if state not in COVERING or end <= body.when.start:
        return None
    links = view.links(node, officer, row)
    if links["source"] is not None:
        return None
    seen_by = frozenset(members(row.channel)).union(*(members(r["channel"]) for r in links["released_as"]))
    return Undertaking(row, Cover(shape, body.when.start, end, sight_of(body.sight_m)), body.tear, seen_by)


def _stated(row: Row) -> Stated:
    body = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(body, Activity) or body.mode != "undertaking":
        return Stated(None, None, 500)
    shape = place.to_shapely(msgspec.to_builtins(body.place.geometry))
    # As objects a body takes several times its bytes.
    return Stated(body, shape, 1_000 + 6 * len(row.body))


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
