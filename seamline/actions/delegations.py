"""Who comes to a meeting, as each party says itself; and who may be told what of it."""

from __future__ import annotations

import msgspec

from seamline.actions.said import Said
from seamline.errors import BadInput
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.meeting import Attendance, Delegation, SecureNotice, Sitting
from seamline.store.ports import PictureReader, Row


def delegations(picture: PictureReader, row: Row) -> dict[str, tuple[Row, Delegation]]:
    """Each party's newest delegation to this meeting, as it said itself in the meeting's own channel."""
    found: dict[str, tuple[Row, Delegation]] = {}
    for ref in picture.refs_to(row.id, "delegation"):
        by = picture.record(ref.channel, ref.id)
        told = registry.read("delegation", msgspec.json.decode(by.body)) if by else None
        if by and by.channel == row.channel and isinstance(told, Delegation):
            before = found.get(by.party)
            if before is None or (by.at, by.hash) > (before[0].at, before[0].hash):
                found[by.party] = (by, told)
    return found


def check(said: Said) -> None:
    """A secure notice goes to one delegation and the host; an answer is by one of one's own delegation."""
    body = said.body
    if not isinstance(body, SecureNotice | Attendance):
        return
    found = next((r for r in said.picture.find(body.meeting, [*said.held, said.channel])), None)
    value = registry.read(found.kind, msgspec.json.decode(found.body)) if found else None
    if found is None or not isinstance(value, Sitting):
        raise BadInput("body.meeting", body.meeting, "a meeting that all readers of this channel hold")
    if isinstance(body, SecureNotice):
        told = sorted({value.host, body.to})
        if members(said.channel) != tuple(told) and list(members(said.channel)) != told:
            raise BadInput("channel", said.channel, f"{'+'.join(told)}: that delegation and the host alone")
        return
    coming = delegations(said.picture, found).get(said.party)
    posts = [one.post for one in coming[1].posts] if coming else []
    if body.post not in posts:
        raise BadInput("body.post", body.post, f"one of the delegation of {said.party}: {', '.join(posts)}")
