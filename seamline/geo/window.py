"""Windows, date-time groups and RFC 3339: instants are integer milliseconds since 1970 UTC.

A window is half-open: it holds its start and not its end, so one that ends at 14:00 does not meet one that
starts at 14:00.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from seamline.errors import BadInput, Worded

HOUR = 3_600_000
DAY = 24 * HOUR
EARLIEST = 0
LATEST = 4_102_444_800_000  # 2100-01-01

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
# Letters of ACP 121: A to M without J are +1 to +12, N to Y are -1 to -12, Z is UTC.
_LETTERS = (
    {0: "Z"}
    | {i + 1: c for i, c in enumerate("ABCDEFGHIKLM")}
    | {-i - 1: c for i, c in enumerate("NOPQRSTUVWXY")}
)
_OFFSETS = {letter: hours for hours, letter in _LETTERS.items()}
_DTG = re.compile(r"(\d\d)(\d\d)(\d\d)([A-Z])([A-Z]{3})(\d\d)", re.ASCII)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))", re.ASCII
)
_FORM = "write it like 2026-11-21T14:30:00+03:00"


def overlap(
    start: int | None, end: int | None, other_start: int | None, other_end: int | None
) -> tuple[int, int] | None:
    """What two half-open windows share, or None. A side without a bound (None) is open for ever."""
    begins = max(EARLIEST if start is None else start, EARLIEST if other_start is None else other_start)
    ends = min(LATEST if end is None else end, LATEST if other_end is None else other_end)
    return (begins, ends) if begins < ends else None


def tear_window(start: int, end: int) -> tuple[int, int]:
    """Outward to whole hours: what a tear line may say of a window."""
    return start // HOUR * HOUR, -(-end // HOUR) * HOUR


def check_window(start: int, end: int, field: str = "end") -> None:
    """A window that holds no instant is BadInput."""
    if start >= end:
        raise BadInput(
            field,
            format_rfc3339(end),
            Worded("remedy.end_later", "the end must be later than the start"),
            code="time_order",
        )


def dtg(ms: int, zone: tzinfo = UTC) -> str:
    """Date-time group, e.g. 211430C NOV 26. A zone that is not whole hours from UTC is given in Z."""
    local = _at(ms, zone)
    offset = local.utcoffset() or timedelta()
    hours, rest = divmod(offset, timedelta(hours=1))
    if rest or hours not in _LETTERS:
        local, hours = _at(ms, UTC), 0
    return f"{local:%d%H%M}{_LETTERS[hours]} {_MONTHS[local.month - 1]} {local:%y}"


def parse_dtg(text: str, field: str = "time") -> int:
    """The instant of a date-time group of this century with its zone letter; spaces are allowed."""
    remedy = "write it like 211430C NOV 26: day, time, zone letter, month, year"
    found = _DTG.fullmatch("".join(text.upper().split()))
    if not found or found[4] not in _OFFSETS or found[5] not in _MONTHS:
        raise BadInput(field, text, remedy, code="time_dtg")
    zone = timezone(timedelta(hours=_OFFSETS[found[4]]))
    year, month = 2000 + int(found[6]), _MONTHS.index(found[5]) + 1
    try:
        at = datetime(year, month, int(found[1]), int(found[2]), int(found[3]), tzinfo=zone)
    except ValueError:
        raise BadInput(field, text, remedy, code="time_dtg") from None
    return _in_range((at - _EPOCH) // timedelta(milliseconds=1), text, field)


def parse_rfc3339(text: object, field: str = "time") -> int:
    """The instant of an RFC 3339 time; it must say its offset from UTC and no more than milliseconds."""
    return parse_with_offset(text, field)[0]


def parse_with_offset(text: object, field: str = "time") -> tuple[int, int]:
    """The instant, and the minutes east of UTC in which the author wrote it. Raises BadInput."""
    found = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if not found:
        code = "time_offset" if isinstance(text, str) and _RFC3339.fullmatch(text + "Z") else "time_form"
        raise BadInput(field, text, _FORM + (", with its offset" if code == "time_offset" else ""), code=code)
    year, month, day, hour, minute, second, fraction, utc, sign, off_hour, off_minute = found.groups()
    thousandths = (fraction or "").ljust(9, "0")
    if thousandths[3:] != "000000":
        raise BadInput(field, text, "write no more than milliseconds", code="time_fraction")
    east = 0 if utc else (int(off_hour) * 60 + int(off_minute)) * (-1 if sign == "-" else 1)
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY
    except ValueError:
        raise BadInput(field, text, _FORM, code="time_form") from None
    if hour > "23" or minute > "59" or second > "59" or not (utc or (off_hour < "24" and off_minute < "60")):
        raise BadInput(field, text, _FORM, code="time_form")
    minutes = (days * 24 + int(hour)) * 60 + int(minute) - east
    ms = (minutes * 60 + int(second)) * 1000 + int(thousandths[:3])
    return _in_range(ms, str(text), field), east


def format_rfc3339(ms: int, zone: tzinfo = UTC) -> str:
    """RFC 3339 in that zone, e.g. 2026-11-21T14:30:00+03:00; Z for UTC; milliseconds if there are any."""
    local = _at(ms, zone)
    text = local.isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def fixed_zone(minutes_east: int) -> timezone:
    """The zone an offset names."""
    return timezone(timedelta(minutes=minutes_east))


def _at(ms: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone)


def _in_range(ms: int, text: str, field: str) -> int:
    if not EARLIEST <= ms < LATEST:
        raise BadInput(field, text, "a time from 1970 to 2099", code="time_range")
    return ms
