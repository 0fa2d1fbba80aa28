"""complaint and what is done about it: steps by whoever acts, and an outcome that both sides endorse.

Complainants, witnesses and detainees are numbers here; their names stay on paper, and no field takes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded
from seamline.log.channel import members
from seamline.records.agreed import Agreed
from seamline.records.kind import Body, Reference, Referrer, withdrawn
from seamline.records.places import check_window
from seamline.records.values import (
    COARSEN,
    KEEP,
    Code,
    Documents,
    Ident,
    Instant,
    Line,
    Photos,
    Place,
    RecordId,
    Spec,
    Text,
    Window,
)

PersonNumber = Annotated[
    str, Meta(pattern="^[A-Z]{0,3}-?[0-9]{1,6}$", description="a number from the paper list, such as C-12")
]
People = Annotated[list[PersonNumber], Meta(max_length=60)]
Posts = Annotated[str, Meta(min_length=1, max_length=200, description="posts and numbers, never names")]


_STATES = {
    "acknowledged": "acknowledged",
    "team": "team_named",
    "visit": "visited",
    "outcome": "outcome_stated",
    "measure": "measure_stated",
}


class Complaint(Body, kw_only=True):
    """An allegation as it was brought, not a finding; whom it concerns are parties, never persons."""

    KIND: ClassVar[str] = "complaint"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    PLACED: ClassVar[bool] = True

    summary: Annotated[Line, Spec("line", KEEP)]
    allegation: Annotated[Code, Spec("code", KEEP, "allegation")]
    when: Annotated[Window, Spec("window", COARSEN)]
    place: Annotated[Place, Spec("place", COARSEN)]
    concerns: Annotated[Annotated[list[Ident], Meta(max_length=16)], Spec("parties", KEEP)] = []
    complainants: Annotated[People, Spec("numbers")] = []
    witnesses: Annotated[People, Spec("numbers")] = []
    detainees: Annotated[People, Spec("numbers")] = []
    incident: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    narrative: Annotated[Text, Spec("text")] = ""
    photos: Annotated[Photos, Spec("photos")] = []
    documents: Annotated[Documents, Spec("documents")] = []

    def check(self) -> None:
        check_window("when", self.when)
        if sorted(set(self.concerns)) != self.concerns:
            raise BadInput(
                "concerns",
                "+".join(self.concerns),
                Worded("remedy.parties_once", "name each party once, in alphabetical order"),
            )

    def references(self) -> Sequence[Reference]:
        return (Reference("about", self.incident),) if self.incident else ()

    def window(self) -> Window | None:
        return self.when

    def title(self) -> str:
        return self.summary

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        """The farthest step that anybody stated by as_of; closed only by those who brought it."""
        if withdrawn(referrers, as_of):
            return "withdrawn"
        said = [r for r in referrers if r.at <= as_of and r.relation in ("step_of", "outcome_of")]
        steps = {str(r.body.get("step", "outcome")) for r in said}
        reached = [state for step, state in _STATES.items() if step in steps]
        return reached[-1] if reached else "alleged"


class ComplaintStep(Body, kw_only=True):
    """Something that was done about a complaint, stated by who did it.

    The team has members of at least two parties, by post and number; a visit says when it was.
    """

    KIND: ClassVar[str] = "complaint_step"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")
    HERE: ClassVar[tuple[str, ...]] = ("complaint",)

    complaint: Annotated[RecordId, Spec("ref", KEEP)]
    step: Annotated[Code, Spec("code", KEEP, "complaint_step")]
    team: Annotated[dict[Ident, Posts], Spec("map", KEEP)] = {}
    when: Annotated[Window | None, Spec("window", KEEP)] = None
    due: Annotated[Instant | None, Spec("instant", KEEP)] = None
    text: Annotated[Text, Spec("text", KEEP)] = ""
    photos: Annotated[Photos, Spec("photos")] = []
    documents: Annotated[Documents, Spec("documents")] = []

    def check(self) -> None:
        if self.step == "team" and len(self.team) < 2:
            raise BadInput(
                "team",
                ", ".join(self.team),
                Worded("remedy.team_two", "a team has members of at least two parties"),
            )
        if self.step == "visit" and self.when is None:
            raise BadInput(
                "when", None, Worded("remedy.visit_span", "say from when until when the visit was")
            )
        if self.step == "measure" and not self.text:
            raise BadInput("text", "", Worded("remedy.say_done", "say what is done, and by whom"))
        if self.when is not None:
            check_window("when", self.when)

    def references(self) -> Sequence[Reference]:
        return (Reference("step_of", self.complaint),)

    def window(self) -> Window | None:
        return self.when


class ComplaintOutcome(Agreed, kw_only=True):
    """What the team found together: agreed, split or insufficient. It stands once both sides endorse it.

    views: where it is split, what each side says.
    """

    KIND: ClassVar[str] = "complaint_outcome"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("complaint",)

    complaint: Annotated[RecordId, Spec("ref", KEEP)]
    result: Annotated[Code, Spec("code", KEEP, "complaint_result")]
    text: Annotated[Annotated[str, Meta(min_length=1, max_length=8000)], Spec("text", KEEP)]
    views: Annotated[dict[Ident, Annotated[str, Meta(max_length=2000)]], Spec("map", KEEP)] = {}

    def check(self) -> None:
        if self.result == "split" and len(self.views) < 2:
            raise BadInput(
                "views",
                ", ".join(self.views),
                Worded("remedy.split_says", "a split outcome says what each side holds"),
            )

    def references(self) -> Sequence[Reference]:
        return (Reference("outcome_of", self.complaint),)


def closed_by(brought_by: str, referrers: Sequence[Referrer], as_of: int) -> bool:
    """Whether each party that brought the complaint has said by as_of that it is closed."""
    said = {
        party
        for r in referrers
        if r.relation == "step_of" and r.at <= as_of and r.body.get("step") == "closed"
        for party in members(r.party)
    }
    return set(members(brought_by)) <= said
