"""Features of the map's layers, from the public data of the ground (scripts/build_map.py).

Events come without the names of who did it; an event whose place is known no better than a district is an
area, never a point (DESIGN §2, reference layer). No district says which governorate it is part of: that is
for the terms to enable.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, cast

import shapely
from layer_names import (
    ARABIC_FIXES,
    DISTRICTS_CKB,
    GOVERNORATES_CKB,
    TOWNS,
    UCDP_DISTRICTS,
    UCDP_GOVERNORATES,
)
from shapely.geometry import Point, box, mapping, shape
from shapely.geometry.base import BaseGeometry

from seamline.geo.gridref import spaced, to_mgrs
from seamline.geo.place import SCALE
from seamline.texts.romanise import romanise, script

Feature = dict[str, Any]
Loaded = tuple[BaseGeometry, dict[str, Any]]
GROUND = box(41.0, 33.0, 46.5, 38.0)
NEAR_LINE_KM = 75.0
SAME_PLACE_DEG = 0.013
PRECISION = 1e-5


def feature(geometry: BaseGeometry, **properties: Any) -> Feature:
    """A GeoJSON feature at 1e-5 degree (about a metre); empty properties left out."""
    tidy = shapely.set_precision(geometry, PRECISION) if geometry.geom_type != "Point" else geometry
    return {
        "type": "Feature",
        "properties": {k: v for k, v in properties.items() if v not in (None, "")},
        "geometry": _rounded(mapping(tidy)),
    }


def _rounded(geometry: Any) -> Any:
    def walk(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, 5)
        return [walk(v) for v in value] if isinstance(value, list | tuple) else value

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


def grid(at: Point) -> str:
    """Its grid reference to ten metres, as the screens write it."""
    return spaced(to_mgrs(round(at.x * SCALE), round(at.y * SCALE), 4))


def in_latin(name: str) -> str | None:
    """The transliteration of a name in Arabic or Sorani letters; None for every other."""
    lang = script(name)
    return romanise(name, lang) if lang in ("ar", "ckb") else None


def load(path: Path) -> list[Loaded]:
    """Geometry and properties of each feature of a file."""
    found = json.loads(path.read_text("utf-8"))["features"]
    return [(shape(f["geometry"]), f["properties"]) for f in found]


def clipped(items: Iterable[Loaded], tolerance: float) -> Iterable[Loaded]:
    """What lies on the ground, simplified; tolerance in degrees."""
    for geometry, properties in items:
        part = geometry.intersection(GROUND).simplify(tolerance)
        if not part.is_empty:
            yield part, properties


# ------------------------------------------------------------------ ground


def rivers(source: Path) -> list[Feature]:
    """Rivers by size, 0 the largest."""
    items = load(source / "basemap/gshhg_rivers.geojson")
    return [feature(g, level=p["level"]) for g, p in clipped(items, 0.0008)]


def waterways(source: Path) -> list[Feature]:
    """Rivers and streams with their mapped names."""
    items = load(source / "basemap/osm_waterways.geojson")
    names = [(p.get("name") or "").strip() for _, p in items]
    # Some names are mappers' notes to themselves, from an old import.
    kept = [(g, {"name": "" if "FIXME" in n else n}) for (g, _), n in zip(items, names, strict=True)]
    return [feature(g, translit=in_latin(p["name"]), **p) for g, p in clipped(kept, 0.0004)]


def lakes(source: Path) -> list[Feature]:
    """Lakes."""
    items = load(source / "basemap/ne_10m_lakes.geojson")
    return [feature(g, name_en=p["name"]) for g, p in clipped(items, 0.0005)]


def borders(source: Path) -> list[Feature]:
    """Borders between states."""
    return [feature(g) for g, _ in clipped(load(source / "basemap/gshhg_borders.geojson"), 0.0005)]


def roads(source: Path) -> list[Feature]:
    """Main roads as straight joins from town to town."""
    items = load(source / "basemap/roads_schematic.geojson")
    return [feature(g, name_en=p["name"], schematic=True) for g, p in items]


# ------------------------------------------------------------------ boundaries


class Area(NamedTuple):
    """A district or governorate with its names."""

    code: str
    en: str
    ar: str
    ckb: str | None
    geometry: BaseGeometry


def areas(source: Path, level: int) -> list[Area]:
    """Level 1 governorates, 2 districts; edges simplified once, so that neighbours still touch."""
    name = {1: "cod_ab_adm1_governorates", 2: "cod_ab_adm2_districts"}[level]
    items = load(source / f"boundaries/{name}.geojson")
    simple = shapely.coverage_simplify([g for g, _ in items], 0.004)
    key = f"ADM{level}"
    sorani = GOVERNORATES_CKB if level == 1 else DISTRICTS_CKB
    found = []
    for geometry, (_, p) in zip(simple, items, strict=True):
        if geometry.intersects(GROUND):
            en = p[f"{key}_EN"].strip()
            ar = ARABIC_FIXES.get(en, p[f"{key}_AR"].replace("\u00a0", " ").strip())
            found.append(Area(p[f"{key}_PCODE"], en, ar, sorani.get(en), geometry))
    return found


def _bounded(found: list[Area]) -> list[Feature]:
    out = []
    for a in found:
        names = {"code": a.code, "name_en": a.en, "name_ar": a.ar, "name_ckb": a.ckb}
        out.append(feature(a.geometry, **names))
        # The label's own point: an area cut by map tiles would be labelled once a tile.
        middle: Any = shapely.maximum_inscribed_circle(cast(Any, a.geometry.intersection(GROUND)))
        out.append(feature(Point(middle.coords[0]), label=True, **names))
    return out


def governorates(source: Path) -> list[Feature]:
    """First-order units."""
    return _bounded(areas(source, 1))


def districts(source: Path) -> list[Feature]:
    """Second-order units."""
    return _bounded(areas(source, 2))


def admin_edge(source: Path) -> list[Feature]:
    """Edge of the Region's governorates; not a line of control."""
    items = load(source / "boundaries/kri_federal_admin_edge.geojson")
    return [feature(g.simplify(0.002), name_en="Administrative edge") for g, _ in items]


