"""Records as CSV and GeoJSON: nothing in a cell is run, and an import reads back what was written."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.actions.source import OutRow
from seamline.gateways import gateways
from seamline.gateways.table.writer import quoted, unquoted

MARK = "coordination only, not for targeting"
POINT = {"type": "Point", "coordinates": (43.74, -35.5)}
AREA = {"type": "Polygon", "coordinates": (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),)}
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "=cmd|' /C calc'!A0", "＝1", "'=1", "\n=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    data = gateways().writers["csv"](["title"], [OutRow({"title": text})], MARK)
    _, row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert row[0].startswith("'")
    assert unquoted(row[0]) == text


@given(st.text(max_size=20))
def test_what_is_quoted_comes_back(text: str) -> None:
    assert unquoted(quoted(text)) == text
    assert not quoted(text).lstrip(" ").startswith(("=", "+", "-", "@"))


def test_an_import_reads_a_table_back() -> None:
    rows = [
        OutRow(
            {"use": MARK, "title": "=1", "lat": -35.5, "lon": 43.74, "note": 'a, b\n"c"', "ok": True}, POINT
        ),
        OutRow({"use": MARK, "title": "سطر", "rev": 3}, AREA),
    ]
    data = gateways().writers["csv"](["use", "title", "lat", "lon", "note", "ok", "rev"], rows, MARK)
    source = gateways().formats["csv"](lambda: io.BytesIO(data))
    first, second = source.rows()
    assert first.values["title"] == "=1"
    assert (first.values["lat"], first.values["lon"], first.values["ok"]) == ("-35.5", "43.74", "true")
    assert first.values["note"].splitlines() == ["a, b", '"c"']
    assert first.values["geometry"] == "POINT (43.74 -35.5)"
    assert (second.values["title"], second.values["lat"], second.values["rev"]) == ("سطر", "", "3")
    assert second.values["geometry"].startswith("POLYGON ((0 0")
    assert [row.values["use"] for row in (first, second)] == [MARK, MARK]


def test_geojson_has_the_mark_on_the_whole_and_on_each() -> None:
    rows = [
        OutRow({"use": MARK, "id": "a", "lat": 1.0, "title": "=1"}, POINT),
        OutRow({"use": MARK, "id": "b"}),
    ]
    data = gateways().writers["geojson"](["use", "id", "lat", "title"], rows, MARK)
    told = msgspec.json.decode(data)
    assert (told["type"], told["use"], len(told["features"])) == ("FeatureCollection", MARK, 2)
    one, other = told["features"]
    assert one == {
        "type": "Feature",
        "id": "a",
        "geometry": {"type": "Point", "coordinates": [43.74, -35.5]},
        "properties": {"use": MARK, "title": "=1"},
    }
    assert (other["geometry"], other["properties"]) == (None, {"use": MARK})
    source = gateways().formats["geojson"](lambda: io.BytesIO(data))
    assert [row.values["id"] for row in source.rows()] == ["a", "b"]
