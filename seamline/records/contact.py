"""contact, and what follows on it: shots are heard, every room is asked whose they are, fire is held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded
from seamline.records.kind import Body, Reference, Referrer, withdrawn
from seamline.records.values import KEEP, Code, Ident, Instant, Place, RecordId, Spec

ANSWER_WITHIN = 5 * 60_000
"""Each room answers within this, ms from its arrival there (docs/contact.md)."""

Short = Annotated[str, Meta(max_length=400)]


class Contact(Body, kw_only=True):
    """Shots are heard now. parties: those that are to answer and to close it; drill: an exercise.

    It is said in the channel itself: nothing is held back, nothing released later.
    """

    KIND: ClassVar[str] = "contact"
    PLACED: ClassVar[bool] = True
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    place: Annotated[Place, Spec("place", KEEP)]
    heard: Annotated[Instant, Spec("instant", KEEP)]
    parties: Annotated[Annotated[list[Ident], Meta(min_length=1, max_length=16)], Spec("parties", KEEP)]
    what: Annotated[Short, Spec("line", KEEP)] = ""
    drill: Annotated[bool, Spec("flag", KEEP)] = False

    def check(self) -> None:
        if sorted(set(self.parties)) != self.parties:
            raise BadInput(
                "parties",
                "+".join(self.parties),
                Worded("remedy.parties_once", "name each party once, in alphabetical order"),
            )

    def title(self) -> str:
        return self.what or self.place.name or self.place.mgrs

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        """open until every party asked has closed it."""
        if withdrawn(referrers, as_of):
            return "withdrawn"
        return "closed" if set(self.parties) <= closed_by(referrers, as_of) else "open"


def closed_by(referrers: Sequence[Referrer], as_of: int) -> set[str]:
    """The parties that have closed a contact by as_of (ms)."""
    return {r.party for r in referrers if r.relation == "contact_close" and r.at <= as_of}


class _OnContact(Body, kw_only=True):
    """What is said on a contact, in the channel where it stands."""

    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    UNDER: ClassVar[str] = "contact"
    HERE: ClassVar[tuple[str, ...]] = ("contact",)

    contact: Annotated[RecordId, Spec("ref", KEEP)]
    remarks: Annotated[Short, Spec("line", KEEP)] = ""

    def references(self) -> Sequence[Reference]:
        return (Reference(self.KIND, self.contact),)


class ContactAnswer(_OnContact, kw_only=True):
    """Ours, not ours, or unknown: what this party knows by now; a later one stands for the earlier."""

    KIND: ClassVar[str] = "contact_answer"

    answer: Annotated[Code, Spec("code", KEEP, "contact_answer")]

    def title(self) -> str:
        return self.answer


class ContactStep(_OnContact, kw_only=True):
    """Hold fire, help, casualty evacuation or passage: asked, confirmed, or not possible.

    whom: the party that is asked (none: everybody). of: the request that is answered. call: the logged call
    by which it was said, where it was not said on a screen.
    """

    KIND: ClassVar[str] = "contact_step"
    HERE: ClassVar[tuple[str, ...]] = ("contact", "contact_step", "call")

    step: Annotated[Code, Spec("code", KEEP, "contact_step")]
    said: Annotated[Code, Spec("code", KEEP, "step_said")]
    whom: Annotated[Ident | None, Spec("party", KEEP)] = None
    of: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    call: Annotated[RecordId | None, Spec("ref", KEEP)] = None

    def check(self) -> None:
        if (self.said == "asked") == (self.of is not None):
            remedy = "a request answers none" if self.of else "name the request that is answered"
            raise BadInput("of", self.of, remedy)

    def references(self) -> Sequence[Reference]:
        found = [Reference(self.KIND, self.contact)]
        found += [Reference("step_answer", self.of)] if self.of else []
        return [*found, Reference("by_call", self.call)] if self.call else found

    def title(self) -> str:
        return f"{self.step}: {self.said}"


class ContactClose(_OnContact, kw_only=True):
    """For this party it is over. It is closed when every party asked has said so."""

    KIND: ClassVar[str] = "contact_close"
