"""The import screen: looked at, decided, imported; and once more, which adds nothing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Screens

LIST = """id,summary,date,where,lat,lon
1,Dust on the road,2026-11-01,,35.7,43.7
2,Cut cable,2026-11-02,Xanadu,,
"""


def look(page: Page, file: Path) -> None:
    page.locator('a[href="#/import"]').click()
    page.locator("input[type=file]").set_input_files(str(file))
    page.locator("button[form=import]").click()
    expect(page.locator("dl.counts")).to_be_visible()


def counts(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("dl.counts > div").all_inner_texts()]


def test_a_file_is_looked_at_decided_and_imported_once(screens: Screens, tmp_path: Path) -> None:
    file = tmp_path / "a list.csv"
    file.write_text(LIST, "utf-8")
    page = screens.open("erbil", "watch")
    look(page, file)
    assert counts(page) == ["New 1", "Place to be decided 1"]
    page.get_by_label("Grid reference, or lat, lon").fill("36.1, 43.2")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("dl.counts > div")).to_have_count(1)
    assert counts(page) == ["New 2"]
    page.locator("footer .btn.main").click()
    expect(page.get_by_text("Imported.")).to_be_visible()
    expect(page.locator("a.row").filter(has_text="Cut cable")).to_be_visible()
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("dl.counts > div")).to_have_count(2)
    assert counts(page) == ["New 0", "Here already 2"]
