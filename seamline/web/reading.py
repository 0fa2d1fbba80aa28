"""From what came over the wire to typed values, or BadInput with the field, its value and the remedy."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from seamline.errors import BadInput, TooLarge, Worded
from seamline.geo.window import parse_rfc3339
from seamline.records.registry import KINDS
from seamline.records.remedies import unfit

T = TypeVar("T", bound=msgspec.Struct)
MAX_QUERY = 2_000
LATEST = 4_102_444_800_000

_SECRET = ("password", "old", "new")  # never shown back, not even to who sent them
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,20})?", re.ASCII)
_AT = re.compile(r" - at `\$\.?(.*?)`$")
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")


def query(pairs: Iterable[tuple[str, str]], raw: bytes, type: type[T]) -> T:
    """A query string as a struct. An empty value is as none; unknown and repeated names are refused."""
    if len(raw) > MAX_QUERY:
        raise TooLarge("query", f"{len(raw)} bytes", f"at most {MAX_QUERY} bytes")
    known = [f.encode_name for f in msgspec.structs.fields(type)]
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            remedy = f"no such parameter; there are {', '.join(known)}" if known else "take it out"
            raise BadInput(_shown(name), value, remedy)
        if name in given:
            raise BadInput(_shown(name), value, "give it once")
        if value:
            given[name] = value
    return _convert(given, type, strict=False)


def body(data: bytes, type: type[T]) -> T:
    """A JSON body as a struct; its types are strict, and unknown fields are refused."""
    try:
        given = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise BadInput("body", f"{len(data)} bytes", f"send JSON: {str(fault)[:120]}") from None
    if not isinstance(given, dict):
        raise BadInput("body", given, "send a JSON object")
    return _convert(given, type, strict=True)


def _convert(given: dict[str, Any], type: type[T], *, strict: bool) -> T:
    try:
        return msgspec.convert(given, type, strict=strict)
    except msgspec.ValidationError as fault:
        text = str(fault)
        at = _AT.search(text)
        path, reason = (at.group(1) if at else ""), _AT.sub("", text)
        if named := _MISSING.match(reason):
            raise BadInput(
                _join(path, named.group(1)), None, Worded("remedy.required", "this field is required")
            ) from None
        if named := _UNKNOWN.match(reason):
            raise BadInput(
                _join(path, named.group(1)),
                "(unknown)",
                Worded("remedy.no_such_field", "there is no such field; take it out"),
            ) from None
        raise BadInput(_shown(path or "body"), _dig(given, path), unfit(reason)) from None


def _join(path: str, name: str) -> str:
    return _shown(f"{path}.{name}" if path else name)


def _shown(name: str) -> str:
    """A name that a stranger chose, as one that can be shown."""
    return name[:80] or "(no name)"


def _dig(value: Any, path: str) -> Any:
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
    return "(hidden)" if path in _SECRET else value


def instant(field: str, text: str | None) -> int | None:
    """Milliseconds since 1970, given as such or as RFC 3339."""
    if text is None:
        return None
    if re.fullmatch(r"\d{1,13}", text, re.ASCII):
        value = int(text)
    else:
        # A bare + in a query string reads as a space.
        value = parse_rfc3339(re.sub(r" (\d\d:\d\d)$", r"+\1", text), field)
    if not 0 <= value <= LATEST:
        raise BadInput(field, text, Worded("remedy.time_1970", "a time between 1970 and 2100"))
    return value


def bbox(text: str | None) -> tuple[int, int, int, int] | None:
    """west,south,east,north in degrees, as 1e-7 degrees; outward, so that nothing on the edge is lost."""
    if text is None:
        return None
    remedy = "west,south,east,north in degrees, such as 43.5,35,44.5,36"
    parts = text.split(",")
    if len(parts) != 4 or not all(map(_DEGREES.fullmatch, parts)):
        raise BadInput("bbox", text, remedy)
    degrees = [Decimal(part) * 10_000_000 for part in parts]
    west, south = math.floor(degrees[0]), math.floor(degrees[1])
    east, north = math.ceil(degrees[2]), math.ceil(degrees[3])
    if not (
        -1_800_000_000 <= west <= east <= 1_800_000_000 and -900_000_000 <= south <= north <= 900_000_000
    ):
        raise BadInput("bbox", text, remedy + ", west before east, south before north")
    return west, south, east, north


def hours(text: str | None) -> tuple[int, int] | None:
    """Hours of day from one up to the other, such as 18-6; all day if it is not given."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text, re.ASCII)
    first, last = (int(found[1]), int(found[2])) if found else (-1, -1)
    if not (0 <= first <= 24 and 0 <= last <= 24 and first != last):
        raise BadInput("hours", text, "two hours of day, such as 18-6")
    return first, last


def parties(text: str | None) -> str | None:
    """A party or channel id. No id holds a space: there it is a + that was not written as %2B."""
    return text.replace(" ", "+") if text else None


def kinds(text: str | None) -> tuple[str, ...]:
    """Kinds of records, joined by commas."""
    if text is None:
        return ()
    asked = tuple(text.split(","))
    for name in asked:
        if name not in KINDS:
            raise BadInput("kind", name, "one or more, joined by commas, of " + ", ".join(sorted(KINDS)))
    return asked
