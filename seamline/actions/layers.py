"""Reference layers that were imported at this node: public data authored by no party, for the map only.

A layer never leaves the node, is no record, and is not in the log: GeoJSON in the blob store, and a line in
the local state that says what it is. Importing a source again replaces its layer.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import msgspec
from msgspec import Struct

from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.actions.source import Preset
from seamline.errors import BadInput, NotFound, TooLarge

MAX_FEATURES = 100_000
MAX_LAYER_BYTES = 30_000_000
MAX_LAYERS = 50
_KEY = "layer."
Json = dict[str, Any]


class About(Struct, frozen=True):
    """id: begins with import_; name: of its source, as it was given; blob: hash of its GeoJSON."""

    id: str
    name: str
    attribution: str
    licence: str
    blob: str = ""


def need(node: Node, officer: Officer) -> None:
    """Raises NotAllowed unless he may lay something under the map of everybody at this node.

    In a joint room that shows it to the other side, so it takes the release role there.
    """
    officer.need(*(("release",) if node.joint else ("watch", "planner", "release")))


def about(name: str, attribution: str, licence: str, preset: Preset | None) -> About:
    """What a new layer says of itself; BadInput unless origin and licence are known."""
    origin = attribution.strip() or (preset.attribution if preset else "")
    terms = licence.strip() or (preset.licence if preset else "")
    for field, value in (("attribution", origin), ("licence", terms)):
        if not value or len(value) > 200:
            raise BadInput(field, value, "a layer shows who made it, and under which licence")
    word = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:40]
    tail = "" if word and name.isascii() else hashlib.sha256(name.encode()).hexdigest()[:8]
    return About("import_" + "_".join(p for p in (word, tail) if p), name, origin, terms)


def check_size(count: int, size: int) -> None:
    """TooLarge when a map could not draw it any more."""
    if count > MAX_FEATURES:
        raise TooLarge("file", f"more than {MAX_FEATURES} features", "split it into several layers")
    if size > MAX_LAYER_BYTES:
        raise TooLarge("file", f"more than {MAX_LAYER_BYTES} bytes", "split it into several layers")


def put(node: Node, told: About, features: list[Json]) -> None:
    """Keep the layer; on disk when this returns. The one of the same id before it is gone then."""
    before = _get(node, told.id)
    if before is None and len(node.local.keys(_KEY)) >= MAX_LAYERS:
        raise TooLarge("layer", told.name, f"a node keeps at most {MAX_LAYERS}; remove one")
    data = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    blob = node.blobs.put(data)
    node.local.put(_KEY + told.id, msgspec.json.encode(msgspec.structs.replace(told, blob=blob)))
    if before is not None:
        _let_go(node, before.blob)


def held(node: Node) -> list[About]:
    """The layers imported here, by id."""
    found = [_get(node, key[len(_KEY) :]) for key in sorted(node.local.keys(_KEY))]
    return [one for one in found if one is not None]


def read(node: Node, id: str) -> bytes:
    """A layer's GeoJSON; NotFound."""
    told = _get(node, id)
    data = node.blobs.get(told.blob) if told else None
    if data is None:
        raise NotFound("no such layer")
    return data


def features(node: Node, id: str) -> list[Json]:
    """A layer's features; none if there is no such layer."""
    if _get(node, id) is None:
        return []
    found: list[Json] = msgspec.json.decode(read(node, id))["features"]
    return found


def remove(node: Node, officer: Officer, id: str) -> None:
    """Take a layer off this node; NotFound, NotAllowed."""
    need(node, officer)
    told = _get(node, id)
    if told is None:
        raise NotFound("no such layer")
    node.local.put(_KEY + id, None)
    _let_go(node, told.blob)


def _let_go(node: Node, blob: str) -> None:
    if all(other.blob != blob for other in held(node)):
        node.blobs.destroy(blob)


def _get(node: Node, id: str) -> About | None:
    data = node.local.get(_KEY + id)
    return msgspec.json.decode(data, type=About) if data else None
