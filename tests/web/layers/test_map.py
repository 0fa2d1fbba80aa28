"""The map over HTTP: what is offered to whom, archives by Range, and what only terms enable."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles

from seamline.web import layers
from seamline.web.layers import mvt
from tests.nodes import attested, officer, put
from tests.web.desk import Desk, desk

GATED = {
    "terms:governorates": "governorates",
    "terms:disputed_districts": "disputed_districts",
    "terms:admin_edge": "admin_edge",
}
LINE = {
    "id": "line-a",
    "names": {"isf": "A", "ksf": "B"},
    "geometry": {
        "type": "LineString",
        "coordinates": [[430_000_000, 350_000_000], [440_000_000, 360_000_000]],
    },
}


@pytest.fixture(scope="module")
def here() -> Iterator[Desk]:
    with desk("isf", "ksf") as made:
        yield made


def listed(here: Desk) -> Any:
    return here.wire.get("/api/layers", token=here.token("watch")).json


def items(here: Desk) -> dict[str, Any]:
    return {item["id"]: item for item in listed(here)["items"]}


def endorse(here: Desk, item: dict[str, Any], party: str) -> None:
    body = {"of": item["id"], "hash": item["hash"]}
    attested(here.world, here.node, officer(party, "signatory"), "endorsement", "isf+ksf", body)


# ---------------------------------------------------------------- archives


def test_each_layer_says_where_it_is_and_it_is_there(here: Desk) -> None:
    token, heads = here.token("auditor"), listed(here)["heads"]
    for item in items(here).values():
        where = item["data"]
        if where["type"] == "geojson":
            plain = here.wire.get(where["url"], token=token)
            assert plain.json["type"] == "FeatureCollection"
            small = here.wire.get(where["url"], token=token, headers={"accept-encoding": "gzip"})
            assert gzip.decompress(small.body) == plain.body
            assert small.header("cache-control") == "private, no-cache"
            continue
        whole = here.wire.get(where["url"], token=token).body
        archive = Reader(MemorySource(whole))
        head = archive.header()
        # How it begins is told: enough to find every tile.
        told_head = base64.b64decode(heads[where["url"]])
        assert whole.startswith(told_head)
        assert len(told_head) == head["root_offset"] + head["root_length"]
        assert head["leaf_directory_length"] == 0
        assert head["min_zoom"] <= where["minzoom"] <= where["maxzoom"] <= head["max_zoom"]
        if where["type"] == "vector":
            (told,) = [v for v in archive.metadata()["vector_layers"] if v["id"] == where["layer"]]
            assert (told["minzoom"], told["maxzoom"]) == (where["minzoom"], where["maxzoom"])
        else:
            assert archive.metadata()["encoding"] == where["encoding"] == "terrarium"
            assert item["mark"] == "indicative"


@pytest.fixture
def ground(here: Desk) -> str:
    return str(items(here)["rivers"]["data"]["url"])


def test_an_archive_is_read_in_parts(here: Desk, ground: str) -> None:
    token = here.token("watch")
    whole = here.wire.get(ground, token=token)
    assert (whole.status, whole.header("accept-ranges")) == (200, "bytes")
    assert whole.header("content-type") == "application/vnd.pmtiles"
    assert "immutable" in (whole.header("cache-control") or "")
    part = here.wire.get(ground, token=token, headers={"range": "bytes=0-126"})
    assert (part.status, part.body) == (206, whole.body[:127])
    assert part.header("content-range") == f"bytes 0-126/{len(whole.body)}"
    # Whatever is asked for, no more is sent than there is.
    tail = here.wire.get(
        ground, token=token, headers={"range": f"bytes={len(whole.body) - 5}-999999999999999"}
    )
    assert (tail.status, tail.body) == (206, whole.body[-5:])
    assert tail.header("content-length") == "5"


def test_a_part_that_is_not_there(here: Desk, ground: str) -> None:
    size = len(here.wire.get(ground, token=here.token("watch")).body)
    past = here.wire.get(ground, token=here.token("watch"), headers={"range": f"bytes={size}-"})
    assert (past.status, past.header("content-range")) == (416, f"bytes */{size}")
    assert past.header("content-type") == "application/problem+json"
    assert past.json["code"] == "no_such_part"


@pytest.mark.parametrize("name", ["ground.pmtiles", "ground-000000000000.pmtiles", "..%2fmanifest.json", "x"])
def test_other_names_lead_nowhere(here: Desk, name: str) -> None:
    reply = here.wire.get("/map/" + name, token=here.token("watch"))
    assert (reply.status, reply.header("content-type")) == (404, "application/problem+json")


def test_a_range_is_for_who_is_signed_in(here: Desk, ground: str) -> None:
    assert here.wire.get(ground, headers={"range": "bytes=0-10"}).status == 401


# ---------------------------------------------------------------- what terms enable


def test_terms_enable_what_is_political() -> None:
    with desk("isf", "ksf") as here:
        base = set(items(here))
        assert not base & {*GATED.values(), "line", "corridor"}
        enabled = list(GATED)
        terms = {
            "name": "Terms", "parties": ["isf", "ksf"], "lines": [LINE],
            "layers": [name.removeprefix("terms:") for name in enabled],
        }  # fmt: skip
        item = put(here.node, officer("isf", "signatory", "release"), "terms", "isf+ksf", terms)
        endorse(here, item, "isf")
        assert set(items(here)) == base  # one signature is not an agreement
        for id in (*GATED.values(), "line"):
            refused = here.wire.get(f"/api/layers/{id}", token=here.token("watch"))
            absent = here.wire.get("/api/layers/nothing", token=here.token("watch"))
            assert (refused.status, refused.json["detail"]) == (404, absent.json["detail"])
        endorse(here, item, "ksf")
        found = items(here)
        assert set(found) == base | {*GATED.values(), "line", "corridor"}
        assert {id: found[id]["needs"] for id in GATED.values()} == {v: k for k, v in GATED.items()}
        assert not found["disputed_districts"]["default_on"]
        assert "UNAMI 2009" in found["disputed_districts"]["attribution"]


def test_no_archive_holds_what_terms_enable() -> None:
    gated = {layer.id for layer in layers.manifest() if layer.needs}
    assert gated == {*GATED.values(), "line", "corridor"}
    assert not any(layer.tiles or layer.whole for layer in layers.manifest() if layer.needs)


def test_no_district_says_which_governorate_it_is_part_of() -> None:
    parents = {f["properties"]["name_en"] for f in json.loads(layers.read("governorates"))["features"]}
    own = {f["properties"]["name_en"] for f in json.loads(layers.outlines())["features"]}
    for feature in tile_features("ground", "districts"):
        assert set(feature.properties) <= {"name_en", "name_ar", "name_ckb", "label"}
        assert feature.properties["name_en"] not in parents - own
    assert b"IQG" not in layers.read("past_areas") + layers.read("past_incidents")
    assert b"IQG" not in layers.archive("ground").read_bytes()


# ---------------------------------------------------------------- what is in them


def tile_features(archive: str, layer: str) -> list[mvt.Feature]:
    source = MemorySource(layers.archive(archive).read_bytes())
    found = []
    for (zoom, _, _), data in all_tiles(source):
        if zoom == 10:
            found += mvt.decode(gzip.decompress(data)).get(layer, [])
    return found


def test_a_transliteration_stands_beside_the_mapped_name_never_for_it() -> None:
    known = tile_features("villages", "villages")
    listed = json.loads(layers.read("villages"))["features"]
    assert {f.id for f in known} == {f["properties"]["osm"] for f in listed}
    for feature in known:
        told = feature.properties
        assert "translit" not in told or any("\u0600" <= c <= "\u06ff" for c in str(told["name"])), told
        assert ("translit" in told) == (told.get("lang") in ("ar", "ckb")), told
        assert str(told["mgrs"])[:2] in ("37", "38")


def test_databases_under_the_odbl_are_alone_in_their_files() -> None:
    for layer in layers.manifest():
        if layer.tiles:
            assert (layer.licence == "ODbL-1.0") == (layer.tiles.archive in ("osm", "villages")), layer.id


def test_every_layer_is_in_the_list_of_origins() -> None:
    page = (layers.archive("osm").parent / "ATTRIBUTION.md").read_text("utf-8")
    for layer in layers.manifest():
        file = f"{layer.tiles.archive}.pmtiles" if layer.tiles else f"{layer.id}.geojson"
        assert f"`{file}`" in page, layer.id
