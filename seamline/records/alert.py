"""alert and acknowledgement: a warning to rooms, and that an officer took note of it (OASIS CAP 1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded, Words
from seamline.records.kind import Body, Reference, Referrer, withdrawn
from seamline.records.values import (
    COARSEN,
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
)


class Alert(Body, kw_only=True):
    """A warning. An update is a revision, to be acknowledged anew; so is the cancelling.

    rooms: the nodes it is for, by name (none: all of the channel). within_min: minutes from its arrival in a
    room, by that room's clock, within which it is to be acknowledged there. status: as CAP's (actual,
    exercise, test). expires: when it no longer matters.
    """

    KIND: ClassVar[str] = "alert"

    headline: Annotated[Line, Spec("line", KEEP)]
    precedence: Annotated[Code, Spec("code", KEEP, "precedence")] = "immediate"
    status: Annotated[Code, Spec("code", KEEP, "alert_status")] = "actual"
    text: Annotated[Text, Spec("text", KEEP)] = ""
    place: Annotated[Place | None, Spec("place", COARSEN)] = None
    rooms: Annotated[Annotated[list[Ident], Meta(max_length=64)], Spec("codes", KEEP)] = []
    within_min: Annotated[Annotated[int, Meta(ge=1, le=1440)], Spec("number", KEEP)] = 15
    expires: Annotated[Instant, Spec("instant", KEEP)]
    cancelled: Annotated[bool, Spec("flag", KEEP)] = False

    def revises(self, before: Body) -> None:
        if not isinstance(before, Alert):
            return
        if before.cancelled:
            raise BadInput(
                "cancelled",
                self.cancelled,
                Worded("remedy.alert_cancelled", "it was cancelled; send a new alert"),
            )
        if before.status != self.status:
            raise BadInput(
                "status",
                self.status,
                Worded(
                    "remedy.alert_new",
                    "it was sent as {status}; send a new alert",
                    status=Words("value.alert_status", (before.status,)),
                ),
            )

    def title(self) -> str:
        return self.headline

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        if withdrawn(referrers, as_of):
            return "withdrawn"
        if self.cancelled:
            return "cancelled"
        return "expired" if as_of >= self.expires else "active"


class Acknowledgement(Body, kw_only=True):
    """An officer has taken note of that very revision. It is no yes to anything."""

    KIND: ClassVar[str] = "acknowledgement"
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False
    HERE: ClassVar[tuple[str, ...]] = ("alert",)

    of: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]

    def references(self) -> Sequence[Reference]:
        return (Reference("acknowledges", self.of, self.hash),)
