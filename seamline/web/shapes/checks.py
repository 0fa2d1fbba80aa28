"""What follows from records: clashes, gaps, suggestions, attention."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from seamline.actions.evidencing import Against
from seamline.web.shapes.base import Ms
from seamline.web.shapes.records import Record


class Basis(Struct):
    """Law 7: what the list rests on. text in the reader's language; last_contact: with any other node."""

    key: str
    text: str
    last_contact: Ms | None


class Near(Struct):
    """The nearest named place."""

    name: str
    distance_m: int
    compass: str


class Clash(Struct):
    """Two plans too near in space and time. where: 1e-7 degrees; possible: a tear line is one of them."""

    a: Record
    b: Record
    distance_m: int
    needed_m: int
    start: Ms
    end: Ms
    where: tuple[int, int]
    mgrs: str
    place: Near | None
    possible: bool
    seen_by: list[str]


class Clashes(Struct):
    """Pairs, by start. more: there are others, later than these; ask from a later instant."""

    items: list[Clash]
    more: bool
    note: Basis


class Closing(Struct):
    """A proposal, never an order: the undertaking as it would have to read, and how much that closes.

    how: extend_hours or extend_area; percent: of the gap's ground × hours, 100 closes it.
    """

    party: str
    undertaking: Record
    how: str
    start: Ms
    end: Ms
    sight_m: int
    percent: int


class OpenPart(Struct):
    """What of a gap is open at some time from start up to end; geometry in 1e-7 degrees."""

    start: Ms
    end: Ms
    geometry: dict[str, Any]


class Gap(Struct):
    """Watched ground that nobody covers. Geometry and where: 1e-7 degrees.

    length_m: of an area from end to end; length_hours: metres × hours; weighted: these × weight; area_m2:
    null of a stretch. at_least: the gap may be larger, for a tear line is among what covers; cut_by_relief:
    part of it is open only because the relief hides it from an undertaking, which is indicative; seen_by: who
    holds all that it rests on; open: what of it is open when, by time; open_joined: slices were joined.
    """

    id: str
    watch: Record
    geometry: dict[str, Any]
    start: Ms
    end: Ms
    hours: float
    length_m: int
    length_hours: int
    weighted: int
    area_m2: int | None
    cut_by_relief: bool
    indicative: bool
    weight: int
    where: tuple[int, int]
    mgrs: str
    place: Near | None
    at_least: bool
    seen_by: list[str]
    open: list[OpenPart]
    open_joined: bool
    closes: list[Closing]


class Gaps(Struct):
    """By weight × length × hours, the heaviest first. more: there are others, lighter than these."""

    items: list[Gap]
    more: bool
    note: Basis


class PastReason(Struct):
    """value: 0 to 100; incidents: placed near enough to add to it; areas: imprecise ones it lies in."""

    value: int | None
    incidents: int
    areas: int
    first: Ms | None
    last: Ms | None


class ReliefReason(Struct):
    """How much of the ground round it is hidden from it; null where no relief is known."""

    value: int | None
    hidden_percent: int | None
    indicative: bool


class RoadReason(Struct):
    """value: 100 at a road, 0 from ten kilometres on; null where no road is known."""

    value: int | None
    distance_m: int | None
    schematic: bool


class Reasons(Struct):
    """What speaks for it, each by itself."""

    past: PastReason
    relief: ReliefReason
    roads: RoadReason


class Suggestion(Struct):
    """A stretch or an area a watch list might name; geometry (1e-7 degrees) and weight as a record has.

    start_m, end_m: along the line; null of an area. score: the mean of the reasons by their shares.
    """

    id: str
    geometry: dict[str, Any]
    where: tuple[int, int]
    mgrs: str
    place: Near | None
    start_m: int | None
    end_m: int | None
    length_m: int
    area_m2: int
    weight: int
    score: float
    why: Reasons


class Counted(Struct):
    """Incidents that counted: public ones, records, and how many of them are known by an area alone."""

    reference: int
    records: int
    areas: int


class SuggestionBasis(Struct, rename={"from_": "from"}):
    """The rule and what went into it. by_hour: incidents whose hour is known (timed), by hour of day."""

    kernel: str
    bandwidth_m: int
    reference_bandwidth_m: int | None
    from_: Ms | None
    to: Ms
    hours: str | None
    shares: dict[str, int]
    incidents: Counted
    timed: int
    by_hour: list[int]
    attribution: list[str]


class Suggestions(Struct):
    """The heaviest first. Nothing is saved; a person decides."""

    items: list[Suggestion]
    basis: SuggestionBasis
    note: Basis


class Due(Struct):
    """Something that waits for this officer: a record, or what `about` names. since null: not kept here.

    urgency: 4 trust is broken, 3 at once, 2 today, 1 soon. rule: the paragraph of docs/spec that was broken,
    fault: by whom; evidence: id of the file to show them (GET /api/evidence/{id}). count: how many milestones
    of a programme are late.
    """

    what: str
    record: Record | None
    about: str | None
    since: Ms | None
    due: Ms | None
    urgency: int
    rule: str | None = None
    fault: Literal["ours", "theirs", "link"] | None = None
    evidence: str | None = None
    count: int | None = None


class Attention(Struct):
    """In order of urgency. counts: how much of each waits; more: there is more than these."""

    items: list[Due]
    more: bool
    counts: dict[str, int]
    note: Basis


class EvidenceList(Struct):
    """The newest first."""

    items: list[Against]
