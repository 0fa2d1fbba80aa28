"""Watched ground in parts: an area in cells of a lattice, a stretch in short pieces; open or covered whole.

- an area is cut into about WANTED cells of H3, at most 25,000 of resolution 8; a cell on the edge counts with
  what of it lies inside, so that sizes add up to the area's own
- a stretch is cut into pieces of a metre, or 20,000 pieces if it is longer than 20 km
- a part is judged by one point that lies in it; so an edge of cover is known to half a cell or piece
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo import lattice
from seamline.geo.frame import Frame
from seamline.geo.place import SCALE

Array = np.ndarray[Any, Any]

WANTED, AT_MOST, PLAINEST = 4_000, 50_000, 8
PIECES = 20_000
# A length is the greatest extent in one of so many directions: at most 0.5 % less than the greatest distance.
DIRECTIONS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """dimension 2: cells of an area, 1: pieces of a stretch. Metres of the frame, unless said otherwise.

    at: the point each is judged by (n, 2); degrees: the same in degrees; size: m² or m; shapes: the parts;
    beside: pairs (m, 2) of parts that share a side; low, high: extents in each direction (DIRECTIONS, n);
    cells: the H3 cell that each is part of, of an area.
    """

    frame: Frame
    dimension: int
    at: Array
    degrees: Array
    size: Array
    shapes: Array
    beside: Array
    low: Array
    high: Array
    cells: Array

    def shape(self, of: Array) -> BaseGeometry:
        """These parts as one shape, in degrees."""
        shapes = self.shapes[of]
        joined: Any
        if self.dimension == 2:
            joined = shapely.coverage_union_all(shapes)
        else:
            joined = shapely.line_merge(shapely.multilinestrings(shapes))
        moved: BaseGeometry = shapely.transform(joined, lambda xy: self.frame.to_degrees_many(xy) / SCALE)
        return moved

    def tree(self) -> shapely.STRtree:
        """The points, to be asked who is near."""
        return shapely.STRtree(np.asarray(shapely.points(self.at)))


def lay_out(watch: BaseGeometry, frame: Frame, res: int | None = None) -> Parts:
    """The parts of an area or a stretch, given in degrees. res: of an area's cells, if it is given."""
    ground = frame.to_plane(watch)
    if shapely.get_dimensions(ground) != 2:
        return _pieces(ground, frame)
    if res is None:
        res = lattice.resolution(ground.area, ground.length, WANTED, AT_MOST, PLAINEST)
    return _cells(watch, ground, frame, res)


def _cells(watch: BaseGeometry, ground: BaseGeometry, frame: Frame, res: int) -> Parts:
    for rings in range(3):
        made = lattice.over(watch, res, rings)
        shapes, owner, whole = _clipped(ground, made, frame)
        # H3 takes sides as they run on its sphere; should that leave out a rim, the next ring has it.
        if abs(float(shapely.area(shapes).sum()) - ground.area) <= 1e-6 * ground.area:
            break
    at = shapely.get_coordinates(shapely.point_on_surface(shapes))
    pairs = _pairs(made.beside, owner)
    # Two parts on the rim may share the side of their cells only outside the ground.
    doubtful = ~whole[pairs].all(axis=1)
    a, b = shapes[pairs[doubtful, 0]], shapes[pairs[doubtful, 1]]
    keep = np.asarray(~doubtful)
    keep[doubtful] = np.asarray(shapely.length(shapely.intersection(a, b))) > 0
    beside = pairs[keep]
    return _parts(frame, 2, at, shapely.area(shapes), shapes, beside, made.cells[owner])


def _clipped(ground: BaseGeometry, made: lattice.Lattice, frame: Frame) -> tuple[Array, Array, Array]:
    """What of each cell lies in the ground, which cell it is (sorted), and whether it is all of it."""
    flat = frame.to_plane_points(made.rings.reshape(-1, 2)).reshape(made.rings.shape)
    cells = np.asarray(shapely.polygons(flat))
    shapely.prepare(ground)
    inside = shapely.contains_properly(ground, cells)
    rim = np.flatnonzero(~inside)
    pieces, of = shapely.get_parts(shapely.intersection(cells[rim], ground), return_index=True)
    real = shapely.area(pieces) > 0
    shapes = np.concatenate((cells[inside], pieces[real]))
    owner = np.concatenate((np.flatnonzero(inside), rim[of[real]]))
    whole = np.arange(len(owner)) < inside.sum()
    order = np.argsort(owner, kind="stable")
    return shapes[order], owner[order], whole[order]


def _pairs(cells: Array, owner: Array) -> Array:
    """From pairs of cells to pairs of parts; a cell may have none or several of them."""
    many = np.bincount(owner, minlength=int(cells.max(initial=0)) + 1)
    first = np.concatenate(([0], many.cumsum()[:-1]))
    a, b = cells[:, 0], cells[:, 1]
    each = many[a] * many[b]
    pair = np.repeat(np.arange(len(cells)), each)
    turn = np.arange(len(pair)) - np.repeat(each.cumsum() - each, each)
    return np.column_stack((first[a[pair]] + turn // many[b[pair]], first[b[pair]] + turn % many[b[pair]]))


def _pieces(ground: BaseGeometry, frame: Frame) -> Parts:
    pieces: list[Array] = []
    beside: list[Array] = []
    count = 0
    for line in shapely.get_parts(ground):
        many = int(np.clip(np.ceil(line.length * min(1.0, PIECES / ground.length)), 1, PIECES))
        made = _cut(line, many)
        pairs = np.column_stack((np.arange(many - 1), np.arange(1, many))) + count
        ring = line.is_closed and many > 2
        beside += [pairs, np.array([[count, count + many - 1]])] if ring else [pairs]
        pieces.append(made)
        count += many
    shapes = np.concatenate(pieces)
    at = shapely.get_coordinates(shapely.line_interpolate_point(shapes, 0.5, normalized=True))
    pairs = np.concatenate(beside).astype(np.int64)
    return _parts(frame, 1, at, shapely.length(shapes), shapes, pairs, np.zeros(0, dtype=np.uint64))


def _cut(line: BaseGeometry, many: int) -> Array:
    """The line in that many pieces of one length; its own corners stay where they are."""
    xy = shapely.get_coordinates(line)
    corners = np.concatenate(([0.0], np.hypot(*np.diff(xy, axis=0).T).cumsum()))
    cuts = np.linspace(0, corners[-1], many + 1)
    along = np.unique(np.concatenate((cuts, corners)))
    points = np.column_stack([np.interp(along, corners, xy[:, i]) for i in range(2)])
    begins = np.searchsorted(along, cuts)
    sizes = np.diff(begins) + 1
    # The points of one piece after those of another; the last of one is the first of the next.
    indices = np.repeat(np.arange(many), sizes)
    index = np.arange(len(indices)) - indices
    return np.asarray(shapely.linestrings(points[index], indices=indices))


def _parts(
    frame: Frame, dimension: int, at: Array, size: Array, shapes: Array, beside: Array, cells: Array
) -> Parts:
    turn = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
    xy = shapely.get_coordinates(shapes)
    first = np.concatenate(([0], shapely.get_num_coordinates(shapes).cumsum()[:-1]))
    low, high = np.empty((2, DIRECTIONS, len(shapes)))
    for d, angle in enumerate(turn):
        along = xy @ np.array([np.cos(angle), np.sin(angle)])
        low[d], high[d] = np.minimum.reduceat(along, first), np.maximum.reduceat(along, first)
    degrees = frame.to_degrees_many(at) / SCALE
    return Parts(frame, dimension, at, degrees, size, shapes, beside, low, high, cells)
