"""Names as people type them: how sure a match is, and that it never guesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.geo.areas import Areas, circle
from seamline.geo.names import Named, Names, metres
from seamline.geo.place import check_geometry, to_shapely
from seamline.texts.spelling import normalise

PLACES = [
    Named("كركوك", 443_922_000, 354_681_000),
    Named("کەرکووک", 443_930_000, 354_690_000),
    Named("الموصل", 431_189_000, 363_350_000),
    Named("قرية عين عرنة", 423_000_000, 370_000_000),
    Named("زمار", 426_000_000, 366_500_000),
    Named("خالدية", 423_700_000, 370_730_000),
    Named("خالدية", 441_000_000, 352_000_000),
    Named("مجمع ١٣", 440_000_000, 356_000_000),
    Named("Qara Tapa", 449_500_000, 341_000_000),
]
NAMES = Names(PLACES, normalise)


@pytest.mark.parametrize(
    ("written", "sure", "first"),
    [
        ("كركوك", "exact", "كركوك"),
        ("کرکوک", "spelling", "كركوك"),
        ("کەرکووک", "exact", "کەرکووک"),
        ("موصل", "spelling", "الموصل"),
        ("الموصڵ", "spelling", "الموصل"),
        ("عين عرنه", "spelling", "قرية عين عرنة"),
        ("قریه عین عرنە", "spelling", "قرية عين عرنة"),
        ("مجمع 13", "spelling", "مجمع ١٣"),
        ("مجمع ۱۳", "spelling", "مجمع ١٣"),
        ("qara-tapa", "spelling", "Qara Tapa"),
        ("زمارة", "near", "زمار"),
        ("کرکووک", "near", "كركوك"),
        ("خالدية", "ambiguous", "خالدية"),
        ("الخالديه", "ambiguous", "خالدية"),
        ("سنجار", "unknown", None),
        ("", "unknown", None),
        ("١", "unknown", None),
    ],
)
def test_how_sure(written: str, sure: str, first: str | None) -> None:
    match = NAMES.match(written)
    assert match.sure == sure
    assert (match.candidates[0].name if match.candidates else None) == first
    assert match.certain == (sure in ("exact", "spelling"))


def test_one_place_mapped_twice_is_one_place() -> None:
    close = [Named("زمار", 426_000_000, 366_500_000), Named("زمّار", 426_100_000, 366_510_000)]
    assert metres(*close) < 3000
    assert Names(close, normalise).match("زمار").sure == "exact"


@given(st.permutations(PLACES), st.sampled_from([p.name for p in PLACES] + ["زمارة", "کرکووک", "الخالديه"]))
def test_the_order_of_the_names_changes_nothing(places: list[Named], written: str) -> None:
    assert Names(places, normalise).match(written) == NAMES.match(written)


@given(st.text(max_size=40))
def test_whatever_is_written_gets_an_answer(written: str) -> None:
    match = NAMES.match(written)
    assert match.certain == (len(match.candidates) == 1 and match.sure in ("exact", "spelling"))


SQUARE = {
    "type": "Feature",
    "properties": {"code": "A1", "name_en": "Makhmour", "name_ar": "مخمور"},
    "geometry": {"type": "Polygon", "coordinates": [[[43, 35], [44, 35], [44, 36], [43, 36], [43, 35]]]},
}
CROSSED = {
    "type": "Feature",
    "properties": {"code": "A2"},
    "geometry": {"type": "Polygon", "coordinates": [[[43, 35], [44, 36], [44, 35], [43, 36], [43, 35]]]},
}


def test_an_area_by_its_name_or_around_a_position() -> None:
    known = Areas.from_geojson({2: {"features": [SQUARE, CROSSED]}}, normalise)
    assert [getattr(known.named(n, 2), "code", None) for n in ("مخمور", "A1", "A2")] == ["A1", "A1", None]
    assert known.named("Makhmour", 1) is None
    assert getattr(known.around(435_000_000, 355_000_000, 2), "code", None) == "A1"
    assert known.around(455_000_000, 355_000_000, 2) is None


@given(
    st.integers(-1_700_000_000, 1_700_000_000),
    st.integers(-600_000_000, 600_000_000),
    st.integers(100, 200_000),
)
def test_a_circle_is_a_place_around_its_middle(lon: int, lat: int, reach: int) -> None:
    outline = circle(lon, lat, reach)
    check_geometry(outline)
    shape = to_shapely(outline)
    east = Named("", lon + round(shape.bounds[2] * 1e7) - lon, lat)
    assert metres(Named("", lon, lat), east) >= reach * 0.999
