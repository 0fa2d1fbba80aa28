"""Who must endorse what is agreed in a channel, and what is in force there.

A watch list or a sector is in force when the parties of its channel have endorsed the same bytes: those
that the newest terms in force *in that very channel* name as parties; without such terms, every member.
Only the channel itself is asked, so every node that holds it comes to the same state (laws 1 and 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from seamline.actions.clashing import referrers
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.agreed import Agreed, endorsers
from seamline.records.kind import Body
from seamline.records.terms import Terms
from seamline.store.ports import PictureReader, Row, Search


def signatories(picture: PictureReader, channel: str, as_of: int) -> frozenset[str]:
    """The parties that must endorse what is to be agreed in this channel."""
    best: tuple[int, str] | None = None
    named = frozenset(members(channel))
    for row in picture.current_of_kind("terms", (channel,)):
        terms = registry.read("terms", msgspec.json.decode(row.body))
        if not isinstance(terms, Terms) or terms.state(referrers(picture, row), as_of) != "in_force":
            continue
        if best is None or (row.at, row.hash) > best:
            best, named = (row.at, row.hash), frozenset(terms.parties)
    return named


def state_of(picture: PictureReader, row: Row, value: Body, as_of: int) -> str:
    """The state of any record at as_of (ms); codes of value.state."""
    found = referrers(picture, row)
    if isinstance(value, Agreed) and not isinstance(value, Terms):
        return value.standing(found, as_of, signatories(picture, row.channel, as_of))
    if isinstance(value, Activity):
        return value.declared(found, as_of, shared=len(members(row.channel)) > 1)
    return value.state(found, as_of)


def endorsed(picture: PictureReader, row: Row, as_of: int) -> dict[str, list[str]] | None:
    """What is agreed: the parties whose endorsement of this very revision it needs, and those who gave it.

    None for kinds that nobody endorses. as_of: ms. Who else may witness is not asked here.
    """
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Agreed):
        return None
    needed = (
        frozenset(value.parties) if isinstance(value, Terms) else signatories(picture, row.channel, as_of)
    )
    done = endorsers(referrers(picture, row), as_of) & needed
    return {"needed": sorted(needed), "by": sorted(done)}


def in_force(
    picture: PictureReader, kind: str, channels: Sequence[str], as_of: int, known_by: int | None = None
) -> Iterator[tuple[Row, Agreed]]:
    """The records of an agreed kind that are in force at as_of in these channels, newest first.

    known_by: as the records stood at that instant; as they stand now if None.
    """
    search = Search(channels=tuple(channels), kinds=(kind,), known_by=known_by, limit=1000)
    for row in picture.search(search) if channels else ():
        value = registry.read(kind, msgspec.json.decode(row.body))
        if isinstance(value, Agreed) and state_of(picture, row, value, as_of) == "in_force":
            yield row, value
