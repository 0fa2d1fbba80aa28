"""The agreed universe of a blind check: which cell-hours, in which order (docs/spec/blind.md 1).

- blind 1.1  ground is whole areas: the cells whose middle lies in an area, a stretch by the cells it touches
- blind 1.2  order: day, then area, then cell, then hour; a cell belongs to the first area that has it
- blind 1.3  digest over resolution, start, days and cells in order
- blind 1.4  5,000 to 6,000,000 cell-hours, whole UTC days, resolution 7 to 10
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seamline.errors import BadInput, Worded
from seamline.geo import place
from seamline.geo.cells import cells_touching
from seamline.geo.lattice import about
from seamline.geo.place import Geometry
from seamline.geo.window import DAY, HOUR

Array = np.ndarray[Any, Any]

FEWEST: Final = 5_000
MOST: Final = 6_000_000
RESOLUTIONS: Final = range(7, 11)
MAX_DAYS: Final = 31
_TAG: Final = b"seamline/blind/universe/1\n"


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """cells: H3 indexes (n,), area by area; offsets: where each area begins in them, and n.

    start: ms, a UTC midnight. Cell-hour i is day i // 24n, cell (i // 24) % n, hour i % 24.
    """

    res: int
    start: int
    days: int
    cells: Array
    offsets: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many cell-hours there are."""
        return len(self.cells) * self.days * 24

    @property
    def end(self) -> int:
        return self.start + self.days * DAY

    @property
    def areas(self) -> int:
        return len(self.offsets) - 1

    @property
    def digest(self) -> bytes:
        """SHA-256 over everything that decides which bit means what (blind 1.3)."""
        head = np.array([self.res, self.start, self.days, *self.offsets], dtype=">u8").tobytes()
        return hashlib.sha256(_TAG + head + self.cells.astype(">u8").tobytes()).digest()

    def leaf(self, day: int, area: int) -> slice:
        """The cell-hours of one area on one day, which stand together (blind 7.1)."""
        if not (0 <= day < self.days and 0 <= area < self.areas):
            raise BadInput("day", f"{day}, area {area}", f"{self.days} days, {self.areas} areas, from 0")
        base = day * len(self.cells)
        return slice((base + self.offsets[area]) * 24, (base + self.offsets[area + 1]) * 24)

    def where(self, index: Array) -> tuple[Array, Array]:
        """Cell-hours as places in `cells` and as instants, ms."""
        day, rest = np.divmod(np.asarray(index, dtype=np.int64), len(self.cells) * 24)
        cell, hour = np.divmod(rest, 24)
        return cell, self.start + day * DAY + hour * HOUR


def build(areas: Sequence[Geometry], res: int, start: int, days: int) -> Universe:
    """The universe of these areas and days. BadInput for one that may not be (blind 1.1, 1.4)."""
    if res not in RESOLUTIONS:
        raise BadInput("res", res, "an H3 resolution from 7 to 10", code="blind_resolution")
    if start % DAY:
        raise BadInput(
            "start", start, Worded("remedy.midnight", "a midnight in UTC: whole days only"), code="blind_days"
        )
    if not 1 <= days <= MAX_DAYS:
        raise BadInput("days", days, f"from 1 to {MAX_DAYS} whole days", code="blind_days")
    if not areas:
        raise BadInput("areas", 0, "at least one sector, whole", code="blind_areas")
    found, offsets = [], [0]
    seen: Array = np.zeros(0, dtype=np.uint64)
    for area in areas:
        own = np.setdiff1d(_cells(area, res, days), seen)
        seen = np.union1d(seen, own)
        found.append(own)
        offsets.append(offsets[-1] + len(own))
    made = Universe(res, start, days, np.concatenate(found), tuple(offsets))
    if not FEWEST <= made.size <= MOST:
        remedy = f"from {FEWEST} to {MOST} cell-hours: other sectors, days or cells"
        raise BadInput("areas", f"{made.size} cell-hours", remedy, code="blind_size")
    return made


def check_caps(cells: int, cap: int, result_cap: int) -> None:
    """BadInput unless 1 ≤ result cap ≤ cap ≤ a quarter of the universe (blind 1.4)."""
    if not 1 <= cap <= cells // 4:
        raise BadInput("cap", cap, f"from 1 to {cells // 4}, a quarter of the universe", code="blind_cap")
    if not 1 <= result_cap <= cap:
        raise BadInput("result_cap", result_cap, f"from 1 to {cap}", code="blind_cap")


def _cells(area: Geometry, res: int, days: int) -> Array:
    """Sorted. Middles for ground, so that sectors that touch share no cell; a stretch has no middle."""
    import h3.api.numpy_int as h3

    if area["type"] == "LineString":
        return cells_touching(area, res)
    if area["type"] == "Point":
        raise BadInput("areas", "Point", "an area or a stretch, not a point", code="blind_areas")
    parts = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
    size = place.to_shapely(area).area * 111_700.0**2
    if about(res, size, 0) * days * 24 > MOST * 2:
        raise BadInput("areas", "too large", f"at most {MOST} cell-hours", code="blind_size")
    cells: set[int] = set()
    for part in parts:
        rings = [[(y / place.SCALE, x / place.SCALE) for x, y in ring] for ring in part]
        cells.update(int(c) for c in h3.h3shape_to_cells(h3.LatLngPoly(rings[0], *rings[1:]), res))
    return np.array(sorted(cells), dtype=np.uint64)
