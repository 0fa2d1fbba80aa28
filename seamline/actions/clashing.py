"""Clashes kept up to date: one record changes, the picture is asked for candidates, geometry decides.

When everything may have changed (other terms, a rebuild), all are found in one sweep instead: the same pairs,
at a hundredth of the price.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo import place
from seamline.geo.frame import Frame
from seamline.log.channel import members
from seamline.picture import clash as rule
from seamline.picture.sweep import Columns, sweep_columns
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.agreed import Agreed
from seamline.records.kind import Body, Referrer
from seamline.records.places import Post, Site
from seamline.records.terms import Terms
from seamline.store.ports import ClashRow, PictureReader, PictureTx, Ref, Row, SubjectRow

KINDS = ("activity", "site", "post")
_Clashing: TypeAlias = Activity | Site | Post
FOREVER = (0, 4_102_444_800_000)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the terms in force say about distances; without terms, the program's defaults."""

    frame: Frame | None = None
    buffers: Mapping[str, int] = field(default_factory=dict)


class Clashing:
    """Knows the policy in force and renews the clashes of a record."""

    def __init__(self, *, later: bool = False) -> None:
        """later: keep only what can clash; renew_all() finds the clashes in the end."""
        self._policy: Policy | None = None
        self._later = later

    def renew(self, picture: PictureTx, row: Row, body: Body | None, *, first: bool = False) -> None:
        """The row has become current: what clashes with it now? New terms renew everybody's clashes.

        body: as registry.read gives it. first: nothing was kept of this record before.
        """
        if row.kind in KINDS:
            clashing = _clashing(body)
            shape = _shape(clashing) if clashing else None
            if shape is not None or not first:
                picture.put_subject(row.channel, row.id, _stated(row, clashing, shape))
            if not self._later:
                policy = self._in_force(picture)
                self._renew_one(picture, row, _subject(picture, row, clashing, policy, shape), first=first)
        elif not self._later:
            self.renew_about(picture, row, picture.refs_from(row.channel, row.id))

    def renew_about(self, picture: PictureTx, row: Row, refs: Iterable[Ref]) -> None:
        """Another record was made or destroyed: renew what it has to do with. refs: what it refers to."""
        if self._later or row.kind not in ("terms", "endorsement", "withdrawal", "holding"):
            return
        targets = [found for ref in refs if (found := picture.record(row.channel, ref.to))]
        if row.kind == "terms" or any(t.kind == "terms" for t in targets):
            self._terms_changed(picture)
        elif row.kind == "holding":
            for post in targets:
                if post.kind == "post":
                    self._renew_one(picture, post, subject_of(picture, post, self._in_force(picture)))

    def forget(self, picture: PictureTx, channel: str, id: str) -> None:
        """The record is of another kind than it was."""
        picture.put_subject(channel, id, None)
        picture.put_clashes(channel, id, ())

    def _terms_changed(self, picture: PictureTx) -> None:
        before, self._policy = self._policy, policy_in_force(picture)
        if before is None or before != self._policy:
            self.renew_all(picture)

    def renew_all(self, picture: PictureTx) -> None:
        """All clashes among all that can clash; from now on each record's are kept up to date."""
        self._later = False
        picture.replace_clashes(all_clashes(picture, self._in_force(picture)))

    def _in_force(self, picture: PictureReader) -> Policy:
        if self._policy is None:
            self._policy = policy_in_force(picture)
        return self._policy

    def _renew_one(
        self, picture: PictureTx, row: Row, subject: rule.Subject | None, *, first: bool = False
    ) -> None:
        clashes = self._clashes(picture, row, subject) if subject is not None else []
        if clashes or not first:
            picture.put_clashes(row.channel, row.id, clashes)

    def _clashes(self, picture: PictureReader, row: Row, subject: rule.Subject) -> list[ClashRow]:
        policy = self._in_force(picture)
        volume = rule.search_volume(subject, wider_by(policy))
        kinds = KINDS if row.kind == "activity" else ("activity",)
        others, rivals = [], []
        for other in picture.candidates(volume.box, volume.start_ms, volume.end_ms, kinds):
            if not (rule.may_clash(row, other) or _MAY_BE_JOINT in row.body or _MAY_BE_JOINT in other.body):
                continue
            rival = subject_of(picture, other, policy)
            if rival is not None and rule.may_clash(subject, rival):
                others.append(other)
                rivals.append(rival)
        found = rule.clashes_of(subject, rivals, policy.frame)
        return [_row(row, others[i], hit) for i, hit in found]


def all_clashes(picture: PictureReader, policy: Policy) -> Iterator[ClashRow]:
    """Every clash among all that can clash, as it would be kept; each pair once, in no order."""
    here = [one for one in picture.subjects() if one.kind != "post" or not _given_up(picture, one)]
    buffers = {
        (one.kind, one.type): policy.buffers.get(name, _default(name))
        for one in here
        for name in (_buffer_name(one.kind, one.type),)
    }
    columns = Columns.made(
        [one.party for one in here],
        [one.kind for one in here],
        shapely.from_wkb([one.shape for one in here]),
        [(one.start, one.end) for one in here],
        [buffers[one.kind, one.type] if one.buffer_m is None else one.buffer_m for one in here],
        [one.tear for one in here],
    )
    names = [(one.channel, one.id) for one in here]
    for i, j, metres, needed, start, end, at, possible in sweep_columns(columns, policy.frame):
        yield ClashRow(names[i], names[j], math.ceil(metres), needed, start, end, at, possible)


