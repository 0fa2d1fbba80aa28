"""Blind checks: universes, runs, what a consent means in numbers, what was learnt."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from seamline.log.entry import Sig
from seamline.records.values import Ident, RecordId
from seamline.web.shapes.base import Asked, Ms
from seamline.web.shapes.records import DraftOf

Check = Literal["clash", "gap"]


class UniverseItem(Struct, kw_only=True):
    """agreed: both sides endorsed, the facilitator witnessed. part: what the reader's party signs."""

    id: str
    hash: str
    channel: str
    by: str
    name: str
    check: str
    sides: list[str]
    facilitator: str
    areas: list[str]
    start: Ms
    end: Ms
    res: int
    cells: int
    cap: int
    result_cap: int
    term_days: int
    state: str
    endorsed: list[str]
    witnessed: bool
    agreed: bool
    part: str | None


class Refusal(Struct):
    """Which rule a share broke, and whose."""

    rule: str
    party: str | None


class Outcome(Struct):
    """What a side found: sound, over, refused or false; how many cell-hours met."""

    found: str
    count: int | None
    rule: str | None


class RunItem(Struct, kw_only=True):
    """stage: consent, crossed, key, share, answer, reading, done, over or void; waits_for: parties.

    met: how many cell-hours, as the facilitator posted it. learnt_count: what the reader's own party learnt.
    """

    id: str
    universe: str
    name: str
    check: str
    sides: list[str]
    facilitator: str
    start: Ms
    end: Ms
    areas: list[str]
    days: int
    at: Ms
    by: str
    until: Ms
    amends: str | None
    stage: str
    waits_for: list[str]
    void: str | None
    fault: str | None
    consented: list[str]
    done: bool
    verdict: str | None
    refused: Refusal | None
    met: int | None
    outcomes: dict[str, Outcome]
    learnt_count: int | None
    alarm: bool


class Spot(Struct, kw_only=True):
    """where: 1e-7 degrees, in the middle of its cells; plans: the reader's own that it may be about."""

    where: tuple[int, int]
    accuracy_m: int
    start: Ms
    end: Ms
    cell_hours: int
    plans: list[dict[str, Any]]
    mgrs: str
    place: dict[str, Any] | None


class Learnt(Struct):
    """Places and times; more: there were more than are listed."""

    count: int
    marked: int
    alarm: bool
    more: bool
    spots: list[Spot]


class AuditOutcome(Struct):
    """code: sound, unopened (its opening fits nothing it signed) or differs, in so many cell-hours."""

    party: str
    code: str
    cells: int


class AuditItem(Struct):
    """One sector-day; day and sector count from 1. wished: by which sides; outcomes: null while open."""

    day: int
    sector: int
    wished: list[str]
    outcomes: list[AuditOutcome] | None


class Run(RunItem, kw_only=True):
    """With what the reader's own party learnt, and with the audits that were wished."""

    learnt: Learnt | None
    audits: list[AuditItem]


class Proposed(Struct, kw_only=True):
    """A place of a gap that the facilitator asks one side about."""

    id: str
    run: str
    by: str
    to: list[str]
    at: Ms
    where: tuple[int, int]
    accuracy_m: int
    start: Ms
    end: Ms
    remarks: str
    mgrs: str
    place: dict[str, Any] | None


class Status(Struct):
    """joint: this node takes no part."""

    joint: bool
    universes: list[UniverseItem]
    runs: list[RunItem]
    proposals: list[Proposed]


class Numbers(Struct, kw_only=True):
    """What a consent means. other_most, facilitator_most: most of one's own that each can learn."""

    marked: int
    cells: int
    cap: int
    result_cap: int
    other_most: int
    facilitator: str
    facilitator_most: int
    together: int
    until: Ms


class Consent(Struct):
    """signing: the bytes to sign, base64; draft: what to send with the signature; numbers: what it means."""

    signing: str
    draft: DraftOf
    numbers: Numbers


class NewUniverse(Asked, kw_only=True):
    """areas: sectors (for a gap, watch lists) in force. first: the first day, of UTC.

    cap, result_cap: cell-hours; a tenth and a hundredth of the universe if absent.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    check: Check = "clash"
    other: Ident
    facilitator: Ident
    areas: Annotated[list[RecordId], Meta(min_length=1, max_length=64)]
    first: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
    days: Annotated[int, Meta(ge=1, le=31)] = 7
    res: Annotated[int, Meta(ge=7, le=10)] = 8
    cap: Annotated[int, Meta(ge=1, le=6_000_000)] | None = None
    result_cap: Annotated[int, Meta(ge=1, le=6_000_000)] | None = None
    term_days: Annotated[int, Meta(ge=1, le=366)] = 30


class NewRun(Asked, kw_only=True):
    """amends: an earlier run over the same universe."""

    universe: RecordId
    amends: RecordId | None = None


class Signed(Asked, kw_only=True):
    """id, at: of the draft; sig: the signatory's signature over it."""

    id: RecordId
    at: Ms
    sig: Sig


class Suggestion(Asked, kw_only=True):
    """spot: number of a place in this run's list, from 0."""

    side: Ident
    spot: Annotated[int, Meta(ge=0, le=200)]
    remarks: Annotated[str, Meta(max_length=8000)] = ""
