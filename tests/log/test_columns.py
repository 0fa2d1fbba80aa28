"""Entries by columns: whatever is split joins bit for bit, and no stream costs more than its bound."""

from __future__ import annotations

import base64
import contextlib
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import RuleBroken
from seamline.log import canonical, columns
from seamline.log.columns import Streams

numbers = st.integers(-(1 << 50) + 1, (1 << 50) - 1)
texts = st.one_of(
    st.text(max_size=20),
    st.binary(min_size=16, max_size=16).map(lambda b: str(uuid.UUID(bytes=b))),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.binary(min_size=64, max_size=64).map(lambda b: base64.b64encode(b).decode()),
    st.sampled_from(
        ["isf", "ksf", "", "\u0001", "\\", '"', '":', "\n", "00000000-0000-7000-8000-00000000000G"]
    ),
)
names = st.text("abcdefgh_", min_size=1, max_size=4)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=5),
    max_leaves=20,
)
entries = st.lists(st.dictionaries(names, values, max_size=6).map(canonical.encode), min_size=1, max_size=8)


@given(entries)
def test_what_is_split_joins_bit_for_bit(said: list[bytes]) -> None:
    streams = columns.split(said)
    assert streams is not None
    assert columns.join(streams) == said


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4))
def test_other_bytes_join_as_they_were_or_are_not_split(said: list[bytes]) -> None:
    streams = columns.split(said)
    if streams is not None:
        assert columns.join(streams) == said


@pytest.mark.parametrize(
    "data",
    [
        b"[1]",
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":1125899906842624}',
        b'{"a":"\x01"}',
        b'{"a":\x05}',
        b"",
        b"{]}",
    ],
)
def test_no_entry_of_this_form(data: bytes) -> None:
    assert columns.split([data]) is None or columns.join(columns.split([data]) or Streams(b"", b"", b"")) == [
        data
    ]


@given(st.binary(max_size=60), st.binary(max_size=80), st.binary(max_size=120))
def test_any_streams_join_or_are_refused(raw: bytes, told: bytes, text: bytes) -> None:
    with contextlib.suppress(RuleBroken):
        columns.join(Streams(raw, told, text))


@given(entries, st.data())
def test_streams_changed_anywhere_join_or_are_refused(said: list[bytes], data: st.DataObject) -> None:
    good = columns.split(said)
    assert good is not None
    changed = []
    for stream in good:
        out = bytearray(stream)
        if out:
            out[data.draw(st.integers(0, len(out) - 1))] ^= data.draw(st.integers(0, 255))
        changed.append(bytes(out))
    with contextlib.suppress(RuleBroken):
        assert sum(map(len, columns.join(Streams(*changed)))) <= columns.BUDGET


def numbered(*of: int) -> bytes:
    """Numbers as a stream."""
    return b"".join(bytes([n]) if n < 128 else bytes([n & 127 | 128, *_rest(n >> 7)]) for n in of)


def _rest(n: int) -> list[int]:
    return [n] if n < 128 else [n & 127 | 128, *_rest(n >> 7)]


def bombs() -> list[Any]:
    million, long = 1 << 20, b"x" * 60_000
    return [
        # A long shape used a million times; a long string used a million times; a million empty shapes.
        Streams(b"", numbered(million, 1, 0, 0), b"{" + long + b"}\n"),
        Streams(b"", numbered(10_000, 1, 0, 0, 1, 1), b'{"a":\x01}\n' + long + b"\n"),
        Streams(b"", numbered(1 << 40, 1, 0, 0), b"{}\n"),
        Streams(b"", numbered(1, 1, 0, 0, 0, 0), b"\x05" * million + b"\n"),
        Streams(b"", numbered(20_000, 1, 0, 0, 0, 0), b"\x05" * 50 + b"\n"),
    ]


@pytest.mark.parametrize("streams", bombs())
def test_a_bomb_is_refused_before_it_is_made(streams: Streams) -> None:
    with pytest.raises(RuleBroken) as fault:
        columns.join(streams)
    assert fault.value.rule == "exchange 9.3"


@pytest.mark.parametrize("shape", [b'{"a\x05b":\x01}', b'{"a":\x05,"\x02":\x05}'])
def test_a_mark_in_a_key_is_refused(shape: bytes) -> None:
    """Found by the fuzz of files: more marks than values ended the reader, not the part."""
    with pytest.raises(RuleBroken) as fault:
        columns.join(Streams(b"", numbered(1, 1, 0, 0, 0, 0, 0, 0), shape + b"\n\0x\n"))
    assert "mark" in str(fault.value)


def test_incidents_of_one_day_take_little() -> None:
    said = [
        canonical.encode(
            {
                "at": 1_760_000_000_000 + 61_007 * n,
                "body": {
                    "occurred": {
                        "end": 1_760_000_600_000 + 60_000 * n,
                        "start": 1_760_000_000_000 + 60_000 * n,
                    },
                    "place": {
                        "geometry": {"coordinates": [437_420_123 + n, 357_160_456 - n], "type": "Point"}
                    },
                    "summary": f"Shots heard near post {n}",
                },
                "id": str(uuid.UUID(int=n * (1 << 100) + n)),
                "kind": "incident",
            }
        )
        for n in range(50)
    ]
    streams = columns.split(said)
    assert streams is not None
    assert len(streams.raw) == 50 * 10
    assert len(streams.numbers) < 50 * 20 < sum(map(len, said)) / 10
