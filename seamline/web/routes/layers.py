"""/api/layers: public data authored by no party, to lay under the map."""

from __future__ import annotations

from typing import Any

from seamline.actions import layers as imported
from seamline.errors import NotFound
from seamline.web import endorsed, layers, shapes
from seamline.web.access import SIGNED_IN, WRITE, route
from seamline.web.call import Call
from seamline.web.layers import Layer

Json = dict[str, Any]
_GEOJSON = "application/geo+json"


@route("GET", "/api/layers", SIGNED_IN, "Reference layers", answer=shapes.Layers)
def list_layers(call: Call) -> Json:
    """Those this node offers, the rest once terms in force ask for them; and those imported here."""
    brought = [
        {
            "id": one.id,
            "title": "ui.layer.imported",
            "name": one.name,
            "attribution": one.attribution,
            "licence": one.licence,
            "default_on": True,
        }
        for one in imported.held(call.node)
    ]
    return {
        "items": [
            {
                "id": layer.id,
                "title": layer.title,
                "attribution": layer.attribution,
                "licence": layer.licence,
                "default_on": layer.default_on,
            }
            for layer in _offered(call)
        ]
        + brought
    }


@route("GET", "/api/layers/{id:str}", SIGNED_IN, "One layer", media_type=_GEOJSON, answer=dict[str, Any])
def get_layer(call: Call, id: str) -> bytes:
    """GeoJSON in degrees (RFC 7946)."""
    if any(one.id == id for one in imported.held(call.node)):
        return imported.read(call.node, id)
    if id not in {layer.id for layer in _offered(call)}:
        raise NotFound("no such layer")
    return layers.read(id)


@route("DELETE", "/api/layers/{id:str}", WRITE, "Remove an imported layer", status=204)
def delete_layer(call: Call, id: str) -> None:
    """From this node's map. Layers that came with the program stay."""
    imported.remove(call.node, call.officer, id)


def _offered(call: Call) -> list[Layer]:
    terms = endorsed.terms(call.node, call.officer)
    met = {None, *(f"terms:{id}" for t in terms for id in t.layers)}
    if any(t.lines for t in terms):
        met.add("line")
    return [layer for layer in layers.manifest() if layer.needs in met]
