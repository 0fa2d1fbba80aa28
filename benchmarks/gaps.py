"""The gaps of a line of 600 km × 30 km over a week with 2,000 undertakings, beside AND and labelling alone.

H3 resolution 8 (24,800 cells), 168 hours, 2,000 posts whose reach is precomputed (as a node keeps it by
entry). Seamline's answer is picture.gap.gaps: patches with hours, size, length, length × hours and a place.
The floor takes the same arrays, clears each post's cells × hours from a table with numpy, and labels what is
left; of two labellings by scipy the quicker: ndimage.label on the cells' own hexagonal axes, and
csgraph.connected_components on the sparse graph. Both must find as many patches. Then the request itself,
GET /api/gaps's action, on a node with that list and these records in an encrypted picture on disk: the first
one, the same again within the minute, and again in the minute after.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h3.api.numpy_int as h3
import msgspec
import numpy as np
import shapely

from seamline.actions import gaps as desk
from seamline.actions import terrain
from seamline.geo.frame import Frame
from seamline.picture.closing import closings
from seamline.picture.cover import Cover, Reach, reaches
from seamline.picture.gap import gaps
from seamline.picture.ground import Parts, lay_out
from seamline.store.sqlite.picture import SqlitePicture

HOUR, HOURS, POSTS, ROUNDS = 3_600_000, 168, 2_000, 3
FRAME = Frame(44.0, 35.5)
SEED = 20_261_121

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Case:
    """sight: metres; hours: each post watches from 1 up to so many; minutes: times not at full hours."""

    name: str
    sight: tuple[int, int]
    hours: int
    minutes: bool = False


CASES = (
    Case("5 km, up to 24 h", (5_000, 5_000), 24),
    Case("3 to 8 km, up to 12 h", (3_000, 8_000), 12),
    Case("8 km, up to 48 h (nearly all covered)", (8_000, 8_000), 48),
    Case("5 km, 1 h each (most runs)", (5_000, 5_000), 1),
    Case("2 km, up to 24 h (hardly covered)", (2_000, 2_000), 24),
    Case("15 km, up to 6 h (widest reach)", (15_000, 15_000), 6),
    Case("5 km, up to 24 h, at any minute", (5_000, 5_000), 24, minutes=True),
)


def band() -> shapely.Polygon:
    """600 km × 30 km, in degrees."""
    corners = np.array([(-3e5, -15e3), (3e5, -15e3), (3e5, 15e3), (-3e5, 15e3)])
    side = np.linspace(0, 1, 60, endpoint=False)[:, None]
    ring = np.concatenate([corners[i] + side * (corners[(i + 1) % 4] - corners[i]) for i in range(4)])
    return shapely.Polygon(FRAME.to_degrees_many(ring) / 1e7)


def posts(case: Case) -> list[Cover]:
    """Synthetic, seeded, anywhere in the band."""
    dice = np.random.default_rng(SEED)
    at = np.column_stack((dice.uniform(-3e5, 3e5, POSTS), dice.uniform(-15e3, 15e3, POSTS)))
    degrees = FRAME.to_degrees_many(at) / 1e7
    start = dice.integers(0, HOURS, POSTS) * HOUR
    long = dice.integers(1, case.hours + 1, POSTS) * HOUR
    if case.minutes:
        start += dice.integers(0, 60, POSTS) * 60_000
        long += dice.integers(0, 60, POSTS) * 60_000
    sight = dice.integers(case.sight[0], case.sight[1] + 1, POSTS)
    return [
        Cover(shapely.Point(*degrees[i]), int(start[i]), int(start[i] + long[i]), int(sight[i]))
        for i in range(POSTS)
    ]


class Floor:
    """The cells as a hexagonal raster and as a graph; a table hours × cells is cleared and labelled."""

    def __init__(self, parts: Parts, scipy: Any) -> None:
        self._scipy, self._parts = scipy, parts
        origin = int(parts.cells[len(parts.cells) // 2])
        axes = np.array([h3.cell_to_local_ij(origin, int(c)) for c in parts.cells])
        axes -= axes.min(axis=0)
        # The shears of the axes that keep neighbours neighbours; the smallest raster is quickest.
        i, j = axes.T
        shears = [np.column_stack(c) for c in ((i, j), (i - j, j), (i, j - i))]
        self._axes = min(shears, key=lambda a: int(np.prod(np.ptp(a, axis=0) + 1)))
        self._axes = self._axes - self._axes.min(axis=0)
        self._shape = tuple(int(v) + 1 for v in self._axes.max(axis=0))
        steps = self._axes[parts.beside[:, 1]] - self._axes[parts.beside[:, 0]]
        steps = np.unique(np.concatenate((steps, -steps)), axis=0)
        assert len(steps) == 6, "these cells have no common axes"
        self._structure = np.zeros((3, 3, 3), dtype=bool)
        self._structure[1, steps[:, 0] + 1, steps[:, 1] + 1] = True
        self._structure[:, 1, 1] = True

    def table(self, covers: list[Cover], of: list[Array]) -> Array:
        """What is open, hours × cells."""
        open_ = np.ones((HOURS, len(self._parts.size)), dtype=bool)
        for cover, cells in zip(covers, of, strict=True):
            begin, end = max(0, -(-cover.start // HOUR)), min(HOURS, cover.end // HOUR)
            open_[begin:end, cells] = False
        return open_

    def raster(self, open_: Array) -> int:
        """How many patches, by ndimage.label."""
        table = np.zeros((HOURS, *self._shape), dtype=bool)
        table[:, self._axes[:, 0], self._axes[:, 1]] = open_
        return int(self._scipy.ndimage.label(table, self._structure)[1])

    def graph(self, open_: Array) -> int:
        """How many patches, by csgraph.connected_components."""
        many = open_.shape[1]
        number = np.cumsum(open_.ravel()) - 1
        one, two = self._parts.beside.T
        hour, pair = np.nonzero(open_[:, one] & open_[:, two])
        later, cell = np.nonzero(open_[1:] & open_[:-1])
        a = np.concatenate((number[hour * many + one[pair]], number[later * many + cell]))
        b = np.concatenate((number[hour * many + two[pair]], number[(later + 1) * many + cell]))
        nodes = int(number[-1]) + 1
        edges = self._scipy.sparse.coo_array((np.ones(len(a), dtype=bool), (a, b)), shape=(nodes, nodes))
        return int(self._scipy.sparse.csgraph.connected_components(edges, directed=False)[0])


def timed(job: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """The quickest of some rounds, in seconds, and what it gave."""
    best, gave = float("inf"), None
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        gave = job()
        best = min(best, time.perf_counter() - start)
    return best, gave


def compare(parts: Parts, floor: Floor, case: Case) -> float:
    """Print one line; the ratio."""
    covers = posts(case)
    reach = reaches(parts, covers, None)
    # Without those under 100 m², which are no patches of ours: the rim has some.
    ours, found = timed(lambda: gaps(parts, 0, HOURS * HOUR, covers, reach))
    of = [r.within(c.sight_m)[0] for c, r in zip(covers, reach, strict=True)]
    clear, open_ = timed(lambda: floor.table(covers, of))
    by_raster, patches = timed(lambda: floor.raster(open_), 3)
    by_graph, same = timed(lambda: floor.graph(open_), 1)
    counted = len(found.first) - 1
    # The raster joins what the rim of the ground cuts a cell into.
    if not case.minutes and not patches <= same == counted:
        raise AssertionError(f"{case.name}: {counted} patches, {patches} and {same} by the floor")
    least = clear + min(by_raster, by_graph)
    print(
        f"| {case.name} | {len(found.runs.part):,} | {counted:,} | {1000 * ours:.0f} | {1000 * clear:.0f} + "
        f"{1000 * min(by_raster, by_graph):.0f} | {ours / least:.2f} × |"
    )
    return ours / least


def get_scipy(folder: Path) -> Any:
    """scipy in a folder of its own, behind this program's packages: nothing of ours depends on it."""
    words = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--target",
        str(folder),
        "scipy",
    ]
    subprocess.run(words, check=True)
    sys.path.append(str(folder))
    import scipy.ndimage
    import scipy.sparse.csgraph

    return scipy


