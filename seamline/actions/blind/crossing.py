"""Runs over one universe that were begun before their sides heard of each other.

- blind 3.7  the one with the lower id goes on; the side that consented to another sends no share of that one
"""

from __future__ import annotations

from collections.abc import Iterable

from seamline.actions.blind import runs
from seamline.actions.blind.runs import Run
from seamline.actions.blind.state import State
from seamline.actions.node import Node


def same(node: Node, run: Run) -> list[Run]:
    """The other runs that ask the very same: over the same bytes of a universe, as the same amendment."""
    return [other for other in runs.runs(node) if other.id != run.id and _asks(other) == _asks(run)]


def goes_on(found: Iterable[Run]) -> Run | None:
    """Of runs that ask the same, the one to go on with: what more sides consented to, else the lower id."""
    return min(found, key=lambda run: (-len(run.consents), run.id), default=None)


def gives_way(run: Run, others: Iterable[Run]) -> bool:
    """Whether a side consented to this run alone, and the other to one with a lower id that asks the same."""
    if len(run.consents) != 1 or run.answer is not None:
        return False
    (side,) = run.consents
    missing = run.terms.other(side)
    return any(
        _asks(other) == _asks(run) and other.id < run.id and missing in other.consents and not other.void
        for other in others
    )


def answered(run: Run, others: Iterable[Run]) -> bool:
    """Whether this run was never answered and never will be: another one that asks the same was."""
    return run.answer is None and any(
        _asks(other) == _asks(run) and other.id != run.id and other.answer is not None for other in others
    )


def left_by(node: Node, party: str, run: Run) -> list[str]:
    """Runs whose ground this party may use again by consenting to `run`: it has sent nothing of them.

    At the node that consented to them alone: no other knows what that one sends.
    """
    if set(run.consents) != {run.terms.other(party)}:
        return []
    state = State(node.local)
    found = []
    for other in same(node, run):
        own = state.side(other.id)
        if own is not None and not own.share and party in other.consents and gives_way(other, [run]):
            found.append(other.id)
    return found


def _asks(run: Run) -> tuple[str, str | None]:
    return run.universe_row.hash, run.terms.amends
