"""How often ground may be asked about: each answer tells something (docs/spec/blind.md 3).

- blind 3.1  each res-8 cell and hour is used by one run, whatever universe contains it
- blind 3.2  never by a clash and by a gap: together they give the other plan away
- blind 3.3  one amendment of a run, over the very same universe, that both sides consent to again
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seamline.blind.universe import Universe
from seamline.errors import BadInput

Array = np.ndarray[Any, Any]

LEDGER_RES: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Spent:
    """A run and what it uses up: cells of resolution 8, sorted, from start to end (ms)."""

    run: str
    check: str
    digest: str
    cells: Array
    start: int
    end: int
    amends: str | None = None


def spending(universe: Universe, run: str, check: str, amends: str | None = None) -> Spent:
    """What a run over this universe uses up."""
    return Spent(
        run,
        check,
        universe.digest.hex(),
        footprint(universe.cells, universe.res),
        universe.start,
        universe.end,
        amends,
    )


def footprint(cells: Array, res: int) -> Array:
    """The cells of resolution 8 that these belong to, or that belong to these."""
    import h3.api.numpy_int as h3

    if res == LEDGER_RES:
        return np.sort(cells)
    found: set[int] = set()
    for cell in cells:
        if res > LEDGER_RES:
            found.add(int(h3.cell_to_parent(int(cell), LEDGER_RES)))
        else:
            found.update(int(c) for c in h3.cell_to_children(int(cell), LEDGER_RES))
    return np.array(sorted(found), dtype=np.uint64)


def check(before: Iterable[Spent], wanted: Spent) -> None:
    """BadInput if the run would ask again about what was asked (blind 3.1 to 3.3)."""
    for one in before:
        if one.run == wanted.run or not (one.start < wanted.end and wanted.start < one.end):
            continue
        both = np.intersect1d(one.cells, wanted.cells, assume_unique=True)
        if not len(both):
            continue
        hours = (min(one.end, wanted.end) - max(one.start, wanted.start)) // 3_600_000
        shown = f"{len(both) * hours} cell-hours of run {one.run}"
        if one.check != wanted.check:
            remedy = "clash and gap over one cell-hour give the other plan away; take other ground or days"
            raise BadInput("universe", shown, remedy, code="blind_both")
        if not _amends(wanted, one):
            raise BadInput(
                "universe", shown, "each is asked about once; take other ground or days", code="blind_spent"
            )


def _amends(wanted: Spent, one: Spent) -> bool:
    """Whether wanted is the one amendment that this run may have."""
    # A second amendment meets the first, which it does not amend.
    return wanted.amends == one.run and one.amends is None and wanted.digest == one.digest


def rate_is_high(rates: Iterable[float], rate: float) -> bool:
    """Whether so large a part of what was marked met that somebody may have claimed far too much (blind 3.5).

    rates: of runs before. Far above the median: four times, and at least a tenth; without runs before, half.
    """
    known = sorted(rates)
    if len(known) < 3:
        return rate > 0.5
    return rate > max(0.1, 4 * float(np.median(known)))
