"""Whatever comes over the wire is a typed value or BadInput with field and remedy; nothing else."""

from __future__ import annotations

from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.web import reading
from seamline.web.access import Route
from seamline.web.routes import ROUTES
from seamline.web.shapes import people, records

QUERIES = [r.query for r in ROUTES if r.query]
BODIES = [r.body for r in ROUTES if r.body]


def ids(found: list[type]) -> list[str]:
    return [t.__name__ for t in found]


def checked(fault: BadInput) -> None:
    assert fault.field
    assert fault.remedy


@pytest.mark.parametrize("struct", QUERIES, ids=ids(QUERIES))
@given(raw=st.text(max_size=200))
def test_any_query_string(struct: type[msgspec.Struct], raw: str) -> None:
    try:
        found = reading.query(parse_qsl(raw, keep_blank_values=True), raw.encode("utf-8", "ignore"), struct)
    except BadInput as fault:
        checked(fault)
    else:
        assert isinstance(found, struct)


@pytest.mark.parametrize("struct", BODIES, ids=ids(BODIES))
@given(data=st.data())
def test_any_json_object(struct: type[msgspec.Struct], data: st.DataObject) -> None:
    names = [f.encode_name for f in msgspec.structs.fields(struct)]
    values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    )
    given_ = data.draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=5), values, max_size=6))
    try:
        found = reading.body(_json(given_), struct)
    except BadInput as fault:
        checked(fault)
    else:
        assert isinstance(found, struct)


def _json(value: object) -> bytes:
    import json

    return json.dumps(value).encode()


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    try:
        reading.body(data, records.NewRecord)
    except BadInput as fault:
        checked(fault)


def test_types_are_strict_in_a_body_and_lenient_in_a_query() -> None:
    with pytest.raises(BadInput) as refused:
        reading.body(b'{"rev": "1", "body": {}}', records.Revision)
    assert refused.value.field == "rev"
    found = reading.query([("limit", "7")], b"limit=7", _query("list_records"))
    assert found.limit == 7  # type: ignore[attr-defined] # the struct of that route


def _query(name: str) -> type[msgspec.Struct]:
    return next(r.query for r in ROUTES if isinstance(r, Route) and r.name == name)


def test_a_password_is_never_shown_back() -> None:
    with pytest.raises(BadInput) as refused:
        reading.body(b'{"officer": "watch", "password": 12345678}', people.SignIn)
    assert "12345678" not in str(refused.value)


@given(st.text(max_size=130))
def test_any_bbox(text: str) -> None:
    try:
        found = reading.bbox(text)
    except BadInput as fault:
        checked(fault)
    else:
        assert found is not None


@given(
    st.decimals(-180, 180, places=9), st.decimals(-90, 90, places=9),
    st.decimals(0, 1, places=9), st.decimals(0, 1, places=9),
)  # fmt: skip
def test_a_box_opens_outward(west: object, south: object, width: object, height: object) -> None:
    east, north = min(west + width, 180), min(south + height, 90)  # type: ignore[operator,type-var] # decimals
    found = reading.bbox(f"{west:f},{south:f},{east:f},{north:f}")
    assert found is not None
    asked = [v * 10_000_000 for v in (west, south, east, north)]  # type: ignore[operator] # decimals
    assert found[0] <= asked[0]
    assert found[1] <= asked[1]
    assert found[2] >= asked[2]
    assert found[3] >= asked[3]
    assert all(abs(f - a) < 1 for f, a in zip(found, asked, strict=True))


@given(st.text(max_size=45))
def test_any_instant(text: str) -> None:
    try:
        found = reading.instant("from", text)
    except BadInput as fault:
        checked(fault)
    else:
        assert found is not None
        assert 0 <= found <= reading.LATEST
