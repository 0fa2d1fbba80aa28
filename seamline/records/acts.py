"""What is said about other records: note, opened, withdrawal, grade, endorsement, release, destruction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.kind import Body, Reference
from seamline.records.values import (
    KEEP,
    Code,
    Grade,
    HashHex,
    Ident,
    Line,
    PartyRef,
    RecordId,
    Spec,
    Text,
)


class Note(Body, kw_only=True):
    """A remark, on a record or on nothing in particular."""

    KIND: ClassVar[str] = "note"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")

    text: Annotated[Text, Spec("text", KEEP)]
    about: Annotated[RecordId | None, Spec("ref", KEEP)] = None

    def references(self) -> Sequence[Reference]:
        return (Reference("about", self.about),) if self.about else ()

    def title(self) -> str:
        return self.text[:80]


class Opened(Body, kw_only=True):
    """An officer of the author's party has opened that revision on his screen (law 7)."""

    KIND: ClassVar[str] = "opened"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "release", "signatory")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]

    def references(self) -> Sequence[Reference]:
        return (Reference("opened", self.of, self.hash),)


class Withdrawal(Body, kw_only=True):
    """A request to disregard the author's own record; everybody keeps it (law 6)."""

    KIND: ClassVar[str] = "withdrawal"
    WRITERS: ClassVar[tuple[str, ...]] = ("release",)
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref", KEEP)]
    reason: Annotated[Text, Spec("text", KEEP)] = ""

    def references(self) -> Sequence[Reference]:
        return (Reference("withdraws", self.of),)


class Regrade(Body, kw_only=True):
    """A reader's own Admiralty grade of a record, in his own channel."""

    KIND: ClassVar[str] = "grade"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    RELEASABLE: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref")]
    grade: Annotated[Grade, Spec("grade")]
    reason: Annotated[Text, Spec("text")] = ""

    def references(self) -> Sequence[Reference]:
        return (Reference("grades", self.of),)

    def title(self) -> str:
        return self.grade


class Reservation(Struct, frozen=True):
    """What an endorsement leaves out: a clause by its number (or a field by its name), and why."""

    clause: Annotated[str, Meta(min_length=1, max_length=40)]
    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class Endorsement(Body, kw_only=True):
    """A signatory's yes to the exact bytes of a record revision; a facilitator may witness.

    reservations: clauses to which the yes does not reach; they are not in force for anybody.
    """

    KIND: ClassVar[str] = "endorsement"
    WRITERS: ClassVar[tuple[str, ...]] = ("signatory",)
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    part: Annotated[Code, Spec("code", KEEP, "part")] = "party"
    reservations: Annotated[Annotated[list[Reservation], Meta(max_length=40)], Spec("map", KEEP)] = []

    def check(self) -> None:
        if self.reservations and self.part != "party":
            raise BadInput(
                "reservations",
                self.part,
                Worded("remedy.witness_reserves", "a witness agrees to nothing and reserves nothing"),
            )
        clauses = [r.clause for r in self.reservations]
        if len(set(clauses)) != len(clauses):
            raise BadInput(
                "reservations", ", ".join(clauses), Worded("remedy.clauses_once", "name each clause once")
            )

    def revises(self, before: Body) -> None:
        raise BadInput(
            "of",
            self.of,
            Worded(
                "remedy.signature_stands", "a signature stands; object, or propose other words to endorse"
            ),
        )

    def references(self) -> Sequence[Reference]:
        return (Reference("endorses", self.of, self.hash),)


class Objection(Body, kw_only=True):
    """A signatory's no to the exact bytes of a record revision, with his reasons.

    It ends nothing that is in force: what all have endorsed is changed by a revision that all endorse.
    """

    KIND: ClassVar[str] = "objection"
    WRITERS: ClassVar[tuple[str, ...]] = ("signatory",)
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    reason: Annotated[Annotated[str, Meta(min_length=1, max_length=8000)], Spec("text", KEEP)]

    def revises(self, before: Body) -> None:
        raise BadInput(
            "of",
            self.of,
            Worded("remedy.objection_stands", "a signature stands; endorse, and the objection is answered"),
        )

    def references(self) -> Sequence[Reference]:
        return (Reference("objects", self.of, self.hash),)


class Released(Body, kw_only=True):
    """The link from a source to what was released of it; lives in the source's channel only."""

    KIND: ClassVar[str] = "release"
    WRITERS: ClassVar[tuple[str, ...]] = ("release",)
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref")]
    hash: Annotated[HashHex, Spec("line")]
    channel: Annotated[PartyRef, Spec("line")]
    released: Annotated[RecordId, Spec("ref")]
    mode: Annotated[Code, Spec("code", values="mode")]

    def references(self) -> Sequence[Reference]:
        return (Reference("source", self.of, self.hash), Reference("released_as", self.released))


class Standing(Body, kw_only=True):
    """A standing rule: officers with `role` may write `kind` into `channel` without the release officer.

    `to` names the channel, so that the rule itself can live in the party's own channel. `at` limits it to
    one node by name: what may be said in the room is not thereby said at headquarters.
    """

    KIND: ClassVar[str] = "standing"
    WRITERS: ClassVar[tuple[str, ...]] = ("release",)
    RELEASABLE: ClassVar[bool] = False

    kind: Annotated[Code, Spec("line", KEEP)]
    to: Annotated[PartyRef, Spec("line", KEEP)]
    role: Annotated[Code, Spec("code", KEEP, "role")] = "watch"
    lane: Annotated[Code | None, Spec("code", KEEP, "lane")] = None
    at: Annotated[Ident | None, Spec("line", KEEP)] = None
    active: Annotated[bool, Spec("flag", KEEP)] = True

    def title(self) -> str:
        return f"{self.role}: {self.kind} → {self.to}"


class Destruction(Body, kw_only=True):
    """The bytes of that revision endanger a person: every node drops them; leaf hash and this act stay."""

    KIND: ClassVar[str] = "destruction"
    WRITERS: ClassVar[tuple[str, ...]] = ("signatory",)
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    reason: Annotated[Line, Spec("line", KEEP)]

    def references(self) -> Sequence[Reference]:
        return (Reference("destroys", self.of, self.hash),)


class Anchor(Body, kw_only=True):
    """SHA-256(32 fresh random bytes ‖ internal heads), one a day, busy or idle; the bytes stay at home."""

    KIND: ClassVar[str] = "anchor"
    WRITERS: ClassVar[tuple[str, ...]] = ()
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    digest: Annotated[HashHex, Spec("line", KEEP)]

    def title(self) -> str:
        return self.digest[:16]