def disputed_districts(source: Path) -> list[Feature]:
    """Districts on the UNAMI 2009 list."""
    listed = {p["pcode"] for _, p in load(source / "boundaries/unami2009_disputed_districts.geojson")}
    return [
        feature(a.geometry, name_en=a.en, name_ar=a.ar, name_ckb=a.ckb)
        for a in areas(source, 2)
        if a.code in listed
    ]


def line_part(source: Path, kind: str) -> list[Feature]:
    """The schematic "line" or its "corridor"."""
    items = load(source / "boundaries/coordination_line_schematic.geojson")
    return [feature(g.simplify(0.002), schematic=True) for g, p in items if p["kind"].startswith(kind)]


# ------------------------------------------------------------------ past events


def _events(source: Path) -> list[dict[str, str]]:
    path = source / "incidents/ucdp_ged_corridor_2004_2016.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: (row["date_start"], int(row["id"])))


def _event(row: dict[str, str]) -> dict[str, Any]:
    """What is kept of an event: when, how sure, how bad; never who (DESIGN §2)."""
    start, end = row["date_start"], row["date_end"]
    return {
        "id": f"ucdp-{row['id']}",
        "date": start,
        "until": end if end != start else None,
        "date_prec": int(row["date_prec"]),
        "where_prec": int(row["where_prec"]),
        "type_of_violence": int(row["type_of_violence"]),
        "best": int(row["best"]),
        "low": int(row["low"]),
        "high": int(row["high"]),
    }


def past_incidents(source: Path) -> list[Feature]:
    """Events whose place is known to a village or better (where_prec 1, 2)."""
    return [
        feature(
            Point(float(row["longitude"]), float(row["latitude"])),
            where=row["where_coordinates"],
            **_event(row),
        )
        for row in _events(source)
        if int(row["where_prec"]) <= 2
    ]


