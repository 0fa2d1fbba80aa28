"""A run as the records tell it: its terms, who consented, what was sent. The same on every node.

- blind 1.5  a run counts over the revision of a universe that is in force and that the facilitator witnessed
- blind 4.2  two consents of one side that differ void a run
- blind 4.5  so do two keys of the facilitator
- blind 5.12 so do two answers
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from seamline.actions.clashing import referrers
from seamline.actions.endorsing import standing_revision
from seamline.actions.node import Node
from seamline.blind import universe as universes
from seamline.blind.run import Consent, Terms, transcript
from seamline.errors import BadInput, RuleBroken
from seamline.log.channel import channel_id
from seamline.records import registry
from seamline.records.agreed import witnesses
from seamline.records.blind import (
    BlindAnswer,
    BlindConsent,
    BlindKey,
    BlindOutcome,
    BlindRun,
    BlindShare,
    Universe,
)
from seamline.records.kind import Body
from seamline.store.ports import PictureReader, Row

B = TypeVar("B", bound=Body)
FOREVER = 4_102_444_800_000


class Said(dict[str, tuple[Row, B]]):
    """What each party said of one kind. void: the rule that says it twice breaks."""

    void: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """channel: of all three; of each party what it said, by party. void: by which rule it counts no more."""

    row: Row
    body: BlindRun
    universe_row: Row
    universe: Universe
    terms: Terms
    consents: Said[BlindConsent]
    keys: Said[BlindKey]
    shares: Said[BlindShare]
    answers: Said[BlindAnswer]
    outcomes: Said[BlindOutcome]
    void: str = field(default="")

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def channel(self) -> str:
        return self.row.channel

    @property
    def answer(self) -> tuple[Row, BlindAnswer] | None:
        return self.answers.get(self.terms.facilitator)

    def side_channel(self, side: str) -> str:
        """Where a side's share goes: to the facilitator and nobody else."""
        return channel_id([side, self.terms.facilitator])

    def transcript(self) -> bytes | None:
        """The hash both sides and the facilitator work under; None before all has been said (blind 4.3)."""
        if self.void or set(self.consents) != set(self.terms.sides) or not self.keys:
            return None
        key = bytes.fromhex(self.keys[self.terms.facilitator][1].key)
        given = {
            side: Consent(bytes.fromhex(c.commitment), bytes.fromhex(c.key))
            for side, (_, c) in self.consents.items()
        }
        return transcript(self.terms, key, given)


def runs(node: Node) -> Iterator[Run]:
    """Every run that this node holds and can make sense of, by id."""
    for row in node.picture.current_of_kind("blind_run"):
        made = load(node.picture, row)
        if made is not None:
            yield made


def load(picture: PictureReader, row: Row) -> Run | None:
    """The run of a row; None if its universe is not here, or it cannot be one."""
    body = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(body, BlindRun) or row.rev != 1:
        return None
    found = next((r for r in picture.revisions(row.channel, body.universe) if r.hash == body.hash), None)
    universe = registry.read(found.kind, msgspec.json.decode(found.body)) if found else None
    if found is None or not isinstance(universe, Universe):
        return None
    try:
        terms = _terms(row, body, universe)
    except BadInput:
        return None
    if row.channel != channel_id([*terms.sides, terms.facilitator]) or row.party not in terms.sides:
        return None
    return _with_all(picture, row, body, found, universe, terms)


def _with_all(
    picture: PictureReader, row: Row, body: BlindRun, found: Row, universe: Universe, terms: Terms
) -> Run:
    sides, host, here = terms.sides, (terms.facilitator,), row.channel
    narrow = {side: channel_id([side, terms.facilitator]) for side in sides}
    given = dict.fromkeys((*sides, *host), here)
    rows = _referring(picture, row.id)
    hashed = terms.hash.hex()
    consents = _said(rows, BlindConsent, {s: given[s] for s in sides}, "blind 4.2")
    keys = _said(rows, BlindKey, {h: given[h] for h in host}, "blind 4.5")
    shares = _said(rows, BlindShare, narrow, "blind 4.8")
    answers = _said(rows, BlindAnswer, {h: given[h] for h in host}, "blind 5.12")
    outcomes = _said(rows, BlindOutcome, {s: given[s] for s in sides}, "blind 5.12")
    void = consents.void or keys.void or shares.void or answers.void
    told = [c.terms for _, c in consents.values()] + [k.terms for _, k in keys.values()]
    if not void and any(one != hashed for one in told):
        void = "blind 4.1"
    return Run(row, body, found, universe, terms, consents, keys, shares, answers, outcomes, void)


def is_agreed(picture: PictureReader, run: Run) -> bool:
    """Whether its universe stands, in that very revision, and is witnessed (blind 1.5)."""
    return agreed(picture, run.universe_row) is not None


def agreed(picture: PictureReader, row: Row) -> Universe | None:
    """The universe of this row, if this is the revision in force and its facilitator witnessed it."""
    current = picture.record(row.channel, row.id)
    stands = standing_revision(picture, current, FOREVER) if current else None
    if stands is None or stands[0].hash != row.hash or not isinstance(stands[1], Universe):
        return None
    return stands[1] if stands[1].facilitator in witnesses(referrers(picture, row), FOREVER) else None


def built(row: Row, universe: Universe) -> universes.Universe:
    """The cell-hours of a universe; BadInput blind_stale unless they are those agreed (blind 1.3)."""
    made = built_of(row.hash, msgspec.json.encode(universe))
    if made.digest.hex() != universe.digest or made.size != universe.cells:
        raise BadInput("universe", row.id, "this node finds other cells in it", code="blind_stale")
    return made


@lru_cache(maxsize=4)
def built_of(hash: str, data: bytes) -> universes.Universe:
    """As `built`, unchecked, of the record's JSON; hash: of its entry."""
    universe = msgspec.json.decode(data, type=Universe)
    areas = [msgspec.to_builtins(area.geometry) for area in universe.areas]
    return universes.build(areas, universe.res, universe.start, universe.days)


def _terms(row: Row, body: BlindRun, universe: Universe) -> Terms:
    universes.check_caps(universe.cells, universe.cap, universe.result_cap)
    one, other = universe.sides
    return Terms(
        run=row.id,
        check=universe.check_kind,
        sides=(one, other),
        facilitator=universe.facilitator,
        universe=body.hash,
        digest=universe.digest,
        cells=universe.cells,
        cap=universe.cap,
        result_cap=universe.result_cap,
        until=body.until,
        amends=body.amends,
    )


def _referring(picture: PictureReader, id: str) -> list[Row]:
    found = (picture.record(ref.channel, ref.id) for ref in picture.refs_to(id))
    return [row for row in found if row is not None and row.counts]


def _said(rows: list[Row], kind: type[B], where: dict[str, str], rule: str) -> Said[B]:
    """What each of these parties said of that kind in its channel; an officer's only with his signature."""
    out: Said[B] = Said()
    for row in rows:
        if row.kind != kind.KIND or where.get(row.party) != row.channel or row.rev != 1:
            continue
        if kind.WRITERS and row.signer is None:
            continue
        body: Any = registry.read(row.kind, msgspec.json.decode(row.body))
        if not isinstance(body, kind):
            continue
        if row.party in out and out[row.party][1] != body:
            out.void = rule
        out.setdefault(row.party, (row, body))
    return out


def broken(rule: str) -> RuleBroken:
    """Why a void run gives nothing."""
    return RuleBroken(rule, "the records of this run contradict each other")
