"""Blind checks: a consent that a side's signatory has yet to give, what was learnt, what a side was asked.

Each is for one party alone: what was learnt lies in its own channel, and a proposal in that of the side asked
and the facilitator; of the other side nothing follows from them (law 3, blind 6.7).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seamline.actions.blind import crossing, runs
from seamline.actions.node import Node
from seamline.actions.waits.wait import SOON, TODAY, Wait
from seamline.log.channel import members
from seamline.records import registry
from seamline.records.blind import BlindLearnt, BlindProposal
from seamline.store.ports import Row

_SIGNATORY = frozenset({"signatory"})
_PLANNERS = frozenset({"watch", "planner", "release"})


def unconsented(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For a signatory of a side that has not consented, while the run can still tell something beforehand."""
    run = None if node.joint else runs.load(node.picture, row)
    if run is None or run.void or run.answer is not None:
        return
    if party not in run.terms.sides or party in run.consents:
        return
    if crossing.gives_way(run, crossing.same(node, run)):
        return
    start, end = run.universe.start, run.universe.window().end
    # Of a universe that does not stand nothing is shown; it is kept to be looked at when that changes.
    ends = end if runs.is_agreed(node.picture, run) else 0
    on = (run.channel, run.universe_row.id)
    name = run.universe.name
    yield Wait("blind_consent", SOON, row.received_at, start, row, name, 0, ends, _SIGNATORY, on)


def found(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For the party that learnt it, under the run, until the last of the hours found is over."""
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, BlindLearnt) or not value.spots or row.channel != party:
        return
    told = next(iter(node.picture.find(value.run, node.channels())), None)
    run = runs.load(node.picture, told) if told is not None else None
    if run is None:
        return
    first, last = min(s.when.start for s in value.spots), max(s.when.end for s in value.spots)
    name = run.universe.name
    yield Wait("blind_found", TODAY, row.received_at, first, run.row, name, end=last, roles=_PLANNERS)


def proposed(node: Node, party: str, row: Row) -> Iterator[Wait]:
    """For the side that the facilitator asked to look at a place, until those hours are over."""
    value = registry.read(row.kind, msgspec.json.decode(row.body))
    if not isinstance(value, BlindProposal) or party in members(row.party):
        return
    if not node.picture.refs_to(row.id, "withdraws"):
        end = value.when.end
        yield Wait("blind_asked", TODAY, row.received_at, value.when.start, row, end=end, roles=_PLANNERS)
