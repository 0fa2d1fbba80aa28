"""Instants for people: Gregorian, in an IANA zone, with the catalogues' own month names.

Browsers lack Sorani dates, and Iraq does not use the month names of Cairo: the names and patterns
are catalogue keys (``month.1`` …, ``date.day``), so the front end writes the same dates.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from seamline.errors import BadInput
from seamline.texts import text

_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# ACP 121: J is the reader's own local time and names no zone.
_LETTERS = {
    0: "Z",
    **{h: "ABCDEFGHIKLM"[h - 1] for h in range(1, 13)},
    **{-h: "NOPQRSTUVWXY"[h - 1] for h in range(1, 13)},
}


@cache
def zone(name: str) -> tzinfo:
    """The zone of an IANA name (from the machine, else tzdata); BadInput if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput("zone", name, 'an IANA zone such as "Asia/Baghdad"') from error


def digits(number: object, eastern: bool = False) -> str:
    """The number as text, with the digits ٠–٩ if the reader prefers them."""
    return str(number).translate(_EASTERN) if eastern else str(number)


def day(ms: int, zone_name: str, lang: str, *, eastern: bool = False) -> str:
    """``22 October 2023`` in the reader's language."""
    at = _local(ms, zone_name)
    month = text(lang, f"month.{at.month}")
    shown = _plain(lang, "date.day", day=str(at.day), month=month, year=f"{at.year:04d}")
    return digits(shown, eastern)


def time(ms: int, zone_name: str, *, eastern: bool = False) -> str:
    """``14:05``, on the 24-hour clock."""
    return digits(f"{_local(ms, zone_name):%H:%M}", eastern)


def moment(ms: int, zone_name: str, lang: str, *, eastern: bool = False) -> str:
    """Day and time of day."""
    return _plain(
        lang,
        "date.moment",
        day=day(ms, zone_name, lang, eastern=eastern),
        time=time(ms, zone_name, eastern=eastern),
    )


def window(start: int, end: int, zone_name: str, lang: str, *, eastern: bool = False) -> str:
    """A half-open window [start, end) in ms; the day is said once if both ends fall on it."""
    first = moment(start, zone_name, lang, eastern=eastern)
    if _local(start, zone_name).date() == _local(end, zone_name).date():
        last = time(end, zone_name, eastern=eastern)
    else:
        last = moment(end, zone_name, lang, eastern=eastern)
    return _plain(lang, "date.window", start=first, end=last)


def dtg(ms: int, zone_name: str = "UTC") -> str:
    """Date-time group, ``221405C OCT 23``; in Z where the zone is not whole hours off (ACP 121)."""
    at = _local(ms, zone_name)
    offset = at.utcoffset() or timedelta()
    hours, rest = divmod(int(offset.total_seconds()), 3600)
    if rest or hours not in _LETTERS:
        at, hours = at.astimezone(UTC), 0
    return f"{at:%d%H%M}{_LETTERS[hours]} {_MONTHS[at.month - 1]} {at.year % 100:02d}"


def _local(ms: int, zone_name: str) -> datetime:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).astimezone(zone(zone_name))
    except OverflowError as error:
        raise BadInput("time", ms, "milliseconds since 1970, between the years 1 and 9999") from error


def _plain(lang: str, key: str, **params: str) -> str:
    """A date pattern: its parts are of one direction already, isolates would only break copying."""
    return text(lang, key, **params).replace("\u2068", "").replace("\u2069", "")
