"""Dates as forms in the field write them, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.texts import LANGS, catalogue, dates

AT = 1_697_972_700_000  # 2023-10-22T11:05:00Z
HOUR = 3_600_000
BAGHDAD = "Asia/Baghdad"


def test_days_carry_the_month_names_of_iraq() -> None:
    assert dates.day(AT, BAGHDAD, "en") == "22 October 2023"
    assert dates.day(AT, BAGHDAD, "ar") == "22 تشرين الأول 2023"
    assert dates.day(AT, BAGHDAD, "ckb") == "22ی تشرینی یەکەمی 2023"


def test_the_reader_may_choose_eastern_digits() -> None:
    assert dates.moment(AT, BAGHDAD, "ar", eastern=True) == "٢٢ تشرين الأول ٢٠٢٣، ١٤:٠٥"
    assert dates.digits(1097) == "1097"


def test_the_day_is_that_of_the_zone() -> None:
    late = AT + 12 * HOUR  # 23:05 in UTC, 02:05 the next day in Baghdad
    assert dates.day(late, "UTC", "en") == "22 October 2023"
    assert dates.day(late, BAGHDAD, "en") == "23 October 2023"


def test_a_window_says_its_day_once() -> None:
    assert dates.window(AT, AT + HOUR, BAGHDAD, "en") == "22 October 2023, 14:05 to 15:05"
    assert dates.window(AT, AT + 12 * HOUR, BAGHDAD, "en").endswith("to 23 October 2023, 02:05")


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "221105Z OCT 23"),
        (BAGHDAD, "221405C OCT 23"),
        ("America/New_York", "220705Q OCT 23"),
        ("Asia/Kolkata", "221105Z OCT 23"),  # half an hour off has no letter
        ("Pacific/Kiritimati", "221105Z OCT 23"),  # nor has +14
        ("Etc/GMT+12", "212305Y OCT 23"),
        ("Pacific/Auckland", "221105Z OCT 23"),  # +13 in summer
    ],
)
def test_date_time_groups(zone: str, shown: str) -> None:
    assert dates.dtg(AT, zone) == shown


def test_j_is_no_zone() -> None:
    shown = {dates.dtg(AT, f"Etc/GMT{h:+d}")[6] for h in range(-12, 13)}
    assert "J" not in shown
    assert len(shown) == 25


@pytest.mark.parametrize("name", ["Baghdad", "", "../../etc/passwd", "Asia", "a\0b"])
def test_an_unknown_zone_is_bad_input(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        dates.day(AT, name, "en")
    assert refused.value.field == "zone"


@given(st.integers(-(2**53), 2**53), st.sampled_from(LANGS))
def test_any_instant_of_the_format_is_shown_or_refused(ms: int, lang: str) -> None:
    try:
        shown = dates.moment(ms, BAGHDAD, lang)
    except BadInput as refused:
        assert refused.field == "time"
    else:
        assert "{" not in shown
        assert "\u2068" not in shown


@pytest.mark.parametrize("lang", LANGS)
def test_twelve_months_have_twelve_names(lang: str) -> None:
    names = {catalogue(lang)[f"month.{m}"] for m in range(1, 13)}
    assert len(names) == 12