def _row(row: Row, other: Row, hit: rule.Clash) -> ClashRow:
    a, b = sorted(((row.channel, row.id), (other.channel, other.id)))
    return ClashRow(
        a, b, math.ceil(hit.distance_m), hit.needed_m, hit.start, hit.end, hit.where, hit.possible
    )


def subject_of(picture: PictureReader, row: Row, policy: Policy) -> rule.Subject | None:
    """What the clash rule compares, or None: cancelled, closed, given up, or of an unknown newer form."""
    body = _clashing(registry.read(row.kind, msgspec.json.decode(row.body)))
    return _subject(picture, row, body, policy, _shape(body)) if body else None


def stated(row: Row) -> SubjectRow | None:
    """What of this record can clash, as it is kept for all_clashes()."""
    body = _clashing(registry.read(row.kind, msgspec.json.decode(row.body)))
    return _stated(row, body, _shape(body)) if body else None


def _clashing(body: Body | None) -> _Clashing | None:
    if isinstance(body, Activity):
        return body if body.status not in ("cancelled", "closed") else None
    return body if isinstance(body, Site | Post) else None


def _shape(body: _Clashing) -> BaseGeometry:
    return place.to_shapely(msgspec.to_builtins(body.place.geometry))


def _stated(row: Row, body: _Clashing | None, shape: BaseGeometry | None) -> SubjectRow | None:
    if body is None or shape is None:
        return None
    said = (row.channel, row.id, sides(row.party, body), row.kind, body.type, row.start, row.end)
    return SubjectRow(*said, body.buffer_m, body.tear, shapely.to_wkb(shape))


def _subject(
    picture: PictureReader, row: Row, body: _Clashing | None, policy: Policy, shape: BaseGeometry | None
) -> rule.Subject | None:
    if body is None or shape is None or (isinstance(body, Post) and _given_up(picture, row)):
        return None
    buffer = body.buffer_m
    if buffer is None:
        name = _buffer_name(body.KIND, body.type)
        buffer = policy.buffers.get(name, _default(name))
    said = (row.channel, row.id, sides(row.party, body), row.kind, body.type)
    return rule.Subject(*said, shape, row.start, row.end, buffer, body.tear)


def sides(party: str, body: Body) -> str:
    """Whose it is where plans are compared: a joint activity belongs to all with a part in it (DESIGN §7)."""
    if isinstance(body, Activity) and body.mode == "joint":
        return "+".join(sorted({*members(party), *body.parts}))
    return party


_MAY_BE_JOINT = b'"mode":"joint"'
"""In the bytes of every joint activity: cheaper than reading each candidate."""


def _given_up(picture: PictureReader, post: Row | SubjectRow) -> bool:
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
    return body.buffer_m if body.buffer_m is not None else _default(_buffer_name(body.KIND, body.type))


def wider_by(policy: Policy) -> int:
    """How much wider than the program's the terms make any buffer, in metres: to be added to a search."""
    return max([0, *(metres - _default(name) for name, metres in policy.buffers.items())])


def _buffer_name(kind: str, type: str) -> str:
    return type if kind == "activity" else kind


def _default(name: str) -> int:
    return rule.DEFAULT_BUFFERS.get(name, rule.DEFAULT_BUFFERS["other"])


def policy_in_force(picture: PictureReader) -> Policy:
    """From the newest terms that all their parties endorsed; law 5: whether, never when."""
    best: tuple[int, str] | None = None
    policy = Policy()
    for current in picture.current_of_kind("terms"):
        found = terms_standing(picture, current)
        if found and (best is None or (found[0].at, found[0].hash) > best):
            row, terms = found
            best = (row.at, row.hash)
            frame = Frame(terms.frame.lon / 1e7, terms.frame.lat / 1e7) if terms.frame else None
            policy = Policy(frame, dict(terms.buffers))
    return policy


def terms_in_force(picture: PictureReader, row: Row) -> Terms | None:
    """The terms of this record if every party named has endorsed the very bytes of one of its revisions."""
    found = terms_standing(picture, row)
    return found[1] if found else None


def terms_standing(picture: PictureReader, row: Row) -> tuple[Row, Terms] | None:
    """The same with the revision: the newest endorsed by all. A later one takes nothing away before that."""
    for one in revisions_back(picture, row):
        terms = registry.read("terms", msgspec.json.decode(one.body))
        if not isinstance(terms, Terms):
            continue
        needed = signers(picture, one, terms, FOREVER[1])
        if terms.standing(referrers(picture, one), FOREVER[1], needed) == "in_force":
            return one, terms
    return None


def signers(picture: PictureReader, row: Row, value: Agreed, as_of: int) -> frozenset[str]:
    """Whose endorsement this revision needs by itself: of whom it names, and of whom it would leave out.

    What all have endorsed is replaced by what all of them endorse; else its author alone could write a party
    out of it, or himself in. Empty where it names nobody (endorsing.signatories).
    """
    kept: frozenset[str] = frozenset()
    for before in reversed([r for r in revisions_back(picture, row) if r.rev < row.rev]):
        told = registry.read(before.kind, msgspec.json.decode(before.body))
        if isinstance(told, Agreed) and (named := told.parties_named()):
            needed = kept | frozenset(named)
            if told.standing(referrers(picture, before), as_of, needed) == "in_force":
                kept = frozenset(named)
    return kept | frozenset(value.parties_named() or ())


def revisions_back(picture: PictureReader, current: Row) -> Iterator[Row]:
    """The current revision, then its author's earlier ones, newest first."""
    yield current
    if current.rev > 1:
        before = [
            r
            for r in picture.revisions(current.channel, current.id)
            if r.counts and r.party == current.party and r.hash != current.hash
        ]
        yield from sorted(before, key=lambda r: (r.rev, r.at, r.hash), reverse=True)


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
