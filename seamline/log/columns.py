"""Entries by columns (docs/spec/exchange.md 9): like beside like, which is what compression feeds on.

An entry is cut into its shape, which is its JSON with a mark in place of every value, and the values. Shapes
repeat, so each is said once. Values that stand in one place of the JSON, over all entries, are a column; ids,
hashes and signatures become raw bytes, numbers become differences. What was split joins bit for bit; entries
that are not of this form are not split.
"""

# ceiling: splitting and joining are each other's mirror, and are read side by side

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from math import gcd
from typing import Final, NamedTuple

from seamline.errors import RuleBroken
from seamline.log.canonical import MAX_DEPTH
from seamline.log.wire import ByteReader, ByteWriter

RULE: Final = "exchange 9.3"
_TEXT, _ID, _HASH, _SIGNATURE, _NUMBER = 1, 2, 3, 4, 5
# Differences of these, doubled, are still numbers of the exchange.
_LARGEST: Final = (1 << 50) - 1
BUDGET: Final = 8 << 20
"""What joining may cost (`cost`), so that a few bytes cannot ask for much memory."""

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"(:?)|-?[0-9]+')
_MARKS = re.compile(rb"[\x01-\x05]")
_STEP = re.compile(rb'"((?:[^"\\]|\\.)*)":|[\x01-\x05{}\[\],]')
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEX = re.compile(rb"(?:[0-9a-f]{64})")
_CONTROL = re.compile(rb"[\x00-\x1f]")
_PLAIN, _INDEXED = 0, 1
# How a number is told: as it is; less the one above it in its column; less the number before it in its own
# entry; less the first number of its entry.
_ALONE, _ABOVE, _BEFORE, _FIRST = range(4)


class Streams(NamedTuple):
    """raw: what no compression shrinks. numbers: counts and differences. text: shapes and strings."""

    raw: bytes
    numbers: bytes
    text: bytes


class _Hole(NamedTuple):
    """Where a value stands. place: its keys, and in lists of numbers whether it is odd or even.

    before, first: which of the entry's values are the number before it and the entry's first (-1: none).
    """

    mark: int
    place: bytes
    before: int
    first: int


_Holes = tuple[_Hole, ...]


def _holes(shape: bytes) -> tuple[_Hole, ...]:
    found: list[_Hole] = []
    path, places, before, first = [b""], [0], -1, -1
    for step in _STEP.finditer(shape):
        token = step.group()
        if token[:1] == b'"':
            path[-1] = step.group(1)
        elif token in (b"{", b"["):
            path.append(b"")
            places.append(0)
            if len(path) > MAX_DEPTH + 2:
                raise RuleBroken(RULE, "a shape deeper than any entry")
        elif token in (b"}", b"]"):
            if len(path) == 1:
                raise RuleBroken(RULE, "a shape that closes what it did not open")
            path.pop()
            places.pop()
        elif token == b",":
            places[-1] += 1
        else:
            odd = bytes([places[-1] & 1]) if token[0] == _NUMBER and not path[-1] else b""
            found.append(_Hole(token[0], b".".join(path) + odd, before, first))
            if token[0] == _NUMBER:
                before = len(found) - 1
                first = before if first < 0 else first
    if len(found) != len(_MARKS.findall(shape)):
        raise RuleBroken(RULE, "a mark where no value stands")
    return tuple(found)


# ---------------------------------------------------------------- writing


def split(entries: Sequence[bytes]) -> Streams | None:
    """The entries as three streams; None if one of them is not of this form, or there are too many values."""
    known: dict[bytes, tuple[int, _Holes]] = {}
    order: list[int] = []
    rows: list[list[bytes]] = []
    for data in entries:
        values: list[bytes] = []
        shape = _shape(data, values)
        if shape is None:
            return None
        if shape not in known:
            try:
                known[shape] = (len(known), _holes(shape))
            except RuleBroken:
                return None
        number, holes = known[shape]
        if len(holes) != len(values) or _filled(shape, values) != data:
            return None
        order.append(number)
        rows.append(values)
    if cost(sum(map(len, entries)), sum(map(len, rows))) > BUDGET:
        return None
    return _written(list(known), [holes for _, holes in known.values()], order, rows)


