"""Programmes: an officer reports his own milestone, a table goes out and in, the series follows up."""

from __future__ import annotations

import csv

from playwright.sync_api import Page, expect

from tests.browser.conftest import Screens
from tests.browser.seats import go

HEAD = "point,point_en,milestone,step,owners,due,after,planned\n"
BAD = HEAD + '1,Third brigade,1.1,funded,isf,=TODAY(),,\n1,,1.2,flown,ksf,2027-02-30,,"=A1*2"\n'
GOOD = HEAD + "1,Third brigade,1.1,funded,isf,2027-01-01,,\n1,,1.2,manned,ksf,2027-02-01,1.1,1750\n"


def bring(page: Page, text: str) -> None:
    file = {"name": "points.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator(".one input[type=file]").set_input_files(file)  # type: ignore[arg-type] # a payload


def test_an_officer_reports_his_own_and_the_next_meeting_hears_of_it(screens: Screens) -> None:
    page = screens.open("kirkuk", "isf.planner")
    go(page, "programmes")
    row = page.locator(".page > .list a.row", has_text="Two joint brigades")
    expect(row.locator(".balance .who").first).to_contain_text("ISF")
    row.click()
    one = page.locator(".one")
    # Another side's milestone is his to read, not to report.
    expect(one.locator("[data-milestone='1.4']")).to_contain_text("The last company is at the school.")
    expect(one.locator("[data-milestone='1.4'] button")).to_have_count(0)
    one.locator("[data-milestone='2.2'] button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("say why")
    dialog.get_by_label("In your own words").fill("Read twice in parliament")
    dialog.get_by_role("button", name="Save and release to ISF, KSF").click()
    expect(dialog).to_have_count(0)
    expect(one.locator("[data-milestone='2.2']")).to_contain_text("Read twice in parliament")
    with page.expect_download() as got:
        one.get_by_role("button", name="Points as a table").click()
    rows = list(csv.DictReader(got.value.path().read_text("utf-8-sig").splitlines()))
    assert [r["stated"] for r in rows if r["milestone"] == "2.2"] == [
        "isf: under_way, law, Read twice in parliament"
    ]
    go(page, "meetings")
    page.get_by_role("link", name="What came of it").click()
    expect(one.locator("ol.open").first).to_contain_text("Read twice in parliament")
    expect(one.locator("[data-outcome='2']")).to_contain_text("Two joint brigades")


def test_a_table_is_taken_into_a_draft_or_each_cell_at_fault_is_named(screens: Screens) -> None:
    page = screens.open("kirkuk", "ksf.planner")
    go(page, "programmes/new")
    page.get_by_label("Track").select_option("unit")
    bring(page, BAD)
    faults = page.locator(".one tbody tr")
    expect(faults).to_have_count(4)
    expect(faults.first).to_contain_text("=TODAY()")
    page.get_by_label("Name", exact=True).fill("A third brigade")
    bring(page, GOOD)
    expect(page.locator(".one").get_by_role("status").first).to_contain_text("2 milestones taken")
    page.get_by_role("button", name="3 Read and save").click()
    page.locator(".draft footer button.main").click()
    expect(page.locator("[data-milestone='1.2']")).to_contain_text("Held up by 1.1")
    expect(page.locator(".one .view")).to_contain_text(
        "Neither drawn nor used before all of these have endorsed it."
    )


def test_in_arabic_time_runs_from_the_right_and_the_figures_stand_beside_it(screens: Screens) -> None:
    page = screens.open("erbil", "planner", lang="ar")
    go(page, "programmes")
    page.locator(".page > .list a.row", has_text="Reform file").click()
    one = page.locator(".one")
    expect(one.locator("[data-point]")).to_have_count(35)
    dots = one.locator(".chart .dot")
    first, last = (dots.nth(n).bounding_box() for n in (0, dots.count() - 1))
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]
    expect(one.locator("tr.here")).to_contain_text("الربع")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
