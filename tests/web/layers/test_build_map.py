"""The map's build: the same ground gives the same bytes, and what is cut into tiles is what was mapped."""

from __future__ import annotations

import gzip
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles
from shapely.geometry import shape

from seamline.web.layers import mvt, raster

ROOT = Path(__file__).parents[3]
SQUARE = [[[43.0, 35.0], [44.5, 35.0], [44.5, 36.5], [43.0, 36.5], [43.0, 35.0]]]
EAST = [[[44.5, 35.0], [45.5, 35.0], [45.5, 36.5], [44.5, 36.5], [44.5, 35.0]]]
RIVER = [[42.5, 35.1], [43.7, 35.9], [45.1, 36.2]]
VILLAGE = (43.612345, 35.712345)
EVENTS = """id,date_start,date_end,date_prec,where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,\
type_of_violence,best,low,high,side_a
2,2008-03-04,2008-03-04,1,1,Gwer,Arbīl province,Qaḑā’ Makhmūr,36.04,43.48,1,2,1,3,Somebody
1,2007-01-02,2007-01-03,2,3,Makhmur,Arbīl province,Qaḑā’ Makhmūr,35.8,43.6,1,1,1,1,Somebody
3,2009-01-02,2009-01-02,1,4,Kirkuk,Kirkūk province,,35.5,44.4,1,4,4,4,Somebody
"""


def features(*items: tuple[dict[str, Any], dict[str, Any]]) -> bytes:
    made = [{"type": "Feature", "properties": told, "geometry": drawn} for drawn, told in items]
    return json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False).encode()


def line(*told: dict[str, Any]) -> bytes:
    return features(*(({"type": "LineString", "coordinates": RIVER}, t) for t in told))