def _written(shapes: list[bytes], holes: list[_Holes], order: list[int], rows: list[list[bytes]]) -> Streams:
    out = _Out()
    out.numbers.number(len(order))
    out.numbers.number(len(shapes))
    out.strings(shapes)
    out.differences([(n, 0, 0) for n in order])
    for (mark, _), places in _by_column([holes[n] for n in order]).items():
        values = [rows[row][hole] for row, hole in places]
        if mark == _NUMBER:
            out.differences([_in_context(rows[row], holes[order[row]][hole], hole) for row, hole in places])
        elif mark == _TEXT:
            out.column(values)
        elif mark == _ID:
            out.ids(values)
        else:
            out.raws([bytes.fromhex(v.decode()) if mark == _HASH else base64.b64decode(v) for v in values])
    return out.done()


def _shape(data: bytes, values: list[bytes]) -> bytes | None:
    """The shape of an entry, its values added to the list; None if it is not of this form."""
    if data[:1] != b"{" or _CONTROL.search(data):
        return None
    odd = False

    def mark(found: re.Match[bytes]) -> bytes:
        nonlocal odd
        text, key = found.groups()
        if key:
            return found.group()
        if text is None:
            number = int(found.group()) if len(found.group()) < 18 else _LARGEST + 1
            odd = odd or abs(number) > _LARGEST or str(number).encode() != found.group()
        values.append(found.group() if text is None else text)
        return bytes([_NUMBER if text is None else _mark(text)])

    shape = _TOKEN.sub(mark, data)
    return None if odd else shape


def _mark(text: bytes) -> int:
    if len(text) == 36 and _UUID.fullmatch(text):
        return _ID
    if len(text) == 64 and _HEX.fullmatch(text):
        return _HASH
    if len(text) == 88 and text.endswith(b"=="):
        try:
            same = base64.b64encode(base64.b64decode(text, validate=True)) == text
        except ValueError:
            return _TEXT
        return _SIGNATURE if same else _TEXT
    return _TEXT


def _by_column(rows: Sequence[_Holes]) -> dict[tuple[int, bytes], list[tuple[int, int]]]:
    """(row, number of the value in it) of every value, by column, columns in order of first appearance."""
    found: dict[tuple[int, bytes], list[tuple[int, int]]] = {}
    for row, holes in enumerate(rows):
        for hole, one in enumerate(holes):
            found.setdefault((one.mark, one.place), []).append((row, hole))
    return found


def _in_context(values: list[bytes], hole: _Hole, number: int) -> tuple[int, int, int]:
    """A number, the one before it in its entry, and the entry's first (0 for none)."""
    before = int(values[hole.before]) if hole.before >= 0 else 0
    return int(values[number]), before, int(values[hole.first]) if hole.first >= 0 else 0


