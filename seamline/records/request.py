"""request and what each side says to it: support or information; never weapons, fires or targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded
from seamline.records.kind import Body, Reference, Referrer, withdrawn
from seamline.records.values import (
    COARSEN,
    KEEP,
    Code,
    Documents,
    HashHex,
    Ident,
    Instant,
    Line,
    Place,
    RecordId,
    Spec,
    Text,
)

Quantity = Annotated[str, Meta(max_length=200, description="how much of it: two tankers, one team for a day")]

ON_AN_OFFER = ("accepted", "delivered", "confirmed")
"""Steps about one offer (or answer), named by its id."""


class Request(Body, kw_only=True):
    """What one party asks of others, and by when it needs it.

    support: a list without weapons, fires or targets, and without any "other". addressees: the parties asked;
    all others of the channel if empty. needed_by: ms.
    """

    KIND: ClassVar[str] = "request"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    PLACED: ClassVar[bool] = True

    summary: Annotated[Line, Spec("line", KEEP)]
    ask: Annotated[Code, Spec("code", KEEP, "request_type")]
    needed_by: Annotated[Instant, Spec("instant", KEEP)]
    support: Annotated[Code | None, Spec("code", KEEP, "support")] = None
    quantity: Annotated[Quantity, Spec("line", KEEP)] = ""
    question: Annotated[Text, Spec("text", KEEP)] = ""
    addressees: Annotated[Annotated[list[Ident], Meta(max_length=16)], Spec("parties", KEEP)] = []
    place: Annotated[Place | None, Spec("place", COARSEN)] = None
    about: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    remarks: Annotated[Text, Spec("text")] = ""

    def check(self) -> None:
        if self.ask == "support" and self.support is None:
            raise BadInput("support", None, Worded("remedy.say_support", "say which support is asked for"))
        if self.ask == "information" and not self.question:
            raise BadInput("question", "", Worded("remedy.say_asked", "say what is asked"))
        if self.ask == "information" and self.support is not None:
            raise BadInput("support", self.support, "ask for support in a request of its own")
        if sorted(set(self.addressees)) != self.addressees:
            named = "+".join(self.addressees)
            raise BadInput(
                "addressees",
                named,
                Worded("remedy.parties_once", "name each party once, in alphabetical order"),
            )

    def references(self) -> Sequence[Reference]:
        return (Reference("about", self.about),) if self.about else ()

    def title(self) -> str:
        return self.summary

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        """As far as it tells itself; who may say what needs its party (actions/requested.py)."""
        return "withdrawn" if withdrawn(referrers, as_of) else "asked"


class RequestStep(Body, kw_only=True):
    """A party's own word on a request: what it offers, answers, declines, accepts, delivered or received.

    offer: the offer or answer it is about; hash: the exact revision of it that is accepted. partial: only a
    part of what was asked. when: until when it is to be there, ms.
    """

    KIND: ClassVar[str] = "request_step"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    RELEASABLE: ClassVar[bool] = False
    UNDER: ClassVar[str] = "request"
    HERE: ClassVar[tuple[str, ...]] = ("request", "request_step")

    request: Annotated[RecordId, Spec("ref", KEEP)]
    step: Annotated[Code, Spec("code", KEEP, "request_step")]
    offer: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    hash: Annotated[HashHex | None, Spec("line", KEEP)] = None
    partial: Annotated[bool, Spec("flag", KEEP)] = False
    quantity: Annotated[Quantity, Spec("line", KEEP)] = ""
    when: Annotated[Instant | None, Spec("instant", KEEP)] = None
    text: Annotated[Text, Spec("text", KEEP)] = ""
    documents: Annotated[Documents, Spec("documents")] = []

    def check(self) -> None:
        if self.step in ON_AN_OFFER and self.offer is None:
            raise BadInput(
                "offer", None, Worded("remedy.name_offer", "name the offer or answer that this is about")
            )
        if self.step in ("offered", "answered") and self.offer is not None:
            raise BadInput("offer", self.offer, "another offer stands for itself")
        if self.step == "accepted" and self.hash is None:
            raise BadInput(
                "hash",
                None,
                Worded("remedy.words_accepted", "name the exact words that are accepted by their hash"),
            )
        if self.step == "answered" and not self.text:
            raise BadInput("text", "", Worded("remedy.say_answer", "say the answer"))
        if self.partial and self.step in ("accepted", "declined"):
            raise BadInput(
                "partial",
                self.step,
                Worded("remedy.offer_as_made", "an offer is accepted or declined as it was made"),
            )

    def revises(self, before: Body) -> None:
        if isinstance(before, RequestStep):
            for field in ("request", "step", "offer"):
                if getattr(before, field) != getattr(self, field):
                    remedy = "say that in a record of its own; withdraw this one if it no longer holds"
                    raise BadInput(field, str(getattr(self, field)), remedy)

    def references(self) -> Sequence[Reference]:
        found = [Reference("request_step", self.request)]
        return [*found, Reference("on_offer", self.offer, self.hash)] if self.offer else found

    def title(self) -> str:
        return self.step
