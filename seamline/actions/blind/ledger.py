"""What was asked about: from local state, and again from the party's own log (docs/spec/blind.md 3.4)."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from seamline.actions.blind import crossing, runs
from seamline.actions.blind.state import State
from seamline.actions.node import Node
from seamline.blind.budget import Spent, spending
from seamline.errors import BadInput
from seamline.records.blind import Universe


def spent(node: Node, party: str) -> list[Spent]:
    """Of a side, or of the facilitator: the runs in which it has said something that cannot be taken back.

    Not those that were left for another that asks the same (blind 3.7).
    """
    state, known = State(node.local), list(runs.runs(node))
    found = {one.run: one for one in state.spent()}
    for run in known:
        if state.is_left(run.id) or crossing.answered(run, known):
            continue
        if run.id not in found and any(party in said for said in (run.consents, run.keys, run.shares)):
            try:
                line = _line(
                    run.id, run.universe_row.hash, msgspec.json.encode(run.universe), run.terms.amends
                )
            except BadInput:
                # A universe that cannot be built was never asked about: no share can be made of it.
                continue
            found[run.id] = line
    return list(found.values())


@lru_cache(maxsize=256)
def _line(run: str, hash: str, universe: bytes, amends: str | None) -> Spent:
    told = msgspec.json.decode(universe, type=Universe)
    return spending(runs.built_of(hash, universe), run, told.check_kind, amends)
