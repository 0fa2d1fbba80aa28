"""Blind checks as records (docs/spec/blind.md 4): the agreed universe, and the messages of a run.

Only a run and a consent are said by officers; the rest the sides' and the facilitator's nodes say themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.kind import Body, Reference
from seamline.records.values import (
    KEEP,
    Code,
    HashHex,
    Ident,
    Instant,
    Line,
    Place,
    RecordId,
    Spec,
    Text,
    Window,
)

DAY = 86_400_000
Cells = Annotated[int, Meta(ge=0, le=1 << 24)]
Day = Annotated[int, Meta(ge=0, le=30, description="from 0")]
Area = Annotated[int, Meta(ge=0, le=63, description="from 0, as the universe lists them")]


class Share(Struct, frozen=True):
    """Bytes of a run kept beside the log until its term ends: SHA-256 and how many."""

    hash: HashHex
    size: Annotated[int, Meta(ge=1, le=8 << 20)]
    type: Annotated[str, Meta(pattern="^application/x-seamline-blind$")] = "application/x-seamline-blind"


Shares = Annotated[list[Share], Meta(max_length=1)]


class Spot(Struct, frozen=True, omit_defaults=True):
    """Where and when: cells that lie together, and hours; cell_hours: how many of both."""

    place: Place
    when: Window
    cell_hours: Cells
    cell: Annotated[str, Meta(pattern="^[0-9a-f]{15}$", description="H3 index of a cell in the middle")]


class Universe(Agreed, kw_only=True):
    """Ground and hours about which a blind check may be made; in force when both sides endorsed it.

    The facilitator witnesses it, and thereby lets his node host runs. digest: of its cell-hours in order.
    """

    KIND: ClassVar[str] = "universe"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    ALONE: ClassVar[bool] = True
    BY_FORM: ClassVar[bool] = False

    name: Annotated[Line, Spec("line", KEEP)]
    check_kind: Annotated[Code, Spec("code", KEEP, "blind_check")]
    sides: Annotated[Annotated[list[Ident], Meta(min_length=2, max_length=2)], Spec("parties", KEEP)]
    facilitator: Annotated[Ident, Spec("party", KEEP)]
    areas: Annotated[Annotated[list[Place], Meta(min_length=1, max_length=64)], Spec("map", KEEP)]
    start: Annotated[Instant, Spec("instant", KEEP)]
    days: Annotated[Annotated[int, Meta(ge=1, le=31)], Spec("number", KEEP)]
    res: Annotated[Annotated[int, Meta(ge=7, le=10)], Spec("number", KEEP)]
    cells: Annotated[Cells, Spec("number", KEEP)]
    digest: Annotated[HashHex, Spec("line", KEEP)]
    cap: Annotated[Cells, Spec("number", KEEP)]
    result_cap: Annotated[Cells, Spec("number", KEEP)]
    term_days: Annotated[Annotated[int, Meta(ge=1, le=366)], Spec("number", KEEP)] = 30

    def check(self) -> None:
        if sorted(set(self.sides)) != self.sides:
            raise BadInput("sides", "+".join(self.sides), "two different sides, in alphabetical order")
        if self.facilitator in self.sides:
            raise BadInput(
                "facilitator", self.facilitator, Worded("remedy.neither_side", "a party that is neither side")
            )
        if self.start % DAY:
            raise BadInput(
                "start", self.start, Worded("remedy.midnight", "a midnight in UTC: whole days only")
            )

    def parties_named(self) -> Collection[str]:
        return self.sides

    def window(self) -> Window:
        return Window(self.start, self.start + self.days * DAY)


class _OnRun(Body, kw_only=True):
    """What is said on a run."""

    RELEASABLE: ClassVar[bool] = False
    ALONE: ClassVar[bool] = True
    BY_FORM: ClassVar[bool] = False
    WRITERS: ClassVar[tuple[str, ...]] = ()
    SAYS: ClassVar[str] = ""

    run: Annotated[RecordId, Spec("ref", KEEP)]

    def references(self) -> Sequence[Reference]:
        return (Reference(self.SAYS, self.run),)


class BlindRun(Body, kw_only=True):
    """One check over a universe in force, as of that very revision; until: when all of it is erased."""

    KIND: ClassVar[str] = "blind_run"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    ALONE: ClassVar[bool] = True
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("universe", "blind_run")

    universe: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    until: Annotated[Instant, Spec("instant", KEEP)]
    amends: Annotated[RecordId | None, Spec("ref", KEEP)] = None

    def references(self) -> Sequence[Reference]:
        amended = (Reference("amends", self.amends),) if self.amends else ()
        return (Reference("runs", self.universe, self.hash), *amended)

    def revises(self, before: Body) -> None:
        raise BadInput("universe", self.universe, "a run is not revised; start another, or amend it")


class BlindConsent(_OnRun, kw_only=True):
    """A side's signed yes to a run: hash of its terms, commitment to its plan, its key for this run alone."""

    KIND: ClassVar[str] = "blind_consent"
    WRITERS: ClassVar[tuple[str, ...]] = ("signatory",)
    SAYS: ClassVar[str] = "consents"
    HERE: ClassVar[tuple[str, ...]] = ("blind_run",)

    terms: Annotated[HashHex, Spec("line", KEEP)]
    commitment: Annotated[HashHex, Spec("line", KEEP)]
    key: Annotated[HashHex, Spec("line", KEEP)]

    def revises(self, before: Body) -> None:
        raise BadInput("commitment", self.commitment, "a side consents once to a run")


