"""Reference layers: public data that no party authored, for the map.

Which of them a node lists, its terms say.
The data is built by scripts/build_layers.py; origins and licences are in data/ATTRIBUTION.md.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from seamline.errors import NotFound


class Layer(Struct, frozen=True):
    """needs: None, "line" (listed where endorsed terms name a line) or "terms:<id>" (where terms list it)."""

    id: str
    attribution: str
    licence: str
    default_on: bool
    needs: str | None = None

    @property
    def title(self) -> str:
        """Catalogue key of its name."""
        return f"ui.layer.{self.id}"


@cache
def manifest() -> tuple[Layer, ...]:
    """Every layer there is, in no order that matters."""
    return tuple(msgspec.json.decode(_data("manifest.json"), type=list[Layer]))


def read(layer_id: str) -> bytes:
    """The layer's GeoJSON (WGS 84, RFC 7946). Raises NotFound for a layer that is not in the manifest."""
    if all(layer.id != layer_id for layer in manifest()):
        raise NotFound(f"no layer {layer_id}")
    return _data(f"{layer_id}.geojson")


def _data(name: str) -> bytes:
    return resources.files(__name__).joinpath("data", name).read_bytes()
