"""Which rules were in force when, as one channel's endorsements say it; and what they ask of an activity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from weakref import WeakKeyDictionary

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.actions import clauses
from seamline.actions.clashing import FOREVER, terms_in_force
from seamline.actions.endorsing import standing_revision
from seamline.actions.node import Node
from seamline.geo import place
from seamline.log.channel import members
from seamline.picture import findings
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.places import Site
from seamline.records.rule import Rule
from seamline.store.ports import PictureReader, Row

# Asked for each activity of a list; what it follows from can be thrown away at any time.
_KEPT: WeakKeyDictionary[Node, tuple[object, list[InForce]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class InForce:
    """A revision of a rule and the time it holds: from its last endorsement, within its own dates, ms."""

    row: Row
    value: Rule
    start: int
    end: int

    def binds(self, row: Row, value: Activity) -> bool:
        """Does this activity fall under it: of its day, of a type and party it names, told to its readers?"""
        own = set(members(row.party))
        return (
            self.start <= value.when.start < self.end
            and bool(own.intersection(self.value.parties))
            and (not self.value.types or value.type in self.value.types)
            and set(members(self.row.channel)) <= set(members(row.channel))
        )


def over_time(picture: PictureReader, channels: Sequence[str], as_of: int = FOREVER[1]) -> list[InForce]:
    """Every rule of these channels in every revision that was ever in force, as known by as_of.

    A revision holds until all have endorsed another: past activities are judged by the rules of their day.
    """
    found: list[InForce] = []
    for current in picture.current_of_kind("rule", channels) if channels else ():
        said = (picture.record(ref.channel, ref.id) for ref in picture.refs_to(current.id))
        here = {by.at for by in said if by and by.channel == current.channel and by.at <= as_of}
        turns = [*sorted(here | clauses.turns(picture, current, as_of)), FOREVER[1]]
        for at, until in pairwise(turns):
            standing = standing_revision(picture, current, at)
            if standing is None or not isinstance(standing[1], Rule):
                continue
            row, value = standing[0], standing[1]
            start, end = max(at, value.valid.start), min(until, value.valid.end)
            last = found[-1] if found else None
            if last and last.row.hash == row.hash and last.end == start:
                found[-1] = InForce(row, value, last.start, end)
            elif start < end:
                found.append(InForce(row, value, start, end))
    return found


def of_type(node: Node, type: str, row: Row, value: Activity) -> Iterator[InForce]:
    """The rules of that type under which the activity falls."""
    for one in held(node):
        if one.value.type == type and one.binds(row, value):
            yield one


def held(node: Node) -> Sequence[InForce]:
    """over_time() of every channel held here; kept until something else is folded."""
    turn = (node.picture.folded(), node.writer.rebuilt, node.channels())
    kept = _KEPT.get(node)
    if kept is None or kept[0] != turn:
        kept = _KEPT[node] = (turn, over_time(node.picture, node.channels()))
    return kept[1]


def answer_hours(node: Node, row: Row, value: Activity) -> dict[str, int]:
    """Hours within which each party is to answer the activity, by the strictest rule of its day."""
    found: dict[str, int] = {}
    for one in of_type(node, "answer", row, value):
        for party in set(one.value.parties) - set(members(row.party)):
            found[party] = min(one.value.hours or 0, found.get(party, one.value.hours or 0))
    return found


def judged_by(node: Node, one: InForce) -> findings.Rule | None:
    """The rule as picture.findings judges by it; None where the ground it names is not known here."""
    shape: BaseGeometry | None = None
    if one.value.type == "notice" and one.value.within_m is not None:
        shape = _line(node, one)
    elif one.value.type in ("entry", "no_go"):
        shape = _ground(node.picture, one)
    if shape is None and (one.value.within_m is not None or one.value.type in ("entry", "no_go")):
        return None
    return findings.Rule(
        one.value.type,
        one.value.hours,
        one.value.within_m,
        shape,
        frozenset(one.value.types),
        frozenset(one.value.parties),
        one.value.consent,
        one.start,
        one.end,
    )


def _line(node: Node, one: InForce) -> BaseGeometry | None:
    """The line it names, or all, of the terms in force in a channel that all of its readers read."""
    channels = [c for c in node.channels() if set(members(one.row.channel)) <= set(members(c))]
    rows = node.picture.current_of_kind("terms", channels)
    shapes = [
        place.to_shapely(msgspec.to_builtins(line.geometry))
        for terms in (terms_in_force(node.picture, row) for row in rows)
        for line in (terms.lines if terms else ())
        if one.value.line in (None, line.id)
    ]
    return shapely.union_all(shapes) if shapes else None


def _ground(picture: PictureReader, one: InForce) -> BaseGeometry | None:
    """The area or place it states, or that of the site it protects."""
    ground = one.value.place
    if ground is None and one.value.site is not None:
        row = picture.record(one.row.channel, one.value.site)
        site = registry.read(row.kind, msgspec.json.decode(row.body)) if row else None
        ground = site.place if isinstance(site, Site) else None
    return place.to_shapely(msgspec.to_builtins(ground.geometry)) if ground else None
