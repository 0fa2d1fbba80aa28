"""What two sides do together: the plan of a joint activity that both endorse, the report both leaders sign.

Tracks are where each part means to go, drawn before; nothing here says where anybody is (DESIGN §1).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.kind import Reference
from seamline.records.places import check_window
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
Parts = Annotated[
    dict[Ident, Annotated[str, Meta(min_length=1, max_length=2000)]], Meta(min_length=2, max_length=16)
]


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
    text: Short = ""


class Duty(Struct, frozen=True, omit_defaults=True):
    """Who is on duty in the mixed team: post and number of a party, and the hours."""

    party: Ident
    post: Post
    when: Window
    text: Short = ""


class Boundary(Struct, frozen=True, omit_defaults=True):
    """A line that the parts of these parties do not cross."""

    line: LineString
    parties: Annotated[list[Ident], Meta(min_length=1, max_length=16)]
    text: Short = ""


class JointPlan(Agreed, kw_only=True):
    """One plan of a joint activity, in the words that every party with a part in it endorses.

    hash: of the revision of the activity that it plans: who endorses the plan has read both. It speaks of the
    activity's place; where the activity is revised, the plan is of the revision before until it is, too.
    """

    KIND: ClassVar[str] = "joint_plan"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner",)
    RELEASABLE: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("activity",)

    activity: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    when: Annotated[Window, Spec("window", KEEP)]
    parts: Annotated[Parts, Spec("map", KEEP)]
    leaders: Annotated[dict[Ident, Post], Spec("map", KEEP)] = {}
    meetings: Annotated[Annotated[list[Meeting], Meta(max_length=40)], Spec("meetings", KEEP)] = []
    tracks: Annotated[Annotated[list[Track], Meta(max_length=40)], Spec("tracks", KEEP)] = []
    boundaries: Annotated[Annotated[list[Boundary], Meta(max_length=20)], Spec("boundaries", KEEP)] = []
    duties: Annotated[Annotated[list[Duty], Meta(max_length=100)], Spec("duties", KEEP)] = []
    recognition: Annotated[Annotated[str, Meta(max_length=2000)], Spec("text", KEEP)] = ""
    abort_word: Annotated[Annotated[str, Meta(max_length=60)], Spec("line", KEEP)] = ""

    def parties_named(self) -> Collection[str]:
        return sorted(self.parts)

    def references(self) -> Sequence[Reference]:
        return (Reference("plan_of", self.activity, self.hash),)

    def window(self) -> Window | None:
        return self.when

    def check(self) -> None:
        """A party without a part, a time outside the plan's own, an empty window: each names its field."""
        check_window("when", self.when)
        self._take_part("leaders", self.leaders)
        for number, meeting in enumerate(self.meetings):
            if not self.when.start <= meeting.at <= self.when.end:
                raise BadInput(f"meetings[{number}].at", meeting.at, _INSIDE)
        parted: tuple[tuple[str, Sequence[Track | Duty]], ...] = (
            ("tracks", self.tracks),
            ("duties", self.duties),
        )
        for field, entries in parted:
            for number, one in enumerate(entries):
                self._take_part(f"{field}[{number}].party", [one.party])
                check_window(f"{field}[{number}].when", one.when)
                if one.when.start < self.when.start or one.when.end > self.when.end:
                    raise BadInput(f"{field}[{number}].when", one.when.start, _INSIDE)
        for number, boundary in enumerate(self.boundaries):
            self._take_part(f"boundaries[{number}].parties", boundary.parties)

    def _take_part(self, field: str, parties: Collection[str]) -> None:
        strange = sorted(set(parties) - set(self.parts))
        if strange:
            remedy = "a party that has a part in it: " + ", ".join(sorted(self.parts))
            raise BadInput(field, ", ".join(strange), remedy)


_INSIDE = Worded("remedy.plan_inside", "a time within the plan's own hours")


class JointReport(Agreed, kw_only=True):
    """What a joint activity came to, in one text that the leaders of all its parts sign.

    hash: of the revision of the activity that was carried out.
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
        check_window("when", self.when)

    def references(self) -> Sequence[Reference]:
        incidents = (Reference("reports", id) for id in self.incidents)
        return (Reference("report_of", self.activity, self.hash), *incidents)

    def window(self) -> Window | None:
        return self.when

    def title(self) -> str:
        return self.summary
