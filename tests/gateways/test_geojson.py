"""FeatureCollections, and what only looks like one."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.gateways.geojson.codec import Features, read


def features(value: Any) -> Features:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read(lambda: io.BytesIO(data))


POINT = {"type": "Point", "coordinates": [43.7, 35.7]}


def test_properties_are_columns() -> None:
    told = {"name": "مخمور", "n": 3, "open": True, "none": None, "more": {"a": [1]}}
    found = features(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "id": 7, "properties": told, "geometry": POINT}],
        }
    )
    assert found.columns == ("id", "name", "n", "open", "more")
    row = next(found.rows())
    assert (row.line, row.geometry) == (1, POINT)
    assert row.values == {"id": "7", "name": "مخمور", "n": "3", "open": "true", "more": '{"a":[1]}'}


def test_a_bad_feature_is_refused_and_the_next_is_read() -> None:
    good = {"type": "Feature", "properties": None, "geometry": POINT}
    rows = list(features({"type": "FeatureCollection", "features": [7, {"type": "Thing"}, good]}).rows())
    assert [(r.line, bool(r.fault)) for r in rows] == [(1, True), (2, True), (3, False)]


@pytest.mark.parametrize(
    "value",
    [b"", b"{", {"type": "Feature"}, {"type": "FeatureCollection"}, b"\xff\xfe{",
     {"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:32638"}}}],
)  # fmt: skip
def test_what_is_no_collection_is_refused_whole(value: Any) -> None:
    with pytest.raises(BadInput) as fault:
        features(value)
    assert fault.value.remedy


@given(st.binary(max_size=200))
def test_any_bytes_are_features_or_refused(data: bytes) -> None:
    for start in (b"", b'{"type":"FeatureCollection","features":['):
        try:
            found = features(start + data)
        except BadInput:
            continue
        assert len(list(found.rows())) == found.count


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(
        _JSON | st.fixed_dictionaries({"type": st.just("Feature"), "properties": _JSON, "geometry": _JSON})
    )
)
def test_any_features_are_read_or_refused_one_by_one(value: list[Any]) -> None:
    try:
        found = features({"type": "FeatureCollection", "features": value})
    except BadInput:
        return
    assert [r.line for r in found.rows()] == list(range(1, len(value) + 1))
