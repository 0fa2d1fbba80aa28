"""Clashes kept up to date: one record changes, the picture is asked for candidates, geometry decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.picture import clash as rule
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.kind import Body, Referrer
from seamline.records.places import Post, Site
from seamline.records.terms import Terms
from seamline.store.ports import ClashRow, PictureReader, PictureTx, Row

KINDS = ("activity", "site", "post")
FOREVER = (0, 4_102_444_800_000)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the terms in force say about distances; without terms, the program's defaults."""

    frame: Frame | None = None
    buffers: Mapping[str, int] = field(default_factory=dict)


class Clashing:
    """Knows the policy in force and renews the clashes of a record."""

    def __init__(self) -> None:
        self._policy: Policy | None = None

    def renew(self, picture: PictureTx, row: Row) -> None:
        """The row has become current: what clashes with it now? New terms renew everybody's clashes."""
        if row.kind in ("terms", "endorsement"):
            self._terms_changed(picture)
        elif row.kind in KINDS:
            self._renew_one(picture, row, self._in_force(picture))
        elif row.kind == "holding":
            for ref in picture.refs_from(row.channel, row.id, "states"):
                post = picture.record(row.channel, ref.to)
                if post and post.kind == "post":
                    self._renew_one(picture, post, self._in_force(picture))

    def _terms_changed(self, picture: PictureTx) -> None:
        before, self._policy = self._policy, policy_in_force(picture)
        if before is None or before != self._policy:
            for kind in KINDS:
                for row in list(picture.current_of_kind(kind)):
                    self._renew_one(picture, row, self._policy)

    def _in_force(self, picture: PictureReader) -> Policy:
        if self._policy is None:
            self._policy = policy_in_force(picture)
        return self._policy

    def _renew_one(self, picture: PictureTx, row: Row, policy: Policy) -> None:
        subject = subject_of(picture, row, policy)
        if subject is None:
            picture.put_clashes(row.channel, row.id, ())
            return
        volume = rule.search_volume(subject, wider_by(policy))
        kinds = KINDS if row.kind == "activity" else ("activity",)
        others, rivals = [], []
        for other in picture.candidates(volume.box, volume.start_ms, volume.end_ms, kinds):
            if not rule.may_clash(row, other):
                continue
            rival = subject_of(picture, other, policy)
            if rival is not None:
                others.append(other)
                rivals.append(rival)
        found = rule.clashes_of(subject, rivals, policy.frame)
        picture.put_clashes(row.channel, row.id, [_row(row, others[i], hit) for i, hit in found])


def _row(row: Row, other: Row, hit: rule.Clash) -> ClashRow:
    a, b = sorted(((row.channel, row.id), (other.channel, other.id)))
    return ClashRow(
        a, b, int(-(-hit.distance_m // 1)), hit.needed_m, hit.start, hit.end, hit.where, hit.possible
    )


def subject_of(picture: PictureReader, row: Row, policy: Policy) -> rule.Subject | None:
    """What the clash rule compares, or None: cancelled, closed, given up, or of an unknown newer form."""
    body = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(body, Activity | Site | Post):
        return None
    if isinstance(body, Activity) and body.status in ("cancelled", "closed"):
        return None
    if isinstance(body, Post) and _given_up(picture, row):
        return None
    buffer = body.buffer_m
    if buffer is None:
        name = _buffer_name(body)
        buffer = policy.buffers.get(name, _default(name))
    return rule.Subject(
        channel=row.channel,
        id=row.id,
        party=row.party,
        kind=row.kind,
        type=body.type,
        geometry=place.to_shapely(msgspec.to_builtins(body.place.geometry)),
        start=row.start,
        end=row.end,
        buffer_m=buffer,
        tear=body.tear,
    )


def _given_up(picture: PictureReader, post: Row) -> bool:
    """Does the party that recorded the post itself state that it is not (or no longer) there?"""
    stated = [picture.record(ref.channel, ref.id) for ref in picture.refs_to(post.id, "states")]
    own = [r for r in stated if r and r.party == post.party and r.channel == post.channel]
    if not own:
        return False
    newest = max(own, key=lambda r: (r.at, r.hash))
    return msgspec.json.decode(newest.body).get("status") in ("not_ours", "handed_over", "empty")


def reach_of(body: Body | None) -> int:
    """How far beyond its place a record is to be found, in metres: the buffer it states, or its type's.

    The program's, never the terms': the row is written once, and terms change (wider_by). A change of
    DEFAULT_BUFFERS therefore needs a new version of the picture.
    """
    if not isinstance(body, Activity | Site | Post):
        return 0
    return body.buffer_m if body.buffer_m is not None else _default(_buffer_name(body))


def wider_by(policy: Policy) -> int:
    """How much wider than the program's the terms make any buffer, in metres: to be added to a search."""
    return max([0, *(metres - _default(name) for name, metres in policy.buffers.items())])


def _buffer_name(body: Activity | Site | Post) -> str:
    return body.type if isinstance(body, Activity) else body.KIND


def _default(name: str) -> int:
    return rule.DEFAULT_BUFFERS.get(name, rule.DEFAULT_BUFFERS["other"])


def policy_in_force(picture: PictureReader) -> Policy:
    """From the newest terms that all their parties endorsed; law 5: whether, never when."""
    best: tuple[int, str] | None = None
    policy = Policy()
    for row in picture.current_of_kind("terms"):
        terms = terms_in_force(picture, row)
        if terms and (best is None or (row.at, row.hash) > best):
            best = (row.at, row.hash)
            frame = Frame(terms.frame.lon / 1e7, terms.frame.lat / 1e7) if terms.frame else None
            policy = Policy(frame, dict(terms.buffers))
    return policy


def terms_in_force(picture: PictureReader, row: Row) -> Terms | None:
    """The terms of this row if every party named has endorsed these very bytes."""
    terms = registry.read("terms", msgspec.json.decode(row.body))
    if isinstance(terms, Terms) and terms.state(referrers(picture, row), FOREVER[1]) == "in_force":
        return terms
    return None


def referrers(picture: PictureReader, row: Row) -> list[Referrer]:
    """The current counting records of the same channel that refer to this revision (or to any)."""
    found = []
    for ref in picture.refs_to(row.id):
        if ref.channel != row.channel or ref.hash not in (None, row.hash):
            continue
        by = picture.record(ref.channel, ref.id)
        if by and by.counts and (ref.relation != "withdraws" or by.party == row.party):
            found.append(
                Referrer(
                    ref.relation, by.kind, by.party, by.at, ref.hash, by.signer is not None,
                    msgspec.json.decode(by.body),
                )
            )  # fmt: skip
    return found
