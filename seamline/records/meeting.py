"""series, meeting, delegation, secure notice: who meets when, where, about what; by post, never by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded, Words
from seamline.records.agreement import Lang, Number, Short, check_parties
from seamline.records.kind import Body, Reference, Referrer, withdrawn
from seamline.records.places import check_window
from seamline.records.values import KEEP, Code, Ident, Line, Place, RecordId, Spec, Text, Window

PostName = Annotated[str, Meta(min_length=1, max_length=60, description="post and number, never a name")]


class Series(Body, kw_only=True):
    """Meetings of one tier that follow each other. venues, chairs: in the order in which they take turns."""

    KIND: ClassVar[str] = "series"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    name: Annotated[Line, Spec("line", KEEP)]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=2, max_length=16)], Spec("parties", KEEP)]
    tier: Annotated[Ident | None, Spec("line", KEEP)] = None
    venues: Annotated[Annotated[list[Ident], Meta(max_length=20)], Spec("codes", KEEP)] = []
    chairs: Annotated[Annotated[list[Ident], Meta(max_length=16)], Spec("parties", KEEP)] = []
    every_days: Annotated[Annotated[int, Meta(ge=1, le=730)] | None, Spec("number", KEEP)] = None
    quorum: Annotated[Annotated[int, Meta(ge=1, le=50)], Spec("number", KEEP)] = 1

    def check(self) -> None:
        check_parties(self.parties)

    def turn(self, count: int) -> tuple[str | None, str | None]:
        """Venue and chair of the meeting after `count` others: each takes its turn (law 8)."""
        venue = self.venues[count % len(self.venues)] if self.venues else None
        return venue, self.chairs[count % len(self.chairs)] if self.chairs else None


class AgendaLine(Struct, frozen=True, omit_defaults=True):
    """One item: which side put it there, and what it is about; what: as the software named it, if it did."""

    no: Number
    by: Ident
    title: dict[Lang, Line]
    about: RecordId | None = None
    what: Code | None = None


class Sitting(Body, kw_only=True):
    """One meeting: its hours, venue, host and chair, and an agenda on which each item was put by a side.

    escalated: the meeting of a lower tier whose unsettled matters come here; returned: that of a higher one.
    """

    KIND: ClassVar[str] = "meeting"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = (
        "series", "meeting", "agenda_item", "incident", "activity", "note", "rule", "agreement", "minutes",
        "answer", "post", "handover", "watch", "sector", "complaint", "common_account", "same_event",
        "joint_report", "joint_plan", "contact", "alert", "programme", "progress",
    )  # fmt: skip

    name: Annotated[Line, Spec("line", KEEP)]
    series: Annotated[RecordId, Spec("ref", KEEP)]
    when: Annotated[Window, Spec("window", KEEP)]
    venue: Annotated[Line, Spec("line", KEEP)]
    host: Annotated[Ident, Spec("party", KEEP)]
    chair: Annotated[Ident, Spec("party", KEEP)]
    quorum: Annotated[Annotated[int, Meta(ge=1, le=50)], Spec("number", KEEP)] = 1
    agenda: Annotated[Annotated[list[AgendaLine], Meta(max_length=100)], Spec("parts", KEEP)] = []
    status: Annotated[Code, Spec("code", KEEP, "meeting_status")] = "called"
    escalated: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    returned: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        check_window("when", self.when)
        numbers = [line.no for line in self.agenda]
        if len(set(numbers)) != len(numbers):
            raise BadInput(
                "agenda", ", ".join(numbers), Worded("remedy.item_numbers", "give each item its own number")
            )

    def revises(self, before: Body) -> None:
        if isinstance(before, Sitting) and before.status != "called" and before.status != self.status:
            raise BadInput(
                "status",
                self.status,
                Worded(
                    "remedy.call_another",
                    "it is {status}; call another meeting",
                    status=Words("value.meeting_status", (before.status,)),
                ),
            )

    def window(self) -> Window | None:
        return self.when

    def references(self) -> Sequence[Reference]:
        named = [("of_series", self.series), ("escalated", self.escalated), ("returned", self.returned)]
        named += [("agenda_line", line.about) for line in self.agenda]
        return [Reference(relation, to) for relation, to in dict.fromkeys(named) if to is not None]

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        return "withdrawn" if withdrawn(referrers, as_of) else self.status


class Delegate(Struct, frozen=True, omit_defaults=True):
    """One who comes, by post and number; head: he speaks and signs for the delegation."""

    post: PostName
    head: bool = False


class Delegation(Body, kw_only=True):
    """Who comes for the author's own party, by post."""

    KIND: ClassVar[str] = "delegation"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("meeting",)

    meeting: Annotated[RecordId, Spec("ref", KEEP)]
    posts: Annotated[Annotated[list[Delegate], Meta(min_length=1, max_length=50)], Spec("parts", KEEP)]
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        posts = [one.post for one in self.posts]
        if len(set(posts)) != len(posts):
            raise BadInput("posts", ", ".join(posts), Worded("remedy.posts_once", "name each post once"))
        if sum(one.head for one in self.posts) != 1:
            raise BadInput(
                "posts",
                ", ".join(posts),
                Worded("remedy.one_head", "say who of them is the head, and only one"),
            )

    def references(self) -> Sequence[Reference]:
        return (Reference("delegation", self.meeting),)

    def title(self) -> str:
        return ", ".join(one.post for one in self.posts)[:120]


class SecureNotice(Body, kw_only=True):
    """Where exactly and in which hours one delegation arrives; told to it and the host alone."""

    KIND: ClassVar[str] = "secure_notice"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("meeting",)

    meeting: Annotated[RecordId, Spec("ref", KEEP)]
    to: Annotated[Ident, Spec("party", KEEP)]
    arrive: Annotated[Window, Spec("window", KEEP)]
    where: Annotated[Line, Spec("line", KEEP)]
    place: Annotated[Place | None, Spec("place", KEEP)] = None
    text: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        check_window("arrive", self.arrive)

    def references(self) -> Sequence[Reference]:
        return (Reference("secure_notice", self.meeting),)

    def title(self) -> str:
        return self.where


class Attendance(Body, kw_only=True):
    """Whether one of the author's own delegation will come, as he answered the invitation."""

    KIND: ClassVar[str] = "attendance"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("meeting",)

    meeting: Annotated[RecordId, Spec("ref", KEEP)]
    post: Annotated[PostName, Spec("line", KEEP)]
    reply: Annotated[Code, Spec("code", KEEP, "attendance")]
    text: Annotated[Short, Spec("line", KEEP)] = ""

    def references(self) -> Sequence[Reference]:
        return (Reference("attendance", self.meeting),)

    def title(self) -> str:
        return f"{self.post}: {self.reply}"


KINDS: tuple[type[Body], ...] = (Series, Sitting, Delegation, SecureNotice, Attendance)
