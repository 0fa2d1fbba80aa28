"""answer: what another side says to a declared activity. The mildest is "no conflict seen" (law 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from seamline.errors import BadInput, Worded
from seamline.records.kind import Body, Reference
from seamline.records.values import KEEP, Code, HashHex, RecordId, Spec, Text


class Answer(Body, kw_only=True):
    """Of one revision of an activity: no_conflict_seen, request_change, object or propose_joint.

    It is never an approval. counters: the answerer's own activity, as he would have it instead (law 2).
    """

    KIND: ClassVar[str] = "answer"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    of: Annotated[RecordId, Spec("ref", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    answer: Annotated[Code, Spec("code", KEEP, "answer")]
    counters: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    remarks: Annotated[Text, Spec("text", KEEP)] = ""

    def check(self) -> None:
        if self.counters is not None and self.answer not in ("request_change", "propose_joint"):
            raise BadInput(
                "counters",
                self.counters,
                Worded("remedy.counters_which", "only request_change and propose_joint counter a plan"),
            )
        if self.counters == self.of:
            raise BadInput(
                "counters", self.counters, Worded("remedy.activity_own", "name an activity of your own")
            )

    def references(self) -> Sequence[Reference]:
        """To the revision answered, and to the activity whatever becomes of it: a change asks again."""
        found = [Reference("answers", self.of, self.hash), Reference("answered", self.of)]
        return [*found, Reference("counters", self.counters)] if self.counters else found

    def title(self) -> str:
        return self.answer
