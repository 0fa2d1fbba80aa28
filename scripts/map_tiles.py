"""Features and heights cut into tiles and packed into PMTiles archives; the same input, the same bytes."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from seamline.web.layers import mvt, raster

Feature = dict[str, Any]
Tile = tuple[int, int, int]
Grid = npt.NDArray[np.float64]
BOUNDS = (41.0, 33.0, 46.5, 38.0)
BUFFER = 80
"""Units of a tile that reach over its edge, so that nothing is cut where two tiles meet."""
TILE_PX = 256
NAMED = frozenset({"id", "code", "name", "name_en"})
"""Properties by which a screen tells one thing of a layer from another (ui/src/map/chart.ts)."""


class Source(NamedTuple):
    """A layer of an archive: its features, and at which zooms they are there."""

    features: Sequence[Feature]
    minzoom: int
    maxzoom: int


class _Piece(NamedTuple):
    geometry: BaseGeometry
    properties: dict[str, Any]
    id: int | None


def vector(path: Path, layers: Mapping[str, Source], attribution: str, *, ids: str = "") -> None:
    """An archive of vector tiles. ids: the property that is a feature's number.

    What has neither that nor a name is numbered in its layer, so that a screen can count what tiles cut up.
    """
    pieces = {
        name: [_piece(f, ids, nth) for nth, f in enumerate(source.features, 1)]
        for name, source in layers.items()
    }
    zooms = range(min(s.minzoom for s in layers.values()), max(s.maxzoom for s in layers.values()) + 1)
    tiles = {}
    for zoom in zooms:
        shown = {n: pieces[n] for n, s in layers.items() if s.minzoom <= zoom <= s.maxzoom}
        for tile, held in _cut(shown, zoom):
            data = mvt.encode(held)
            if data:
                tiles[tile] = gzip.compress(data, mtime=0)
    said = [
        {"id": n, "minzoom": s.minzoom, "maxzoom": s.maxzoom, "fields": _fields(pieces[n])}
        for n, s in layers.items()
    ]
    _pack(path, tiles, TileType.MVT, Compression.GZIP, {"attribution": attribution, "vector_layers": said})


def relief(path: Path, heights: Grid, west: float, north: float, cell: float, zooms: range) -> None:
    """An archive of terrarium tiles from a grid of metres, its north-west corner first; degrees."""
    surface = Surface(heights, west, north, cell)
    tiles = {
        tile: raster.encode(raster.to_pixels(surface.tile(*tile)))
        for zoom in zooms
        for tile in _over(BOUNDS, zoom)
    }
    said = {"encoding": "terrarium", "attribution": "Natural Earth, shadedrelief.com; indicative"}
    _pack(path, tiles, TileType.PNG, Compression.NONE, said)


# ---------------------------------------------------------------- cutting


def mercator(lonlat: Grid) -> Grid:
    """Degrees to the square [0, 1]², y from the north (EPSG:3857, scaled)."""
    x = (lonlat[:, 0] + 180) / 360
    y = (1 - np.arcsinh(np.tan(np.radians(lonlat[:, 1]))) / math.pi) / 2
    return np.column_stack((x, y))


def _piece(feature: Feature, ids: str, nth: int) -> _Piece:
    told = {k: v for k, v in feature["properties"].items() if k != ids}
    number = feature["properties"].get(ids, None if told.keys() & NAMED else nth)
    return _Piece(shapely.transform(shape(feature["geometry"]), mercator), told, number)


def _cut(layers: Mapping[str, list[_Piece]], zoom: int) -> Iterator[tuple[Tile, dict[str, Any]]]:
    size = 2.0**-zoom
    trees = {name: shapely.STRtree([p.geometry for p in pieces]) for name, pieces in layers.items()}
    for _, x, y in _over(BOUNDS, zoom):
        edge = BUFFER / mvt.EXTENT
        window = ((x - edge) * size, (y - edge) * size, (x + 1 + edge) * size, (y + 1 + edge) * size)
        corner, scale = np.array([x * size, y * size]), mvt.EXTENT / size
        held: dict[str, list[mvt.Feature]] = {}
        for name, pieces in layers.items():
            near = sorted(trees[name].query(shapely.box(*window)).tolist())
            held[name] = [f for i in near if (f := _clip(pieces[i], window, corner, scale)) is not None]
        if any(held.values()):
            yield (zoom, x, y), held


def _clip(
    piece: _Piece, window: tuple[float, float, float, float], corner: Grid, scale: float
) -> mvt.Feature | None:
    part = shapely.intersection(piece.geometry, shapely.box(*window))
    flat = shapely.transform(part, lambda xy: (xy - corner) * scale)
    snapped = shapely.set_precision(flat, 1.0)
    kind, parts = _parts(snapped.simplify(0.7) if snapped.geom_type != "Polygon" else snapped)
    return mvt.Feature(kind, parts, piece.properties, piece.id) if parts else None


def _parts(geometry: BaseGeometry) -> tuple[int, list[mvt.Part]]:
    """As a tile holds it. Of a mixture, what GEOS leaves where an edge is only touched, the widest kind."""
    singles = list(shapely.get_parts(geometry))
    for kind, name in ((mvt.POLYGON, "Polygon"), (mvt.LINE, "LineString"), (mvt.POINT, "Point")):
        own = [g for g in singles if g.geom_type == name and not g.is_empty]
        if not own:
            continue
        if kind != mvt.POLYGON:
            return kind, [_whole(g.coords) for g in own]
        rings: list[mvt.Part] = []
        for polygon in own:
            rings.append(_turned(_whole(polygon.exterior.coords)[:-1], clockwise=True))
            rings += [_turned(_whole(hole.coords)[:-1], clockwise=False) for hole in polygon.interiors]
        return kind, rings
    return mvt.POINT, []


def _whole(coordinates: Any) -> mvt.Part:
    return [(round(x), round(y)) for x, y in coordinates]


def _turned(ring: mvt.Part, *, clockwise: bool) -> mvt.Part:
    return ring if (mvt.turn(ring) > 0) == clockwise else ring[::-1]


def _over(bounds: tuple[float, float, float, float], zoom: int) -> list[Tile]:
    west, south, east, north = bounds
    (left, top), (right, bottom) = mercator(np.array([[west, north], [east, south]])) * 2**zoom
    return [
        (zoom, x, y)
        for x in range(math.floor(left), math.ceil(right))
        for y in range(math.floor(top), math.ceil(bottom))
    ]


def _fields(pieces: list[_Piece]) -> dict[str, str]:
    kinds = {bool: "Boolean", int: "Number", str: "String"}
    return {k: kinds[type(v)] for p in pieces for k, v in sorted(p.properties.items())}


# ---------------------------------------------------------------- heights


class Surface:
    """A smooth surface through a coarse grid.

    The grid comes from a scanned picture: cells are smoothed a little, for its grain would be drawn as hills
    that nobody stands on. Beyond its edge the ground runs out level, so that no cliff is drawn there.
    """

    def __init__(self, heights: Grid, west: float, north: float, cell: float) -> None:
        self._west, self._north, self._cell = west, north, cell
        pad = 24
        padded = np.pad(_smooth(heights.astype(np.float64)), pad, mode="edge")
        rows, columns = padded.shape
        away = np.maximum.outer(_away(rows, pad), _away(columns, pad))
        level = float(np.median(heights))
        self._grid: Grid = level + (padded - level) * np.exp(-((away / 8.0) ** 2))
        self._pad = pad

    def tile(self, zoom: int, x: int, y: int) -> Grid:
        """TILE_PX × TILE_PX metres, at the middles of the pixels."""
        step = (np.arange(TILE_PX) + 0.5) / TILE_PX
        lon = (x + step) / 2**zoom * 360 - 180
        lat = np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * (y + step) / 2**zoom))))
        column = (lon - self._west) / self._cell - 0.5 + self._pad
        row = (self._north - lat) / self._cell - 0.5 + self._pad
        down = _spline(row, self._grid.shape[0])
        across = _spline(column, self._grid.shape[1])
        found: Grid = down @ self._grid @ across.T
        return found


def _smooth(grid: Grid) -> Grid:
    for axis in (0, 1):
        wide = np.pad(grid, [(1, 1) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        size = grid.shape[axis]
        a, b, c = (wide.take(range(i, i + size), axis=axis) for i in range(3))
        grid = (a + 2 * b + c) / 4
    return grid


def _away(size: int, pad: int) -> Grid:
    at = np.arange(size, dtype=np.float64)
    return np.maximum(0.0, np.maximum(pad - at, at - (size - 1 - pad)))


def _spline(at: Grid, size: int) -> Grid:
    """Weights (positions, size) of the cubic B-spline: twice smooth, so that shading shows no facets."""
    at = np.clip(at, 1, size - 3)
    cell = np.floor(at).astype(int)
    t = at - cell
    weights = np.zeros((len(at), size))
    parts = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    for i, part in enumerate(parts):
        weights[np.arange(len(at)), cell - 1 + i] = part / 6
    return weights


# ---------------------------------------------------------------- packing


def _pack(
    path: Path, tiles: Mapping[Tile, bytes], kind: TileType, compression: Compression, said: dict[str, Any]
) -> None:
    west, south, east, north = (round(v * 10_000_000) for v in BOUNDS)
    header = {
        "tile_type": kind, "tile_compression": compression,
        "min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north,
        "center_zoom": min(z for z, _, _ in tiles) + 2,
        "center_lon_e7": (west + east) // 2, "center_lat_e7": (south + north) // 2,
    }  # fmt: skip
    with write(path) as archive:
        # In the order of their ids, so that neighbours lie together (clustered).
        for tile in sorted(tiles, key=lambda t: zxy_to_tileid(*t)):
            archive.write_tile(zxy_to_tileid(*tile), tiles[tile])
        archive.finalize(header, {"name": path.stem, "type": "overlay", **said})
