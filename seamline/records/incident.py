"""incident: something that happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from seamline.errors import BadInput, Worded
from seamline.records.kind import Body, Referrer, withdrawn
from seamline.records.places import check_window
from seamline.records.values import (
    COARSEN,
    KEEP,
    Code,
    Documents,
    Grade,
    Harm,
    Instant,
    Line,
    Photos,
    Place,
    Spec,
    Text,
    Window,
)


class Incident(Body, kw_only=True):
    """Occurred and known are stored; reported and released are derived from the log."""

    KIND: ClassVar[str] = "incident"
    PLACED: ClassVar[bool] = True

    summary: Annotated[Line, Spec("line", KEEP)]
    type: Annotated[Code, Spec("code", KEEP, "incident_type")]
    occurred: Annotated[Window, Spec("window", COARSEN)]
    place: Annotated[Place, Spec("place", COARSEN)]
    precedence: Annotated[Code, Spec("code", KEEP, "precedence")] = "routine"
    known: Annotated[Instant | None, Spec("instant")] = None
    asked: Annotated[Code, Spec("code", KEEP, "asked")] = "nothing"
    harm: Annotated[Harm | None, Spec("harm", KEEP)] = None
    source: Annotated[Line | None, Spec("line")] = None
    grade: Annotated[Grade | None, Spec("grade")] = None
    unit: Annotated[Line | None, Spec("line")] = None
    narrative: Annotated[Text, Spec("text")] = ""
    photos: Annotated[Photos, Spec("photos")] = []
    documents: Annotated[Documents, Spec("documents")] = []

    def check(self) -> None:
        check_window("occurred", self.occurred)
        if self.known is not None and self.known < self.occurred.start:
            raise BadInput(
                "known", self.known, Worded("remedy.known_before", "nobody knows of it before it began")
            )

    def window(self) -> Window | None:
        return self.occurred

    def title(self) -> str:
        return self.summary

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        if withdrawn(referrers, as_of):
            return "withdrawn"
        return "reported"
