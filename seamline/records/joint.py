"""What two sides do together: the joint part of an activity, and the report both leaders sign.

Tracks are where each side means to go, drawn before; nothing here says where anybody is (DESIGN §1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput
from seamline.records.agreed import Agreed
from seamline.records.kind import Reference
from seamline.records.values import (
    KEEP,
    HashHex,
    Ident,
    Instant,
    Line,
    LineString,
    Place,
    RecordId,
    Spec,
    Text,
    Window,
)

Short = Annotated[str, Meta(max_length=200)]
Post = Annotated[str, Meta(min_length=1, max_length=60, description="post and number, never a name")]


class Meeting(Struct, frozen=True, omit_defaults=True):
    """Where and when the parts meet."""

    place: Place
    at: Instant
    text: Short = ""


class Track(Struct, frozen=True, omit_defaults=True):
    """Where a party's part means to go, and between which times."""

    party: Ident
    line: LineString
    when: Window
    name: Short = ""


class Duty(Struct, frozen=True, omit_defaults=True):
    """Who is on duty in the mixed team: a post and number of a party, and the hours."""

    party: Ident
    post: Post
    when: Window
    text: Short = ""


class Boundary(Struct, frozen=True, omit_defaults=True):
    """A line that these parties' parts do not cross."""

    line: LineString
    parties: Annotated[list[Ident], Meta(min_length=1, max_length=16)]
    name: Short = ""


class JointPlan(Struct, frozen=True, omit_defaults=True):
    """What an activity of mode joint says beside each side's part."""

    meetings: Annotated[list[Meeting], Meta(max_length=40)] = []
    tracks: Annotated[list[Track], Meta(max_length=40)] = []
    roster: Annotated[list[Duty], Meta(max_length=100)] = []
    boundaries: Annotated[list[Boundary], Meta(max_length=20)] = []
    leaders: dict[Ident, Post] = {}
    recognition: Annotated[str, Meta(max_length=2000)] = ""
    abort_word: Annotated[str, Meta(max_length=60)] = ""


def check_joint(plan: JointPlan, parts: Sequence[str], when: Window) -> None:
    """BadInput naming the field: a party without a part, a time outside the activity's, an empty window."""
    for number, meeting in enumerate(plan.meetings):
        if not when.start <= meeting.at <= when.end:
            raise BadInput(f"joint.meetings[{number}].at", meeting.at, _INSIDE)
    parted: tuple[tuple[str, Sequence[Track | Duty]], ...] = (
        ("tracks", plan.tracks),
        ("roster", plan.roster),
    )
    for field, entries in parted:
        for number, one in enumerate(entries):
            at = f"joint.{field}[{number}]"
            _takes_part(f"{at}.party", [one.party], parts)
            if one.when.end <= one.when.start:
                raise BadInput(f"{at}.when", one.when.end, "the end must be later than the start")
            if one.when.start < when.start or one.when.end > when.end:
                raise BadInput(f"{at}.when", one.when.start, _INSIDE)
    for number, boundary in enumerate(plan.boundaries):
        _takes_part(f"joint.boundaries[{number}].parties", boundary.parties, parts)
    _takes_part("joint.leaders", list(plan.leaders), parts)


_INSIDE = "a time within the activity's own hours"


def _takes_part(field: str, parties: Sequence[str], parts: Sequence[str]) -> None:
    strange = sorted(set(parties) - set(parts))
    if strange:
        raise BadInput(
            field, ", ".join(strange), "a party that has a part in it: " + ", ".join(sorted(parts))
        )


class JointReport(Agreed, kw_only=True):
    """What a joint activity came to, in one text that the leaders of all its parts sign.

    hash: of the revision of the plan that was carried out.
    """

    KIND: ClassVar[str] = "joint_report"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("activity", "incident")

    activity: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    summary: Annotated[Line, Spec("line", KEEP)]
    when: Annotated[Window, Spec("window", KEEP)]
    text: Annotated[Text, Spec("text", KEEP)] = ""
    deviations: Annotated[Text, Spec("text", KEEP)] = ""
    incidents: Annotated[Annotated[list[RecordId], Meta(max_length=40)], Spec("refs", KEEP)] = []

    def check(self) -> None:
        if self.when.end <= self.when.start:
            raise BadInput("when", self.when.end, "the end must be later than the start")

    def references(self) -> Sequence[Reference]:
        incidents = (Reference("reports", id) for id in self.incidents)
        return (Reference("report_of", self.activity, self.hash), *incidents)

    def window(self) -> Window | None:
        return self.when

    def title(self) -> str:
        return self.summary
