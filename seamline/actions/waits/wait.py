"""One thing that waits for an officer, and for how long it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.store.ports import Row

# 4: people are in danger, or trust is broken; 3: answer at once; 2: today; 1: soon.
DANGER, AT_ONCE, TODAY, SOON = 4, 3, 2, 1
NEVER = 1 << 62
Key = tuple[str, str]
"""(channel, id) of a record."""


@dataclass(frozen=True, slots=True)
class Wait:
    """what: its word in `attention`'s order, and in the catalogue as attention.<what>.

    since, due: ms, as the screen shows them. start, end: it is shown from start up to, not including, end
    (law 5: nothing is computed for a moment; the moment is compared). row, or about: who or what it is about.
    roles: whom it waits for; None: every reader. other: another record that it depends on. more: further
    fields of the item.
    """

    what: str
    urgency: int
    since: int | None
    due: int | None = None
    row: Row | None = None
    about: str | None = None
    start: int = 0
    end: int = NEVER
    roles: frozenset[str] | None = None
    other: Key | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def shown(self, now: int, roles: frozenset[str]) -> bool:
        """Is it shown at that moment to an officer with these roles?"""
        return self.start <= now < self.end and (self.roles is None or not self.roles.isdisjoint(roles))

    @property
    def place(self) -> tuple[int, int, int, str]:
        """Where it stands among others of its kind: the more urgent first, then by hour, then by waiting."""
        named = self.row.id if self.row is not None else self.about or ""
        return -self.urgency, self.due or NEVER, self.since or 0, named
