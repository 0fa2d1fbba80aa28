"""Tiles out of an archive on this node's disk, for what is drawn here and not in a browser."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles import reader

from seamline.web.layers import RELIEF, archive, mvt, raster

KEPT = 96
"""Tiles that are kept decoded: the ones of a few pictures."""


@lru_cache(maxsize=KEPT)
def vectors(name: str, zoom: int, x: int, y: int) -> dict[str, list[mvt.Feature]]:
    """The layers of a vector tile; empty where there is none. Shared: not to be changed."""
    data = _tile(name, zoom, x, y)
    return mvt.decode(gzip.decompress(data)) if data else {}


@lru_cache(maxsize=KEPT)
def heights(zoom: int, x: int, y: int) -> raster.Heights | None:
    """Metres of a tile of the relief, or None. Shared: not to be changed."""
    data = _tile(RELIEF, zoom, x, y)
    return raster.to_heights(raster.decode(data)) if data else None


def _tile(name: str, zoom: int, x: int, y: int) -> bytes | None:
    found: bytes | None = _reader(archive(name)).get(zoom, x, y)
    return found


@lru_cache(maxsize=8)
def _reader(path: Path) -> Any:
    """Any, as the library says nothing of its types."""
    source: Any = reader
    with path.open("rb") as file:
        return source.Reader(source.MmapSource(file))
