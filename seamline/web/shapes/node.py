"""The node and the layers of its map."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct


class TextsQuery(Struct):
    """screens: what they start with; help: what they fetch when help is asked for."""

    part: Literal["all", "screens", "help"] = "all"


class NamedLine(Struct):
    """A line of the endorsed terms, by the reader's own name for it."""

    id: str
    name: str
    corridor_m: int
    geometry: dict[str, Any]


class NodeInfo(Struct):
    """What the sign-in screen shows; channels, lines and desks only to who is signed in.

    desks: those a room begins with, and what the terms in force enable.
    """

    name: str
    party: str
    owners: list[str]
    channels: list[str]
    lines: list[NamedLine]
    desks: list[str]
    langs: list[str]
    lang: str
    zone: str
    demo: bool
    demo_roles: list[str]
    version: str


class GeoJsonData(Struct, tag_field="type", tag="geojson"):
    """One file of features, in degrees."""

    url: str


class VectorData(Struct, tag_field="type", tag="vector"):
    """A layer of a PMTiles archive of vector tiles; bounds: west, south, east, north in degrees."""

    url: str
    layer: str
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]


class RasterDemData(Struct, tag_field="type", tag="raster-dem"):
    """A PMTiles archive of heights."""

    url: str
    encoding: Literal["terrarium"]
    tile_size: int
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]


class Layer(Struct):
    """A reference layer: public data authored by no party. title: a key of the catalogue.

    name: of one that was imported here, as it was given; it stands for the title. mark: what a screen has to
    say beside it. needs: what terms in force had to name before it was offered.
    """

    id: str
    title: str
    attribution: str
    licence: str
    default_on: bool
    mark: Literal["indicative", "schematic"] | None
    needs: str | None
    group: Literal["ground", "boundary", "name", "line", "past", "imported"]
    data: GeoJsonData | VectorData | RasterDemData
    name: str | None = None


class Layers(Struct):
    """In no order that matters. heads: by an archive's url its header and directory, base64."""

    items: list[Layer]
    heads: dict[str, str]
