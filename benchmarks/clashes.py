"""All clashes among 1,000,000 stored activities at once: what a rebuild or new terms ask for.

Seamline's answer is the code of the rebuild on the encrypted SQLite picture: read, sweep, and for each pair
how near, how near they may be, when and where. The floor is a plain program on the same file: it reads the
same shapes, brings them into the plane, keeps a shapely STRtree of widened boxes for each day, and asks GEOS
whether two shapes are near enough; it tells pairs, nothing more. Both must find exactly the same pairs.

Then the worst cases, smaller: everything in one day, and everything in one place at one time, where nearly
every pair of two parties clashes. Target: at most 3 x the floor.
Arguments by environment: SEAMLINE_BENCH_PLANS (1000000), SEAMLINE_BENCH_ROUNDS (3).
"""

from __future__ import annotations

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import shapely

from benchmarks.clash import BUFFER, DAY, FIRST, FRAME, HOUR, Array, Plans, make
from seamline.actions.clashing import Policy, all_clashes, stated
from seamline.store.ports import ClashRow, SubjectRow
from seamline.store.sqlite.picture import SqlitePicture

KEY = b"k" * 32
POLICY = Policy(FRAME)
WORST = 30_000
CROWD = 1_200
BATCH = 200_000


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: all of it; until the shapes were in the plane; of the processor."""

    whole: float
    ready: float
    busy: float


def main() -> None:
    """One table for each lie of the plans."""
    count = int(os.environ.get("SEAMLINE_BENCH_PLANS", "1000000"))
    rounds = int(os.environ.get("SEAMLINE_BENCH_ROUNDS", "3"))
    plans = make("p", count, 1)
    print(f"{count:,} plans over a year along the line, {rounds} rounds that take turns")
    _measure(plans, rounds, keep=True)
    few = make("p", WORST, 1)
    print(f"{WORST:,} plans, all on one day")
    _measure(replace(few, start=FIRST + few.start % (18 * HOUR)), rounds)
    crowd = make("p", CROWD, 1)
    same = crowd.rings - crowd.rings.mean(axis=1, keepdims=True).astype(np.int64) + crowd.rings[0, 0]
    print(f"{CROWD:,} plans, all in one place at one time")
    _measure(replace(crowd, rings=same, start=np.full(CROWD, FIRST)), rounds)


def _measure(plans: Plans, rounds: int, *, keep: bool = False) -> None:
    with tempfile.TemporaryDirectory(prefix="seamline clashes ") as folder:
        path = Path(folder) / "picture.db"
        store = SqlitePicture(path, KEY)
        _fill(store, plans)
        ours, floors = [], []
        for _ in range(rounds):
            gc.collect()
            begin, busy = time.perf_counter(), time.process_time()
            found = list(all_clashes(store, POLICY))
            ours.append(Took(time.perf_counter() - begin, 0.0, time.process_time() - busy))
            pairs = _pairs(found)
            if not keep:
                del found
            gc.collect()
            same, floor = _floor(path)
            floors.append(floor)
            if not np.array_equal(pairs, same):
                raise SystemExit(f"{len(pairs):,} pairs and the floor's {len(same):,} are not the same")
        print(f"  {len(pairs):,} pairs, the same of both")
        _report("seamline, read to found", ours, floors)
        _report("the floor", floors, floors)
        in_plane = statistics.median(a.whole / (b.whole - b.ready) for a, b in zip(ours, floors, strict=True))
        print(f"  seamline beside the floor's sweep alone, shapes in the plane: {in_plane:.2f} x")
        if keep:
            begin = time.perf_counter()
            with store.transaction() as tx:
                tx.replace_clashes(found)
            print(f"  keeping them: {time.perf_counter() - begin:.1f} s")
        store.close()


def _report(what: str, took: Sequence[Took], floors: Sequence[Took]) -> None:
    ratios = [a.whole / b.whole for a, b in zip(took, floors, strict=True)]
    busy = statistics.median(a.busy / b.busy for a, b in zip(took, floors, strict=True))
    whole = statistics.median(one.whole for one in took)
    worked = statistics.median(one.busy for one in took)
    print(
        f"  {what:24} {whole:7.2f} s {statistics.median(ratios):6.2f} x"
        f" ({min(ratios):.2f} to {max(ratios):.2f})"
        f"   {worked:6.2f} s of the processor {busy:6.2f} x"
    )


def _fill(store: SqlitePicture, plans: Plans) -> None:
    """What the fold keeps of each plan for the clash rule; the records themselves are not asked."""
    first = plans.row(0)
    shapes: Array = np.array(shapely.to_wkb(shapely.polygons(plans.rings / 1e7)), dtype=object)
    for at in range(0, len(plans), BATCH):
        with store.transaction() as tx:
            for i, shape in enumerate(shapes[at : at + BATCH].tolist(), at):
                begin, party = int(plans.start[i]), ("isf", "ksf")[plans.party[i]]
                said = ("isf+ksf", f"p{i:07d}", party, "activity", "patrol", begin, begin + 6 * HOUR, BUFFER)
                tx.put_subject(said[0], said[1], SubjectRow(*said, False, shape))
    if next(store.subjects()) != stated(first):
        raise SystemExit("what was stored is not what the fold keeps")


def _pairs(found: Sequence[ClashRow]) -> Array:
    """Each pair as one number, sorted."""
    pairs = [(int(c.a[1][1:]) << 32) | int(c.b[1][1:]) for c in found]
    return np.sort(np.array(pairs, dtype=np.int64))


def _floor(path: Path) -> tuple[Array, Took]:
    begin, busy = time.perf_counter(), time.process_time()
    rows = _read(path)
    start, end, party, buffer = (np.array(column) for column in rows[:4])
    plane = FRAME.to_plane_many(shapely.from_wkb(rows[4]))
    ready = time.perf_counter()
    west, south, east, north = shapely.bounds(plane).T
    boxes = shapely.box(west - buffer, south - buffer, east + buffer, north + buffer)
    first, last = start // DAY, (end - 1) // DAY
    pairs = []
    order = np.argsort(first, kind="stable")
    for day in range(int(first.min()), int(last.max()) + 1):
        # Plans last six hours, so today's began today or yesterday.
        near = order[slice(*np.searchsorted(first[order], (day - 1, day + 1)))]
        present = near[last[near] >= day]
        a, b = shapely.STRtree(boxes[present]).query(boxes[present])
        a, b = present[a], present[b]
        met = (a < b) & (party[a] != party[b]) & (np.maximum(first[a], first[b]) == day)
        met &= np.maximum(start[a], start[b]) < np.minimum(end[a], end[b])
        a, b = a[met], b[met]
        # A distance counts to the millimetre.
        needed: Any = buffer[a] + buffer[b] + 0.0005
        close = shapely.dwithin(plane[a], plane[b], needed)
        pairs.append((a[close] << 32) | b[close])
    found = np.sort(np.concatenate(pairs))
    done = time.perf_counter()
    return found, Took(done - begin, ready - begin, time.process_time() - busy)


def _read(path: Path) -> list[tuple[Any, ...]]:
    """Columns: start, end, party, buffer, shape, in the order of the ids."""
    database = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    database.pragma("cipher", "chacha20")
    database.pragma("key", f"x'{KEY.hex()}'")
    rows = database.execute("SELECT start, stop, party, buffer, shape FROM subjects ORDER BY channel, id")
    columns = list(zip(*rows, strict=True))
    database.close()
    return columns


if __name__ == "__main__":
    main()
