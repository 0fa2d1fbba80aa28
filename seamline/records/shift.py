"""on_watch, handover_sheet, log_entry: who has the watch, what he was handed, what the room wrote down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from seamline.errors import BadInput, Worded
from seamline.records.kind import Body, Reference, Referrer, withdrawn
from seamline.records.places import check_window
from seamline.records.values import KEEP, Code, Instant, RecordId, Spec, Text, Window

DAY = 86_400_000
MOST_ITEMS = 150
"""Lines of one sheet: with titles of full length it still fits an entry."""


class OnWatch(Body, kw_only=True):
    """Its author has the watch at his node for these hours; reach: how he is reached by voice.

    The newest of a party at a node is who has it now. The post is the entry's own, never a name.
    """

    KIND: ClassVar[str] = "on_watch"
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    when: Annotated[Window, Spec("window", KEEP)]
    reach: Annotated[Annotated[str, Meta(max_length=120)], Spec("line", KEEP)] = ""

    def check(self) -> None:
        check_window("when", self.when)
        if self.when.end - self.when.start > DAY:
            raise BadInput(
                "when", "more than a day", Worded("remedy.watch_24", "a watch is at most 24 hours")
            )

    def window(self) -> Window | None:
        return self.when

    def title(self) -> str:
        return self.reach

    def state(self, referrers: Sequence[Referrer], as_of: int) -> str:
        if withdrawn(referrers, as_of):
            return "withdrawn"
        if as_of >= self.when.end:
            return "expired"
        return "active" if as_of >= self.when.start else "planned"


class SheetItem(Struct, frozen=True, omit_defaults=True):
    """Something open at that moment, as the attention list had it; number: the record's human number."""

    what: Code
    title: Annotated[str, Meta(max_length=200)]
    record: RecordId | None = None
    number: Annotated[str, Meta(max_length=60)] = ""
    since: Instant | None = None
    due: Instant | None = None


class HandoverSheet(Body, kw_only=True):
    """What is open at a change of watch, made from the records; its author takes over and signs it.

    gives: the post that hands over (none: nobody was there). more: open things beyond those listed.
    """

    KIND: ClassVar[str] = "handover_sheet"
    BY_FORM: ClassVar[bool] = False

    taken: Annotated[Instant, Spec("instant", KEEP)]
    gives: Annotated[Annotated[str, Meta(max_length=80)], Spec("line", KEEP)] = ""
    items: Annotated[Annotated[list[SheetItem], Meta(max_length=MOST_ITEMS)], Spec("sheet")] = []
    more: Annotated[Annotated[int, Meta(ge=0, le=1_000_000)], Spec("number")] = 0
    remarks: Annotated[Text, Spec("text")] = ""

    def references(self) -> Sequence[Reference]:
        return tuple(Reference("handed_over", item.record) for item in self.items if item.record)

    def title(self) -> str:
        return self.gives


class LogEntry(Body, kw_only=True):
    """A line of the room log: what happened in the room and when, in the order it was written."""

    KIND: ClassVar[str] = "log_entry"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner")

    when: Annotated[Instant, Spec("instant", KEEP)]
    text: Annotated[Annotated[Text, Meta(min_length=1)], Spec("text", KEEP)]
    type: Annotated[Code, Spec("code", KEEP, "log_type")] = "event"
    about: Annotated[RecordId | None, Spec("ref", KEEP)] = None

    def references(self) -> Sequence[Reference]:
        return (Reference("about", self.about),) if self.about else ()

    def title(self) -> str:
        return self.text[:80]
