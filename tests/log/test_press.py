"""Parts made small: each way gives the part back, and only those ways are taken that the reader undoes."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import RuleBroken
from seamline.exchange.dictionary import load
from seamline.log import canonical, press
from seamline.log.part import Have, Part, Run, SignedHead
from seamline.log.press import PLAIN, Press
from tests.exchange.parts import LOG, parts

ROOT = Path(__file__).resolve().parents[2]
SPEC = (ROOT / "docs" / "spec" / "exchange.md").read_text("utf-8")
FULL, BARE = load(), Press()
ALERT = canonical.encode(
    {
        "at": 1_795_000_000_000,
        "body": {
            "occurred": {"end": 1_795_000_060_000, "start": 1_795_000_000_000},
            "place": {
                "accuracy_m": 100,
                "geometry": {"coordinates": [437_420_123, 357_160_456], "type": "Point"},
                "mgrs": "38SME4212345678",
            },
            "precedence": "flash",
            "summary": "Shots heard near the upper post",
            "type": "fire_exchange",
        },
        "by": "watch-1",
        "id": "0199aaaa-bbbb-7123-8456-123456789abc",
        "kind": "incident",
        "lang": "en",
        "no": 12,
        "party": "isf",
        "prev": None,
        "rev": 1,
        "v": 1,
    }
)


def run_of(*entries: bytes) -> Run:
    return Run(LOG, 0, entries, SignedHead(len(entries), bytes(range(32)), bytes(range(64))))


@given(parts, st.sets(st.integers(0, 5)))
def test_a_part_comes_back_whatever_ways_are_allowed(part: Part, allowed: set[int]) -> None:
    frame = FULL.press(part, allowed)
    assert frame[0] in (allowed & FULL.methods) | PLAIN
    assert FULL.expand(frame) == part


def test_what_was_not_announced_is_not_used() -> None:
    part = run_of(ALERT)
    assert FULL.press(part)[0] in PLAIN
    assert BARE.press(part, FULL.methods)[0] in PLAIN
    assert FULL.press(part, FULL.methods)[0] == press.COLUMNS
    assert BARE.expand(FULL.press(part)) == part


@pytest.mark.parametrize("method", [press.DICTIONARY, press.COLUMNS, 77])
def test_an_unknown_way_is_refused(method: int) -> None:
    with pytest.raises(RuleBroken) as fault:
        BARE.expand(bytes([method]) + b"whatever")
    assert fault.value.rule == "exchange 1.3"


@given(st.binary(min_size=1, max_size=200), st.sampled_from([press.DICTIONARY, press.COLUMNS]))
def test_any_bytes_are_a_part_or_refused(data: bytes, method: int) -> None:
    try:
        part = FULL.expand(bytes([method]) + data)
    except RuleBroken:
        return
    assert FULL.press(part)


@given(st.data())
def test_a_frame_changed_anywhere_is_refused_or_another_part(data: st.DataObject) -> None:
    frame = bytearray(FULL.press(run_of(ALERT, ALERT), FULL.methods))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert isinstance(FULL.expand(bytes(frame)), (Run, Have))
    except RuleBroken:
        return


def test_a_flash_alert_alone_takes_little() -> None:
    """Signed head, proof and all: what a radio modem sends in a second."""
    assert len(FULL.press(run_of(ALERT), FULL.methods)) < 330 < len(FULL.press(run_of(ALERT)))


def test_the_dictionary_is_the_published_one() -> None:
    data = (ROOT / "seamline" / "exchange" / "data" / "records-1.dict").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    assert re.search(digest, SPEC), "published dictionaries never change: give another one another number"
    assert zstandard.ZstdCompressionDict(data).dict_id() == 1
