"""A GeoJSON FeatureCollection (RFC 7946) as rows: a feature's properties are its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from seamline.actions.source import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, SourceRow
from seamline.errors import BadInput, TooLarge, Worded

Open = Callable[[], BinaryIO]


class _Collection(Struct, tag_field="type", tag="FeatureCollection"):
    features: list[msgspec.Raw]
    crs: Any = None


class _Feature(Struct, tag_field="type", tag="Feature"):
    properties: dict[str, Any] | None = None
    geometry: Any = None
    id: str | int | None = None


class Features:
    """A collection that can be read as a whole. columns: every property some feature has, and id."""

    unit = "feature"

    def __init__(self, open_file: Open) -> None:
        with open_file() as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise TooLarge(
                "file", f"more than {MAX_BYTES} bytes", Worded("remedy.split_file", "split the file")
            )
        data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            collection = msgspec.json.decode(data, type=_Collection)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
            raise BadInput(
                "file", str(fault)[:80], Worded("remedy.geojson_utf8", "a GeoJSON FeatureCollection in UTF-8")
            ) from None
        if collection.crs is not None and "84" not in str(collection.crs):
            raise BadInput(
                "crs", str(collection.crs), Worded("remedy.wgs84", "transform it to WGS 84 (RFC 7946 §4)")
            )
        self._features = collection.features
        self.count = len(self._features)
        if self.count > MAX_ROWS:
            raise TooLarge("file", f"{self.count} features", f"at most {MAX_ROWS}; split the file")
        names = dict.fromkeys(name for row in self.rows() for name in row.values)
        if len(names) > MAX_COLUMNS:
            raise TooLarge("file", f"{len(names)} properties", f"at most {MAX_COLUMNS}")
        self.columns = tuple(names)

    def rows(self) -> Iterator[SourceRow]:
        """Every feature, in order."""
        for n, raw in enumerate(self._features, 1):
            try:
                feature = msgspec.json.decode(raw, type=_Feature)
            except (msgspec.MsgspecError, RecursionError) as fault:
                remedy = "a Feature with properties and a geometry"
                yield SourceRow(n, {}, fault=BadInput("feature", str(fault)[:80], remedy))
                continue
            values = {"id": str(feature.id)} if feature.id is not None else {}
            values |= dict(_flat(feature.properties or {}))
            yield SourceRow(n, values, feature.geometry)


def read(open_file: Open) -> Features:
    """The features. Raises BadInput (TooLarge) when the file as a whole cannot be read."""
    return Features(open_file)


def _flat(properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in properties.items():
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, str | int | float):
            yield name, str(value)
        elif value is not None:
            yield name, msgspec.json.encode(value).decode()