class _Out:
    def __init__(self) -> None:
        self.numbers = ByteWriter()
        self._raw, self._text = bytearray(), bytearray()
        self._known: dict[bytes, int] = {}

    def strings(self, values: Sequence[bytes]) -> None:
        """Each ended by a line feed, which stands in no JSON."""
        for value in values:
            self._text += value + b"\n"

    def column(self, values: list[bytes]) -> None:
        distinct = dict.fromkeys(values)
        if len(distinct) * 4 > len(values) * 3:
            self.numbers.number(_PLAIN)
            self.strings(values)
            return
        self.numbers.number(_INDEXED)
        self.numbers.number(len(distinct))
        self.strings(list(distinct))
        number = {value: n for n, value in enumerate(distinct)}
        if len(distinct) > 1:
            for value in values:
                self.numbers.number(number[value])

    def differences(self, values: list[tuple[int, int, int]]) -> None:
        """The way that takes the fewest bytes, and what all differences are multiples of."""
        above = [0, *(v for v, _, _ in values)][: len(values)]
        ways = [
            [v for v, _, _ in values],
            [v - a for (v, _, _), a in zip(values, above, strict=True)],
            [v - b for v, b, _ in values],
            [v - f for v, _, f in values],
        ]
        way, unit, told = min(
            ((n, *_shrunk(one)) for n, one in enumerate(ways)), key=lambda w: (_length(w[2]), w[0])
        )
        self.numbers.number(way)
        self.numbers.number(unit)
        if unit:
            for value in told:
                self.numbers.number(value)

    def ids(self, values: list[bytes]) -> None:
        """An id said before in this part is its number, counted from 1; a new one is 0 and 16 raw bytes.

        Of those the first six are a time (UUIDv7) and told as numbers.
        """
        times = []
        for value in values:
            number = self._known.get(value)
            self.numbers.number(0 if number is None else number)
            if number is None:
                self._known[value] = len(self._known) + 1
                data = bytes.fromhex(value.replace(b"-", b"").decode())
                times.append((int.from_bytes(data[:6], "big"), 0, 0))
                self._raw += data[6:]
        self.differences(times)

    def raws(self, values: list[bytes]) -> None:
        for value in values:
            self._raw += value

    def done(self) -> Streams:
        return Streams(bytes(self._raw), self.numbers.done(), bytes(self._text))


