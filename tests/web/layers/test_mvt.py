"""Vector tiles: the specification's own examples, and back again as they were."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.web.layers import mvt
from seamline.web.layers.mvt import LINE, POINT, POLYGON, Feature

XY = st.tuples(st.integers(-80, 4176), st.integers(-80, 4176))
VALUES = st.one_of(st.text(max_size=12), st.integers(-(2**53), 2**53), st.booleans())
TOLD = st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=4)
NUMBERS = st.none() | st.integers(0, 2**53)


def shapes(kind: int, least: int) -> st.SearchStrategy[Feature]:
    part = st.lists(XY, min_size=least, max_size=6)
    parts = st.lists(XY, min_size=1, max_size=5).map(lambda ps: [[p] for p in ps])
    return st.builds(
        Feature,
        st.just(kind),
        parts if kind == POINT else st.lists(part, min_size=1, max_size=3),
        TOLD,
        NUMBERS,
    )


FEATURES = st.lists(st.one_of(shapes(POINT, 1), shapes(LINE, 2), shapes(POLYGON, 3)), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("feature", "commands"),
    [  # examples of §4.3.5
        (Feature(POINT, [[(25, 17)]]), [9, 50, 34]),
        (Feature(POINT, [[(5, 7)], [(3, 2)]]), [17, 10, 14, 3, 9]),
        (Feature(LINE, [[(2, 2), (2, 10), (10, 10)]]), [9, 4, 4, 18, 0, 16, 16, 0]),
        (Feature(LINE, [[(2, 2), (2, 10), (10, 10)], [(1, 1), (3, 5)]]),
         [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]),
        (Feature(POLYGON, [[(3, 6), (8, 12), (20, 34)]]), [9, 6, 12, 18, 10, 12, 24, 44, 15]),
    ],
)  # fmt: skip
def test_geometry_as_the_specification_writes_it(feature: Feature, commands: list[int]) -> None:
    assert mvt._commands(feature) == commands


@given(FEATURES, FEATURES)
def test_what_was_written_is_read(one: list[Feature], other: list[Feature]) -> None:
    data = mvt.encode({"one": one, "none": [], "سنوور": other})
    assert mvt.decode(data) == {"one": one, "سنوور": other}


def test_true_is_not_one() -> None:
    told = {"a": True, "b": 1, "c": "1"}
    (found,) = mvt.decode(mvt.encode({"x": [Feature(POINT, [[(0, 0)]], dict(told))]}))["x"]
    assert [type(found.properties[k]) for k in told] == [bool, int, str]


@given(st.binary(max_size=60))
def test_other_bytes_are_refused_or_read_never_worse(data: bytes) -> None:
    with suppress(mvt.Damaged):
        assert isinstance(mvt.decode(data), dict)


def test_cut_short_is_refused() -> None:
    data = mvt.encode({"x": [Feature(LINE, [[(0, 0), (9, 9)]], {"name": "x"})]})
    with pytest.raises(mvt.Damaged):
        mvt.decode(data[:-1])


def test_holes_belong_to_the_ring_before_them() -> None:
    outer, hole = [(0, 0), (9, 0), (9, 9), (0, 9)], [(2, 2), (2, 4), (4, 4), (4, 2)]
    assert mvt.turn(outer) > 0 > mvt.turn(hole)
    assert mvt.rings_by_polygon([outer, hole, outer]) == [[outer, hole], [outer]]
