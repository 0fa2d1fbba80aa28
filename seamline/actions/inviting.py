"""What leaves a meeting's desk: its invitation as a calendar file, its minutes as the printed record."""

from __future__ import annotations

from typing import Any

import msgspec

from seamline.actions import meetings, view
from seamline.actions.clashing import referrers
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.errors import BadInput, NotFound
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.agreed import yeses
from seamline.records.meeting import Sitting
from seamline.records.minutes import Minutes
from seamline.store.ports import Row
from seamline.texts import dates

Item = dict[str, Any]


def invitation(node: Node, officer: Officer, id: str, lang: str) -> bytes:
    """The meeting as a calendar file: a request, its update, or its cancellation. Never a secure notice."""
    from seamline.documents import calendar

    row, value, coming = meetings.sitting(node, officer, id)
    guests = [
        calendar.Guest(party, one.post, one.head)
        for party, (_, told) in sorted(coming.items())
        for one in told.posts
    ]
    agenda = [f"{line.no} {line.title.get(lang) or next(iter(line.title.values()))}" for line in value.agenda]
    return calendar.invitation(
        calendar.Invitation(
            id=row.id,
            node=node.node_name(row.node),
            summary=value.name,
            venue=value.venue,
            agenda="\n".join(agenda),
            host=value.host,
            start=value.when.start,
            end=value.when.end,
            stamp=row.at,
            sequence=row.rev - 1,
            cancelled=value.status == "cancelled",
            guests=tuple(guests),
        )
    )


def replied(node: Node, officer: Officer, id: str, data: bytes) -> Item:
    """What a calendar's reply would say here: kind, channel and body of the officer's own attendance record.

    BadInput: of another meeting, of an old invitation, or of somebody who is not in his own delegation.
    """
    from seamline.documents import calendar

    told = calendar.reply(data)
    row, _, coming = meetings.sitting(node, officer, id)
    if told.uid != calendar.uid(row.id):
        raise BadInput("calendar", told.uid, "a reply to the invitation to this meeting")
    if told.sequence > row.rev - 1:
        raise BadInput("calendar", told.sequence, f"the newest invitation is number {row.rev - 1}")
    own = coming.get(officer.party)
    for one in own[1].posts if own else ():
        if calendar.address(officer.party, one.post.replace(" ", "-")) == told.address:
            body = {"meeting": row.id, "post": one.post, "reply": told.reply}
            return {"kind": "attendance", "channel": row.channel, "body": body}
    raise BadInput(
        "calendar", told.address, f"one of the delegation of {officer.party}: he is a stranger here"
    )


def printed(node: Node, officer: Officer, id: str, rev: int | None = None) -> bytes:
    """The minutes as PDF in all their languages, with who signed. NotFound alike for absent and forbidden."""
    # Typesetting is large; a node that prints nothing never loads it.
    from seamline.documents.minutes_form import Printed, Signed, minutes_form

    officer.need(*READERS)
    row = _revision(node, view.find(node, officer, node.picture, id), rev)
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, Minutes):
        raise NotFound(f"no minutes {id}")
    sitting = node.picture.record(row.channel, value.meeting)
    told = registry.read("meeting", msgspec.json.decode(sitting.body)) if sitting else None
    when, venue = _where(told, node.settings.zone)
    given = {yes.party: yes.at for yes in yeses(referrers(node.picture, row), node.clock.now(), "party")}
    signed = tuple(Signed(party, value.heads.get(party, ""), given.get(party)) for party in value.parties)
    number = view.number(node, row) or id
    readers = members(row.channel)
    return minutes_form(
        value, Printed(number, id, row.rev, row.hash, node.settings.zone, when, venue, readers), signed
    )


def _where(value: object, zone: str) -> tuple[str, str]:
    if not isinstance(value, Sitting):
        return "", ""
    return f"{dates.dtg(value.when.start, zone)} – {dates.dtg(value.when.end, zone)}", value.venue


def _revision(node: Node, current: Row, rev: int | None) -> Row:
    if rev is None or rev == current.rev:
        return current
    for row in node.picture.revisions(current.channel, current.id):
        if row.rev == rev and row.counts:
            return row
    raise NotFound(f"record {current.id} has no revision {rev}")