def area(level: int, name: str, rings: Any, code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    key = f"ADM{level}"
    told = {f"{key}_EN": name, f"{key}_AR": "اسم", f"{key}_PCODE": code, "ADM1_EN": "Erbil"}
    return {"type": "Polygon", "coordinates": rings}, told


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ground of one river, two districts, two governorates, a hill, a town, a village, three events."""
    folder = tmp_path_factory.mktemp("ground")
    lon, lat = VILLAGE
    files = {
        "basemap/gshhg_rivers.geojson": line({"level": 1}),
        "basemap/osm_waterways.geojson": line({"osm_id": 1, "name": "نهر دجلة"}, {"name": "FIXME later"}),
        "basemap/ne_10m_lakes.geojson": features(
            ({"type": "Polygon", "coordinates": SQUARE}, {"name": "A lake"})
        ),
        "basemap/gshhg_borders.geojson": line({}),
        "basemap/roads_schematic.geojson": line({"name": "A road"}),
        "boundaries/cod_ab_adm1_governorates.geojson": features(
            area(1, "Erbil", SQUARE, "IQG11"), area(1, "Kirkuk", EAST, "IQG13")
        ),
        "boundaries/cod_ab_adm2_districts.geojson": features(
            area(2, "Makhmour", SQUARE, "IQG11Q03"), area(2, "Kirkuk", EAST, "IQG13Q04")
        ),
        "boundaries/unami2009_disputed_districts.geojson": features(
            ({"type": "Polygon", "coordinates": SQUARE}, {"pcode": "IQG11Q03"})
        ),
        "boundaries/kri_federal_admin_edge.geojson": line({}),
        "boundaries/coordination_line_schematic.geojson": line({"kind": "line"}, {"kind": "corridor_60km"}),
        "incidents/ucdp_ged_corridor_2004_2016.csv": EVENTS.encode(),
        "places/osm_places_northern_iraq.csv": (
            f"osm_id,Name,lat,lng,km_to_line,script\n7,گوندی نوێ,{lat},{lon},3.0,ckb\n"
            f"8,Far away,{lat},{lon},99.0,latin/other\n"
        ).encode(),
        "places/geonames_cities500_iq.json": json.dumps(
            [{"name": "Somewhere", "longitude": 45.05, "latitude": 35.05, "population": 30000, "geonameid": 1,
              "alternatenames": ["مكان"]}]
        ).encode(),
        "elevation/relief_2km.json": json.dumps({"west": 41.0, "north": 38.0, "cell_deg": 0.1}).encode(),
    }  # fmt: skip
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    heights = np.full((50, 55), 400, np.int16)
    heights[20:26, 20:26] = 1500
    np.save(folder / "elevation/relief_2km.npy", heights)
    return folder


def build(ground: Path, out: Path, seed: str) -> dict[str, bytes]:
    words = [sys.executable, str(ROOT / "scripts/build_map.py"), str(ground), "--out", str(out)]
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    subprocess.run(words, check=True, env=env, capture_output=True)
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture(scope="module")
def made(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return build(ground, tmp_path_factory.mktemp("first"), "1")


def tiles(data: bytes, zoom: int) -> dict[tuple[int, int], dict[str, list[mvt.Feature]]]:
    cut = all_tiles(MemorySource(data))
    return {(x, y): mvt.decode(gzip.decompress(tile)) for (z, x, y), tile in cut if z == zoom}


def test_the_same_ground_gives_the_same_bytes(made: dict[str, bytes], ground: Path, tmp_path: Path) -> None:
    again = build(ground, tmp_path / "again", "2")
    assert {name for name in made if made[name] != again.get(name)} == set()
    assert made.keys() == again.keys()


def test_a_village_is_where_it_was_mapped_under_its_own_name(made: dict[str, bytes]) -> None:
    found = {
        (x, y): feature
        for (x, y), held in tiles(made["villages.pmtiles"], 10).items()
        for feature in held.get("villages", [])
    }
    assert len(found) == 1  # the far one is left out
    (((x, y), feature),) = found.items()
    ((px, py),) = feature.parts[0]
    lon = (x + px / mvt.EXTENT) / 2**10 * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + py / mvt.EXTENT) / 2**10))))
    assert (abs(lon - VILLAGE[0]) < 1e-4, abs(lat - VILLAGE[1]) < 1e-4) == (True, True)
    told = feature.properties
    assert (told["name"], told["lang"], told["translit"], feature.id) == ("گوندی نوێ", "ckb", "Gundî Nwê", 7)
    assert str(told["mgrs"]).startswith("38S LE ")


def test_a_river_goes_on_from_tile_to_tile(made: dict[str, bytes]) -> None:
    cut = tiles(made["ground.pmtiles"], 9)
    crossed = [tile for tile, held in cut.items() if held.get("rivers")]
    assert len(crossed) >= 4
    reach = {
        (x, y): {px for f in cut[x, y]["rivers"] for part in f.parts for px, _ in part} for x, y in crossed
    }
    beside = [(x, y) for x, y in crossed if (x + 1, y) in reach and max(reach[x, y]) > mvt.EXTENT]
    assert beside  # it reaches over the edge, and is there on the other side
    assert all(min(reach[x + 1, y]) < 0 for x, y in beside)


def test_what_has_no_name_is_numbered_and_what_has_one_is_not(made: dict[str, bytes]) -> None:
    """So a screen counts each once, however many tiles cut it."""
    ground = tiles(made["ground.pmtiles"], 9).values()
    numbers = {
        layer: {f.id for held in ground for f in held.get(layer, [])}
        for layer in ("rivers", "borders", "roads", "districts", "places")
    }
    named: dict[str, set[int | None]] = {layer: {None} for layer in ("roads", "districts", "places")}
    assert numbers == {"rivers": {1}, "borders": {1}} | named


def test_notes_of_mappers_are_no_names(made: dict[str, bytes]) -> None:
    names = {f.properties.get("name") for held in tiles(made["osm.pmtiles"], 8).values()
             for f in held.get("waterways", [])}  # fmt: skip
    assert names == {"نهر دجلة", None}


def test_who_did_it_is_nowhere(made: dict[str, bytes]) -> None:
    assert [name for name, data in made.items() if b"Somebody" in data] == []
    areas = json.loads(made["past_areas.geojson"])["features"]
    assert {f["properties"]["name_en"]: f["properties"]["n"] for f in areas} == {
        "Makhmour": 1,
        "Northern Iraq": 1,
    }
    # The hull of the governorates, so that none of their edges is drawn.
    (north,) = [shape(f["geometry"]) for f in areas if f["properties"]["name_en"] == "Northern Iraq"]
    assert north.equals(north.convex_hull)


def test_relief_is_high_where_the_hill_is(made: dict[str, bytes]) -> None:
    archive = Reader(MemorySource(made["relief.pmtiles"]))
    x, y = 39, 25  # z 6: 39.38 to 45 E, 31.95 to 36.60 N; the hill is at 43.0 to 43.6 E, 35.4 to 36.0 N
    heights = raster.to_heights(raster.decode(archive.get(6, x, y)))
    assert heights.shape == (256, 256)
    assert heights.max() > 1300
    assert abs(float(heights[0, 128]) - 400) < 5
