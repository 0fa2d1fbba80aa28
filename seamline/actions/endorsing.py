"""Who must endorse what is agreed in a channel, and what is in force there.

A watch list or a sector is in force when the parties of its channel have endorsed the same bytes: those
that the newest terms in force *in that very channel* name as parties; without such terms, every member.
Only the channel itself is asked, so every node that holds it comes to the same state (laws 1 and 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from seamline.actions import clauses, requested
from seamline.actions.clashing import referrers, revisions_back, signers
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.agreed import Agreed, endorsers, given, objections, reservations, witnesses
from seamline.records.complaint import Complaint, closed_by
from seamline.records.joint import JointPlan
from seamline.records.kind import Body
from seamline.records.request import Request
from seamline.store.ports import PictureReader, Row, Search


def signatories(picture: PictureReader, channel: str, as_of: int) -> frozenset[str]:
    """The parties that must endorse what is to be agreed in this channel."""
    best: tuple[int, str] | None = None
    named = frozenset(members(channel))
    for current in picture.current_of_kind("terms", (channel,)):
        found = standing_revision(picture, current, as_of)
        if found is not None and (best is None or (found[0].at, found[0].hash) > best):
            best, named = (found[0].at, found[0].hash), frozenset(found[1].parties_named() or ())
    return named


def needed_for(picture: PictureReader, row: Row, value: Agreed, as_of: int) -> frozenset[str]:
    """The parties whose endorsement this revision needs: those it names or leaves out, else its channel's."""
    if value.parties_named() is None:
        return signatories(picture, row.channel, as_of)
    return signers(picture, row, value, as_of)


def standing_revision(picture: PictureReader, current: Row, as_of: int) -> tuple[Row, Agreed] | None:
    """The newest revision of an agreed record that is in force at as_of; None if none is.

    A revision that not all have endorsed takes nothing away: until they have, the one before stands.
    """
    for row in revisions_back(picture, current):
        value = registry.read(row.kind, msgspec.json.decode(row.body))
        if not isinstance(value, Agreed):
            continue
        needed = needed_for(picture, row, value, as_of)
        if value.standing(referrers(picture, row), as_of, needed) == "in_force":
            return row, value
        if row.kind == "rule" and clauses.rule_in_force(picture, row, as_of):
            return row, value
    return None


def state_of(picture: PictureReader, row: Row, value: Body, as_of: int) -> str:
    """The state of any record at as_of (ms); codes of value.state."""
    found = referrers(picture, row)
    if isinstance(value, Agreed):
        if row.kind == "rule" and clauses.rule_in_force(picture, row, as_of):
            return "in_force"
        return value.standing(found, as_of, needed_for(picture, row, value, as_of))
    if isinstance(value, Request):
        return requested.standing_of(picture, row, value, as_of).state
    if isinstance(value, Activity):
        said = value.declared(found, as_of, shared=len(members(row.channel)) > 1)
        return _declared(picture, row, value, said, as_of)
    state = value.state(found, as_of)
    if isinstance(value, Complaint) and state != "withdrawn" and closed_by(row.party, found, as_of):
        return "closed"
    return state


def _declared(picture: PictureReader, row: Row, value: Activity, said: str, as_of: int) -> str:
    """As the activity itself says; who signed a plan of it has answered more than was asked."""
    others = planned(picture, row, value, as_of) if said in ("released", "changed") else {}
    if not others:
        return said
    return "answered" if any(others.values()) else "changed"


def planned(picture: PictureReader, row: Row, value: Activity, as_of: int) -> dict[str, bool]:
    """The other parties that endorsed a joint plan in force: of this revision (True), or of one before."""
    found: dict[str, bool] = {}
    for ref in picture.refs_to(row.id, "plan_of") if value.mode == "joint" else ():
        plan = picture.record(ref.channel, ref.id) if ref.channel == row.channel else None
        if plan is None or not plan.counts or plan.at > as_of:
            continue
        stands = standing_revision(picture, plan, as_of)
        if stands is None or not isinstance(stands[1], JointPlan) or stands[1].activity != row.id:
            continue
        for party in set(stands[1].parts) - set(members(row.party)):
            found[party] = found.get(party, False) or stands[1].hash == row.hash
    return found


def endorsed(picture: PictureReader, row: Row, as_of: int) -> dict[str, Any] | None:
    """What is agreed: the parties whose endorsement of this very revision it needs, and those who gave it.

    Also who witnessed it, who objects, and what the endorsements leave out; stands: the revision that is in
    force meanwhile. None for kinds that nobody endorses. as_of: ms.
    """
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Agreed):
        return None
    needed = needed_for(picture, row, value, as_of)
    found = referrers(picture, row)
    current = picture.record(row.channel, row.id)
    stands = standing_revision(picture, current, as_of) if current else None
    return {
        "needed": sorted(needed),
        "by": sorted(endorsers(found, as_of) & needed),
        "witnesses": sorted(witnesses(found, as_of)),
        "objections": objections(found, as_of),
        "reservations": reservations(found, as_of),
        "given": given(found, as_of),
        "stands": stands[0].rev if stands else None,
    }


def in_force(
    picture: PictureReader, kind: str, channels: Sequence[str], as_of: int, known_by: int | None = None
) -> Iterator[tuple[Row, Agreed]]:
    """The records of an agreed kind that are in force at as_of in these channels, newest first.

    Each in the newest revision that all have endorsed. known_by: as the records stood at that instant; as
    they stand now if None.
    """
    search = Search(channels=tuple(channels), kinds=(kind,), known_by=known_by, limit=1000)
    for row in picture.search(search) if channels else ():
        found = standing_revision(picture, row, as_of)
        if found is not None:
            yield found
