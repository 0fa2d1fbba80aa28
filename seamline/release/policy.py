"""Who may let a record leave. Writing to a channel wider than one's party is a release (DESIGN §8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seamline.records.kind import Body
from seamline.records.values import CODES


@dataclass(frozen=True, slots=True)
class StandingRule:
    """party's release officer lets officers with role write kind into channel (lane None: any lane)."""

    party: str
    role: str
    kind: str
    channel: str
    lane: str | None


# Acts about records that everyone in the channel already holds tell nobody anything new about what
# was kept back, but they do leave the party; they are lent to the roles that write them.
ACTS = frozenset(
    {
        "acknowledgement",
        "blind_audit",
        "blind_consent",
        "blind_run",
        "opened",
        "endorsement",
        "export",
        "objection",
        "withdrawal",
        "destruction",
        "anchor",
        "roster",
        "standing",
    }
)


def may_write(
    party: str,
    roles: frozenset[str],
    kind: type[Body],
    channel: str,
    lane: str,
    rules: Iterable[StandingRule],
) -> bool:
    """May this officer write a record of this kind into this channel, by role or by a standing rule?

    Into the own party's channel: by the kind's writers. Wider: by the release role, by a standing
    rule, or because the kind is an act about a record that is already there (ACTS).
    """
    writes = bool(roles & set(kind.WRITERS))
    if channel == party:
        return writes or "release" in roles
    if kind.KIND in ACTS:
        return writes
    if "release" in roles:
        return True
    return writes and any(
        r.party == party
        and r.kind in (kind.KIND, kind.UNDER)
        and r.channel == channel
        and r.role in roles
        and r.lane in (None, lane)
        for r in rules
    )


def who_may(
    party: str, kind: type[Body], channel: str, lane: str, rules: Iterable[StandingRule]
) -> tuple[str, ...]:
    """The roles of that party each of which is enough to write it there, in the order of the coded list."""
    held = tuple(rules)
    return tuple(r for r in CODES["role"] if may_write(party, frozenset({r}), kind, channel, lane, held))