# ------------------------------------------------------------------ the request


def request(folder: Path) -> None:
    """GET /api/gaps's action, relief included, on a node with an endorsed list and 2,000 undertakings."""
    from tests.nodes import START, World, attested, officer

    world = World()
    picture = SqlitePicture(folder / "picture.db", b"k" * 32)
    node = world.node("kirkuk", "isf", "ksf", channels=("isf+ksf",), picture=picture)
    world.meet()
    node.relief = terrain.relief
    who, planner = officer("ksf", "watch"), officer("ksf", "planner", "release")
    outline = [[round(x * 1e7), round(y * 1e7)] for x, y in shapely.get_coordinates(band())]
    hours = {"start": START, "end": START + HOURS * HOUR}
    place = {"geometry": {"type": "Polygon", "coordinates": [outline]}}
    body = {"name": "Line", "place": place, "weight": 5, "hours": hours}
    listed = _put(node, planner, "watch", body)
    yes = {"of": listed["id"], "hash": listed["hash"]}
    for party in ("isf", "ksf"):
        attested(world, node, officer(party, "signatory"), "endorsement", "isf+ksf", yes)
    for n, cover in enumerate(posts(CASES[0])):
        when = {"start": START + cover.start, "end": START + cover.end}
        spot = [round(v * 1e7) for v in cover.geometry.coords[0]]
        told = {"title_text": f"post {n}", "type": "observation", "mode": "undertaking", "when": when}
        told |= {"place": {"geometry": {"type": "Point", "coordinates": spot}}, "sight_m": cover.sight_m}
        _put(node, planner, "activity", told)
    first, answer = timed(lambda: desk.found(node, who), 1)
    again, _ = timed(lambda: desk.found(node, who))
    node.clock.advance(60_000)  # type: ignore[attr-defined] # a test's node has a ManualClock
    later, _ = timed(lambda: desk.found(node, who), 1)
    size = len(msgspec.json.encode(answer)) / 1e6
    print(f"\nrequest: first {first:.2f} s, again {again:.3f} s, a minute later {later:.2f} s;"
          f" {len(answer['items'])} gaps, {size:.1f} MB")  # fmt: skip
    world.close()
    picture.close()


