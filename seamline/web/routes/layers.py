"""/api/layers: public data authored by no party, to lay under the map; /map: its tiles."""

from __future__ import annotations

import base64
from functools import cache
from typing import Annotated, Any

import msgspec
from litestar.response.base import ASGIResponse
from msgspec import Meta

from seamline.actions import enabled
from seamline.actions import layers as imported
from seamline.errors import NotFound
from seamline.web import files, layers, packed
from seamline.web.access import SIGNED_IN, WRITE, route
from seamline.web.call import Call
from seamline.web.layers import Layer
from seamline.web.shapes import node as node_shapes

Json = dict[str, Any]
_GEOJSON = "application/geo+json"
_PMTILES = "application/vnd.pmtiles"


@route("GET", "/api/layers", SIGNED_IN, "Reference layers", answer=node_shapes.Layers, kept=True)
def list_layers(call: Call) -> Json:
    """Those this node offers, the rest once terms in force ask for them; and those imported here."""
    shown = offered(call)
    archives = sorted({layer.tiles.archive for layer in shown if layer.tiles})
    return {
        "items": [_told(layer) for layer in shown] + [_brought(one) for one in imported.held(call.node)],
        "heads": {_address(name): base64.b64encode(layers.head(name)).decode() for name in archives},
    }


@route("GET", "/api/layers/{id:str}", SIGNED_IN, "One layer", media_type=_GEOJSON, answer=dict[str, Any])
def get_layer(call: Call, id: str) -> bytes | ASGIResponse:
    """GeoJSON in degrees (RFC 7946). A layer that is there as tiles alone is not found here."""
    if any(one.id == id for one in imported.held(call.node)):
        return imported.read(call.node, id)
    if id not in {layer.id for layer in offered(call)}:
        raise NotFound("no such layer")
    return packed.reply(_layer(id), call.http.headers, _GEOJSON, "private, no-cache")


@cache
def _layer(id: str) -> packed.Packed:
    """Of the program's own layers, which nobody else has a word in."""
    return packed.pack(layers.read(id))


@route("DELETE", "/api/layers/{id:str}", WRITE, "Remove an imported layer", status=204)
def delete_layer(call: Call, id: str) -> None:
    """From this node's map. Layers that came with the program stay."""
    imported.remove(call.node, call.officer, id)


class PartQuery(msgspec.Struct, rename={"from_": "from"}):
    """A part of an archive by its place, in bytes; without them Range counts."""

    from_: Annotated[int, Meta(ge=0, le=1 << 40)] = 0
    length: Annotated[int, Meta(ge=0, le=1 << 24, description="0: as Range says, else all")] = 0


@route("GET", "/map/{name:str}", SIGNED_IN, "Tiles of the map", media_type=_PMTILES, faults=(206, 416))
def get_tiles(call: Call, name: str, query: PartQuery) -> files.Content:
    """An archive in PMTiles, whole, by Range, or a part by its place, which browsers keep better than ranges.

    `/api/layers` says its name, which changes with its bytes.
    """
    if query.length:
        return _archives().named_part(name, query.from_, query.length)
    return _archives().part(name, call.http.headers)


@cache
def _archives() -> files.Files:
    return files.Files.by_content(layers.archives())


def offered(call: Call) -> list[Layer]:
    """The layers of the program that the terms in force leave or make visible to who asks."""
    terms = enabled.terms(call.node, call.officer)
    met = {None, *(f"terms:{id}" for t in terms for id in t.layers)}
    if any(t.lines for t in terms):
        met.add("line")
    return [layer for layer in layers.manifest() if layer.needs in met]


def _told(layer: Layer) -> Json:
    return {
        "id": layer.id,
        "title": layer.title,
        "attribution": layer.attribution,
        "licence": layer.licence,
        "default_on": layer.default_on,
        "mark": layer.mark,
        "needs": layer.needs,
        "group": layer.group,
        "data": _data(layer),
    }


def _address(name: str) -> str:
    return "/map/" + files.name_by_content(layers.archive(name))


def _data(layer: Layer) -> Json:
    tiles = layer.tiles
    if tiles is None:
        return {"type": "geojson", "url": f"/api/layers/{layer.id}"}
    where = {
        "url": _address(tiles.archive),
        "minzoom": tiles.minzoom,
        "maxzoom": tiles.maxzoom,
        "bounds": tiles.bounds,
    }
    if tiles.archive == layers.RELIEF:
        return {"type": "raster-dem", **where, "encoding": "terrarium", "tile_size": 256}
    return {"type": "vector", **where, "layer": layer.id}


def _brought(one: imported.About) -> Json:
    return {
        "id": one.id,
        "title": "ui.layer.imported",
        "name": one.name,
        "attribution": one.attribution,
        "licence": one.licence,
        "default_on": True,
        "mark": None,
        "needs": None,
        "group": "imported",
        "data": {"type": "geojson", "url": f"/api/layers/{one.id}"},
    }
