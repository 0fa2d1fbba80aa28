"""CSV as spreadsheets write it, and as nobody should."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.actions import source
from seamline.errors import BadInput, TooLarge
from seamline.gateways import gateways, sniff
from seamline.gateways.table.codec import Table, read
from seamline.gateways.table.ucdp import UCDP


def table(data: bytes | str) -> Table:
    raw = data.encode() if isinstance(data, str) else data
    return read(lambda: io.BytesIO(raw))


def test_lines_are_those_an_editor_shows() -> None:
    found = table('name,note\nمخمور,"two\nlines"\n\nزمار,x\n')
    assert [(r.line, r.values) for r in found.rows()] == [
        (2, {"name": "مخمور", "note": "two\nlines"}),
        (5, {"name": "زمار", "note": "x"}),
    ]
    assert found.count == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_separators_and_marks(delimiter: str, encoding: str) -> None:
    text = delimiter.join(("name", "lat", "lon")) + "\r\n" + delimiter.join(('"a, b; c"', "36,5", "43"))
    if delimiter == ",":
        text = text.replace("36,5", '"36,5"')
    found = table(text.encode(encoding))
    assert found.columns == ("name", "lat", "lon")
    assert next(found.rows()).values == {"name": "a, b; c", "lat": "36,5", "lon": "43"}


def test_windows_1256_is_named_and_refused() -> None:
    with pytest.raises(BadInput, match="1256") as fault:
        table("name,lat\nx,1\nالحويجة,35\n".encode("cp1256"))
    assert fault.value.where == "line 3"
    assert "UTF-8" in fault.value.remedy


@pytest.mark.parametrize(
    "data", [b"", b"  \n \n", "a,b\n1,2".encode("utf-16"), "a\nü".encode("latin-1"), b"a\n\xd9"]
)
def test_other_encodings_and_empty_files(data: bytes) -> None:
    with pytest.raises(BadInput):
        table(data)


def test_a_column_twice_is_refused_and_one_without_a_name_left_out() -> None:
    with pytest.raises(BadInput, match="rename"):
        table("a,b,a\n1,2,3\n")
    assert next(table("a,,b\n1,2,3\n").rows()).values == {"a": "1", "b": "3"}


def test_a_row_of_another_width_is_refused_and_the_next_is_read() -> None:
    rows = list(table("a,b\n1\n1,2,3\n1,2,\n4,5\n").rows())
    assert [bool(r.fault) for r in rows] == [True, True, False, False]
    assert rows[-1].values == {"a": "4", "b": "5"}


def test_formulas_are_text() -> None:
    rows = table('a,b\n"=HYPERLINK(""http://x"")",="0017"\n@SUM(A1),+1\n').rows()
    assert [r.values for r in rows] == [
        {"a": '=HYPERLINK("http://x")', "b": "0017"},
        {"a": "@SUM(A1)", "b": "+1"},
    ]


def test_bounds(monkeypatch: Any) -> None:
    monkeypatch.setattr("seamline.gateways.table.codec.MAX_ROWS", 3)
    with pytest.raises(TooLarge, match="split"):
        table("a\n1\n2\n3\n4\n")
    monkeypatch.setattr("seamline.gateways.table.codec.MAX_BYTES", 10)
    with pytest.raises(TooLarge, match="split"):
        table("a\n" + "1\n" * 10)
    assert source.MAX_BYTES == 100_000_000


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        found = table(data)
    except BadInput as fault:
        assert fault.remedy
        return
    rows = list(found.rows())
    assert len(rows) == found.count
    assert all(set(r.values) == set(found.columns) for r in rows if r.fault is None)


_CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(_CELL, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_what_a_program_writes_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second", "third"], *rows])
    found = [list(r.values.values()) for r in table(out.getvalue()).rows()]

    def plain(cell: str) -> str:
        cell = cell.strip()
        wrapped = cell.startswith('="') and cell.endswith('"') and len(cell) >= 3
        return cell[2:-1].strip() if wrapped else cell

    assert found == [[plain(c) for c in row] for row in rows if any(c.strip() for c in row)]


def test_the_first_bytes_tell_the_format() -> None:
    assert [sniff(b) for b in (b'\xef\xbb\xbf {"type"', b"[1]", b"a,b", b"")] == [
        "geojson",
        "geojson",
        "csv",
        "csv",
    ]
    assert set(gateways().formats) == {"csv", "geojson"}


def test_no_column_of_the_preset_names_who_did_it() -> None:
    taken = {*UCDP.columns, *UCDP.kept}
    assert not taken & {"side_a", "side_b", "dyad_name", "source_article", "source_headline"}
    told = UCDP.derive(
        {"id": "7", "side_a": "Somebody", "side_b": "Another", "dyad_name": "Somebody - Another"}
    )
    assert "Somebody" not in str(told)
    assert "Another" not in str(told)
