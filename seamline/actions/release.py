"""The release desk: a new record in a wider channel, whole or as a tear line (docs/spec/release.md)."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from seamline.actions import view, write
from seamline.actions.clashing import terms_in_force
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.writer import Tx
from seamline.errors import BadInput, Conflict, NotAllowed, Worded
from seamline.log.canonical import encode
from seamline.log.channel import members
from seamline.log.entry import Entry
from seamline.records import registry
from seamline.records.coerce import coerce
from seamline.records.values import CODES
from seamline.release import tearline
from seamline.store.ports import PictureReader, Row

DEFAULT_CELL = 7
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """What is asked: revision rev of record id into channel; body: an edited tear line."""

    id: str
    rev: int
    channel: str
    mode: str = "whole"
    body: Json | None = None


def preview(node: Node, officer: Officer, ask: Release) -> view.Item:
    """The item as the other side's node will render it: same code, nothing of the source in it."""
    row, saying = _prepare(node, officer, ask)
    shown = replace(
        row,
        channel=ask.channel,
        node=node.key.fingerprint,
        party=officer.party if not node.joint else node.party,
        by=officer.id,
        rev=1,
        no=0,
        prev=None,
        hash="",
        signer=None,
        at=node.clock.now(),
        received_at=node.clock.now(),
        body=encode(saying.body),
        id="",
    )
    return view.brief(node, None, shown) | {"links": {"source": None, "released_as": []}, "told": []}


def release(
    node: Node, officer: Officer, ask: Release, attest: write.Attest | None = None
) -> Future[view.Item]:
    """Put the release into the wider channel and the link to its source into the source's, at once.

    A record released before gets a revision of what was released: its reader sees one record go on.
    Raises as `write.put`; the future raises Conflict for a stale rev or an unchanged release.
    """
    _, saying = _prepare(node, officer, ask)

    def job(tx: Tx) -> str:
        now = write.own_row(node, officer, tx.picture, ask.id)
        write.at_revision(now, ask.rev)
        before = _released_before(tx.picture, now, ask.channel)
        if before and msgspec.json.decode(before.body) == saying.body:
            raise Conflict(
                Worded("said.released", "this was released already, with the same words"), id=before.id
            )
        entry = write.draft_entry(node, officer, saying, attest, None, before)
        write.append(node, tx, ask.channel, saying.lane, entry, no=before.no if before else None)
        link = {
            "of": now.id, "hash": now.hash, "channel": ask.channel, "released": entry.id, "mode": ask.mode,
        }  # fmt: skip
        linking = write.Saying("release", now.channel, now.lane, "en", link)
        write.append(node, tx, now.channel, now.lane, write.draft_entry(node, officer, linking), no=0)
        return entry.id

    return node.then(node.writer.submit(job), lambda made: view.by_id(node, officer, ask.channel, made))


def draft(node: Node, officer: Officer, ask: Release) -> tuple[Entry, bytes]:
    """What the releasing officer may sign with his own key, as write.draft."""
    row, saying = _prepare(node, officer, ask)
    return write.draft(node, officer, saying, _released_before(node.picture, row, ask.channel))


def _prepare(node: Node, officer: Officer, ask: Release) -> tuple[Row, write.Saying]:
    row = write.own_row(node, officer, node.picture, ask.id)
    write.at_revision(row, ask.rev)
    kind = registry.kind_of(row.kind)
    if ask.mode not in CODES["mode"]:
        raise BadInput("mode", ask.mode, "whole or tear")
    if not kind.RELEASABLE:
        raise NotAllowed(f"a {row.kind} is not released; it is said where it belongs")
    node.held(ask.channel)
    if ask.channel == row.channel or officer.party not in members(ask.channel):
        raise BadInput(
            "channel",
            ask.channel,
            Worded(
                "remedy.other_channel",
                "a channel of {party} other than {channel}",
                party=officer.party,
                channel=row.channel,
            ),
        )
    write.need_write(node, officer, kind, ask.channel, row.lane)
    body = _body(node, row, ask)
    registry.parse(row.kind, body)
    return row, write.Saying(row.kind, ask.channel, row.lane, row.lang, body)


def _body(node: Node, row: Row, ask: Release) -> Json:
    kind = registry.kind_of(row.kind)
    source: Json = msgspec.json.decode(row.body)

    def readable(id: str) -> bool:
        return node.picture.record(ask.channel, id) is not None

    if ask.mode == "whole":
        if ask.body is not None:
            raise BadInput(
                "body",
                "given",
                Worded(
                    "remedy.whole_says", "a whole release says what the record says; edit a tear line instead"
                ),
            )
        return node.bringing.released(ask.channel, tearline.whole(kind, source, readable=readable))
    torn = tearline.tear(kind, source, cell=agreed_cell(node.picture, ask.channel), readable=readable)
    if ask.body is None:
        return torn
    return tearline.check_edited(kind, torn, coerce(kind, ask.body))


def agreed_cell(picture: PictureReader, channel: str) -> int:
    """The H3 resolution of tear lines in the channel's terms in force, else the default of about 1 km."""
    cell, best = DEFAULT_CELL, (-1, "")
    for row in picture.current_of_kind("terms", [channel]):
        terms = terms_in_force(picture, row)
        if terms and (row.at, row.hash) > best:
            cell, best = terms.released_cell, (row.at, row.hash)
    return cell


def _released_before(picture: PictureReader, source: Row, channel: str) -> Row | None:
    found = None
    for ref in picture.refs_to(source.id, "source"):
        link = picture.record(ref.channel, ref.id)
        if link and ref.channel == source.channel:
            body = msgspec.json.decode(link.body)
            if body["channel"] == channel:
                found = picture.record(channel, body["released"]) or found
    return found
