"""Which column of a foreign file says what: the mapping, and a row's words as the fields of a record.

A target is a field of the kind, or one of the words below. A mapping is {column: target}, a date with the
order of its parts where it is not ISO: "date:dmy".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache

from seamline import texts
from seamline.actions.source import Preset
from seamline.errors import BadInput, Worded
from seamline.geo.window import LATEST, parse_rfc3339
from seamline.records import registry
from seamline.records.kind import fields
from seamline.records.values import CODES
from seamline.texts.spelling import normalise

LAYER = "layer"
KINDS = ("incident", "site", "post", "activity", LAYER)
WHEN = {"incident": "occurred", "activity": "when"}
PLACE = ("lat", "lon", "mgrs", "where", "precision", "accuracy_m", "district", "governorate")
TIME = ("date", "start", "end")
HARM = ("killed", "wounded", "missing", "civilians")
KEEP = "keep"
"""Only for layers: the column stays a property of the feature, under its own name."""
DATES = ("iso", "dmy")

_TYPES = frozenset({"line", "text", "code", "count", "number", "flag", "grade", "instant"})
# Heads of columns that mean a target although they are called otherwise; folded.
_ALSO = {
    "latitude": "lat", "y": "lat", "longitude": "lon", "lng": "lon", "long": "lon", "x": "lon",
    "place": "where", "location": "where", "place_name": "where", "accuracy": "accuracy_m",
    "title": "name", "from": "start", "to": "end", "until": "end", "date_start": "start", "date_end": "end",
    "description": "remarks", "grid": "mgrs",
}  # fmt: skip
_NAMES = ("name", "name_en", "name_ar", "name_ckb")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫−", "01234567890123456789.-", "٬،\u200e\u200f\u061c")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,20})?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)", re.ASCII)
_DMY = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](\d{4})", re.ASCII)
_CLOCK = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?", re.ASCII)


def targets(kind: str) -> tuple[str, ...]:
    """What a column may mean in an import of that kind."""
    common = ("id", *TIME, *PLACE)
    if kind == LAYER:
        return (*common, *_NAMES, KEEP)
    own = [f.name for f in fields(registry.kind_of(kind)) if f.spec.type in _TYPES and not f.spec.read_only]
    harm = HARM if kind == "incident" else ()
    times = TIME if kind in WHEN else ()
    return tuple(dict.fromkeys(("id", *times, *PLACE, *own, *harm)))


def plan(
    kind: str, columns: tuple[str, ...], preset: Preset | None, given: dict[str, str]
) -> dict[str, tuple[str, str]]:
    """{column: (target, form)}: the preset's or the columns' own names, then what was given. BadInput."""
    if kind not in KINDS:
        raise BadInput("as", kind, "one of " + ", ".join(KINDS))
    known = targets(kind)
    found: dict[str, str] = {}
    if preset is not None:
        missing = [c for c in preset.needs if c not in columns]
        if missing or kind not in preset.kinds:
            what = f"kinds {', '.join(preset.kinds)}; columns {', '.join(preset.needs)}"
            raise BadInput("preset", preset.id, f"it fits {what}; missing: {', '.join(missing) or 'none'}")
        found = {c: t for c, t in preset.columns.items() if c in columns and t in known}
        found |= {c: KEEP for c in preset.kept if c in columns and c not in found and kind == LAYER}
    else:
        found = _by_name(kind, columns, known)
    for column, target in given.items():
        if column not in columns:
            raise BadInput("map", column, f"there is no such column; there are {', '.join(columns)[:300]}")
        found = {c: t for c, t in found.items() if t == KEEP or t != target.partition(":")[0]}
        found[column] = target
    return {c: _split(c, t, known) for c, t in found.items() if t and t != "-"}


def _by_name(kind: str, columns: tuple[str, ...], known: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        word = re.sub(r"[\s-]+", "_", column.strip().casefold())
        target = word if word in known or word == "name" else _ALSO.get(word, "")
        if target == "name" and target not in known:
            target = {"incident": "summary", "activity": "title_text"}.get(kind, "")
        if target in known and target != KEEP and target not in found.values():
            found[column] = target
    return found


def _split(column: str, target: str, known: tuple[str, ...]) -> tuple[str, str]:
    name, _, form = target.partition(":")
    if name not in known:
        raise BadInput("map", f"{column}={target}", "map to one of " + ", ".join(known))
    if form and (form not in DATES or name not in TIME):
        raise BadInput("map", f"{column}={target}", "after the colon, of a date: iso or dmy")
    return name, form or "iso"


# ---------------------------------------------------------------- words to values


def latin(text: str) -> str:
    """Eastern digits and signs as Latin ones, spaces at the ends taken off."""
    return text.translate(_DIGITS).strip()


def number(text: str, column: str) -> float:
    """A decimal number in any digits; BadInput."""
    plain = latin(text)
    if not _NUMBER.fullmatch(plain):
        raise BadInput(column, text, "a number such as 36.335", code="import_number")
    return float(plain)


def whole(text: str, column: str) -> int:
    """A whole number in any digits; BadInput."""
    value = number(text, column)
    if value != int(value):
        raise BadInput(column, text, Worded("remedy.whole_number", "a whole number"), code="import_number")
    return int(value)


def flag(text: str, column: str) -> bool:
    """yes or no; BadInput."""
    word = latin(text).casefold()
    if word not in ("true", "yes", "1", "false", "no", "0"):
        raise BadInput(column, text, "yes or no", code="import_yes_no")
    return word in ("true", "yes", "1")


@lru_cache(maxsize=4096)
def moment(text: str, column: str, form: str, zone: tzinfo) -> tuple[int, int]:
    """(start, end) in ms: of a day its begin and the next day's, of an instant twice the same. BadInput.

    A time without its offset is the node's own; midnight alone says no more than the day. form: "iso", or
    "dmy" where the mapping says so.
    """
    plain = latin(text)
    found = (_DMY if form == "dmy" else _ISO).match(plain)
    if not found:
        order = "dd/mm/yyyy, as the mapping says" if form == "dmy" else "2026-11-21 (or map it as date:dmy)"
        raise BadInput(column, text, f"write it like {order}", code="import_date")
    year, month, day = (found[3], found[2], found[1]) if form == "dmy" else found.groups()
    try:
        on = date(int(year), int(month), int(day))
    except ValueError:
        raise BadInput(column, text, "there is no such day", code="import_date") from None
    rest = plain[found.end() :]
    clock = _CLOCK.match(rest)
    if form == "iso" and clock and rest[clock.end() :]:
        at = parse_rfc3339(plain.replace(" ", "T", 1), column)
        return at, at
    if rest and (not clock or rest[clock.end() :]):
        raise BadInput(column, text, "after the date at most a time such as 14:30", code="import_date")
    try:
        begins = time(int(clock[1]), int(clock[2]), int(clock[3] or 0)) if clock else time()
    except ValueError:
        raise BadInput(column, text, "there is no such time of day", code="import_date") from None
    start = _ms(datetime.combine(on, begins, zone), column, text)
    if clock and rest.strip("T :0."):
        return start, start
    return start, _ms(datetime.combine(on + timedelta(days=1), time(), zone), column, text)


def _ms(at: datetime, column: str, text: str) -> int:
    ms = round(at.astimezone(UTC).timestamp() * 1000)
    if not 0 <= ms < LATEST:
        raise BadInput(column, text, "a time from 1970 to 2099", code="import_date")
    return ms


def code(text: str, values: str, column: str) -> str:
    """A code of a coded list, given as the code or as its label in any of the three languages; BadInput."""
    found = _code(text, values)
    if found is None:
        raise BadInput(column, text, "one of " + ", ".join(CODES[values]), code="import_code")
    return found


@lru_cache(maxsize=1024)
def _code(text: str, values: str) -> str | None:
    return _labels(values).get(normalise(text))


@cache
def _labels(values: str) -> dict[str, str]:
    known = {normalise(c.replace("_", " ")): c for c in CODES[values]} | {
        normalise(c): c for c in CODES[values]
    }
    for lang in texts.LANGS:
        words = texts.catalogue(lang)
        for one in CODES[values]:
            if label := words.get(f"value.{values}.{one}"):
                known.setdefault(normalise(label), one)
    return known


def converters(kind: str) -> dict[str, Callable[[str, str], object]]:
    """For each simple field of a kind: (text, column) to its value."""

    def of(type: str, values: str | None) -> Callable[[str, str], object]:
        if type == "code" and values:
            return lambda text, column: code(text, values, column)
        if type in ("count", "number"):
            return whole
        if type == "flag":
            return flag
        if type == "grade":
            return lambda text, column: latin(text).upper()
        if type == "instant":
            return lambda text, column: moment(text, column, "iso", UTC)[0]
        return lambda text, column: text.strip()

    return {
        f.name: of(f.spec.type, f.spec.values)
        for f in fields(registry.kind_of(kind))
        if f.spec.type in _TYPES and not f.spec.read_only
    }


def not_mapped(columns: Iterable[str], mapped: Iterable[str]) -> list[str]:
    """The columns that are left out, for the report."""
    taken = set(mapped)
    return [c for c in columns if c not in taken]
