"""Who asks: an officer of a party, with the roles his party gave him at this node."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.errors import NotAllowed, Worded, Words


@dataclass(frozen=True, slots=True)
class Officer:
    """A signed-in officer; id is his post and number, never his name."""

    party: str
    id: str
    roles: frozenset[str]

    def need(self, *roles: str) -> None:
        """Raises NotAllowed unless he has one of the roles."""
        if not self.roles & set(roles):
            raise NotAllowed(
                Worded("said.needs_role", "this needs the role {roles}", roles=Words("value.role", roles))
            )


READERS = frozenset({"watch", "planner", "release", "signatory", "auditor"})