def past_areas(source: Path) -> list[Feature]:
    """Events placed no better than a district: one area each, with its events.

    One that is placed by its governorate alone is in "the north", so that no governorate is drawn.
    """
    by_name = {a.en: a for a in areas(source, 2)}
    provinces = {a.en: a for a in areas(source, 1)}
    shown = [
        provinces[name].geometry for name in sorted(set(UCDP_GOVERNORATES.values())) if name in provinces
    ]
    # Its hull, so that no edge of a governorate is drawn.
    whole = shapely.unary_union(shown).convex_hull.intersection(GROUND)
    north = Area("north", "Northern Iraq", "شمال العراق", "باکووری عێراق", whole)
    found: dict[str, Area] = {}
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _events(source):
        if int(row["where_prec"]) > 2:
            area = by_name[UCDP_DISTRICTS[row["adm_2"]]] if row["where_prec"] == "3" else north
            found[area.code] = area
            grouped[area.code].append({k: v for k, v in _event(row).items() if v is not None})
    return [
        feature(
            a.geometry, name_en=a.en, name_ar=a.ar, name_ckb=a.ckb, n=len(grouped[code]),
            best=sum(e["best"] for e in grouped[code]), events=grouped[code],
        )
        for code, a in sorted(found.items())
    ]  # fmt: skip


# ------------------------------------------------------------------ places


def places(source: Path) -> list[Feature]:
    """Towns: the larger ones with names in three languages, the others as GeoNames spells them."""
    out = [
        feature(Point(lon, lat), name=en, name_en=en, name_ar=ar, name_ckb=ckb, rank=rank, sort=rank,
                mgrs=grid(Point(lon, lat)))
        for rank, en, ar, ckb, lon, lat in TOWNS
    ]  # fmt: skip
    taken = [Point(lon, lat) for *_, lon, lat in TOWNS]
    listed = json.loads((source / "places/geonames_cities500_iq.json").read_text("utf-8"))
    for town in sorted(listed, key=lambda t: (-t["population"], t["geonameid"])):
        at = Point(town["longitude"], town["latitude"])
        if not GROUND.contains(at) or any(at.distance(other) < 0.05 for other in taken):
            continue
        taken.append(at)
        rank = 2 if town["population"] >= 20_000 else 3
        own = _arabic(town["alternatenames"])
        out.append(feature(at, name=town["name"], name_en=town["name"], rank=rank, sort=rank + 1,
                           mgrs=grid(at), **own))  # fmt: skip
    return out


_SORANI_ONLY = set("ێۆڵڕەڤ")
_PERSIAN = set("پچژگکی")


def _arabic(names: list[str]) -> dict[str, str]:
    """An Arabic and a Sorani spelling, told apart by letters only Sorani has."""
    script = [n for n in names if n and all("\u0600" <= c <= "\u06ff" or c == " " for c in n)]
    sorani = [n for n in script if set(n) & _SORANI_ONLY]
    arabic = [n for n in script if not set(n) & (_SORANI_ONLY | _PERSIAN)]
    found = {}
    if arabic:
        found["name_ar"] = arabic[-1]
    if sorani:
        found["name_ckb"] = sorani[-1]
    return found


def villages(source: Path) -> list[Feature]:
    """Named places near the line by their mapped name, whatever its language; towns are in `places`."""
    towns = shapely.STRtree([shape(f["geometry"]) for f in places(source)])
    out = []
    with (source / "places/osm_places_northern_iraq.csv").open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda r: int(r["osm_id"])):
            at = Point(float(row["lng"]), float(row["lat"]))
            if not row["Name"].strip() or float(row["km_to_line"]) > NEAR_LINE_KM or not GROUND.contains(at):
                continue
            if len(towns.query(at, predicate="dwithin", distance=SAME_PLACE_DEG)):
                continue
            name = row["Name"].strip()
            lang = {"ar": "ar", "ckb": "ckb"}.get(row["script"])
            latin = romanise(name, lang) if lang else None
            out.append(
                feature(at, name=name, lang=lang, translit=latin, mgrs=grid(at), osm=int(row["osm_id"]))
            )
    return out
