"""The register of posts as an officer may see it: each side's own statements, hand-overs, and what was left.

Computed from what was said in the post's own channel, so that both sides read the same line; what his own
side has stated elsewhere and not released is shown to him beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from seamline.actions import read, ruling, view
from seamline.actions.clashing import referrers
from seamline.actions.endorsing import signatories
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.geo.window import DAY, HOUR
from seamline.log.channel import members
from seamline.picture.register import Entry, Handed, Leaving, Statement, entry, leaving
from seamline.records import registry
from seamline.records.agreed import endorsers
from seamline.records.handover import Handover
from seamline.records.places import Holding
from seamline.store.ports import PictureReader, Row

WEEK = 7 * DAY
LIMIT = 500
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A party's statement of a post: its row and what it says."""

    row: Row
    value: Holding


@dataclass(frozen=True, slots=True)
class Kept:
    """One post: all statements, hand-overs (and since when in force), what a third party left, the line."""

    row: Row
    said: tuple[Said, ...]
    handovers: tuple[tuple[Row, Handover, int | None], ...]
    left: tuple[Row, ...]
    line: Entry
    leaving: tuple[Leaving, ...]


def register(
    node: Node, officer: Officer, since: int | None = None, as_of: int | None = None
) -> dict[str, Any]:
    """What changed last first. since: what counts as changed, ms (a week ago if None)."""
    officer.need(*READERS)
    moment = node.clock.now() if as_of is None else as_of
    start = moment - WEEK if since is None else since
    channels = node.readable(officer)
    items = [
        _item(node, officer, kept(node.picture, row, moment), start, moment)
        for row in (node.picture.current_of_kind("post", channels) if channels else ())
        if row.stands_at <= moment and not view.links(node, officer, row)["released_as"]
    ]
    items.sort(key=lambda i: (-(i["changed"] or 0), i["post"]["title"], i["post"]["id"]))
    return {
        "items": items[:LIMIT],
        "more": len(items) > LIMIT,
        "since": start,
        "note": read.note(node, items),
    }


def kept(picture: PictureReader, row: Row, as_of: int) -> Kept:
    """What was said of this post in its channel by as_of (ms)."""
    said = tuple(_statements(picture, row, as_of))
    handovers = tuple(_handovers(picture, row, as_of))
    left = tuple(_referring(picture, row, "left", as_of))
    handed = [Handed(value.giver, value.taker, at) for _, value, at in handovers if at is not None]
    parties = sorted(signatories(picture, row.channel, as_of))
    line = entry([_statement(one, one.row.at) for one in said], handed, parties)
    # A duty's clock is the reader's: it runs from arrival here.
    gone = leaving([_statement(one, one.row.received_at) for one in said], handed)
    return Kept(row, said, handovers, left, line, tuple(gone))


def _statement(one: Said, at: int) -> Statement:
    return Statement(one.row.party, one.value.status, at, one.row.hash, one.value.leaves, one.row.at)


def _referring(picture: PictureReader, post: Row, relation: str, as_of: int) -> Iterator[Row]:
    """Records of the post's channel that refer to it so, oldest first; those taken back left out."""
    found = (picture.record(r.channel, r.id) for r in picture.refs_to(post.id, relation))
    here = [r for r in found if r and r.channel == post.channel and r.counts and r.stands_at <= as_of]
    for row in sorted(here, key=lambda r: (r.at, r.hash)):
        if not any(one.relation == "withdraws" and one.at <= as_of for one in referrers(picture, row)):
            yield row


def _statements(picture: PictureReader, post: Row, as_of: int) -> Iterator[Said]:
    """Every revision of every holding: what a party stated before stays stated, as of its day."""
    for row in _referring(picture, post, "states", as_of):
        for one in picture.revisions(row.channel, row.id):
            value = registry.read("holding", msgspec.json.decode(one.body))
            if (
                isinstance(value, Holding)
                and one.counts
                and one.party == row.party
                and one.stands_at <= as_of
            ):
                yield Said(one, value)


def _handovers(picture: PictureReader, post: Row, as_of: int) -> Iterator[tuple[Row, Handover, int | None]]:
    for row in _referring(picture, post, "hands_over", as_of):
        value = registry.read("handover", msgspec.json.decode(row.body))
        if isinstance(value, Handover):
            yes = referrers(picture, row)
            done = endorsers(yes, as_of) >= {value.giver, value.taker}
            first = {
                party: min(r.at for r in yes if r.relation == "endorses" and r.party == party and r.attested)
                for party in (value.giver, value.taker)
                if done
            }
            yield row, value, max(first.values()) if first else None


