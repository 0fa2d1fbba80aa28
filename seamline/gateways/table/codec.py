"""CSV (RFC 4180) as spreadsheets write it: comma, semicolon or tab; UTF-8 with or without a mark.

Nothing is evaluated: a cell that begins with = or @ is text. The whole file is looked through once before
the first row is given out, so that a wrong encoding or too many rows is found before anything is kept.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from seamline.actions.source import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, SourceRow
from seamline.errors import BadInput, TooLarge, Worded
from seamline.gateways.table.writer import unquoted

DELIMITERS = ",;\t"
_MAX_CELL = 100_000
_CHUNK = 1 << 16
_UTF8 = "save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”) and import that"

Open = Callable[[], BinaryIO]


class Table:
    """A table that can be read as a whole. columns: the header's names; unnamed columns are left out."""

    unit = "line"

    def __init__(self, open_file: Open) -> None:
        self._open = open_file
        _check_encoding(open_file)
        self._delimiter = _sniff(open_file)
        rows = self._records()
        line, header = next(rows, (0, None))
        if header is None or isinstance(header, BadInput) or not any(name.strip() for name in header):
            raise BadInput(
                "file", "no header", Worded("remedy.first_line", "the first line names the columns")
            )
        self._header = [name.strip() for name in header]
        if len(self._header) > MAX_COLUMNS:
            raise TooLarge("file", f"{len(self._header)} columns", f"at most {MAX_COLUMNS} columns")
        self.columns = tuple(name for name in self._header if name)
        twice = {name for name in self.columns if self.columns.count(name) > 1}
        if twice:
            raise BadInput(
                "file",
                ", ".join(sorted(twice)),
                Worded("remedy.column_twice", "two columns have this name; rename one"),
                where=f"line {line}",
            )
        self.count = 0
        for _ in rows:
            self.count += 1
            if self.count > MAX_ROWS:
                raise TooLarge(
                    "file", f"more than {MAX_ROWS} rows", Worded("remedy.split_file", "split the file")
                )

    def rows(self) -> Iterator[SourceRow]:
        """Every row that is not blank, in order."""
        records = self._records()
        next(records)
        width = len(self._header)
        for line, cells in records:
            if isinstance(cells, BadInput):
                yield SourceRow(line, {}, fault=cells)
            elif len(cells) < width or any(cell.strip() for cell in cells[width:]):
                yield SourceRow(line, {}, fault=_width(len(cells), width))
            else:
                values = {n: _plain(c) for n, c in zip(self._header, cells, strict=False) if n}
                yield SourceRow(line, values)

    def _records(self) -> Iterator[tuple[int, list[str] | BadInput]]:
        with _text(self._open) as text:
            reader = csv.reader(text, delimiter=self._delimiter)
            line = 0
            while True:
                start = line + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as fault:
                    line = reader.line_num
                    yield (
                        start,
                        BadInput(
                            "row", str(fault), Worded("remedy.row_quotes", "mend the quotes of this row")
                        ),
                    )
                    continue
                line = reader.line_num
                if any(cell.strip() for cell in cells):
                    yield start, _sound(cells)


def read(open_file: Open) -> Table:
    """The table. Raises BadInput (TooLarge) when the file as a whole cannot be read."""
    return Table(open_file)


def _sound(cells: list[str]) -> list[str] | BadInput:
    for cell in cells:
        if len(cell) > _MAX_CELL:
            return BadInput(
                "row", cell[:40], f"a cell holds at most {_MAX_CELL} characters; is a quote open?"
            )
        if "\0" in cell:
            return BadInput(
                "row", cell[:40], Worded("remedy.cell_nul", "a cell holds a NUL character; take it out")
            )
    return cells


def _width(found: int, width: int) -> BadInput:
    remedy = f"the header names {width} columns; mend quotes or separators"
    return BadInput("row", f"{found} cells", remedy, code="import_cells")


def _plain(cell: str) -> str:
    """A cell without what keeps it text: ="…" of spreadsheets, an apostrophe before a formula."""
    cell = unquoted(cell.strip())
    if cell.startswith('="') and cell.endswith('"') and len(cell) >= 3:
        return cell[2:-1].strip()
    return cell


def _text(open_file: Open) -> io.TextIOWrapper:
    return io.TextIOWrapper(open_file(), encoding="utf-8-sig", newline="")


def _check_encoding(open_file: Open) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = size = 0
    with open_file() as file:
        head = file.read(_CHUNK)
        if not head.strip():
            raise BadInput("file", "empty", Worded("remedy.header_rows", "a table has a header and rows"))
        if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
            raise BadInput("file", "UTF-16", _UTF8)
        while head:
            size += len(head)
            if size > MAX_BYTES:
                raise TooLarge(
                    "file", f"more than {MAX_BYTES} bytes", Worded("remedy.split_file", "split the file")
                )
            try:
                decoder.decode(head)
            except UnicodeDecodeError as fault:
                _refuse(head, fault, lines)
            lines += head.count(b"\n")
            head = file.read(_CHUNK)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise BadInput(
            "file",
            "cut in the middle of a letter",
            Worded("remedy.copy_again", "copy the file again"),
            where="at its end",
        ) from None


def _refuse(chunk: bytes, fault: UnicodeDecodeError, before: int) -> None:
    """Not UTF-8. Bytes that are Arabic letters in Windows-1256 are named as such; guessed they are not."""
    line = before + chunk[: max(fault.start, 0)].count(b"\n") + 1
    high = [b for b in chunk if b >= 0x80]
    arabic = sum(b in range(0xC0, 0xFF) or b in (0x81, 0x8D, 0x8E, 0x90, 0x98) for b in high)
    name = "Windows-1256 (cp1256)" if high and arabic > len(high) * 0.8 else "not UTF-8"
    raise BadInput("file", name, _UTF8, where=f"line {line}") from None


def _sniff(open_file: Open) -> str:
    """The separator under which the first rows agree best with the header; a comma if none separates."""
    with _text(open_file) as text:
        sample = [line for line in (text.readline(1 << 20) for _ in range(20)) if line]
    best, score = ",", (-1.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            continue
        if not rows or len(rows[0]) < 2:
            continue
        agree = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        if (agree, len(rows[0])) > score:
            best, score = delimiter, (agree, len(rows[0]))
    return best
