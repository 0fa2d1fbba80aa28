"""H3 cells over a place: which ones it touches, and whole cells as a place of their own (the tear line).

A cell is drawn here as the straight-sided polygon of its corners in longitude and latitude, each corner
rounded to 1e-7 degree. Neighbours share corners, so these polygons leave no gap, and "touches" is exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.errors import BadInput
from seamline.geo import place
from seamline.geo.place import SCALE, Geometry

FINEST = 10
COARSEST = 3
MAX_CELLS = 20_000

Cells = np.ndarray[Any, Any]

# Average cell area in km² at resolution 0 (h3geo.org, "Tables of cell statistics"); each step is a seventh.
_AREA_0 = 4_357_449.416
# Kilometres: a step along a line that is well inside one cell, given the cell's average area.
_STEP_PER_SIDE = 0.25


def cells_touching(geometry: Geometry, res: int) -> Cells:
    """Every cell of that resolution the place touches, sorted, as uint64: no misses, none beside it.

    Candidates are H3's own overlap and a fine walk along all sides, each with one ring more. Raises BadInput
    when there would be more than 20,000 of them.
    """
    _check_resolution(res)
    if _estimate(geometry, res) > MAX_CELLS:
        raise BadInput("resolution", res, "use larger cells for so large a place", code="cells_many")
    exact = shapely.transform(place.to_shapely(geometry), lambda xy: np.rint(xy * SCALE))
    return _touching(geometry, exact, res)[0]


def cover(geometry: Geometry, res: int) -> Geometry:
    """The union of the whole cells the place touches: contains it, and is itself a valid place.

    Where cells of that resolution would be too many for a place (2,000 positions, 100 rings, 200 parts),
    larger cells are taken: a tear line only widens.
    """
    _check_resolution(res)
    exact = shapely.transform(place.to_shapely(geometry), lambda xy: np.rint(xy * SCALE))
    while res >= COARSEST:
        if _estimate(geometry, res) <= MAX_CELLS:
            whole = _whole_cells(geometry, exact, res)
            if whole is not None:
                return whole
        res -= 1
    raise BadInput("geometry", geometry["type"], "too large to be covered by cells", code="cells_many")


def _whole_cells(geometry: Geometry, exact: BaseGeometry, res: int) -> Geometry | None:
    """None if the union says too much or lies outside what a place may be."""
    cells, shapes = _touching(geometry, exact, res)
    for _ in range(2):
        union = shapely.union_all(shapes, grid_size=1)
        if union.covers(exact):
            break
        # A corner that rounded the other way leaves a slit of 1 cm; the next ring closes it.
        cells = _with_ring(cells)
        shapes = _polygons(cells)
    else:
        return None
    rings = shapely.get_num_interior_rings(shapely.get_parts(union)) + 1
    if shapely.get_num_coordinates(union) > place.MAX_POINTS or rings.max() > 100 or len(rings) > 200:
        return None
    out = place.from_exact(union)
    try:
        place.check_geometry(out)
    except BadInput:
        return None
    return out


def _touching(geometry: Geometry, exact: BaseGeometry, res: int) -> tuple[Cells, np.ndarray[Any, Any]]:
    cells = _with_ring(_candidates(geometry, res))
    shapes = _polygons(cells)
    shapely.prepare(exact)
    keep = shapely.intersects(exact, shapes)
    return cells[keep], shapes[keep]


def _candidates(geometry: Geometry, res: int) -> Cells:
    import h3.api.numpy_int as h3

    found: set[int] = set()
    side_km = float(np.sqrt(_AREA_0 / 7**res))
    step = side_km * _STEP_PER_SIDE / 111.7
    shape = shapely.segmentize(place.to_shapely(geometry), step)
    for lon, lat in shapely.get_coordinates(shape):
        found.add(int(h3.latlng_to_cell(lat, lon, res)))
    for part in _outlines(geometry):
        rings = [[(y / SCALE, x / SCALE) for x, y in ring] for ring in part]
        outline = h3.LatLngPoly(rings[0], *rings[1:])
        found.update(int(c) for c in h3.h3shape_to_cells_experimental(outline, res, contain="overlap"))
    return np.array(sorted(found), dtype=np.uint64)


def _outlines(geometry: Geometry) -> list[Any]:
    """The polygons of an area, as lists of rings; none of a point or a route."""
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"]) if geometry["type"] == "MultiPolygon" else []


def _with_ring(cells: Iterable[int]) -> Cells:
    import h3.api.numpy_int as h3

    return np.unique(np.concatenate([h3.grid_disk(int(c), 1) for c in cells]).astype(np.uint64))


def outlines(cells: Cells) -> np.ndarray[Any, Any]:
    """The cells as polygons, coordinates in whole units of 1e-7 degree; neighbours share their corners."""
    return _polygons(cells)


def _polygons(cells: Cells) -> np.ndarray[Any, Any]:
    import h3.api.numpy_int as h3

    corners = [h3.cell_to_boundary(int(c)) for c in cells]
    owner = np.repeat(np.arange(len(corners)), [len(c) + 1 for c in corners])
    degrees = np.array([(lon, lat) for c in corners for lat, lon in (*c, c[0])])
    shapes = np.asarray(shapely.polygons(shapely.linearrings(np.rint(degrees * SCALE), indices=owner)))
    bounds = shapely.bounds(shapes)
    if (bounds[:, 2] - bounds[:, 0] > 180 * SCALE).any():
        raise BadInput(
            "geometry", "cells across the 180th meridian", "too near it", code="place_antimeridian"
        )
    return shapes


def _estimate(geometry: Geometry, res: int) -> float:
    """About how many cells: by area and by drawn length."""
    shape = place.to_shapely(geometry)
    km = 111.7
    cell = _AREA_0 / 7**res
    return float(shape.area * km * km / cell + shape.length * km / np.sqrt(cell) * 3)


def _check_resolution(res: int) -> None:
    if not COARSEST <= res <= FINEST:
        raise BadInput("resolution", res, "an H3 resolution from 3 to 10", code="cells_resolution")
