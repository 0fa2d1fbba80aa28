"""Ground as a lattice of H3 cells that share their corners exactly, with which cell lies beside which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Array = np.ndarray[Any, Any]

FINEST, COARSEST = 13, 3
# Average cell area in km² at resolution 0 (h3geo.org, "Tables of cell statistics"); each step is a seventh.
_AREA_0 = 4_357_449.416


@dataclass(frozen=True, slots=True)
class Lattice:
    """cells: H3 indexes (n,), sorted; rings: corners in degrees, closed, (n, 7, 2); beside: pairs (m, 2) of
    places in cells that share a side.

    A pentagon repeats a corner. Corners that H3 adds where a side crosses an edge of its icosahedron are left
    out on both sides alike.
    """

    cells: Array
    rings: Array
    beside: Array


def about(res: int, area_m2: float, rim_m: float) -> float:
    """About how many cells touch an area of that size and rim."""
    cell = _AREA_0 * 1e6 / 7**res
    return float(area_m2 / cell + rim_m / cell**0.5)


def resolution(area_m2: float, rim_m: float, wanted: int, at_most: int, plainest: int) -> int:
    """The finest resolution of about `wanted` cells; `plainest`, if that takes no more than at_most."""
    fits = [r for r in range(COARSEST, FINEST + 1) if about(r, area_m2, rim_m) <= wanted]
    found = max(fits, default=COARSEST)
    while found < plainest and about(found + 1, area_m2, rim_m) <= at_most:
        found += 1
    return found


def over(area: BaseGeometry, res: int, rings: int = 0) -> Lattice:
    """Every cell of that resolution that touches an area (Polygon or MultiPolygon, degrees).

    rings: so many rings of neighbours more.
    """
    import h3.api.numpy_int as h3

    found: set[int] = set()
    for part in shapely.get_parts(area):
        outlines = [part.exterior, *part.interiors]
        loops = [[(y, x) for x, y in shapely.get_coordinates(line)] for line in outlines]
        outline = h3.LatLngPoly(loops[0], *loops[1:])
        found.update(int(c) for c in h3.h3shape_to_cells_experimental(outline, res, contain="overlap"))
        lon, lat = shapely.get_coordinates(part)[0]
        found.add(int(h3.latlng_to_cell(lat, lon, res)))
    for _ in range(rings):
        found = {int(c) for cell in found for c in h3.grid_disk(cell, 1)}
    return _lattice(np.array(sorted(found), dtype=np.uint64))


def centres(cells: Array) -> Array:
    """The middles of cells (n,), in degrees (n, 2)."""
    import h3.api.numpy_int as h3

    at = np.array([h3.cell_to_latlng(int(c)) for c in cells], dtype=np.float64).reshape(-1, 2)
    return at[:, ::-1]


def parents(cells: Array, res: int) -> Array:
    """The cell of a coarser resolution that each belongs to."""
    import h3.api.numpy_int as h3

    return np.array([h3.cell_to_parent(int(c), res) for c in cells], dtype=np.uint64)


def _lattice(cells: Array) -> Lattice:
    import h3.api.numpy_int as h3

    corners = np.zeros((len(cells), 6), dtype=np.uint64)
    for i, cell in enumerate(cells):
        of = h3.cell_to_vertexes(int(cell))
        corners[i] = np.resize(of, 6) if len(of) == 6 else [*of, of[-1]]
    names, at = np.unique(corners, return_inverse=True)
    at = at.reshape(corners.shape)
    degrees = np.array([h3.vertex_to_latlng(int(v)) for v in names], dtype=np.float64).reshape(-1, 2)[:, ::-1]
    closed = np.column_stack((at, at[:, :1]))
    sides = np.sort(np.stack((closed[:, :-1], closed[:, 1:]), axis=-1).reshape(-1, 2), axis=1)
    key = sides[:, 0].astype(np.int64) * len(names) + sides[:, 1]
    owner = np.repeat(np.arange(len(cells)), 6)
    real = sides[:, 0] != sides[:, 1]
    key, owner = key[real], owner[real]
    order = np.argsort(key, kind="stable")
    key, owner = key[order], owner[order]
    same = key[1:] == key[:-1]
    beside = np.sort(np.column_stack((owner[:-1][same], owner[1:][same])), axis=1)
    return Lattice(cells, degrees[closed], beside)
