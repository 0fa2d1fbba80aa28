"""call: an attempt to speak with someone, whether or not he was reached; attempts are timed and provable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.errors import BadInput, Worded
from seamline.records.kind import Body, Reference
from seamline.records.values import KEEP, Code, Ident, Instant, RecordId, Spec, Text

PostName = Annotated[str, Meta(max_length=80)]


class Call(Body, kw_only=True):
    """Who called whom, when, by what, and what was said. Each side writes its own; neither is the true one.

    caller, called: parties; the posts are duty posts, never names. said: by the caller; reply: by the called.
    read_back: what was said was repeated and confirmed, which is what notice by voice runs from. about: the
    record that was spoken of. same_as: the other side's entry of the same call.
    """

    KIND: ClassVar[str] = "call"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")

    caller: Annotated[Ident, Spec("party", KEEP)]
    caller_post: Annotated[PostName, Spec("line", KEEP)] = ""
    called: Annotated[Ident, Spec("party", KEEP)]
    called_post: Annotated[PostName, Spec("line", KEEP)] = ""
    when: Annotated[Instant, Spec("instant", KEEP)]
    means: Annotated[Code, Spec("code", KEEP, "call_means")] = "hotline"
    outcome: Annotated[Code, Spec("code", KEEP, "call_outcome")]
    said: Annotated[Text, Spec("text", KEEP)] = ""
    reply: Annotated[Text, Spec("text", KEEP)] = ""
    read_back: Annotated[bool, Spec("flag", KEEP)] = False
    about: Annotated[RecordId | None, Spec("ref", KEEP)] = None
    same_as: Annotated[RecordId | None, Spec("ref", KEEP)] = None

    def check(self) -> None:
        if self.caller == self.called:
            raise BadInput(
                "called",
                self.called,
                Worded("remedy.name_other_side", "name the other side; own remarks go into the room log"),
            )
        if self.outcome != "reached" and (self.read_back or self.reply):
            field = "read_back" if self.read_back else "reply"
            raise BadInput(
                field,
                getattr(self, field),
                Worded("remedy.call_reached", "nobody was reached; say so, or change the outcome"),
            )
        if self.read_back and not self.said:
            raise BadInput("said", "", Worded("remedy.read_back", "write down what was read back"))

    def references(self) -> Sequence[Reference]:
        found = [Reference("call", self.about)] if self.about else []
        return [*found, Reference("same_call", self.same_as)] if self.same_as else found

    def title(self) -> str:
        return f"{self.caller} → {self.called}" + (f": {self.said[:80]}" if self.said else "")
