"""What other sides answered to an activity, and who has yet to. Nothing here is ever an approval (law 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from seamline.actions.endorsing import planned, signatories, state_of
from seamline.actions.said import Said
from seamline.actions.withdrawn import withdrawn
from seamline.errors import BadInput, Conflict, Worded
from seamline.geo.window import HOUR
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.activity import Activity
from seamline.records.answer import Answer
from seamline.store.ports import PictureReader, Row

OPEN = frozenset({"released", "changed", "answered", "active"})
"""States in which an activity can be answered."""


@dataclass(frozen=True, slots=True)
class Given:
    """A party's newest answer. earlier: it was given to another revision than the current one."""

    row: Row
    body: Answer
    earlier: bool
    changed: tuple[str, ...] | None
    """Of an earlier one, the fields that changed since; None where that revision is not known here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A party whose answer to this revision is missing.

    reached: since when it has it, ms (None: not known here). due: until when it is asked to answer, by
    `source` (rule, activity, start); None: its hours have not begun. later: when that time is over twice, or
    the activity begins. again: it answered an earlier revision.
    """

    party: str
    reached: int | None
    due: int | None
    later: int | None
    source: str
    again: bool

    def level(self, as_of: int) -> int:
        """0: it has time; 1: that is over; 2: over twice, or the activity has begun."""
        return sum(at is not None and as_of >= at for at in (self.due, self.later))


def given(picture: PictureReader, row: Row, as_of: int) -> list[Given]:
    """The newest answer of each party to this activity, by party."""
    newest: dict[str, Row] = {}
    for by in all_given(picture, row, as_of):
        best = newest.get(by.party, by)
        newest[by.party] = max(best, by, key=lambda r: (r.at, r.hash))
    found = []
    for _, by in sorted(newest.items()):
        body = registry.read("answer", msgspec.json.decode(by.body))
        if isinstance(body, Answer):
            earlier = body.hash != row.hash
            found.append(Given(by, body, earlier, changed(picture, row, body.hash) if earlier else ()))
    return found


def all_given(picture: PictureReader, row: Row, as_of: int) -> list[Row]:
    """Every answer by another party, to any revision, that was not taken back."""
    own, found = set(members(row.party)), []
    for ref in picture.refs_to(row.id, "answered"):
        by = picture.record(ref.channel, ref.id) if ref.channel == row.channel else None
        if by is None or not by.counts or by.at > as_of or own.intersection(members(by.party)):
            continue
        if not withdrawn(picture, by):
            found.append(by)
    return found


def changed(picture: PictureReader, row: Row, hash: str) -> tuple[str, ...] | None:
    """The fields in which the revision with that hash differs from this one; None where it is not known."""
    before = next((r for r in picture.revisions(row.channel, row.id) if r.hash == hash), None)
    if before is None:
        return None
    old, new = msgspec.json.decode(before.body), msgspec.json.decode(row.body)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def asked(
    picture: PictureReader,
    row: Row,
    value: Activity,
    reached: Mapping[str, int],
    as_of: int,
    hours: Mapping[str, int],
) -> list[Asked]:
    """The parties whose answer to this revision is missing at as_of, by party, whether or not it stands.

    hours: within which a rule in force asks a party for its answer, from arrival. Who endorsed a joint plan
    of it that is in force is asked for nothing more (law 2: both signed the same bytes).
    """
    answers = {one.row.party: one for one in given(picture, row, as_of)}
    plans = planned(picture, row, value, as_of)
    found = []
    for party in sorted(signatories(picture, row.channel, as_of) - set(members(row.party))):
        before = answers.get(party)
        if (before is None or before.earlier) and not plans.get(party):
            at = reached.get(party)
            due, source = _due(value, at, hours.get(party))
            later = None
            if due is not None:
                twice = due + max(0, due - (row.stands_at if at is None else at))
                later = max(due, min(twice, value.when.start))
            found.append(Asked(party, at, due, later, source, before is not None or party in plans))
    return found


def _due(value: Activity, reached: int | None, hours: int | None) -> tuple[int | None, str]:
    """By the rule in force; else as the author asks; else before it begins.

    Hours run from arrival: while that is not known here, they have not begun.
    """
    if hours is not None:
        return (None if reached is None else reached + hours * HOUR), "rule"
    if value.answer_by is not None:
        return value.answer_by, "activity"
    return value.when.start, "start"


# ------------------------------------------------------------------ what can be answered


def check(said: Said) -> None:
    """An answer is to another side's activity that stands, as it reads now; else BadInput or Conflict."""
    body, picture = said.body, said.picture
    if not isinstance(body, Answer):
        return
    row = picture.record(said.channel, body.of)
    value = registry.read("activity", msgspec.json.decode(row.body)) if row else None
    if row is None or not isinstance(value, Activity):
        raise BadInput("body.of", body.of, Worded("remedy.activity_here", "name an activity in this channel"))
    own = set(members(said.party))
    if own & set(members(row.party)):
        raise BadInput(
            "body.of",
            body.of,
            Worded("remedy.other_answers", "the other side answers it, in its own name: sign with your key"),
        )
    state = state_of(picture, row, value, said.now)
    if state not in OPEN:
        raise BadInput(
            "body.of", state, "it stands no more: nothing to answer is left", code="answer_not_open"
        )
    if body.hash != row.hash:
        raise Conflict("it has changed since: read it again, and answer what it says now", rev=row.rev)
    if body.counters is not None:
        counter = picture.record(said.channel, body.counters)
        if counter is None or counter.kind != "activity" or counter.party != said.party:
            raise BadInput(
                "body.counters",
                body.counters,
                Worded("remedy.activity_own_here", "name an activity of your own in this channel"),
            )
