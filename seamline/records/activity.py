"""activity: a declared plan. Presence (we will be there), undertaking (we will watch this), or joint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded, Words
from seamline.records.kind import Body, Referrer, withdrawn
from seamline.records.places import check_extent, check_window
from seamline.records.values import (
    COARSEN,
    KEEP,
    Buffer,
    Code,
    Ident,
    Instant,
    Line,
    Metres,
    Place,
    Spec,
    Text,
    Window,
)

_NEXT = {
    "planned": {"planned", "active", "cancelled", "closed"},
    "active": {"active", "closed", "cancelled"},
    "closed": {"closed"},
    "cancelled": {"cancelled"},
}


class Activity(Body, kw_only=True):
    """type, window, area or route, unit size band, duty number; orders stay in each side's own chain.

    answer_by: until when the other side is asked to answer, where no rule in force says it (ms).
    emergency: declared at once because it cannot wait; reason says why, as for a late declaration.
    """

    KIND: ClassVar[str] = "activity"
    WRITERS: ClassVar[tuple[str, ...]] = ("planner",)
    PLACED: ClassVar[bool] = True

    title_text: Annotated[Line, Spec("line", KEEP)]
    type: Annotated[Code, Spec("code", KEEP, "activity_type")]
    mode: Annotated[Code, Spec("code", KEEP, "activity_mode")] = "presence"
    when: Annotated[Window, Spec("window", COARSEN)]
    place: Annotated[Place, Spec("place", COARSEN)]
    buffer_m: Annotated[Buffer | None, Spec("number", KEEP)] = None
    sight_m: Annotated[Metres | None, Spec("number", KEEP)] = None
    size: Annotated[Code | None, Spec("code", values="size_band")] = None
    unit: Annotated[Line | None, Spec("line")] = None
    duty_number: Annotated[Annotated[str, Meta(max_length=40)], Spec("line")] = ""
    room_number: Annotated[Annotated[str, Meta(max_length=40)], Spec("line", KEEP)] = ""
    parts: Annotated[dict[Ident, Annotated[str, Meta(max_length=2000)]], Spec("map", KEEP)] = {}
    status: Annotated[Code, Spec("code", KEEP, "activity_status")] = "planned"
    answer_by: Annotated[Instant | None, Spec("instant", COARSEN)] = None
    emergency: Annotated[bool, Spec("flag", KEEP)] = False
    reason: Annotated[Text, Spec("text", KEEP)] = ""
    remarks: Annotated[Text, Spec("text")] = ""

    def check(self) -> None:
        check_window("when", self.when)
        if self.mode == "joint" and len(self.parts) < 2:
            raise BadInput(
                "parts",
                ", ".join(self.parts),
                Worded("remedy.joint_parts", "a joint activity states the part of each side"),
            )
        if not self.tear:
            check_extent("place", self.place)

    def revises(self, before: Body) -> None:
        if isinstance(before, Activity) and self.status not in _NEXT.get(before.status, {self.status}):
            raise BadInput(
                "status",
                self.status,
                Worded(
                    "remedy.declare_new",
                    "it is {status}; declare a new activity",
                    status=Words("value.activity_status", (before.status,)),
                ),
            )

    def window(self) -> Window | None:
        return self.when

    def title(self) -> str:
        return self.title_text

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        """As of a plan that only its own side knows; whoever knows its channel asks declared()."""
        return self.declared(referrers, as_of, shared=False)

    def declared(self, referrers: Sequence[Referrer], as_of: int, *, shared: bool) -> str:
        """What the author states, else what the window says at as_of, else how far it was answered.

        shared: another party holds it too. Referrers are of this revision: an answer to an earlier one says
        that it has changed since, and that the other side is asked again.
        """
        if withdrawn(referrers, as_of):
            return "withdrawn"
        if self.status in ("closed", "cancelled"):
            return self.status
        if as_of >= self.when.end:
            return "expired"
        if self.status == "active" or as_of >= self.when.start:
            return "active"
        said = {r.relation for r in referrers if r.kind == "answer" and r.at <= as_of}
        if "answers" in said:
            return "answered"
        return "changed" if "answered" in said else "released" if shared else "draft"
