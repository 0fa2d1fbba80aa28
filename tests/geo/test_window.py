"""Windows are half-open; times say their offset; date-time groups read as they are written."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.geo import window
from seamline.texts import dates

instants = st.integers(window.EARLIEST, window.LATEST - 1)
NOON = 1_795_260_600_000  # 2026-11-21 11:30 UTC


@given(instants, instants, instants, instants)
def test_overlap_is_what_both_hold(a: int, b: int, c: int, d: int) -> None:
    shared = window.overlap(a, b, c, d)
    assert shared == window.overlap(c, d, a, b)
    if shared is None:
        assert b <= a or d <= c or b <= c or d <= a
    else:
        assert shared == (max(a, c), min(b, d))


def test_windows_that_touch_do_not_meet() -> None:
    assert window.overlap(0, 10, 10, 20) is None
    assert window.overlap(0, 11, 10, 20) == (10, 11)
    assert window.overlap(None, None, 10, 20) == (10, 20)
    assert window.overlap(None, 10, 10, None) is None


@given(instants, st.integers(1, 10**9))
def test_a_tear_window_only_widens_and_is_whole_hours(start: int, length: int) -> None:
    wide = window.tear_window(start, start + length)
    assert wide[0] <= start < start + length <= wide[1]
    assert wide[0] % window.HOUR == wide[1] % window.HOUR == 0
    assert wide[1] - wide[0] < length + 2 * window.HOUR


def test_dtg_as_the_field_writes_it() -> None:
    assert window.dtg(NOON) == "211130Z NOV 26"
    assert window.dtg(NOON, ZoneInfo("Asia/Baghdad")) == "211430C NOV 26"
    assert window.dtg(NOON, timezone(timedelta(hours=-12))) == "202330Y NOV 26"
    assert window.dtg(NOON, ZoneInfo("Asia/Kolkata")) == "211130Z NOV 26"
    assert window.parse_dtg("21 1430C nov 26") == NOON
    assert window.parse_dtg("211430CNOV26") == NOON


@given(instants, st.sampled_from(["UTC", "Asia/Baghdad", "Asia/Kathmandu", "America/Caracas"]))
def test_dtg_reads_the_same_on_screen(ms: int, zone: str) -> None:
    assert window.dtg(ms, ZoneInfo(zone)) == dates.dtg(ms, zone)


@given(st.integers(0, 52_000_000), st.integers(-12, 12))
def test_dtg_there_and_back(minute: int, hours: int) -> None:
    ms = 946_771_200_000 + minute * 60_000
    assert window.parse_dtg(window.dtg(ms, timezone(timedelta(hours=hours)))) == ms


@pytest.mark.parametrize(
    "text",
    ["", "211430JNOV26", "321430ZNOV26", "212460ZNOV26", "300000ZFEB26", "211430ZNOW26", "٢١1430ZNOV26"],
)
def test_what_is_no_dtg(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        window.parse_dtg(text, "when")
    assert refused.value.field == "when"


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-11-21T11:30:00Z", NOON),
        ("2026-11-21T14:30:00+03:00", NOON),
        ("2026-11-21t14:30:00.250000+03:00", NOON + 250),
        ("2026-11-21T11:30:00-00:00", NOON),
        ("1970-01-01T00:00:00Z", 0),
    ],
)
def test_rfc3339(text: str, ms: int) -> None:
    assert window.parse_rfc3339(text) == ms


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-21T14:30:00", "time_offset"),
        ("2026-11-21", "time_form"),
        ("2026-13-21T14:30:00Z", "time_form"),
        ("2026-02-30T14:30:00Z", "time_form"),
        ("2026-11-21T14:30:60Z", "time_form"),
        ("2026-11-21T14:30:00+24:00", "time_form"),
        ("2026-11-21T14:30:00.0001Z", "time_fraction"),
        ("1969-12-31T23:59:59Z", "time_range"),
        ("2100-01-01T00:00:00Z", "time_range"),
        ("0000-01-01T00:00:00Z", "time_form"),
        ("٢٠٢٦-11-21T14:30:00Z", "time_form"),
        (1_795_260_600, "time_form"),
        (None, "time_form"),
    ],
)
def test_rfc3339_refusals(text: object, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        window.parse_rfc3339(text, "start")
    assert (refused.value.field, refused.value.code) == ("start", code)


@given(instants, st.integers(-23 * 60, 23 * 60))
def test_rfc3339_there_and_back(ms: int, east: int) -> None:
    text = window.format_rfc3339(ms, window.fixed_zone(east))
    assert window.parse_with_offset(text) == (ms, east)
    assert window.format_rfc3339(ms, UTC).endswith("Z")


def test_an_empty_window_is_refused() -> None:
    window.check_window(0, 1)
    with pytest.raises(BadInput, match="later than the start"):
        window.check_window(5, 5)
