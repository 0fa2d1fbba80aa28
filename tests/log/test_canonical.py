"""Law: one value, one encoding, and only that encoding is read (log 1)."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seamline.errors import BadInput, NotCanonical, TooLarge
from seamline.log import canonical

integers = st.integers(-canonical.SAFE_INTEGER, canonical.SAFE_INTEGER)
texts = st.text(max_size=20)
keys = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=8)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def reference(value: Any) -> bytes:
    """RFC 8785 written down again, without msgspec."""
    if isinstance(value, str):
        return b'"' + b"".join(map(_escaped, value)) + b'"'
    if isinstance(value, list):
        return b"[" + b",".join(map(reference, value)) + b"]"
    if isinstance(value, dict):
        order = sorted(value, key=lambda k: k.encode("utf-16-be"))
        return b"{" + b",".join(reference(k) + b":" + reference(value[k]) for k in order) + b"}"
    return json.dumps(value).encode()


def _escaped(c: str) -> bytes:
    short = {
        "\b": "\\b",
        "\t": "\\t",
        "\n": "\\n",
        "\f": "\\f",
        "\r": "\\r",
        '"': '\\"',
        "\\": "\\\\",
    }
    return (short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c)).encode()


@given(values)
@example({"b": 1, "a": {}, "A": [True, None, '\x00\x1f\x7f\u2028é😀/\\"']})
def test_encodes_as_rfc_8785_says_and_reads_it_back(value: Any) -> None:
    data = canonical.encode(value)
    assert data == reference(value)
    assert canonical.decode(data) == value


@given(values)
def test_any_other_spelling_of_a_value_is_refused(value: Any) -> None:
    data = canonical.encode(value)
    others = {
        json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode(),
        data + b"\n",
        b" " + data,
        b"\xef\xbb\xbf" + data,
        data + b"," + data,
    }
    for other in others - {data}:
        with pytest.raises(NotCanonical) as refused:
            canonical.decode(other)
        assert refused.value.rule == "log 1.1"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_a_rule(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except NotCanonical as refused:
        assert refused.rule.startswith("log 1.")
    else:
        assert canonical.encode(value) == data


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "log 1.1"),
        (b"{", "log 1.1"),
        (b'{"b":1,"a":2}', "log 1.1"),
        (b'{"a":1,"a":1}', "log 1.1"),
        (b'{"a":1,"a":2}', "log 1.1"),
        (b'{"a": 1}', "log 1.1"),
        (b"-0", "log 1.1"),
        (b"01", "log 1.1"),
        (b"+1", "log 1.1"),
        (b"NaN", "log 1.1"),
        (b'"\\u00e9"', "log 1.1"),
        (b'"\\/"', "log 1.1"),
        (b'"\\u001F"', "log 1.1"),
        (b'"\\u000a"', "log 1.1"),
        (b'"\x01"', "log 1.1"),
        (b'"\\ud800"', "log 1.1"),
        (b"1.0", "log 1.2"),
        (b"1.5", "log 1.2"),
        (b"1e3", "log 1.2"),
        (b"9007199254740992", "log 1.2"),
        (b"-9007199254740992", "log 1.2"),
        (b"123456789012345678901234567890", "log 1.2"),
        (b'{"":1}', "log 1.3"),
        (b'{"\xc3\xa9":1}', "log 1.3"),
        (b'{"' + b"k" * 65 + b'":1}', "log 1.3"),
        (b'"\xed\xa0\x80"', "log 1.4"),
        (b'"\xff"', "log 1.4"),
        (b"[" * 33 + b"]" * 33, "log 1.5"),
        (b"[" * 30_000 + b"]" * 30_000, "log 1.5"),
        (b'"' + b"x" * 65_534 + b'"', "log 1.6"),
    ],
)
def test_each_fault_names_its_rule(data: bytes, rule: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical.decode(data)
    assert refused.value.rule == rule


def test_the_bounds_themselves_are_read() -> None:
    for data in (
        b"9007199254740991",
        b"-9007199254740991",
        b"[" * 32 + b"]" * 32,
        b'"' + b"x" * 65_533 + b'"',
        b'{"' + b"k" * 64 + b'":1}',
    ):
        assert canonical.encode(canonical.decode(data)) == data


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"place": {"accuracy": 1.5}}, "place.accuracy"),
        ({"list": [1, {"x": math.inf}]}, "list.1.x"),
        ({"n": 1 << 53}, "n"),
        ({"raw": b"bytes"}, "raw"),
        ({"set": {1}}, "set"),
        ({"outer": {1: "key"}}, "outer"),
        ({"é": 1}, "value"),
        ({"text": "\ud800"}, "text"),
    ],
)
def test_a_value_without_a_form_names_the_member(value: Any, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        canonical.encode(value)
    assert refused.value.field == field


def test_too_deep_too_long_and_circular_values_are_too_large() -> None:
    circle: list[Any] = []
    circle.append(circle)
    for value in (circle, "x" * 65_534):
        with pytest.raises(TooLarge):
            canonical.encode(value)


def test_a_tuple_is_written_as_a_list() -> None:
    assert canonical.encode({"at": (1, 2)}) == b'{"at":[1,2]}'
