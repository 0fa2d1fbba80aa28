"""The list as a file: what it shows, marked, and logged."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Demo, Screens


@pytest.mark.parametrize(
    ("lang", "mark"),
    [("en", "coordination only, not for targeting"), ("ar", "للتنسيق فقط، لا للاستهداف")],
)
def test_the_list_is_saved_as_a_file(
    demo: Demo, screens: Screens, tmp_path: Path, lang: str, mark: str
) -> None:
    page = screens.open("erbil", "watch", lang=lang)
    before = len(demo.call("erbil", "auditor", "GET", "records?kind=export")["items"])
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert rows
    assert {row["use"] for row in rows} == {mark}
    expect(page.locator("[data-part=export] [role=status]")).to_contain_text(file.name)
    logged = demo.call("erbil", "auditor", "GET", "records?kind=export")["items"]
    assert len(logged) == before + 1
    assert logged[0]["body"]["count"] == len(rows)
    with page.expect_download() as coming:
        page.get_by_role("button", name="GeoJSON").click()
    coming.value.save_as(file)
    told = json.loads(file.read_bytes())
    assert (told["type"], told["use"]) == ("FeatureCollection", mark)
