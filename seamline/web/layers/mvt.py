"""Vector tiles (Mapbox Vector Tile 2.1): features in tile units to bytes and back.

Only what our own tiles hold: extent 4096, properties that are text, whole numbers or yes and no. Paragraphs
named are those of the specification. The same features give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
_MOVE, _DRAW, _CLOSE = 1, 2, 7
_VARINT, _BYTES = 0, 2

Value = str | int | bool
Part = list[tuple[int, int]]


class Damaged(ValueError):
    """Bytes that are no tile of ours."""


@dataclass(slots=True)
class Feature:
    """parts: points, lines, or rings: not closed, the outer ones clockwise on the screen (§4.3.4.4)."""

    kind: int
    parts: list[Part]
    properties: dict[str, Value] = field(default_factory=dict)
    id: int | None = None


def encode(layers: dict[str, Sequence[Feature]]) -> bytes:
    """A tile; layers without features are left out (§4.1)."""
    return b"".join(_field(3, _layer(name, features)) for name, features in layers.items() if features)


def decode(data: bytes) -> dict[str, list[Feature]]:
    """The layers of a tile. Raises Damaged."""
    try:
        found = {}
        for number, value in _fields(data):
            if number == 3 and isinstance(value, bytes):
                name, features = _read_layer(value)
                found[name] = features
        return found
    except (IndexError, UnicodeDecodeError) as fault:
        raise Damaged("not a vector tile") from fault


# ---------------------------------------------------------------- writing


def _layer(name: str, features: Sequence[Feature]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[tuple[type, Value], int] = {}
    body = []
    for one in features:
        tags: list[int] = []
        for key, value in sorted(one.properties.items()):
            # True == 1: the type belongs to the key.
            tags += (
                keys.setdefault(key, len(keys)),
                values.setdefault((type(value), value), len(values)),
            )
        parts = [_field(2, _packed(tags))] if tags else []
        if one.id is not None:
            parts.insert(0, _field(1, one.id))
        parts += [_field(3, one.kind), _field(4, _packed(_commands(one)))]
        body.append(_field(2, b"".join(parts)))
    head = _field(15, 2) + _field(1, name.encode())
    tail = [_field(3, key.encode()) for key in keys] + [_field(4, _value(value)) for _, value in values]
    return head + b"".join(body) + b"".join(tail) + _field(5, EXTENT)


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return _field(7, int(value))
    if isinstance(value, int):
        return _field(6, _zigzag(value)) if value < 0 else _field(5, value)
    return _field(1, value.encode())


def _commands(one: Feature) -> list[int]:
    """§4.3: commands and the steps from one position to the next."""
    out: list[int] = []
    x = y = 0

    def steps(positions: Part) -> None:
        nonlocal x, y
        for px, py in positions:
            out.extend((_zigzag(px - x), _zigzag(py - y)))
            x, y = px, py

    if one.kind == POINT:
        positions = [position for part in one.parts for position in part]
        out.append(_MOVE | len(positions) << 3)
        steps(positions)
        return out
    for part in one.parts:
        out.append(_MOVE | 1 << 3)
        steps(part[:1])
        out.append(_DRAW | (len(part) - 1) << 3)
        steps(part[1:])
        if one.kind == POLYGON:
            out.append(_CLOSE | 1 << 3)
    return out


def _zigzag(value: int) -> int:
    return (value << 1) ^ (value >> 63)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _packed(values: list[int]) -> bytes:
    return b"".join(map(_varint, values))


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value)
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


# ---------------------------------------------------------------- reading


def _read_layer(data: bytes) -> tuple[str, list[Feature]]:
    name, keys, values, raw = "", [], [], []
    for number, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_read_value(value))
    return name, [_read_feature(one, keys, values) for one in raw]


def _read_value(data: bytes) -> Value:
    for number, value in _fields(data):
        if number == 1 and isinstance(value, bytes):
            return value.decode()
        if isinstance(value, int):
            if number == 7:
                return bool(value)
            return _unzigzag(value) if number == 6 else value
    raise Damaged("a value of no type we write")


def _read_feature(data: bytes, keys: list[str], values: list[Value]) -> Feature:
    one = Feature(0, [])
    for number, value in _fields(data):
        if isinstance(value, int):
            if number == 1:
                one.id = value
            elif number == 3:
                one.kind = value
        elif number == 2:
            tags = list(_unpacked(value))
            one.properties = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=False)}
        elif number == 4:
            one.parts = _parts(list(_unpacked(value)))
    return one


def _parts(commands: list[int]) -> list[Part]:
    found: list[Part] = []
    at, x, y = 0, 0, 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == _CLOSE:
            continue
        for _ in range(count):
            x += _unzigzag(commands[at])
            y += _unzigzag(commands[at + 1])
            at += 2
            if command == _MOVE:
                found.append([])
            found[-1].append((x, y))
    return found


def _unzigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        value, at = _read_varint(data, at)
        if tag & 7 == _BYTES:
            if at + value > len(data):
                raise Damaged("cut short")
            yield tag >> 3, data[at : at + value]
            at += value
        elif tag & 7 == _VARINT:
            yield tag >> 3, value
        else:
            raise Damaged("a number of a width we do not write")


def _unpacked(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _read_varint(data, at)
        yield value


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise Damaged("a number that does not end")


def rings_by_polygon(parts: list[Part]) -> list[list[Part]]:
    """Each outer ring with its holes: a ring that turns the other way belongs to the one before it."""
    found: list[list[Part]] = []
    for ring in parts:
        if not found or turn(ring) > 0:
            found.append([ring])
        else:
            found[-1].append(ring)
    return found


def turn(ring: Part) -> int:
    """Twice the area, positive for clockwise on a screen whose y grows downwards (§4.3.4.4)."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]))
