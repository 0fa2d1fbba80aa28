"""Relief and roads that come with the program. seamline.geo reads no files: the bytes are handed in here."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from seamline.geo.relief import Relief


@cache
def relief() -> Relief:
    """Northern Iraq in cells of about 2 km; indicative (data/relief_2km.ATTRIBUTION.md)."""
    data = resources.files("seamline.geo") / "data"
    grid, about = (data / f"relief_2km.{end}" for end in ("npy", "json"))
    heights = np.load(io.BytesIO(grid.read_bytes()), allow_pickle=False)
    return Relief.read(heights, about.read_bytes())


@cache
def roads() -> BaseGeometry:
    """Main roads as straight joins of towns, in degrees; schematic (data/roads_schematic.ATTRIBUTION.md)."""
    data = resources.files("seamline.geo") / "data" / "roads_schematic.geojson"
    return shapely.union_all(shapely.get_parts(shapely.from_geojson(data.read_text("utf-8"))))
