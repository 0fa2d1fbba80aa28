"""Rows as a table: CSV (RFC 4180) in UTF-8 with a mark, in which no spreadsheet runs what a cell says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

import shapely

from seamline.actions.source import OutRow, Value

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula; also full-width, which some take for the same."""


def write(columns: Sequence[str], rows: Iterable[OutRow], mark: str) -> bytes:
    """The mark stands in each row already, in its own column, where sorting and cutting leave it."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([*columns, "geometry"])
    for row in rows:
        cells = [_cell(row.values.get(name)) for name in columns]
        table.writerow([*cells, shapely.geometry.shape(row.geometry).wkt if row.geometry else ""])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str | int | float:
    """Numbers of ours stay numbers, also negative ones: nothing in them can be run."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else "" if value is None else value


def quoted(cell: str) -> str:
    """Behind an apostrophe a cell is text, whatever it begins with."""
    return "'" + cell if cell.lstrip("' ").startswith(_FORMULA) else cell


def unquoted(cell: str) -> str:
    """What was quoted."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("' ").startswith(_FORMULA) else cell