def _put(node: Any, who: Any, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    from tests.nodes import put

    return put(node, who, kind, "isf+ksf", body)


def main() -> None:
    """Print the table, the worst case, and the request."""
    laid, parts = timed(lambda: lay_out(band(), FRAME), 1)
    covers = posts(CASES[0])
    without, reach = timed(lambda: reaches(parts, covers, None), 1)
    with_relief, _ = timed(lambda: reaches(parts, covers, terrain.relief()), 1)
    print(
        f"{len(parts.size):,} cells of H3 resolution {h3.get_resolution(int(parts.cells[0]))}, "
        f"{HOURS} hours, {POSTS:,} posts"
    )
    print(
        f"once: ground {laid:.2f} s, reach of all posts {without:.2f} s, with relief {with_relief:.2f} s "
        f"({sum(map(_bytes, reach)) / 1e6:.0f} MB)"
    )
    print(
        "\n| posts | runs | patches | Seamline ms | AND + labelling ms | ratio |\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        floor = Floor(parts, get_scipy(Path(folder)))
        ratios = [compare(parts, floor, case) for case in CASES]
    print(f"\nworst {max(ratios):.2f} × the floor (target 10 ×)")
    found = gaps(parts, 0, HOURS * HOUR, covers, reach)
    patches = list(found)[: desk.LIMIT]
    proposing, _ = timed(lambda: closings(patches, covers, reach), 1)
    print(f"what would close them: {proposing:.2f} s for {len(patches)} patches")
    with tempfile.TemporaryDirectory(prefix="seamline gaps ") as folder:
        request(Path(folder))


def _bytes(one: Reach) -> int:
    return int(one.parts.nbytes + one.metres.nbytes + one.seen.nbytes)