class BlindKey(_OnRun, kw_only=True):
    """The facilitator's key for this run alone."""

    KIND: ClassVar[str] = "blind_key"
    SAYS: ClassVar[str] = "keys"

    terms: Annotated[HashHex, Spec("line", KEEP)]
    key: Annotated[HashHex, Spec("line", KEEP)]


class BlindShare(_OnRun, kw_only=True):
    """A side's share, sealed to the facilitator's key; in the channel of that side and the facilitator."""

    KIND: ClassVar[str] = "blind_share"
    SAYS: ClassVar[str] = "shares"

    transcript: Annotated[HashHex, Spec("line", KEEP)]
    shares: Annotated[Shares, Spec("map", KEEP)]


class BlindAnswer(_OnRun, kw_only=True):
    """The facilitator's one answer to both. rule, party: which rule whose share broke, if it is refused."""

    KIND: ClassVar[str] = "blind_answer"
    SAYS: ClassVar[str] = "answers_run"

    transcript: Annotated[HashHex, Spec("line", KEEP)]
    verdict: Annotated[Code, Spec("code", KEEP, "blind_verdict")]
    count: Annotated[Cells | None, Spec("number", KEEP)] = None
    digest: Annotated[HashHex | None, Spec("line", KEEP)] = None
    rule: Annotated[Annotated[str, Meta(max_length=20)], Spec("line", KEEP)] = ""
    party: Annotated[Ident | None, Spec("line", KEEP)] = None
    shares: Annotated[Shares, Spec("map", KEEP)] = []


class BlindOutcome(_OnRun, kw_only=True):
    """What a side found: the answer sound, over the cap, refused, or false by which rule; how many met."""

    KIND: ClassVar[str] = "blind_outcome"
    SAYS: ClassVar[str] = "concludes"

    transcript: Annotated[HashHex, Spec("line", KEEP)]
    found: Annotated[Code, Spec("code", KEEP, "blind_found")]
    count: Annotated[Cells | None, Spec("number", KEEP)] = None
    rule: Annotated[Annotated[str, Meta(max_length=20)], Spec("line", KEEP)] = ""


class BlindLearnt(_OnRun, kw_only=True):
    """What was learnt, where and when; only in the channel of the party that learnt it.

    marked: how many cell-hours of its own the party had marked. alarm: far more of them met than usually.
    """

    KIND: ClassVar[str] = "blind_learnt"
    SAYS: ClassVar[str] = "learnt"

    marked: Annotated[Cells, Spec("number", KEEP)] = 0
    count: Annotated[Cells, Spec("number", KEEP)] = 0
    spots: Annotated[Annotated[list[Spot], Meta(max_length=200)], Spec("map", KEEP)] = []
    more: Annotated[bool, Spec("flag", KEEP)] = False
    alarm: Annotated[bool, Spec("flag", KEEP)] = False


class BlindProposal(_OnRun, kw_only=True):
    """The facilitator asks one side to look at a place that nobody watches; it orders nothing."""

    KIND: ClassVar[str] = "blind_proposal"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    SAYS: ClassVar[str] = "proposes"

    place: Annotated[Place, Spec("place", KEEP)]
    when: Annotated[Window, Spec("window", KEEP)]
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def window(self) -> Window:
        return self.when


class BlindAudit(_OnRun, kw_only=True):
    """A side's signed wish to open one sector-day; it is opened when both sides wish it."""

    KIND: ClassVar[str] = "blind_audit"
    WRITERS: ClassVar[tuple[str, ...]] = ("signatory",)
    SAYS: ClassVar[str] = "audits"
    HERE: ClassVar[tuple[str, ...]] = ("blind_run",)

    day: Annotated[Day, Spec("number", KEEP)]
    area: Annotated[Area, Spec("number", KEEP)]


class BlindOpening(_OnRun, kw_only=True):
    """One sector-day of a side's commitment, opened; and the places it went to."""

    KIND: ClassVar[str] = "blind_opening"
    SAYS: ClassVar[str] = "opens"

    day: Annotated[Day, Spec("number", KEEP)]
    area: Annotated[Area, Spec("number", KEEP)]
    shares: Annotated[Shares, Spec("map", KEEP)]


class BlindReceived(_OnRun, kw_only=True):
    """What the facilitator says it received from each side at the places both named."""

    KIND: ClassVar[str] = "blind_received"
    SAYS: ClassVar[str] = "received"

    day: Annotated[Day, Spec("number", KEEP)]
    area: Annotated[Area, Spec("number", KEEP)]
    shares: Annotated[Shares, Spec("map", KEEP)]


KINDS: tuple[type[Body], ...] = (
    Universe,
    BlindRun,
    BlindConsent,
    BlindKey,
    BlindShare,
    BlindAnswer,
    BlindOutcome,
    BlindLearnt,
    BlindProposal,
    BlindAudit,
    BlindOpening,
    BlindReceived,
)