# ------------------------------------------------------------------ clocks


def handover_hours(node: Node, row: Row, party: str, at: int) -> int | None:
    """Hours within which that party hands over a post that it leaves then, by the rules of the day."""
    known = set(members(row.channel))
    hours = [
        one.value.hours
        for one in ruling.held(node)
        if one.value.type == "handover" and one.start <= at < one.end and party in one.value.parties
        if set(members(one.row.channel)) <= known
    ]
    return min((h for h in hours if h is not None), default=None)


def due(node: Node, row: Row, one: Leaving) -> int | None:
    """Until when it is to be handed over, ms; None where no rule says it."""
    hours = handover_hours(node, row, one.party, one.since)
    return None if hours is None else one.since + hours * HOUR


def yet_to_state(one: Kept, left: Row) -> list[str]:
    """The parties that have stated nothing of the post since a third party's leaving was told here."""
    spoken = {s.row.party for s in one.said if s.row.received_at >= left.received_at}
    return [party for party in members(one.row.channel) if party not in spoken and party in _sides(one)]


def _sides(one: Kept) -> set[str]:
    return {s.party for s in one.line.stated} | set(one.line.silent)


# ------------------------------------------------------------------ what is shown


def _item(node: Node, officer: Officer, one: Kept, since: int, as_of: int) -> Item:
    changes = sorted(_changes(node, one, since), key=lambda c: (-c["at"], c["id"]))
    return {
        "post": view.brief(node, officer, one.row, as_of),
        "status": one.line.status,
        "holders": _own_first(one.line.holders, officer.party),
        "silent": _own_first(one.line.silent, officer.party),
        "stated": [_stated(node, one, s) for s in _own_first_by(one.line.stated, officer.party)],
        "leaving": [
            {"party": gone.party, "since": gone.since, "due": due(node, one.row, gone), "handed": gone.handed}
            for gone in one.leaving
        ],
        "handovers": [
            {"record": view.item(node, officer, row, as_of), "in_force": at} for row, _, at in one.handovers
        ],
        "left": [
            {"record": view.brief(node, officer, row, as_of), "waits_for": yet_to_state(one, row)}
            for row in one.left
        ],
        "unreleased": [
            view.brief(node, officer, row, as_of) for row in _unreleased(node, officer, one.row, as_of)
        ],
        "changed": changes[0]["at"] if changes else None,
        "changes": changes,
    }


def _stated(node: Node, one: Kept, statement: Statement) -> Item:
    """A party's line; without a record where a hand-over stands for it."""
    row = next((s.row for s in one.said if s.row.hash == statement.key), None)
    value = next((s.value for s in one.said if s.row.hash == statement.key), None)
    return {
        "party": statement.party,
        "status": statement.status,
        "at": statement.at,
        "received_at": row.received_at if row else None,
        "since": value.since if value else None,
        "leaves": statement.leaves,
        "record": row.id if row else None,
        "attested": row.signer is not None if row else True,
    }


def _changes(node: Node, one: Kept, since: int) -> Iterator[Item]:
    for said in one.said:
        if said.row.stands_at >= since:
            yield _change(said.row, "holding", said.value.status)
    for row, _, at in one.handovers:
        if row.stands_at >= since or (at is not None and at >= since):
            yield _change(row, "handover", "in_force" if at is not None else "unendorsed")
    for row in one.left:
        if row.stands_at >= since:
            yield _change(row, "post_left", "left")


def _change(row: Row, what: str, status: str) -> Item:
    return {"id": row.id, "what": what, "party": row.party, "status": status, "at": row.stands_at}


def _unreleased(node: Node, officer: Officer, post: Row, as_of: int) -> Iterator[Row]:
    """What his own side states of it in a narrower channel, and the other side has not been told."""
    readable = node.readable(officer)
    refs = [r for relation in ("states", "left") for r in node.picture.refs_to(post.id, relation)]
    for ref in refs:
        row = node.picture.record(ref.channel, ref.id) if ref.channel in readable else None
        if row is None or not row.counts or row.stands_at > as_of:
            continue
        narrower = set(members(row.channel)) < set(members(post.channel))
        if narrower and not view.links(node, officer, row)["released_as"]:
            yield row


def _own_first(parties: Sequence[str], own: str) -> list[str]:
    return sorted(parties, key=lambda party: (party != own, party))


def _own_first_by(stated: Sequence[Statement], own: str) -> list[Statement]:
    return sorted(stated, key=lambda s: (s.party != own, s.party))
