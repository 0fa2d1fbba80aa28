"""The map's data, from the public data of the ground: the same input gives the same bytes.

    python scripts/build_map.py ../shared/data              write it
    python scripts/build_map.py ../shared/data --check      say what is not as it would be written
    python scripts/build_map.py ../shared/data --out DIR    write it there

Writes into seamline/web/layers/data: `*.pmtiles`, `*.geojson` and manifest.json (docs/map.md). What
OpenStreetMap made is in an archive of its own, and what only terms of reference enable is in none: an
archive is one file, and who may fetch it may read all of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import map_sources as sources
import numpy as np
from map_tiles import BOUNDS, Source, relief, vector

OUT = Path(__file__).resolve().parent.parent / "seamline" / "web" / "layers" / "data"
LIMIT = 1_600_000
"""Bytes of a file: what a browser is asked to read at once, and what a clone carries."""

OSM = "© OpenStreetMap contributors"
UCDP = "UCDP GED (Sundberg & Melander 2013)"
COD = "OCHA COD-AB Iraq 2019"
RELIEF = "Natural Earth, shadedrelief.com"
OWN = "Seamline (schematic)"


class Layer(NamedTuple):
    """One layer: where it comes from, what is to be said of it, and where it is.

    needs: what terms in force must name; tiles: its archive, and zooms where; whole: also as GeoJSON.
    """

    id: str
    group: str
    attribution: str
    licence: str
    build: Callable[[Path], list[sources.Feature]] | None
    tiles: str | None = None
    zooms: tuple[int, int] = (4, 10)
    whole: bool = False
    default_on: bool = True
    mark: str | None = None
    needs: str | None = None


LAYERS = (
    Layer("relief", "ground", RELIEF, "Public domain", None, "relief", (5, 6), mark="indicative"),
    Layer("lakes", "ground", "Natural Earth", "Public domain", sources.lakes, "ground"),
    Layer("rivers", "ground", "GSHHG/WDBII", "LGPL-3.0-or-later", sources.rivers, "ground"),
    Layer("waterways", "ground", OSM, "ODbL-1.0", sources.waterways, "osm", (6, 10)),
    Layer("roads", "ground", OWN, "CC0-1.0", sources.roads, "ground", mark="schematic"),
    Layer("borders", "boundary", "GSHHG/WDBII", "LGPL-3.0-or-later", sources.borders, "ground"),
    Layer("districts", "boundary", COD, "CC-BY-3.0-IGO", sources.districts, "ground"),
    Layer(
        "governorates", "boundary", COD, "CC-BY-3.0-IGO", sources.governorates, needs="terms:governorates"
    ),
    Layer(
        "disputed_districts", "boundary", f"{COD}; UNAMI 2009", "CC-BY-3.0-IGO", sources.disputed_districts,
        default_on=False, needs="terms:disputed_districts",
    ),
    Layer(
        "admin_edge", "boundary", COD, "CC-BY-3.0-IGO", sources.admin_edge,
        default_on=False, needs="terms:admin_edge",
    ),
    Layer("places", "name", "GeoNames", "CC-BY-4.0", sources.places, "ground", whole=True),
    Layer("villages", "name", OSM, "ODbL-1.0", sources.villages, "villages", (9, 10), whole=True),
    Layer("past_incidents", "past", UCDP, "CC-BY-4.0", sources.past_incidents, default_on=False),
    Layer("past_areas", "past", UCDP, "CC-BY-4.0", sources.past_areas, default_on=False),
    Layer(
        "line", "line", OWN, "CC0-1.0", lambda s: sources.line_part(s, "line"), mark="schematic", needs="line"
    ),
    Layer(
        "corridor", "line", OWN, "CC0-1.0", lambda s: sources.line_part(s, "corridor"),
        mark="schematic", needs="line",
    ),
)  # fmt: skip
OUTLINES = "outlines.geojson"
"""Districts with their codes, for placing what is imported; this file is never served."""
# A district's code begins with its governorate's.
KEPT_BACK = {"districts": {"code"}}


def build(source: Path, out: Path) -> None:
    """Every file of the map, into a folder."""
    made = {layer.id: layer.build(source) for layer in LAYERS if layer.build}
    for layer in LAYERS:
        if layer.id in made and (layer.whole or layer.tiles is None):
            _write_features(out / f"{layer.id}.geojson", made[layer.id])
    _write_features(out / OUTLINES, [f for f in made["districts"] if "label" not in f["properties"]])
    for archive, thanks, ids in (
        ("ground", f"GSHHG, Natural Earth, {COD}, GeoNames", ""),
        ("osm", OSM, "osm"),
        # In one of their own: nobody fetches them before he is so near that they are drawn.
        ("villages", OSM, "osm"),
    ):
        held = {
            layer.id: Source(_without(made[layer.id], KEPT_BACK.get(layer.id, set())), *layer.zooms)
            for layer in LAYERS
            if layer.tiles == archive
        }
        vector(out / f"{archive}.pmtiles", held, thanks, ids=ids)
    grid = json.loads((source / "elevation/relief_2km.json").read_text("utf-8"))
    heights = np.load(source / "elevation/relief_2km.npy")
    low, high = next(layer.zooms for layer in LAYERS if layer.tiles == "relief")
    relief(
        out / "relief.pmtiles", heights, grid["west"], grid["north"], grid["cell_deg"], range(low, high + 1)
    )
    said = [_told(layer) for layer in LAYERS]
    (out / "manifest.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for path in sorted(out.iterdir()):
        if path.stat().st_size > LIMIT:
            raise SystemExit(f"{path.name}: {path.stat().st_size} bytes, over {LIMIT}")


def _told(layer: Layer) -> dict[str, Any]:
    told = {k: v for k, v in layer._asdict().items() if k not in ("build", "tiles", "zooms")}
    if layer.tiles is not None:
        told["tiles"] = {
            "archive": layer.tiles, "minzoom": layer.zooms[0], "maxzoom": layer.zooms[1], "bounds": BOUNDS,
        }  # fmt: skip
    return told


def _write_features(path: Path, features: list[sources.Feature]) -> None:
    collection = {"type": "FeatureCollection", "features": features}
    path.write_bytes(json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _without(features: list[sources.Feature], names: set[str]) -> list[sources.Feature]:
    kept = [{k: v for k, v in f["properties"].items() if k not in names} for f in features]
    return [{**f, "properties": told} for f, told in zip(features, kept, strict=True)]


def check(source: Path) -> list[str]:
    """Names of the files that are not as they would be written."""
    with tempfile.TemporaryDirectory() as folder:
        build(source, Path(folder))
        fresh = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    held = {path.name: path.read_bytes() for path in OUT.iterdir() if path.suffix != ".md"}
    return sorted(name for name in fresh.keys() | held.keys() if fresh.get(name) != held.get(name))


def main(words: list[str]) -> int:
    """Write or check, and return the exit code."""
    parser = argparse.ArgumentParser(description="Build the map's data.")
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(words)
    if given.check:
        wrong = check(given.source)
        print("\n".join(f"{name} is not what its source says" for name in wrong) or "as its sources say")
        return 1 if wrong else 0
    given.out.mkdir(parents=True, exist_ok=True)
    build(given.source, given.out)
    for path in sorted(given.out.iterdir()):
        print(f"{path.name:32} {path.stat().st_size:9} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
