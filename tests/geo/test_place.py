"""Places: what is taken, what is refused and with which words, and that nothing moves on the way."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput, TooLarge
from seamline.geo import place
from tests.geo.shapes import places

LON, LAT = 436_000_000, 357_000_000


def square(size: int = 100_000, x: int = LON, y: int = LAT) -> list[list[int]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def polygon(*rings: list[list[int]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


BOW_TIE = [[LON, LAT], [LON + 100, LAT + 100], [LON + 100, LAT], [LON, LAT + 100], [LON, LAT]]


@pytest.mark.parametrize(
    ("geometry", "code", "field"),
    [
        ({"type": "Circle", "coordinates": []}, "place_type", "place"),
        ({"type": ["Point"], "coordinates": []}, "place_type", "place"),
        ("Point", "place_type", "place"),
        ({"type": "Point"}, "place_position", "place.coordinates"),
        ({"type": "Point", "coordinates": []}, "place_position", "place.coordinates"),
        ({"type": "Point", "coordinates": [LON, LAT, 300]}, "place_position", "place.coordinates"),
        ({"type": "Point", "coordinates": [True, LAT]}, "place_position", "place.coordinates"),
        ({"type": "Point", "coordinates": [43.6, 35.7]}, "place_position", "place.coordinates"),
        ({"type": "Point", "coordinates": [1_780_000_001, 0]}, "place_range", "place.coordinates"),
        ({"type": "Point", "coordinates": [0, -800_000_001]}, "place_range", "place.coordinates"),
        ({"type": "LineString", "coordinates": [[LON, LAT]]}, "place_length", "place.coordinates"),
        ({"type": "LineString", "coordinates": [[LON, LAT]] * 2}, "place_length", "place"),
        (
            {"type": "LineString", "coordinates": [[LON, LAT], [LON]]},
            "place_position",
            "place.coordinates[1]",
        ),
        (polygon(), "place_position", "place.coordinates"),
        (polygon(square()[:-1]), "place_ring", "place.coordinates[0]"),
        (polygon([[LON, LAT], [LON + 9, LAT], [LON, LAT]]), "place_ring", "place.coordinates[0]"),
        (polygon([[LON, LAT], [LON + 9, LAT], [LON + 5, LAT], [LON, LAT]]), "place_ring_empty", "place"),
        (polygon(BOW_TIE), "place_crossing", "place"),
        (polygon(square(), square(50, x=LON + 900_000)), "place_parts", "place"),
        ({"type": "MultiPolygon", "coordinates": [[square()], [square(50)]]}, "place_crossing", "place"),
        (polygon(square(120_000_000, x=0)), "place_extent", "place"),
        (
            {"type": "LineString", "coordinates": [[1_779_000_000, 0], [-1_779_000_000, 0]]},
            "place_antimeridian",
            "place",
        ),
    ],
)
def test_what_is_no_place_is_refused_with_its_field(geometry: Any, code: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        place.check_geometry(geometry, "place")
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_crossing_outline_says_where() -> None:
    with pytest.raises(BadInput) as refused:
        place.check_geometry(polygon(BOW_TIE))
    assert refused.value.value == "43.6000050, 35.7000050"


def test_positions_are_bounded() -> None:
    route = {"type": "LineString", "coordinates": [[LON + i, LAT] for i in range(2_001)]}
    with pytest.raises(TooLarge):
        place.check_geometry(route)
    route["coordinates"].pop()
    place.check_geometry(route)


def test_drawn_length_is_bounded() -> None:
    zigzag = {
        "type": "LineString",
        "coordinates": [[LON + 40_000_000 * (i % 2), LAT + i] for i in range(200)],
    }
    with pytest.raises(BadInput, match="drawn"):
        place.check_geometry(zigzag)


def test_many_at_once_name_each_fault() -> None:
    listed = [polygon(square()), polygon(BOW_TIE), {"type": "Point", "coordinates": [LON, LAT]}, {}]
    shapes, faults = place.check_geometries(listed, [f"f{i}" for i in range(4)])
    assert {i: fault.field for i, fault in faults.items()} == {1: "f1", 3: "f3"}
    assert [None if s is None else s.geom_type for s in shapes] == ["Polygon", None, "Point", None]


@given(places())
def test_there_and_back_unmoved(geometry: dict[str, Any]) -> None:
    place.check_geometry(geometry)
    assert place.from_geojson(place.to_geojson(geometry)) == geometry
    back = place.from_shapely(place.to_shapely(geometry))
    assert shapely.equals(place.to_shapely(back), place.to_shapely(geometry))
    west, south, east, north = place.box(geometry)
    assert place.to_shapely(geometry).bounds == (west / 1e7, south / 1e7, east / 1e7, north / 1e7)


def test_a_multipolygon_there_and_back() -> None:
    several = {
        "type": "MultiPolygon",
        "coordinates": [[square()], [square(x=LON + 500_000), square(50, LON + 500_100, LAT + 100)]],
    }
    place.check_geometry(several)
    assert place.from_geojson(place.to_geojson(several)) == several
    assert place.box(several) == (LON, LAT, LON + 600_000, LAT + 100_000)
    assert place.to_shapely(several).geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    ("coordinates", "code"),
    [
        ([43.6, 35.7, 410.0], "place_flat"),
        ([43.12345678, 35.7], "place_decimals"),
        (["43.6", 35.7], "place_position"),
        ([43.6, None], "place_position"),
        ([43.6, True], "place_position"),
        ([35.7, 43.6, "x"], "place_position"),
        ([1e300, 0.0], "place_range"),
        ([float("inf"), 0.0], "place_range"),
        ([float("nan"), 0.0], "place_range"),
        ([10**400, 0.0], "place_range"),
        ([178.1, 0.0], "place_range"),
    ],
)
def test_geojson_refusals(coordinates: Any, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        place.from_geojson({"type": "Point", "coordinates": coordinates})
    assert refused.value.code == code


def test_geojson_decimals_are_rounded_half_to_even_when_allowed() -> None:
    value = {"type": "Point", "coordinates": [43.123456789, 35.00000005]}
    assert place.from_geojson(value, exact=False)["coordinates"] == [431_234_568, 350_000_000]


@given(st.integers(-1_780_000_000, 1_780_000_000), st.integers(-800_000_000, 800_000_000))
def test_every_seven_decimal_position_is_exact(lon: int, lat: int) -> None:
    text = {"type": "Point", "coordinates": [float(f"{lon / 1e7:.7f}"), float(f"{lat / 1e7:.7f}")]}
    assert place.from_geojson(text)["coordinates"] == [lon, lat]


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates"]), inner)
    ),
    max_leaves=20,
)


@given(json_like, st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", None]))
def test_whatever_comes_is_a_place_or_bad_input(value: Any, name: str | None) -> None:
    geometry = value if name is None else {"type": name, "coordinates": value}
    for read in (place.from_geojson, lambda g: g):
        with contextlib.suppress(BadInput):
            place.check_geometry(read(geometry))