def _shrunk(values: list[int]) -> tuple[int, list[int]]:
    """What all are multiples of (0 if all are 0), and the multiples, the sign in the lowest bit."""
    unit = gcd(*values)
    if unit == 0:
        return 0, []
    return unit, [v // unit << 1 if v >= 0 else (-v // unit << 1) - 1 for v in values]


def _length(values: list[int]) -> int:
    return sum((v.bit_length() + 6) // 7 or 1 for v in values)


# ---------------------------------------------------------------- reading


def join(streams: Streams) -> list[bytes]:
    """The entries; RuleBroken exchange 9.3 for streams that are none, or that would take more than BUDGET."""
    into = _In(streams)
    count, kinds = into.count(), into.count()
    shapes = [into.string() for _ in range(kinds)]
    into.spend(sum(32 * len(_MARKS.findall(shape)) for shape in shapes))
    holes = [_holes(shape) for shape in shapes]
    order = into.differences(count)[0]
    if any(not 0 <= n < kinds for n in order):
        raise RuleBroken(RULE, "a shape that is not listed")
    # Bounded before anything is made of them: a shape is said once and may be used often.
    into.spend(cost(sum(len(shapes[n]) for n in order), sum(len(holes[n]) for n in order)))
    rows = [[b""] * len(holes[n]) for n in order]
    read = _Rows([holes[n] for n in order], rows, into)
    for (mark, _), places in _by_column(read.holes).items():
        read.column(mark, places)
    into.end()
    return [_filled(shapes[n], row) for n, row in zip(order, rows, strict=True)]


def cost(size: int, values: int) -> int:
    """What entries of so many bytes and values take while they are joined, roughly in bytes."""
    return 2 * size + 32 * values


def _filled(shape: bytes, values: list[bytes]) -> bytes:
    given = iter(values)

    def fill(mark: re.Match[bytes]) -> bytes:
        value = next(given)
        return value if mark.group()[0] == _NUMBER else b'"' + value + b'"'

    return _MARKS.sub(fill, shape)


class _Rows:
    """Puts the values of a column where they belong."""

    def __init__(self, holes: list[_Holes], rows: list[list[bytes]], into: _In) -> None:
        self.holes, self._rows, self._into = holes, rows, into

    def column(self, mark: int, places: list[tuple[int, int]]) -> None:
        if mark == _NUMBER:
            self._numbers(places)
            return
        match mark:
            case 1:
                values = self._into.column(len(places))
            case 2:
                values = self._into.ids(len(places))
            case 3:
                values = [self._into.raw(32).hex().encode() for _ in places]
            case _:
                values = [base64.b64encode(self._into.raw(64)) for _ in places]
        for (row, hole), value in zip(places, values, strict=True):
            self._rows[row][hole] = value

    def _numbers(self, places: list[tuple[int, int]]) -> None:
        told, way = self._into.differences(len(places), context=True)
        above = 0
        for (row, hole), value in zip(places, told, strict=True):
            if way == _ABOVE:
                value += above  # noqa: PLW2901  the difference becomes the number
            elif way in (_BEFORE, _FIRST):
                value += self._other(row, hole, way)  # noqa: PLW2901  the difference becomes the number
            if abs(value) > _LARGEST:
                raise RuleBroken(RULE, "a number of more than 50 bits")
            above = value
            self._rows[row][hole] = str(value).encode()

    def _other(self, row: int, hole: int, way: int) -> int:
        one = self.holes[row][hole]
        other = one.before if way == _BEFORE else one.first
        if other < 0:
            return 0
        said = self._rows[row][other]
        if not said:
            raise RuleBroken(RULE, "a number told by one that comes later")
        return int(said)


class _In:
    def __init__(self, streams: Streams) -> None:
        self._raw = ByteReader(streams.raw, RULE)
        self._numbers = ByteReader(streams.numbers, RULE)
        self._text: Iterator[bytes] = iter(streams.text.split(b"\n"))
        self._unread = streams.text.count(b"\n")
        self._tail = streams.text.endswith(b"\n") or not streams.text
        self._left = BUDGET
        self._known: list[bytes] = []

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise RuleBroken(RULE, "gives more bytes than a part may have")

    def count(self) -> int:
        number = self._numbers.number(BUDGET)
        self.spend(number)
        return number

    def string(self) -> bytes:
        if not self._unread:
            raise RuleBroken(RULE, "fewer strings than values")
        self._unread -= 1
        value = next(self._text)
        self.spend(len(value))
        return value

    def raw(self, size: int) -> bytes:
        self.spend(2 * size)
        return self._raw.raw(size)

    def column(self, count: int) -> list[bytes]:
        if self._numbers.number(_INDEXED) == _PLAIN:
            return [self.string() for _ in range(count)]
        listed = [self.string() for _ in range(self._numbers.number(count))]
        if not listed:
            raise RuleBroken(RULE, "a column of no values")
        if len(listed) == 1:
            self.spend(count * len(listed[0]))
            return listed * count
        found = [listed[self._numbers.number(len(listed) - 1)] for _ in range(count)]
        self.spend(sum(map(len, found)))
        return found

    def differences(self, count: int, *, context: bool = False) -> tuple[list[int], int]:
        """The differences and how they are told; without context, the numbers themselves."""
        way, unit = self._numbers.number(_FIRST), self._numbers.number()
        told = [0] * count
        if unit:
            for place in range(count):
                value = self._numbers.number()
                told[place] = unit * ((value >> 1) if value & 1 == 0 else -((value + 1) >> 1))
        if not context and way == _ABOVE:
            for place in range(1, count):
                told[place] += told[place - 1]
        return told, way

    def ids(self, count: int) -> list[bytes]:
        said = [self._numbers.number() for _ in range(count)]
        times = iter(self.differences(said.count(0))[0])
        found = []
        for number in said:
            if not number:
                self._known.append(_uuid(next(times), self.raw(10)))
            if number > len(self._known):
                raise RuleBroken(RULE, "an id that was not said before")
            found.append(self._known[number - 1])
        self.spend(36 * count)
        return found

    def end(self) -> None:
        """Nothing may be left over."""
        self._numbers.end()
        self._raw.end()
        if self._unread or not self._tail:
            raise RuleBroken(RULE, "more strings than values")


def _uuid(time: int, rest: bytes) -> bytes:
    if not 0 <= time < 1 << 48:
        raise RuleBroken(RULE, "an id whose time does not fit")
    digits = (time.to_bytes(6, "big") + rest).hex()
    cut = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return "-".join(cut).encode()
