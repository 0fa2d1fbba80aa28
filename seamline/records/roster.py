"""roster: a party's signed statement about its nodes and officers, carried in a channel as evidence."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from seamline.records.kind import Body
from seamline.records.values import KEEP, Spec


class Roster(Body, kw_only=True):
    """A signed note (docs/spec/log.md 8); the party's own key signed it, not the entry's author."""

    KIND: ClassVar[str] = "roster"
    WRITERS: ClassVar[tuple[str, ...]] = ("administrator",)
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    statement: Annotated[Annotated[str, Meta(min_length=1, max_length=16_000)], Spec("text", KEEP)]

    def title(self) -> str:
        return self.statement.split("\n", 1)[0][:120]

    def words(self) -> str:
        return ""
