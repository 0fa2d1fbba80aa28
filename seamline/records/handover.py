"""handover, post_left: a post changes hands, or is left by who is no party here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar

from seamline.errors import BadInput, Worded
from seamline.records.agreed import Agreed
from seamline.records.kind import Body, Reference
from seamline.records.values import COARSEN, KEEP, Ident, Instant, Line, Place, RecordId, Spec, Text


class Handover(Agreed, kw_only=True):
    """The giver hands a post over to the taker; it is so once both have endorsed the same bytes.

    when: as both agree on it. state: in what state, and what stays there; never who serves there.
    """

    KIND: ClassVar[str] = "handover"
    HERE: ClassVar[tuple[str, ...]] = ("post",)
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    BINDING: ClassVar[bool] = True

    post: Annotated[RecordId, Spec("ref", KEEP)]
    giver: Annotated[Ident, Spec("party", KEEP)]
    taker: Annotated[Ident, Spec("party", KEEP)]
    when: Annotated[Instant, Spec("instant", KEEP)]
    text: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        if self.giver == self.taker:
            raise BadInput(
                "taker",
                self.taker,
                Worded("remedy.taker_other", "the party that takes it over, another than the giver"),
            )

    def parties_named(self) -> Collection[str]:
        return sorted((self.giver, self.taker))

    def references(self) -> Sequence[Reference]:
        return (Reference("hands_over", self.post),)

    def title(self) -> str:
        return f"{self.giver} → {self.taker}"


class PostLeft(Body, kw_only=True):
    """Somebody who is no party here has left a post. Both sides hear of it at once, and say what they hold.

    seen: when that was seen; by: who was there, as its author knows it.
    """

    KIND: ClassVar[str] = "post_left"
    PLACED: ClassVar[bool] = True

    name: Annotated[Line, Spec("line", KEEP)]
    place: Annotated[Place, Spec("place", COARSEN)]
    seen: Annotated[Instant, Spec("instant", COARSEN)]
    post: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    by: Annotated[Line | None, Spec("line", KEEP)] = None
    remarks: Annotated[Text, Spec("text")] = ""

    def references(self) -> Sequence[Reference]:
        return (Reference("left", self.post),) if self.post else ()
