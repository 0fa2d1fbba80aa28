"""Notice: activities declared later than a rule asks. A finding is a fact, never a verdict (DESIGN §7).

A rule names types of activity (none: all), the hours of notice, and how near the line it counts (none:
everywhere). Whose clock set `declared` is for the caller to know: at a node it is the arrival there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.frame import Frame
from seamline.geo.window import HOUR


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """hours of notice before an activity of one of the types starts within within_m of the line (degrees)."""

    types: frozenset[str]
    hours: float
    within_m: int | None = None
    line: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a notice rule looks at. declared, start: ms; declared None: nobody knows."""

    type: str
    geometry: BaseGeometry
    start: int
    declared: int | None


@dataclass(frozen=True, slots=True)
class Late:
    """Activity `index` against rule `rule`: given_ms of notice (below 0: after it began) of needed_ms."""

    index: int
    rule: int
    given_ms: int
    needed_ms: int
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Activity `index` falls under rule `rule`, but nobody knows when it was declared."""

    index: int
    rule: int


def judge(
    activities: Sequence[Declared], rules: Sequence[NoticeRule], frame: Frame
) -> Iterator[Late | Unknown]:
    """Every activity against every rule it falls under; those in time are not mentioned."""
    for number, rule in enumerate(rules):
        line = frame.to_plane(rule.line) if rule.line is not None else None
        if line is not None:
            shapely.prepare(line)
        for index, activity in enumerate(activities):
            if rule.types and activity.type not in rule.types:
                continue
            needed = round(rule.hours * HOUR)
            if activity.declared is not None and activity.start - activity.declared >= needed:
                continue
            distance = None
            if line is not None and rule.within_m is not None:
                distance = float(shapely.distance(line, frame.to_plane(activity.geometry)))
                if distance > rule.within_m:
                    continue
            if activity.declared is None:
                yield Unknown(index, number)
            else:
                yield Late(index, number, activity.start - activity.declared, needed, distance)
