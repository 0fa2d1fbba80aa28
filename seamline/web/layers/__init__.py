"""Reference layers: public data that no party authored, for the map.

Which of them a node lists, its terms say. The data is built by scripts/build_map.py; origins and licences
are in data/ATTRIBUTION.md, and docs/map.md tells the rest.
"""

from __future__ import annotations

import struct
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from seamline.errors import NotFound

RELIEF = "relief"


class Tiles(Struct, frozen=True):
    """Where a layer is in an archive of tiles; bounds west, south, east, north in degrees."""

    archive: str
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]


class Layer(Struct, frozen=True):
    """needs: None, "line" (listed where endorsed terms name a line) or "terms:<id>" (where terms list it).

    mark: what has to be said beside it; tiles: None where it is one file of GeoJSON; whole: as both.
    """

    id: str
    group: Literal["ground", "boundary", "name", "line", "past", "imported"]
    attribution: str
    licence: str
    default_on: bool
    mark: Literal["indicative", "schematic"] | None = None
    needs: str | None = None
    tiles: Tiles | None = None
    whole: bool = False

    @property
    def title(self) -> str:
        """Catalogue key of its name."""
        return f"ui.layer.{self.id}"

    @property
    def has_features(self) -> bool:
        """Whether it is to be had as GeoJSON."""
        return self.tiles is None or self.whole


@cache
def manifest() -> tuple[Layer, ...]:
    """Every layer there is, from the ground up."""
    return tuple(msgspec.json.decode(_file("manifest.json").read_bytes(), type=list[Layer]))


def read(layer_id: str) -> bytes:
    """The layer's GeoJSON (WGS 84, RFC 7946). Raises NotFound for one that is not there as such."""
    if not any(layer.id == layer_id and layer.has_features for layer in manifest()):
        raise NotFound(f"no layer {layer_id}")
    return _file(f"{layer_id}.geojson").read_bytes()


def outlines() -> bytes:
    """Districts with their codes, as GeoJSON, for placing what is imported. For this node's own use."""
    return _file("outlines.geojson").read_bytes()


def archive(name: str) -> Path:
    """The PMTiles archive of that name."""
    return _file(f"{name}.pmtiles")


@cache
def head(name: str) -> bytes:
    """An archive's header and root directory, which stand first in it (PMTiles 3 §3).

    They say where each tile is: ours have no further directories.
    """
    data = archive(name).read_bytes()
    start, length = struct.unpack("<QQ", data[8:24])
    return data[: start + length]


def archives() -> list[Path]:
    """All of them. None holds anything that terms must enable first."""
    return [archive(name) for name in sorted({layer.tiles.archive for layer in manifest() if layer.tiles})]


def _file(name: str) -> Path:
    # Installed as files, never in a zip: archives are read in parts.
    return Path(str(resources.files(__name__).joinpath("data", name)))
